"""What Google answers when it refuses, as one of a few problems that the bot can act on."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from agent.errors import DocumentError, UsageError

if TYPE_CHECKING:
    from googleapiclient.errors import HttpError

_RATE = ("userRateLimitExceeded", "rateLimitExceeded", "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED")
_STALE = "required revision ID"
_NAMED = re.compile(r"\brequests\[(\d+)\]")
_UNKNOWN = "No request set"
"""So says a project for which comments with an anchor are not switched on: of the first, and meant of all."""


class NoAccess(DocumentError):
    """The account may not do this with the document."""


class Gone(DocumentError):
    """The document is not there, or not for this account; Google does not tell which."""


class Busy(DocumentError):
    """Google cannot answer now, or the answer was lost: what was asked may have been done or not."""


class Stale(DocumentError):
    """The document changed since it was read."""


class Refused(DocumentError):
    """Google does not take the request as it is; `request` is the one of a batch that it names."""

    request: int | None = None


class Unknown(UsageError):
    """The key is not accepted."""


def problem_of(error: HttpError, what: str) -> Exception:
    """The problem behind an answer.

    Args:
        error: as the client raises it.
        what: what was tried, in a few words.
    """
    status = int(error.resp.status)
    message, reason = _told(error.content)
    if status in (429, 408) or status >= 500 or (status == 403 and reason in _RATE):
        return Busy(what, f"Google is busy ({status})", "It is tried again.")
    if status == 401:
        return Unknown("the key for Google", "Google does not accept it", "Make a new one: docs/google-docs.md.")
    if status == 404:
        return Gone(what, "there is no such document, or it is not shared with the bot", "Share it with the bot.")
    if status == 403 and reason == "accessNotConfigured":
        return Refused(what, "the API is not enabled", "Enable the Docs API and the Drive API in the Cloud project.")
    if status == 403:
        return NoAccess(
            what, "the bot has no right to do it", "Share the document with the bot as a commenter or editor."
        )
    if status == 400 and _STALE in message:
        return Stale(what, "it was edited meanwhile", "It is read again.")
    refused = Refused(what, f"{status} {message[:160]}".strip())
    if (named := _NAMED.search(message)) and _UNKNOWN not in message:
        refused.request = int(named[1])
    return refused


def _told(content: bytes) -> tuple[str, str]:
    """Message and reason in the body of an error."""
    try:
        error = json.loads(content)["error"]
        details = error.get("errors") or error.get("details") or [{}]
        return str(error.get("message", "")), str(details[0].get("reason") or error.get("status", ""))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return "", ""
