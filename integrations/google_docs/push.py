"""Google's push messages: they only make the next look come sooner, so that one that is lost or forged does no harm.

POST /google/changes, with the channel's token in `X-Goog-Channel-Token`. Answered at once; the look runs beside it.
"""

from __future__ import annotations

import hmac
import os
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from agent.errors import DocumentError, ReviewError
from agent.settings import Settings
from integrations.google_docs.configuration import PUSH_TOKEN, google_settings, is_configured

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from agent.service import Service
    from integrations.google_docs.bot import Bot

PATH = "/google/changes"
CHANNEL_SECONDS = 6 * 86_400
"""A channel for changes lives seven days at most; it is renewed after half of this."""


def routes(settings: Settings, service: Service) -> list[BaseRoute]:
    """The route, and a thread that looks; empty when Google Docs, a public address or the push secret is missing."""
    secret, table = os.environ.get(PUSH_TOKEN), google_settings(settings)
    if not (secret and table.push and is_configured(settings)):
        return []
    from starlette.responses import Response
    from starlette.routing import Route

    from integrations.google_docs.command import bot_of

    wake = threading.Event()
    looking = Looking(bot_of(settings), wake, f"{table.push}{PATH}", secret)
    threading.Thread(target=looking.run, name="google-docs", daemon=True).start()

    async def changed(request: Request) -> Response:
        """204; 403 for a wrong token."""
        if not hmac.compare_digest(request.headers.get("x-goog-channel-token", "").encode(), secret.encode()):
            return Response(status_code=403)
        if request.headers.get("x-goog-resource-state") != "sync":
            wake.set()
        return Response(status_code=204)

    return [Route(PATH, changed, methods=["POST"])]


class Looking:
    """Looks when woken, and all the same every few seconds; renews the channel in time."""

    def __init__(
        self, bot: Bot, wake: threading.Event, address: str, secret: str, clock: Callable[[], float] = time.time
    ) -> None:
        """Takes what wakes it, where Google sends its messages, and the clock (Unix time, s)."""
        self._bot, self._wake, self._address, self._secret, self._clock = bot, wake, address, secret, clock
        self._renew_at = 0.0
        self._channel: Mapping[str, Any] | None = None

    def run(self) -> None:
        """For ever; an error is told, and the next look comes all the same."""
        while True:
            self.once()
            self._wake.wait(self._bot.settings.seconds)

    def once(self) -> None:
        """Renews the channel if it is time, and looks, channel or not."""
        self._wake.clear()
        for step in (self._renew, self._bot.look):
            try:
                step()
            except ReviewError as error:
                self._bot.tell(str(error))
            except Exception as error:  # the thread must go on, or nobody is answered
                sys.stderr.write(f"google docs: {type(error).__name__}\n")

    def _renew(self) -> None:
        """Makes a channel when the last one is half over, then ends that one, so that there is always one."""
        now = self._clock()
        if now < self._renew_at:
            return
        ends = str(int((now + CHANNEL_SECONDS) * 1000))
        wanted = {"id": str(uuid.uuid4()), "token": self._secret, "address": self._address, "expiration": ends}
        old, self._channel = self._channel, self._bot.google.watch(self._bot.google.first_page(), wanted)
        lasts = int(self._channel.get("expiration") or ends) / 1000 - now
        self._renew_at = now + lasts / 2
        if old:
            with suppress(DocumentError):  # it ends by itself
                self._bot.google.unwatch(old)
