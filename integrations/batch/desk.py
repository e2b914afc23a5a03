"""A process that reviews documents one after the other, and writes their files.

It reads through a warm template (`agent.documents.warm`), so that an untrusted file is only ever opened by a process of
its own with limits; what comes back is text, which is reviewed here.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.documents import read
from agent.documents.warm import WarmReader
from agent.errors import DocumentError, TooLargeDocument
from agent.models import Document, Review
from agent.policy import Policy
from integrations.batch import plan, rows
from integrations.batch.items import Done, Item, Row
from integrations.batch.turns import Turns

if TYPE_CHECKING:
    from agent.llm import Model
    from agent.llm.configuration import ModelSettings

MEMORY = 3 << 29
"""Address space of the process, bytes."""


class Orders(NamedTuple):
    """What all documents of a batch have in common.

    Attributes:
        policy: changes to the rules.
        output: the folder of the results.
        model: the language model to use, or None.
        required: a document is not reviewed without it.
        annotate: PDF and Word files come back with comments.
        turns: at the model, shared with all who work on the batch.
    """

    policy: Policy
    output: str
    model: ModelSettings | None = None
    required: bool = False
    annotate: bool = False
    turns: Turns | None = None


def work(connection: Connection) -> None:
    """Serves one seat until it hangs up: `ready` first; then item, review id and orders in, `read` and Done out."""
    _confine()
    reader = WarmReader()
    from agent import review  # noqa: F401  (loaded before anyone waits)

    connection.send("ready")
    try:
        while True:
            item, review_id, orders = connection.recv()
            connection.send(_one(item, review_id, orders, reader, connection))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        reader.close()


def _one(item: Item, review_id: str, orders: Orders, reader: WarmReader, connection: Connection) -> Done:
    try:
        data = plan.read(item.found)
        document = read(data, Path(item.found.member or item.found.path).name, reader=reader)
        connection.send("read")
        made = _review(document, orders, review_id, lambda: connection.send("waiting"))
        row = rows.row(made, item)
        if orders.annotate:
            row |= _annotated(data, document, made, item, Path(orders.output))
        _write(made, item, Path(orders.output))
        return Done(item.name, item.found.stamp, row, None)
    except (BrokenPipeError, ConnectionResetError):
        raise
    except Exception as error:
        return Done(item.name, item.found.stamp, None, rows.failure(_told(error), item))


def _review(document: Document, orders: Orders, review_id: str, tell: Callable[[], None]) -> Review:
    """The one place where a batch calls the reviewer."""
    from agent.review import review_document

    return review_document(document, policy=orders.policy, review_id=review_id, model=_model(orders, tell))


_models: dict[tuple[ModelSettings, bool, Turns | None], Model] = {}
"""The client of this process; a batch has one."""


def _model(orders: Orders, tell: Callable[[], None]) -> Model | None:
    if orders.model is None:
        return None
    key = (orders.model, orders.required, orders.turns)
    if key not in _models:
        from agent.llm import Model

        places = orders.turns.places if orders.turns else None
        turn = (lambda: places.taken(tell)) if places else nullcontext
        _models[key] = Model(orders.model, required=orders.required, turn=turn)
    return _models[key]


def _annotated(data: bytes, document: Document, review: Review, item: Item, output: Path) -> Row:
    """Writes the author's file with comments; what changes in the row. A file that takes none costs no review."""
    from agent import annotate
    from agent.commands.output import write

    if document.format not in annotate.FORMATS:
        return {"annotated": ""}
    try:
        made = annotate.annotate(data, document, review)
    except DocumentError as error:
        said = " ".join((*review.engine.degraded, f"No comments were written: {error}"))
        return {"annotated": "", "degraded": said}
    name = f"reviews/{item.name}.annotated.{document.format}"
    write(output / name, made.data)
    return {"annotated": name}


def _write(review: Review, item: Item, output: Path) -> None:
    """JSON last: where it is, the page is too."""
    from agent.commands.output import write
    from agent.reports import render

    for form, ending in (("html", "html"), ("json", "json")):
        write(output / "reviews" / f"{item.name}.{ending}", render(review, form))  # type: ignore[arg-type]


def _told(error: Exception) -> Exception:
    if isinstance(error, MemoryError | RecursionError):
        why = "reviewing it takes more memory than a proposal may"
        return TooLargeDocument("too large", why, "Send the proposal alone.")
    return error


def _confine() -> None:
    """Caps the memory of this process, where the system knows such a cap."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        hard: Any = resource.getrlimit(resource.RLIMIT_AS)[1]
        cap = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (cap, hard))
