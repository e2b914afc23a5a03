"""The child process: takes one document on standard input, gives plain data or an error on standard output.

Its limits are set before the first byte of the document is looked at.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable

from agent.documents.limits import Limits
from agent.errors import DocumentError

RECURSION = 3_000
_FILES = 64


def main(arguments: list[str]) -> None:
    """Runs the child: `arguments` are the document's name, `ocr` or `-`, and the limits as JSON."""
    name, ocr, limits = arguments[0], arguments[1] == "ocr", Limits(*json.loads(arguments[2]))
    serve(limits, lambda data: _document(data, name, limits, ocr))


def serve(limits: Limits, work: Callable[[bytes], bytes]) -> None:
    """Takes standard input whole, answers with what `work` makes of it, or with its error, and ends the process."""
    confine(limits)
    sys.setrecursionlimit(RECURSION)
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    output.write(_answered(sys.stdin.buffer.read(), work))
    output.flush()
    os._exit(0)


def answer(data: bytes, name: str, limits: Limits, *, ocr: bool) -> bytes:
    """The document as plain data, or its error, as JSON for `sandbox.understood`."""
    return _answered(data, lambda given: _document(given, name, limits, ocr))


def _document(data: bytes, name: str, limits: Limits, ocr: bool) -> bytes:
    from agent.documents.readers import extract

    document = extract(data, name, limits, ocr=ocr)
    return json.dumps({"document": document}, ensure_ascii=False).encode("utf-8", "replace")


def _answered(data: bytes, work: Callable[[bytes], bytes]) -> bytes:
    try:
        return work(data)
    except DocumentError as error:
        parts = [error.what, error.why, error.fix, error.document]
        return json.dumps({"error": type(error).__name__, "parts": parts}).encode("utf-8", "replace")


def confine(limits: Limits) -> None:
    """Caps this process's memory, CPU time, open files, and size of files written; where the system knows such caps."""
    try:
        import resource
    except ImportError:
        return
    caps = {
        resource.RLIMIT_AS: limits.memory,
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: _FILES,
    }
    for kind, value in caps.items():
        hard = resource.getrlimit(kind)[1]
        cap = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (cap, cap))
