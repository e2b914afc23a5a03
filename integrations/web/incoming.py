"""What a request brings: a document with its name, or a few checked fields. Nothing of it is believed."""

from __future__ import annotations

import asyncio
from email.message import Message
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message as WireMessage

from agent.documents import LIMITS
from integrations.web.problems import Refused

MOST_BYTES = LIMITS.bytes + 1_000_000
"""Of a request with a document: the document's limit, and what a form puts around it."""
FEW_BYTES = 1_000_000
"""Of every other request."""
PATIENCE = 120.0
"""Seconds in which a request has to arrive."""
_NAME = 200
Body = TypeVar("Body", bound=BaseModel)


class Upload(NamedTuple):
    """A document that was sent: bytes, the file's name, and whose proposal it is, if that is said."""

    data: bytes
    name: str
    author: str | None


class Fields(BaseModel):
    """Base of what is sent as JSON."""

    model_config = ConfigDict(extra="forbid")


class Answers(Fields):
    """Answers by question id."""

    answers: dict[str, str] = Field(min_length=1, max_length=100)


class Waiving(Fields):
    """A waiver."""

    code: str = Field(min_length=1, max_length=50)
    reason: str = Field(min_length=3, max_length=5_000)
    until: str | None = Field(default=None, max_length=10)
    evidence: str | None = Field(default=None, max_length=5_000)


class Disputing(Fields):
    """A dispute."""

    code: str = Field(min_length=1, max_length=50)
    reason: str = Field(min_length=3, max_length=5_000)


class Correcting(Fields):
    """A correction."""

    fact: str = Field(min_length=1, max_length=100)
    value: str = Field(min_length=1, max_length=1_000)
    quote: str | None = Field(default=None, max_length=5_000)


async def upload(request: Request) -> Upload:
    """The document of a request: the field `file` of a form, or the body itself.

    Raises:
        Refused: there is none, or it does not arrive.
    """
    if is_form(request):
        form = await received(request, MOST_BYTES)
        file, author = form.get("file"), form.get("author")
        if not isinstance(file, UploadFile) or not file.filename:
            raise Refused(400, "no file", "the form has no field `file` with a document", "Choose a file.")
        said = author.strip() if isinstance(author, str) else None
        return Upload(await file.read(), _plain(file.filename), said or None)
    data = await _body(request, MOST_BYTES)
    if not data:
        raise Refused(400, "no document", "the request is empty", "Send the file, as the body or in the field `file`.")
    return Upload(data, _name(request), request.headers.get("x-author") or None)


def is_form(request: Request) -> bool:
    """True when files come as a form sends them."""
    return request.headers.get("content-type", "").startswith("multipart/form-data")


async def received(request: Request, most: int = FEW_BYTES) -> FormData:
    """The fields of a form of at most so many bytes.

    Raises:
        Refused: it is larger, or does not arrive.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            return await bounded(request, most).form(max_files=1, max_fields=100, max_part_size=FEW_BYTES)
    except TimeoutError:
        raise _slow() from None
    except ClientDisconnect:
        raise _cut() from None


async def fields(request: Request, kind: type[Body]) -> Body:
    """The JSON of a request.

    Raises:
        Refused: it is none, or not of this kind.
    """
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Refused(415, "not JSON", "Content-Type is not application/json", "Send JSON: see docs/web.md.")
    body = await _body(request, FEW_BYTES)
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part)[:40] for part in wrong["loc"]) or "the body"
        raise Refused(400, f"{where} is wrong", wrong["msg"].lower(), f"Send {_shape(kind)}.") from None


def bounded(request: Request, most: int) -> Request:
    """The same request, refused as soon as it announces or brings more bytes: the rest is never received.

    Starlette's own limit would answer with a text of its own instead of our error.

    Raises:
        Refused: at once, or later from reading it.
    """
    announced, seen = request.headers.get("content-length", ""), 0
    if announced.isdecimal() and int(announced) > most:
        raise _large(most)

    async def receive() -> WireMessage:
        nonlocal seen
        message = await request.receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise _large(most)
        return message

    return Request(request.scope, receive)


async def _body(request: Request, most: int) -> bytes:
    try:
        async with asyncio.timeout(PATIENCE):
            return await bounded(request, most).body()
    except TimeoutError:
        raise _slow() from None
    except ClientDisconnect:
        raise _cut() from None


def _large(most: int) -> Refused:
    return Refused(413, "too large", f"the limit is {most / 1e6:.0f} MB", "Send the proposal alone, without its data.")


def _cut() -> Refused:
    return Refused(400, "cut off", "the connection was closed", "Send it again.")


def _slow() -> Refused:
    return Refused(408, "too slow", f"it did not arrive in {PATIENCE:.0f} s", "Send it again.")


def _shape(kind: type[BaseModel]) -> str:
    return ", ".join(f"{n} (optional)" if not f.is_required() else n for n, f in kind.model_fields.items())


def _name(request: Request) -> str:
    """The file's name by Content-Disposition, which keeps it out of the logs of every proxy."""
    head = Message()
    head["content-disposition"] = request.headers.get("content-disposition", "")
    return _plain(head.get_filename() or "document")


def _plain(name: str) -> str:
    """The last part of a path, printable."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c if c.isprintable() else "_" for c in last)[:_NAME] or "document"
