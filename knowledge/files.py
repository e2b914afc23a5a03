"""Reads the data files, from a checkout or a wheel, and turns rows into validated types."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from knowledge.errors import BadKnowledge

T = TypeVar("T", bound=BaseModel)


def data_file(*parts: str) -> Traversable:
    """A file of the package by its path below `knowledge/`."""
    return files("knowledge").joinpath(*parts)


def read_toml(file: Traversable) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises:
        BadKnowledge: the file is missing, no UTF-8 or no TOML; names the file.
    """
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadKnowledge(f"{file.name}: cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadKnowledge(f"{file.name}: not valid TOML: {error}") from error


def validated(kind: type[T], row: Any, where: str) -> T:
    """One row as its type.

    Raises:
        BadKnowledge: one line that names the file, the row and the first field that is wrong.
    """
    label = f"{where}: {row.get('id') or row.get('name') or 'entry'}" if isinstance(row, dict) else where
    try:
        return kind.model_validate(row)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise BadKnowledge(f"{label}: {field + ': ' if field else ''}{message}") from error
    except KeyError as error:
        raise BadKnowledge(f"{label}: {error.args[0]}: field required") from error


def rows(kind: type[T], file: Traversable, table: str = "entry") -> tuple[T, ...]:
    """Every `[[table]]` of a TOML file as its type, in the file's order.

    Raises:
        BadKnowledge: as `read_toml` and `validated`.
    """
    return tuple(validated(kind, row, file.name) for row in read_toml(file).get(table, []))
