"""The child process that writes into the author's file: a line of JSON and the file in, the same out.

The file is as little to be trusted as when it was read: the same limits hold.
"""

from __future__ import annotations

import json
from typing import Any

from agent.documents.limits import Limits
from agent.documents.worker import serve
from agent.errors import CorruptDocument, DocumentError, TooLargeDocument


def main(arguments: list[str]) -> None:
    """Runs the child: `arguments` are the document's name and the limits as JSON."""
    name, limits = arguments[0], Limits(*json.loads(arguments[1]))

    def work(sent: bytes) -> bytes:
        head, _, data = sent.partition(b"\n")
        made, told = _made(json.loads(head), data, name, limits)
        return json.dumps(told).encode() + b"\n" + made

    serve(limits, work)


def _made(plan: dict[str, Any], data: bytes, name: str, limits: Limits) -> tuple[bytes, dict[str, Any]]:
    """The new file, and how many comments were added with which notes.

    Raises:
        DocumentError: the file cannot be written to.
    """
    try:
        if plan["form"] == "pdf":
            from agent.annotate.pdf import annotate_pdf

            return annotate_pdf(data, plan, name)
        from agent.annotate.word import annotate_word

        return annotate_word(data, plan, name, limits)
    except DocumentError:
        raise
    except (RecursionError, MemoryError) as error:
        raise TooLargeDocument(
            "cannot be commented on", "it needs more memory than a proposal may", "Use --format html.", name
        ) from error
    except Exception as error:
        raise CorruptDocument(
            "cannot be commented on",
            f"the file is damaged ({type(error).__name__})",
            "Export it again, or use --format html.",
            name,
        ) from error
