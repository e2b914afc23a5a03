"""A Slack workspace on loopback: it holds state, and refuses what Slack refuses. The real SDK talks to it."""

from __future__ import annotations

import json
import time
from typing import Any

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from tests.slack.blockkit import faults

TOKEN, SECRET = "xoxb-test", "signing-secret"
TEAM, PM, ADA, BOT = "T1", "UPM", "UADA", "UBOT"


class Refused(Exception):
    """Slack's `ok: false`."""


class Workspace:
    """Channels, messages, files, triggers and views of one workspace."""

    def __init__(self) -> None:
        self.members = {"C1"}
        self.messages: dict[str, dict[str, Any]] = {}
        self.whispers: list[dict[str, Any]] = []
        self.views: list[dict[str, Any]] = []
        self.homes: dict[str, Any] = {}
        self.files: dict[str, tuple[str, bytes, str]] = {}
        self.uploads: list[bytes] = []
        self.limited = 0
        self.asked: list[str] = []
        self._triggers: dict[str, float] = {}
        self._clock = 1000
        self.url = ""

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/files/{id}", self._file)
        app.router.add_post("/upload", self._upload)
        return app

    def trigger(self) -> str:
        made = f"trigger.{len(self._triggers)}"
        self._triggers[made] = time.monotonic()
        return made

    def tick(self) -> str:
        self._clock += 1
        return f"{self._clock}.000100"

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.asked.append(method)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        if self.limited and method == "chat.postMessage":
            self.limited -= 1
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "0"})
        data = await _parameters(request)
        try:
            return web.json_response({"ok": True} | getattr(self, f"do_{method.replace('.', '_')}")(data))
        except Refused as error:
            return web.json_response({"ok": False, "error": str(error)})

    def do_auth_test(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"team_id": TEAM, "user_id": BOT, "bot_id": "B1", "team": "t", "user": "bot", "url": self.url}

    def do_chat_postMessage(self, data: dict[str, Any]) -> dict[str, Any]:
        self._checked(data)
        if data.get("thread_ts") and data["thread_ts"] not in self.messages:
            raise Refused("thread_not_found")
        ts = self.tick()
        self.messages[ts] = data
        return {"channel": data["channel"], "ts": ts}

    def do_chat_update(self, data: dict[str, Any]) -> dict[str, Any]:
        self._checked(data)
        if data["ts"] not in self.messages:
            raise Refused("message_not_found")
        self.messages[data["ts"]] |= data
        return {"channel": data["channel"], "ts": data["ts"]}

    def do_chat_postEphemeral(self, data: dict[str, Any]) -> dict[str, Any]:
        self._checked(data)
        self.whispers.append(data)
        return {"message_ts": self.tick()}

    def do_views_open(self, data: dict[str, Any]) -> dict[str, Any]:
        opened = self._triggers.pop(data["trigger_id"], None)
        if opened is None or time.monotonic() - opened > 3:
            raise Refused("expired_trigger_id")
        view = data["view"]
        if faults(view, view=True):
            raise Refused("invalid_arguments")
        view["id"] = f"V{len(self.views)}"
        self.views.append(view)
        return {"view": view}

    def do_views_publish(self, data: dict[str, Any]) -> dict[str, Any]:
        if faults(data["view"], view=True):
            raise Refused("invalid_arguments")
        self.homes[data["user_id"]] = data["view"]
        return {"view": data["view"]}

    def do_usergroups_users_list(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["usergroup"] != "S1":
            raise Refused("no_such_subteam")
        return {"users": [ADA, PM]}

    def do_files_info(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["file"] not in self.files:
            raise Refused("file_not_found")
        name, body, user = self.files[data["file"]]
        url = f"{self.url}/files/{data['file']}"
        return {"file": {"name": name, "size": len(body), "user": user, "url_private_download": url}}

    def do_files_getUploadURLExternal(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"upload_url": f"{self.url}/upload", "file_id": "F99"}

    def do_files_completeUploadExternal(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"files": [{"id": "F99"}]}

    def _checked(self, data: dict[str, Any]) -> None:
        if data["channel"] not in self.members and not data["channel"].startswith("U"):
            raise Refused("not_in_channel")
        if faults(data):
            raise Refused("invalid_blocks")

    async def _file(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(text="<html>Sign in</html>", content_type="text/html")
        return web.Response(body=self.files[request.match_info["id"]][1], content_type="application/octet-stream")

    async def _upload(self, request: web.Request) -> web.Response:
        self.uploads.append(await request.read())
        return web.Response(text="OK")

    def thread(self, ts: str) -> list[dict[str, Any]]:
        return [m for m in self.messages.values() if m.get("thread_ts") == ts]


def signed(body: str, secret: str = SECRET) -> dict[str, str]:
    """The headers of a request by Slack."""
    stamp = str(int(time.time()))
    made = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": made or ""}


async def _parameters(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    form = dict(await request.post()) | dict(request.query)
    return {k: json.loads(v) if k in ("blocks", "view") else v for k, v in form.items()}  # type: ignore[arg-type]
