"""The child process: takes one document on standard input, gives plain data or an error on standard output.

Its limits are set before the first byte of the document is looked at.
"""

from __future__ import annotations

import json
import os
import sys

from agent.documents.limits import Limits
from agent.errors import DocumentError

RECURSION = 3_000
_FILES = 64


def main(arguments: list[str]) -> None:
    """Runs the child: `arguments` are the document's name, `ocr` or `-`, and the limits as JSON."""
    name, ocr, limits = arguments[0], arguments[1] == "ocr", Limits(*json.loads(arguments[2]))
    confine(limits)
    sys.setrecursionlimit(RECURSION)
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    output.write(answer(sys.stdin.buffer.read(), name, limits, ocr=ocr))
    output.flush()
    os._exit(0)


def answer(data: bytes, name: str, limits: Limits, *, ocr: bool) -> bytes:
    """The document as plain data, or its error, as JSON for `sandbox.understood`."""
    from agent.documents.readers import extract

    try:
        result = json.dumps({"document": extract(data, name, limits, ocr=ocr)}, ensure_ascii=False)
    except DocumentError as error:
        parts = [error.what, error.why, error.fix, error.document]
        result = json.dumps({"error": type(error).__name__, "parts": parts})
    return result.encode("utf-8", "replace")


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
