"""Who may use the web door, and under which address: the table `[web]` and REVIEW_FINETUNE_TOKENS.

    [web]
    url = "https://reviews.example.org"       # the public address, behind a reverse proxy

    [web.people]                              # the SHA-256 of each person's token; `serve --new-token ada` makes one
    ada = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"

REVIEW_FINETUNE_TOKENS holds further people with the tokens themselves: `ada=TOKEN bob=TOKEN`.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from agent.errors import UsageError

TOKENS = "REVIEW_FINETUNE_TOKENS"
SHORTEST = 24
"""Characters of a token: nobody guesses it."""
_HASH = re.compile(r"sha256:([0-9a-f]{64})")
_NAME = re.compile(r"[^\s=,\x00-\x1f]{1,100}")


@dataclass(frozen=True)
class WebSettings:
    """The web door.

    Attributes:
        people: name by the SHA-256 of their token, hexadecimal.
        url: scheme and host of the public address, or None.
    """

    people: Mapping[str, str] = field(default_factory=dict)
    url: str | None = None

    def person(self, token: str) -> str | None:
        """Whose token this is; the time that it takes tells nothing."""
        given, found = fingerprint(token), None
        for known, name in self.people.items():
            if hmac.compare_digest(known, given):
                found = name
        return found


def configured(table: Mapping[str, Any], environ: Mapping[str, str]) -> WebSettings:
    """Reads the table and the environment.

    Raises:
        UsageError: something in them cannot be used; no token is repeated.
    """
    if unknown := set(table) - {"people", "url"}:
        raise _wrong(f"[web]: {', '.join(sorted(unknown))}", "unknown", "It may hold: people, url.")
    people: dict[str, str] = {}
    listed = table.get("people", {})
    if not isinstance(listed, dict):
        raise _wrong("web.people", "it is no table", 'Write [web.people] and ada = "sha256:…" below it.')
    for name, kept in listed.items():
        found = _HASH.fullmatch(kept) if isinstance(kept, str) else None
        if found is None:
            raise _wrong(f"web.people.{name}", "no SHA-256", f"Make one: review-finetune serve --new-token {name}")
        people[found[1]] = _named(name)
    for pair in environ.get(TOKENS, "").replace(",", " ").split():
        name, _, token = pair.partition("=")
        if len(token) < SHORTEST:
            raise UsageError(TOKENS, f"no token of {SHORTEST} characters or more", "Write NAME=TOKEN NAME=TOKEN.")
        people[fingerprint(token)] = _named(name)
    return WebSettings(people, _origin(table.get("url")))


def fingerprint(token: str) -> str:
    """The SHA-256 of a token; it is random, so that no slow hash is needed."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UsageError("a person of the web door", "no name", "A name has no spaces, commas or equals signs.")
    return name


def _origin(url: Any) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url) if isinstance(url, str) else None
    if not parts or parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
        raise _wrong("web.url", "no address of a site", 'Write url = "https://reviews.example.org".')
    return f"{parts.scheme}://{parts.netloc}".lower()


def _wrong(what: str, why: str, fix: str) -> UsageError:
    return UsageError(f"configuration: {what}", why, fix)
