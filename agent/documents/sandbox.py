"""Runs the reader in a child process that may take little memory and time, and turns its end into data or an error.

Parsers of PDF abort instead of raising, and are not safe with threads; a few kilobytes of DOCX can hang one for ever.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread, Timer
from typing import Any

from agent import errors
from agent.documents.limits import Limits
from agent.errors import CorruptDocument, DocumentError, TooLargeDocument

_START = (
    "import sys;n=int(sys.argv[2]);sys.path[:]=sys.argv[3+n:];"
    "from importlib import import_module as load;load(sys.argv[1]).main(sys.argv[3:3+n])"
)
ROOT = str(Path(__file__).resolve().parents[2])
_KEPT = ("PATH", "TESSDATA_PREFIX", "SYSTEMROOT", "TMPDIR")
_CHUNK = 1 << 16
_DYING = 5.0
"""Seconds that a child is waited for once it was killed, or has said all."""


def extract_in_child(data: bytes, name: str, limits: Limits, *, ocr: bool = False) -> dict[str, Any]:
    """Like `readers.extract`, in a child process under the limits.

    Raises:
        DocumentError: the child's own, or one for how it ended.
    """
    wall = limits.ocr_wall_seconds if ocr else limits.wall_seconds
    arguments = [name, "ocr" if ocr else "-", json.dumps(limits)]
    output = run_in_child("agent.documents.worker", arguments, data, name, limits, wall)
    document: dict[str, Any] = answer_of(output, name, limits)["document"]
    return document


def understood(output: bytes, code: int, late: bool, name: str, wall: float, limits: Limits) -> dict[str, Any]:
    """What a child left, as the document or the error; its arguments and errors are those of `ended`."""
    document: dict[str, Any] = answer_of(ended(output, code, late, name, wall, limits), name, limits)["document"]
    return document


def run_in_child(
    worker: str, arguments: list[str], data: bytes, name: str, limits: Limits, wall: float | None = None
) -> bytes:
    """What a worker answers to the data on its standard input, under the limits.

    Args:
        worker: a module with `main(arguments)`, which ends in `worker.serve`.
        arguments: for its `main`.
        data: its input.
        name: the document's name, for errors.
        limits: what the document may cost.
        wall: seconds; those of the limits when left out.

    Raises:
        DocumentError: it took too long, or died.
    """
    seconds = limits.wall_seconds if wall is None else wall
    output, code, late = _run(_command(worker, arguments), data, seconds, limits.result)
    return ended(output, code, late, name, seconds, limits)


def ended(output: bytes, code: int, late: bool, name: str, wall: float, limits: Limits) -> bytes:
    """A child's output, if it came to a good end.

    Args:
        output: what it wrote.
        code: how it ended.
        late: it was stopped after `wall` seconds.
        name: the document's name.
        wall: its time, seconds.
        limits: its limits.

    Raises:
        DocumentError: how it ended instead.
    """
    if late:
        raise _too_slow(name, wall)
    if code != 0 or not output:
        raise _died(code, name, limits)
    return output


def answer_of(output: bytes, name: str, limits: Limits) -> dict[str, Any]:
    """A worker's answer in JSON.

    Raises:
        DocumentError: the one that the worker tells of; or the answer is cut off.
    """
    try:
        answer: dict[str, Any] = json.loads(output)
    except ValueError as error:
        raise _died(-signal.SIGKILL, name, limits) from error
    if "error" in answer:
        raise _error(answer, name)
    return answer


def environment() -> dict[str, str]:
    """All that a reader may know of its surroundings: no key, no home, no proxy."""
    return {k: v for k in _KEPT if (v := os.environ.get(k))} | {"LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}


def _command(worker: str, arguments: list[str]) -> list[str]:
    """Isolated Python (`-I`) with this process's own import path, so that a checkout and a wheel work alike."""
    path = [ROOT, *(p for p in sys.path if p and p != ROOT)]
    return [sys.executable, "-I", "-c", _START, worker, str(len(arguments)), *arguments, *path]


def _run(command: list[str], data: bytes, wall: float, most: int) -> tuple[bytes, int, bool]:
    """The child's output, exit code, and whether it was stopped for time. Output past `most` stops it, too."""
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
        start_new_session=True,
    )
    late = Event()

    def stop() -> None:
        late.set()
        _kill(child)

    timer = Timer(wall, stop)
    timer.daemon = True
    timer.start()
    try:
        said: list[bytes] = []
        talk = Thread(target=lambda: said.append(_talk(child, data, most)), daemon=True)
        talk.start()
        talk.join(wall + _DYING)  # what a child started may outlive it, and hold its pipe
        output = said[0] if said else b""
    finally:
        timer.cancel()
        _kill(child)
        code = _ended(child)
    return output, code, late.is_set()


def _talk(child: subprocess.Popen[bytes], data: bytes, most: int) -> bytes:
    """Writes the document (the child reads it whole before it answers) and reads the answer up to `most` bytes."""
    assert child.stdin is not None
    assert child.stdout is not None
    with contextlib.suppress(BrokenPipeError), child.stdin:
        child.stdin.write(data)
    parts, size = [], 0
    with child.stdout:
        while chunk := child.stdout.read(_CHUNK):
            size += len(chunk)
            if size > most:
                return b""
            parts.append(chunk)
    _ended(child)
    return b"".join(parts)


def _ended(child: subprocess.Popen[bytes]) -> int:
    """The exit code of a child that has closed its output or was killed; as killed, if it is still there."""
    try:
        return child.wait(_DYING)
    except subprocess.TimeoutExpired:
        return -signal.SIGKILL


def _kill(child: subprocess.Popen[bytes]) -> None:
    """Ends the child and what it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()


def _too_slow(name: str, seconds: float) -> DocumentError:
    return TooLargeDocument(
        "too slow to read",
        f"stopped after {seconds:.0f} s",
        "Send the proposal alone, exported again as PDF or DOCX.",
        name,
    )


def _died(code: int, name: str, limits: Limits) -> DocumentError:
    """What the end of a child says about its document."""
    if code in (-getattr(signal, "SIGXCPU", 24), -signal.SIGKILL) if os.name == "posix" else False:
        return _too_slow(name, limits.cpu_seconds)
    if code in (-signal.SIGABRT, -signal.SIGSEGV, 1):
        why = "reading it takes more memory than a proposal may, or breaks the reader"
        return TooLargeDocument("too large or damaged", why, "Export it again as PDF or DOCX, and send that.", name)
    return CorruptDocument("cannot be read", "the reader stopped", "Export it again as PDF or DOCX.", name)


def _error(answer: dict[str, Any], name: str) -> DocumentError:
    """The child's error as the same class here; an unknown class is a damaged document."""
    kind = getattr(errors, str(answer["error"]), CorruptDocument)
    kind = kind if isinstance(kind, type) and issubclass(kind, DocumentError) else CorruptDocument
    what, why, fix, _ = answer["parts"]
    error: DocumentError = kind(str(what), str(why), str(fix), name)
    return error
