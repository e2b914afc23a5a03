"""Which workspaces installed the app, and the states of installations under way: bolt's own stores over our database.

Tokens stand in the store of the reviews as Slack gave them; the file is its owner's alone, a database must be, too.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from logging import Logger
from typing import Any

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from agent.store import open_store
from integrations.slack.visit import off

LOG = logging.getLogger(__name__)
STATE_SECONDS = 600.0
BOT = ""
"""The `installer` of the row that holds the workspace's newest bot token."""


class Installs(AsyncInstallationStore):
    """A row for each workspace's bot, and one for each person who installed it."""

    def __init__(self, place: str) -> None:
        self._place = place

    @property
    def logger(self) -> Logger:
        """Bolt asks for it."""
        return LOG

    async def async_save(self, installation: Installation) -> None:
        """Keeps an installation and its bot."""
        place = _place(installation.enterprise_id, installation.team_id, installation.is_enterprise_install)
        await off(self._put, place, str(installation.user_id), installation.to_dict_for_copying())
        if installation.bot_token:
            await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        """Keeps the workspace's newest bot."""
        await off(self.save_bot, bot)

    def save_bot(self, bot: Bot) -> None:
        """As `async_save_bot`, for a thread."""
        self._put(_place(bot.enterprise_id, bot.team_id, bot.is_enterprise_install), BOT, bot.to_dict_for_copying())

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """The bot of a workspace; that of its whole organisation where the workspace has none."""
        return await off(self.find_bot, enterprise_id, team_id)

    def find_bot(self, enterprise: str | None, team: str | None) -> Bot | None:
        """As `async_find_bot`, for a thread."""
        found = self._get(_place(enterprise, team, False), BOT) or self._get(_place(enterprise, None, True), BOT)
        return Bot(**found) if found else None

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """What one person installed; anybody's newest where none is named."""
        for place in (_place(enterprise_id, team_id, False), _place(enterprise_id, None, True)):
            if found := await off(self._installed, place, user_id):
                return Installation(**found)
        return None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forgets the bot of a workspace."""
        await off(self._drop, _place(enterprise_id, team_id, team_id is None), BOT)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Forgets what one person installed."""
        await off(self._drop, _place(enterprise_id, team_id, team_id is None), user_id)

    async def async_delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forgets a workspace."""
        await off(self._drop, _place(enterprise_id, team_id, team_id is None), None)

    def count(self) -> int:
        """Workspaces that have the app."""
        with open_store(self._place) as store:
            return int(store.run("SELECT COUNT(*) FROM slack_installations WHERE installer = ?", BOT)[0][0])

    def _put(self, place: str, installer: str, data: dict[str, Any]) -> None:
        with open_store(self._place) as store:
            store.run(
                "INSERT INTO slack_installations (place, installer, at, data) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (place, installer) DO UPDATE SET at = excluded.at, data = excluded.data RETURNING place",
                place,
                installer,
                time.time(),
                json.dumps(data, default=lambda moment: moment.isoformat()),
            )

    def _get(self, place: str, installer: str) -> dict[str, Any] | None:
        with open_store(self._place) as store:
            sql = "SELECT data FROM slack_installations WHERE place = ? AND installer = ?"
            rows = store.run(sql, place, installer)
        return _read(rows)

    def _installed(self, place: str, user: str | None) -> dict[str, Any] | None:
        if user:
            return self._get(place, user)
        with open_store(self._place) as store:
            sql = "SELECT data FROM slack_installations WHERE place = ? AND installer <> ? ORDER BY at DESC LIMIT 1"
            return _read(store.run(sql, place, BOT))

    def _drop(self, place: str, installer: str | None) -> None:
        with open_store(self._place) as store:
            if installer is None:
                store.run("DELETE FROM slack_installations WHERE place = ? RETURNING place", place)
            else:
                sql = "DELETE FROM slack_installations WHERE place = ? AND installer = ? RETURNING place"
                store.run(sql, place, installer)


class States(AsyncOAuthStateStore):
    """States of installations under way: each may come back once, within ten minutes."""

    def __init__(self, place: str) -> None:
        self._place = place

    @property
    def logger(self) -> Logger:
        """Bolt asks for it."""
        return LOG

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        """A new one."""
        state = secrets.token_urlsafe(32)
        await off(self._run, "DELETE FROM slack_states WHERE ends < ? RETURNING state", time.time())
        sql = "INSERT INTO slack_states (state, ends) VALUES (?, ?) RETURNING state"
        await off(self._run, sql, state, time.time() + STATE_SECONDS)
        return state

    async def async_consume(self, state: str) -> bool:
        """True when it was issued and has not come back yet."""
        sql = "DELETE FROM slack_states WHERE state = ? AND ends >= ? RETURNING state"
        return bool(await off(self._run, sql, state, time.time()))

    def _run(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with open_store(self._place) as store:
            return store.run(sql, *values)


def _place(enterprise: str | None, team: str | None, whole: bool | None) -> str:
    return f"{enterprise or ''}/{'' if whole else team or ''}"


def _read(rows: list[tuple[Any, ...]]) -> dict[str, Any] | None:
    return dict(json.loads(rows[0][0])) if rows else None
