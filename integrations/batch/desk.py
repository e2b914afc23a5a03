"""A process that reviews documents one after the other, and writes their files.

It reads through a warm template (`agent.documents.warm`), so that an untrusted file is only ever opened by a process of
its own with limits; what comes back is text, which is reviewed here.
"""

from __future__ import annotations

from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.documents import read
from agent.documents.warm import WarmReader
from agent.errors import TooLargeDocument
from agent.models import Document, Review
from agent.policy import Policy
from integrations.batch import plan, rows
from integrations.batch.items import Done, Item

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
    """

    policy: Policy
    output: str
    model: ModelSettings | None = None
    required: bool = False


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
        document = read(plan.read(item.found), Path(item.found.member or item.found.path).name, reader=reader)
        connection.send("read")
        made = _review(document, orders, review_id)
        _write(made, item, Path(orders.output))
        return Done(item.name, item.found.stamp, rows.row(made, item), None)
    except (BrokenPipeError, ConnectionResetError):
        raise
    except Exception as error:
        return Done(item.name, item.found.stamp, None, rows.failure(_told(error), item))


def _review(document: Document, orders: Orders, review_id: str) -> Review:
    """The one place where a batch calls the reviewer."""
    from agent.review import review_document

    return review_document(document, policy=orders.policy, review_id=review_id, model=_model(orders))


_models: dict[tuple[ModelSettings, bool], Model] = {}
"""The client of this process; a batch has one."""


def _model(orders: Orders) -> Model | None:
    if orders.model is None:
        return None
    key = (orders.model, orders.required)
    if key not in _models:
        from agent.llm import Model

        _models[key] = Model(orders.model, required=orders.required)
    return _models[key]


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
