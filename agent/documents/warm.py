"""Reads many documents: the guarantees of `sandbox`, without the start of a Python for each.

A template process (`template`) is started once. Every document is read in a copy of it, a process of its own under the
same limits; the copy's connection is its own, so that a broken or hostile one can speak for no other document.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from typing import Any

from agent.documents.limits import Limits
from agent.documents.sandbox import ROOT, environment, extract_in_child, understood

_START = "import sys;sys.path[:]=sys.argv[2:];from agent.documents.template import main;main(sys.argv[1:2])"
_CHUNK = 1 << 16
_GRACE = 5.0
"""Seconds after which a copy that did not stop itself in time is stopped from here."""
_LOADING = 60.0
POSSIBLE = hasattr(os, "fork") and hasattr(socket, "send_fds")


class WarmReader:
    """Extracts documents one after the other; to be used by one thread. Close it, or let the process end."""

    def __init__(self) -> None:
        """Starts nothing: the first document does."""
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def __call__(self, data: bytes, name: str, limits: Limits, *, ocr: bool = False) -> dict[str, Any]:
        """Like `sandbox.extract_in_child`, which it falls back to where the template cannot be had.

        Raises:
            DocumentError: the child's own, or one for how it ended.
        """
        if not POSSIBLE:
            return extract_in_child(data, name, limits, ocr=ocr)
        wall = limits.ocr_wall_seconds if ocr else limits.wall_seconds
        try:
            output, code, late = self._read(data, json.dumps([name, ocr, wall, limits]), wall, limits.result)
        except OSError:
            self.close()
            return extract_in_child(data, name, limits, ocr=ocr)
        return understood(output, code, late, name, wall, limits)

    def close(self) -> None:
        """Ends the template."""
        if self._control:
            self._control.close()
        if self._process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE)
        self._process = self._control = None

    def _read(self, data: bytes, request: str, wall: float, most: int) -> tuple[bytes, int, bool]:
        """The copy's output, exit code, and whether it was stopped for time. Output past `most` stops it, too."""
        control = self._started()
        end = time.monotonic() + wall + _GRACE
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                socket.send_fds(control, [request.encode()], [theirs.fileno()])
            child = int.from_bytes(_exactly(control, 8, end), "big")
            try:
                output = _talk(ours, data, most, end)
            except TimeoutError:
                output = None
            if output is None:
                _kill(child)
        late = output is None and time.monotonic() >= end
        code = int.from_bytes(_exactly(control, 8, time.monotonic() + _GRACE), "big", signed=True)
        return output or b"", code, late or code == -signal.SIGALRM

    def _started(self) -> socket.socket:
        if self._control is None:
            ours, theirs = socket.socketpair()
            path = [ROOT, *(p for p in sys.path if p and p != ROOT)]
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-I", "-c", _START, str(theirs.fileno()), *path],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=environment(),
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,
                )
            self._control = ours
            _exactly(ours, 1, time.monotonic() + _LOADING)
        return self._control


def _talk(connection: socket.socket, data: bytes, most: int, end: float) -> bytes | None:
    """Sends the document (the copy reads it whole before it answers) and reads up to `most` bytes; None past that."""
    connection.settimeout(max(0.01, end - time.monotonic()))
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
    parts, size = [], 0
    with suppress(ConnectionResetError):
        while chunk := connection.recv(_CHUNK):
            connection.settimeout(max(0.01, end - time.monotonic()))
            size += len(chunk)
            if size > most:
                return None
            parts.append(chunk)
    return b"".join(parts)


def _exactly(connection: socket.socket, size: int, end: float) -> bytes:
    """So many bytes of the control socket.

    Raises:
        OSError: the template is gone, or does not answer.
    """
    data = b""
    while len(data) < size:
        connection.settimeout(max(0.01, end - time.monotonic()))
        chunk = connection.recv(size - len(data))
        if not chunk:
            raise ConnectionError("the template is gone")
        data += chunk
    return data


def _kill(child: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
