"""`[google]` in the configuration file, and the secret in a file or in the environment.

    [google]
    credentials = "google.json"     # key of a service account, or an authorised user; never in version control
    subject = "ft-review@example.com"    # whom a service account acts for (domain-wide delegation)
    names = ["@ft-review"]               # how people call the bot in a comment, besides its address
    seconds = 45                         # between two looks
    reports = "https://review.example.com/reviews/{id}"
    push = "https://review.example.com"  # public address of `serve`; without it the bot polls

    [google.people]                      # who may sign: Google's id of a person, and who that is
    "users/1234567890" = "ada@example.com"

REVIEW_FINETUNE_GOOGLE_CREDENTIALS stands in for `credentials`: the path of the file, or the JSON itself. The secret of
push messages is REVIEW_FINETUNE_GOOGLE_PUSH_TOKEN.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator

from agent.errors import UsageError
from agent.models import Frozen
from agent.settings import Settings

CREDENTIALS = "REVIEW_FINETUNE_GOOGLE_CREDENTIALS"
PUSH_TOKEN = "REVIEW_FINETUNE_GOOGLE_PUSH_TOKEN"
HOW = f"Name the key file in {CREDENTIALS} or [google] credentials; docs/google-docs.md says how to get one."
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class GoogleSettings(Frozen):
    """The table, checked. `endpoint` is another host that speaks Google's APIs, https unless on this machine."""

    credentials: str | None = None
    subject: str | None = None
    names: tuple[str, ...] = ("@review-finetune", "/ft-review")
    seconds: float = Field(default=45.0, ge=1.0)
    reports: str | None = None
    push: str | None = None
    people: dict[str, str] = {}
    endpoint: str | None = None

    @field_validator("endpoint", "push")
    @classmethod
    def _safe(cls, url: str | None) -> str | None:
        parts = urlsplit(url or "https:")
        if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            return url.rstrip("/") if url else None
        raise ValueError("an https address is needed")


class Key(Frozen):
    """Who the bot is, as the JSON of its key says it. The secret is never shown."""

    kind: Literal["service_account", "authorized_user"]
    info: dict[str, Any] = Field(repr=False)

    @property
    def who(self) -> str:
        """The address in the key, if there is one."""
        return str(self.info.get("client_email") or self.info.get("account") or "")


def google_settings(settings: Settings) -> GoogleSettings:
    """The table of the configuration file.

    Raises:
        UsageError: it cannot be used; names the line.
    """
    try:
        return GoogleSettings.model_validate(dict(settings.google))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(p) for p in first["loc"])
        raise UsageError(f"[google] {where}", str(first["msg"]).lower(), "See docs/google-docs.md.") from None


def key(settings: Settings, environ: Mapping[str, str] = os.environ) -> Key:
    """The key.

    Raises:
        UsageError: none is configured, or it is none; says what to do.
    """
    given = environ.get(CREDENTIALS) or _beside(settings)
    if not given:
        raise UsageError("Google Docs are not configured", "no key of an account", HOW)
    text = given if given.lstrip().startswith("{") else _contents(Path(given).expanduser())
    try:
        info = json.loads(text)
        return Key(kind=info["type"], info=info)
    except (ValueError, KeyError, TypeError):
        said = "it is neither the key of a service account nor an authorised user"
        raise UsageError("the key for Google cannot be used", said, HOW) from None


def is_configured(settings: Settings, environ: Mapping[str, str] = os.environ) -> bool:
    """True when somebody named a key."""
    return bool(environ.get(CREDENTIALS) or settings.google.get("credentials"))


def _beside(settings: Settings) -> str | None:
    named = google_settings(settings).credentials
    if not named or named.lstrip().startswith("{"):
        return None
    return str((settings.path.parent if settings.path else Path()) / Path(named).expanduser())


def _contents(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = (error.strerror or "").lower() if isinstance(error, OSError) else "it is no text"
        raise UsageError(f"the key for Google in {path}", why, HOW) from None
