"""A file of Slack's, fetched safely: only from Slack's own host, never redirected, and it must be a document."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from agent.documents import LIMITS
from agent.errors import CorruptDocument, DocumentError, NotADocument, TooLargeDocument
from integrations.slack.blocks.modals import FILETYPES

TIMEOUT = aiohttp.ClientTimeout(total=60)
WAITS = (0.5, 1.0, 2.0)
"""Seconds between two looks at a file that Slack is still processing, or that another workspace shares."""


class Fetched(NamedTuple):
    """The bytes of a file, its name, and the Slack user who posted it."""

    data: bytes
    name: str
    user: str


async def fetch(client: AsyncWebClient, file_id: str, host: str) -> Fetched:
    """Downloads a file.

    Args:
        client: with the bot's token.
        file_id: Slack's id.
        host: the beginning of every address to which the token may go.

    Raises:
        DocumentError: too large, no document, gone; says what to do.
        SlackApiError: Slack refuses (`file_not_found`, `missing_scope`).
    """
    info = await _info(client, file_id)
    name = str(info.get("name") or "file")
    _allowed(info, name)
    address = str(info["url_private_download"])
    if urlsplit(address)[:2] != urlsplit(host)[:2]:
        raise NotADocument("not fetched", "it is not kept on Slack's own host", "Upload the file to Slack.", name)
    headers = {"Authorization": f"Bearer {client.token}"}
    async with (
        aiohttp.ClientSession(timeout=TIMEOUT) as session,
        session.get(address, headers=headers, allow_redirects=False) as answer,
    ):
        if answer.status != 200:
            raise NotADocument("not fetched", f"Slack answered {answer.status}", "Invite me to the channel.", name)
        data = await answer.content.read(LIMITS.bytes + 1)
        while len(data) <= LIMITS.bytes and (more := await answer.content.read(LIMITS.bytes + 1 - len(data))):
            data += more
        page = answer.headers.get("Content-Type", "").startswith("text/html")
    _checked(data, name, page and len(data) != info.get("size"))
    return Fetched(data, name, str(info.get("user") or ""))


async def _info(client: AsyncWebClient, file_id: str) -> dict[str, Any]:
    for wait in (*WAITS, None):
        info: dict[str, Any] = (await client.files_info(file=file_id))["file"]
        if info.get("url_private_download"):
            return info
        if wait is not None:
            await asyncio.sleep(wait)
    raise CorruptDocument("not fetched", "Slack gives no address for it", "Upload it again.", str(info.get("name")))


def _allowed(info: dict[str, Any], name: str) -> None:
    ending = name.rpartition(".")[2].lower()
    if ending not in FILETYPES:
        raise NotADocument("not a proposal file", "it is not PDF, Word, Markdown, text or HTML", "Export it.", name)
    if int(info.get("size") or 0) > LIMITS.bytes:
        raise _too_large(name)


def _checked(data: bytes, name: str, page: bool) -> None:
    """A sign-in page instead of the file means that the bot may not read files; it has not the size of the file."""
    if len(data) > LIMITS.bytes:
        raise _too_large(name)
    if page:
        raise NotADocument(
            "not fetched", "Slack gave a login page instead", "An admin must install the app again (files:read).", name
        )


def _too_large(name: str) -> DocumentError:
    return TooLargeDocument("too large", f"the limit is {LIMITS.bytes / 1e6:.0f} MB", "Send the proposal alone.", name)
