"""A process that has every reader loaded and copies itself for each document, so that none pays for the loading.

It has no key, no document and no file of its user's: a copy of it knows what a fresh child would know. The copy
confines itself before it sees the first byte, is given a connection of its own, and ends with its document.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
from contextlib import suppress

from agent.documents.limits import Limits
from agent.documents.worker import RECURSION, answer, confine

LONGEST = 1 << 16
"""Bytes of a request: the document's name and its limits."""


def main(arguments: list[str]) -> None:
    """Serves until the other end is closed: `arguments` are the number of the control socket's descriptor."""
    control = socket.socket(fileno=int(arguments[0]))
    sys.setrecursionlimit(RECURSION)
    _load()
    gc.collect()
    gc.freeze()
    control.sendall(b"+")
    while True:
        request, descriptors, _, _ = socket.recv_fds(control, LONGEST, 1)
        if not request or not descriptors:
            return
        _serve(control, request, descriptors[0])


def _load() -> None:
    """Imports all readers, and reads what this program brings with it, so that every lazy table is filled."""
    from importlib import resources

    from agent.documents import docx, html, pdf  # noqa: F401
    from agent.documents.readers import extract

    example = resources.files("agent.examples").joinpath("warranty-replies.pdf").read_bytes()
    extract(example, "example.pdf", Limits())
    extract(b"# One\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "example.md", Limits())


def _serve(control: socket.socket, request: bytes, descriptor: int) -> None:
    """One document: tells the copy's process id, waits for its end, tells how it ended."""
    child = os.fork()
    if child == 0:
        _be_child(control, request, descriptor)
    os.close(descriptor)
    control.sendall(child.to_bytes(8, "big"))
    _, status = os.waitpid(child, 0)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    control.sendall(os.waitstatus_to_exitcode(status).to_bytes(8, "big", signed=True))


def _be_child(control: socket.socket, request: bytes, descriptor: int) -> None:
    """The copy: confined first, then it reads its document. It never returns."""
    try:
        os.setsid()
        control.close()
        name, ocr, wall, limits = json.loads(request)
        limits = Limits(*limits)
        confine(limits)
        signal.setitimer(signal.ITIMER_REAL, wall)
        with socket.socket(fileno=descriptor) as connection, connection.makefile("rb") as file:
            connection.sendall(answer(file.read(), name, limits, ocr=ocr))
            connection.shutdown(socket.SHUT_WR)
        os._exit(0)
    finally:
        os._exit(1)
