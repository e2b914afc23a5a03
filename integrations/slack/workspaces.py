"""Clients of the workspaces that have the app: one by its token, or many that installed it.

Who we are in a workspace is asked of Slack once in `FRESH` seconds, not with every request as bolt would, and forgotten
at once when Slack says that a token was revoked.
"""

from __future__ import annotations

import time
from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation import TokenRotator
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.client import WebClient

from agent.errors import UsageError
from agent.store import open_store
from integrations.slack.configuration import SlackSettings
from integrations.slack.installs import Installs
from integrations.slack.refusal import refusal
from integrations.slack.visit import off

TIMEOUT = 10
"""Seconds for a call of Slack; much shorter than a lease, so that no call of a lost job is still under way."""
FRESH = 600.0
EARLY = 120
"""Minutes before its end at which a token is renewed."""


class Workspaces(AsyncAuthorize):
    """Every workspace; also bolt's way to authorise a request."""

    def __init__(self, settings: SlackSettings, installs: Installs, place: str) -> None:
        self._settings, self._installs, self._place = settings, installs, place
        self._known: dict[tuple[str, str], tuple[float, AuthorizeResult]] = {}
        self.token_rotation_expiration_minutes = EARLY

    async def __call__(
        self, *, context: Any, enterprise_id: str | None, team_id: str | None, user_id: str | None, **actor: str | None
    ) -> AuthorizeResult | None:
        """Who we are in the workspace of a request; None where the app is not installed.

        Raises:
            ConnectionError: Slack cannot say now. To an error of its own bolt would answer 200, and the delivery would
                be lost; to this one it answers 500, and Slack sends it again.
        """
        key = (enterprise_id or "", team_id or "")
        kept = self._known.get(key)
        if kept and kept[0] > time.monotonic():
            return kept[1]
        try:
            client = await self.client(key[1], key[0])
        except UsageError:
            return None
        found = await _asked(client)
        self._known[key] = (time.monotonic() + FRESH, found)
        return found

    async def client(self, team: str, enterprise: str = "") -> AsyncWebClient:
        """A client with the workspace's token.

        Raises:
            UsageError: the app is not installed there.
        """
        token = self._settings.bot_token or await off(self._token, team, enterprise)
        return client(self._settings, token)

    def drop(self, team: str, enterprise: str = "") -> None:
        """The next request asks Slack again."""
        for key in [k for k in self._known if k[1] == team or (enterprise and k[0] == enterprise)]:
            del self._known[key]

    async def removed(self, team: str, enterprise: str = "") -> None:
        """The app was removed there, or its token revoked."""
        self.drop(team, enterprise)
        await self._installs.async_delete_all(enterprise_id=enterprise or None, team_id=team or None)

    def _token(self, team: str, enterprise: str) -> str:
        """The token of an installation, renewed by one process at a time: a refresh token works once."""
        bot = self._installs.find_bot(enterprise or None, team or None)
        if bot is not None and _ends_soon(bot):
            with open_store(self._place) as store, store.locked(f"slack {enterprise}/{team}", "source"):
                bot = self._installs.find_bot(enterprise or None, team or None)
                bot = self._renewed(bot) if bot is not None and _ends_soon(bot) else bot
        if bot is None or not bot.bot_token:
            raise UsageError("Slack", "the app is not installed in that workspace", "Install it from /slack/install.")
        return str(bot.bot_token)

    def _renewed(self, bot: Bot) -> Bot:
        rotator = TokenRotator(
            client_id=self._settings.client_id,
            client_secret=self._settings.client_secret,
            client=WebClient(base_url=self._settings.api, timeout=TIMEOUT, retry_handlers=[]),
        )
        made = rotator.perform_bot_token_rotation(bot=bot, minutes_before_expiration=EARLY)
        if made is None:
            return bot
        self._installs.save_bot(made)
        return made


async def _asked(client: AsyncWebClient) -> AuthorizeResult:
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        if refusal(error).passing:
            raise ConnectionError("auth.test") from error
        raise
    return AuthorizeResult.from_auth_test_response(auth_test_response=answer, bot_token=client.token)


def client(settings: SlackSettings, token: str | None = None) -> AsyncWebClient:
    """A client that sends a request once.

    The SDK repeats a request by itself when the connection breaks, a post too, and that makes two messages where Slack
    had taken the first.
    """
    return AsyncWebClient(token, base_url=settings.api, timeout=TIMEOUT, retry_handlers=[])


def _ends_soon(bot: Bot) -> bool:
    ends = bot.bot_token_expires_at
    return ends is not None and float(ends) < time.time() + EARLY * 60
