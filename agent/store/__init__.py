"""Where reviews are kept: one SQLite file by default, PostgreSQL for several machines. Nothing is opened at import."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.store.history import Store

POSTGRES = ("postgres://", "postgresql://")


def open_store(place: str) -> AbstractContextManager[Store]:
    """Opens the store for one piece of work, creating or migrating it where needed.

    Args:
        place: a path of a file, or the URL of a PostgreSQL database.

    Raises:
        UsageError: it cannot be opened, or was written by a newer version.
    """
    if place.startswith(POSTGRES):
        from agent.store.postgres import open_postgres

        return open_postgres(place)
    from agent.store.sqlite import open_sqlite

    return open_sqlite(place)
