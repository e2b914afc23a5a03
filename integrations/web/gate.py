"""Who is asking, and whether their browser was led here by another site. Every page and call of ours passes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.requests import Request

from integrations.web.configuration import WebSettings
from integrations.web.problems import Refused

COOKIE, SECURE_COOKIE = "review-finetune", "__Host-review-finetune"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
READS = ("GET", "HEAD")


class Person(NamedTuple):
    """Who asks. `signed`: they showed a token; else it is whoever sits at this machine."""

    name: str
    signed: bool


@dataclass(frozen=True)
class Gate:
    """Lets people in.

    Attributes:
        settings: the people and the public address.
        operator: who runs this process; without people, whoever asks from this machine is taken for them.
        local: the process listens on this machine alone.
    """

    settings: WebSettings
    operator: str
    local: bool = True

    def enter(self, request: Request) -> Person:
        """Who asks.

        Raises:
            Refused: nobody whom we know, or the request comes from another site.
        """
        self.same_site(request)
        if not self.settings.people:
            return Person(self.operator, False)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            token = request.cookies.get(cookie_of(request), "")
        return self.known(token.strip())

    def known(self, token: str) -> Person:
        """Whose token it is.

        Raises:
            Refused: nobody's.
        """
        name = self.settings.person(token) if token else None
        if name is None:
            why = "the token is unknown" if token else "no token was sent"
            raise Refused(401, "who are you?", why, "Send the header Authorization: Bearer TOKEN.")
        return Person(name, True)

    def same_site(self, request: Request) -> None:
        """Refuses what another site makes a browser send: a foreign name for this machine, a foreign origin.

        Raises:
            Refused: it is one of these.
        """
        host = request.headers.get("host", "").lower()
        if self._listed and _name(host) not in self._listed:
            fix = 'Use the address that the server prints, or set [web] url = "https://…".'
            raise Refused(421, "not served under this name", "the Host header names another site", fix)
        if request.method in READS:
            return
        origin, fetched = request.headers.get("origin"), request.headers.get("sec-fetch-site", "none")
        ours = {f"{request.url.scheme}://{host}", self.settings.url}
        if (origin is not None and origin.lower() not in ours) or fetched not in ("same-origin", "none"):
            fix = 'Send it from the page of this server; behind a proxy set [web] url = "https://…".'
            raise Refused(403, "sent by another site", "the Origin header names another site", fix)

    @property
    def _listed(self) -> tuple[str, ...]:
        """Names under which we answer; empty for any (tokens guard us then)."""
        public = (_name(urlsplit(self.settings.url).netloc),) if self.settings.url else ()
        return (*LOOPBACK, *public) if self.local or public else ()


def cookie_of(request: Request) -> str:
    """The name of the cookie: under https, one that no neighbouring site can set."""
    return SECURE_COOKIE if request.url.scheme == "https" else COOKIE


def _name(host: str) -> str:
    """A host without its port."""
    return host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host.partition(":")[0]
