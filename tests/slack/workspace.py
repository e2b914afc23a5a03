"""Slack on loopback: workspaces that hold state, and refuse what Slack refuses. The real SDK and bolt talk to it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from integrations.slack.scopes import events, scopes
from tests.slack.blockkit import faults

TOKEN, SECRET = "xoxb-test", "signing-secret"
TEAM, PM, ADA, BOT = "T1", "UPM", "UADA", "UBOT"
NEEDS = {
    "chat.postMessage": "chat:write", "chat.update": "chat:write", "chat.postEphemeral": "chat:write",
    "files.info": "files:read", "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write", "usergroups.users.list": "usergroups:read",
    "conversations.open": "im:write", "bots.info": "users:read",
}  # fmt: skip
"""Method to scope; source: docs.slack.dev/reference/methods. Reading messages needs that of the channel's kind."""
HISTORY = {"C": "channels:history", "G": "groups:history", "D": "im:history"}
FREE = ("auth.test", "oauth.v2.access", "blocks.validate", "apps.connections.open", "apps.manifest.export")


class Refused(Exception):
    """Slack's `ok: false`."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.more = more


class Workspace:
    """Channels, messages, files, triggers and views; `faulty` may spoil a call before or after it is done.

    Attributes:
        faulty: method and number of the call to "", "429", "500", "lost" (done, then 500) or "cut" (done, then the
            connection breaks).
        trigger_life: seconds; Slack's are 3, but a busy machine must not fail a test.
        login: files are answered with a sign-in page, as where files:read is missing.
        rejected: kinds of blocks that this workspace does not know.
    """

    def __init__(self) -> None:
        self.members = {"C1", "C2"}
        self.tokens = {TOKEN: TEAM}
        self.scopes = set(scopes())
        self.messages: dict[str, dict[str, Any]] = {}
        self.whispers: list[dict[str, Any]] = []
        self.views: list[dict[str, Any]] = []
        self.homes: dict[str, Any] = {}
        self.files: dict[str, tuple[str, bytes, str]] = {}
        self.sizes: dict[str, int] = {}
        self.uploads: list[bytes] = []
        self.responses: list[str] = []
        self.group = [ADA, PM]
        self.heard = list(events())
        self.asked: list[str] = []
        self.faulty: Callable[[str, int], str] = lambda method, number: ""
        self.login = False
        self.trigger_life = 60.0
        self.rejected: set[str] = set()
        self.refreshed: list[str] = []
        self.sockets: list[web.WebSocketResponse] = []
        self.envelopes: dict[str, asyncio.Future[Any]] = {}
        self._triggers: dict[str, float] = {}
        self._clock = 0
        self.url = ""

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/files/{id}", self._file)
        app.router.add_post("/upload", self._upload)
        app.router.add_get("/socket", self._socket)
        app.router.add_post("/response", self._response)
        return app

    def trigger(self) -> str:
        made = f"trigger.{len(self._triggers)}"
        self._triggers[made] = time.monotonic()
        return made

    def tick(self) -> str:
        self._clock += 1
        return f"{int(time.time())}.{self._clock:06}"

    def says(self, user: str, text: str, **more: Any) -> str:
        """A person's message."""
        ts = self.tick()
        self.messages[ts] = {"channel": "C1", "user": user, "text": text, "ts": ts} | more
        return ts

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.asked.append(method)
        fault = self.faulty(method, self.asked.count(method))
        if fault == "429":
            body = {"ok": False, "error": "ratelimited"}
            return web.json_response(body, status=429, headers={"Retry-After": "0"})
        if fault == "500":
            return web.Response(status=500, text="")
        answer = await self._answered(request, method)
        if fault == "lost":
            return web.Response(status=503, text="")
        if fault == "cut" and request.transport:
            request.transport.abort()
        return web.json_response(answer, headers={"x-oauth-scopes": ",".join(sorted(self.scopes))})

    async def _answered(self, request: web.Request, method: str) -> dict[str, Any]:
        data = await _parameters(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        needed = NEEDS.get(method) or (HISTORY.get(data["channel"][0], "") if "conversations." in method else "")
        try:
            if method not in FREE and token not in self.tokens:
                raise Refused("invalid_auth")
            if needed and needed not in self.scopes:
                raise Refused("missing_scope", needed=needed, provided=",".join(sorted(self.scopes)))
            return {"ok": True} | getattr(self, f"do_{method.replace('.', '_')}")(data | {"_token": token})
        except Refused as error:
            return {"ok": False, "error": str(error)} | error.more

    def do_auth_test(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["_token"] not in self.tokens:
            raise Refused("invalid_auth")
        team = self.tokens[data["_token"]]
        return {"team_id": team, "user_id": BOT, "bot_id": "B1", "team": "t", "user": "bot", "url": self.url}

    def do_oauth_v2_access(self, data: dict[str, Any]) -> dict[str, Any]:
        if data.get("client_id") != "1.2" and "Basic" not in str(data):
            raise Refused("bad_client_secret")
        old = data.get("refresh_token")
        if old and (old in self.refreshed or not old.startswith("xoxe-1-")):
            raise Refused("invalid_refresh_token")
        team = old.split("-")[2] if old else data["code"].removeprefix("code-")
        number = len(self.refreshed)
        token = f"xoxb-{team}-{number}"
        self.refreshed += [old] if old else []
        self.tokens = {t: w for t, w in self.tokens.items() if w != team} | {token: team}
        return {
            "access_token": token, "token_type": "bot", "scope": ",".join(sorted(self.scopes)), "bot_user_id": BOT,
            "app_id": "A1", "team": {"id": team, "name": team}, "enterprise": None, "authed_user": {"id": PM},
            "refresh_token": f"xoxe-1-{team}-{number}", "expires_in": 43200, "is_enterprise_install": False,
        }  # fmt: skip

    def do_chat_postMessage(self, data: dict[str, Any]) -> dict[str, Any]:
        self._checked(data)
        if data.get("thread_ts") and data["thread_ts"] not in self.messages:
            raise Refused("thread_not_found")
        return {"channel": data["channel"], "ts": self._posted(data)}

    def _posted(self, data: dict[str, Any]) -> str:
        ts = self.tick()
        kept = {k: v for k, v in data.items() if k != "_token"}
        self.messages[ts] = kept | {"ts": ts, "user": BOT, "bot_id": "B1"}
        return ts

    def do_chat_update(self, data: dict[str, Any]) -> dict[str, Any]:
        self._checked(data)
        if data["ts"] not in self.messages or self.messages[data["ts"]]["channel"] != data["channel"]:
            raise Refused("message_not_found")
        self.messages[data["ts"]] |= {k: data[k] for k in ("text", "blocks") if k in data}
        return {"channel": data["channel"], "ts": data["ts"]}

    def do_chat_postEphemeral(self, data: dict[str, Any]) -> dict[str, Any]:
        self._checked(data)
        self.whispers.append(data)
        return {"message_ts": self.tick()}

    def do_conversations_open(self, data: dict[str, Any]) -> dict[str, Any]:
        channel = f"D{data['users'][1:]}"
        self.members.add(channel)
        return {"channel": {"id": channel}}

    def do_conversations_history(self, data: dict[str, Any]) -> dict[str, Any]:
        return self._read(data, lambda m: not m.get("thread_ts") or m["thread_ts"] == m["ts"])

    def do_conversations_replies(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["ts"] not in self.messages:
            raise Refused("thread_not_found")
        return self._read(data, lambda m: data["ts"] in (m["ts"], m.get("thread_ts")))

    def _read(self, data: dict[str, Any], wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Pages of at most 15, as apps outside the Marketplace get them; metadata only where it is asked for."""
        if data["channel"] not in self.members:
            raise Refused("not_in_channel")
        oldest = float(data.get("oldest") or 0)
        found = [m for m in self.messages.values() if m["channel"] == data["channel"] and wanted(m)]
        found = [m for m in found if float(m["ts"]) >= oldest]
        at, size = int(data.get("cursor") or 0), min(15, int(data.get("limit") or 100))
        more = str(at + size) if at + size < len(found) else ""
        all_ = str(data.get("include_all_metadata", "")).lower() in ("1", "true")
        page = [m if all_ else {k: v for k, v in m.items() if k != "metadata"} for m in found[at : at + size]]
        return {"messages": page, "response_metadata": {"next_cursor": more}}

    def do_views_open(self, data: dict[str, Any]) -> dict[str, Any]:
        opened = self._triggers.pop(data["trigger_id"], None)
        if opened is None or time.monotonic() - opened > self.trigger_life:
            raise Refused("expired_trigger_id")
        view = data["view"]
        if found := faults(view, view=True):
            raise Refused("invalid_arguments", response_metadata={"messages": found})
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
        return {"users": self.group}

    def do_files_info(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["file"] not in self.files:
            raise Refused("file_not_found")
        name, body, user = self.files[data["file"]]
        url = f"{self.url}/files/{data['file']}"
        size = self.sizes.get(data["file"], len(body))
        return {"file": {"name": name, "size": size, "user": user, "url_private_download": url}}

    def do_files_getUploadURLExternal(self, data: dict[str, Any]) -> dict[str, Any]:
        self._uploading = str(data["filename"])
        return {"upload_url": f"{self.url}/upload", "file_id": "F99"}

    def do_files_completeUploadExternal(self, data: dict[str, Any]) -> dict[str, Any]:
        about = {"channel": data["channel_id"], "thread_ts": data["thread_ts"], "text": ""}
        self._posted(about | {"files": [{"id": "F99", "name": self._uploading}]})
        return {"files": [{"id": "F99"}]}

    def do_bots_info(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"bot": {"id": data["bot"], "app_id": "A1"}}

    def do_apps_connections_open(self, data: dict[str, Any]) -> dict[str, Any]:
        if not data["_token"].startswith("xapp-"):
            raise Refused("not_allowed_token_type")
        return {"url": f"{self.url.replace('http', 'ws', 1)}/socket"}

    def do_apps_manifest_export(self, data: dict[str, Any]) -> dict[str, Any]:
        settings = {"event_subscriptions": {"bot_events": self.heard}}
        return {"manifest": {"settings": settings}}

    def do_blocks_validate(self, data: dict[str, Any]) -> dict[str, Any]:
        kind = "view" if "view" in data else "message"
        found = faults(data[kind] if isinstance(data[kind], dict) else json.loads(data[kind]), view=kind == "view")
        if found:
            errors = [{"pointer": "/blocks", "code": "failed_constraint", "message": f} for f in found]
            raise Refused(f"invalid_{kind}", errors=errors)
        return {}

    def _checked(self, data: dict[str, Any]) -> None:
        if data["channel"] not in self.members:
            raise Refused("not_in_channel" if data["channel"].startswith("C") else "channel_not_found")
        if faults(data) or any(b["type"] in self.rejected for b in data.get("blocks", ())):
            raise Refused("invalid_blocks")

    async def _file(self, request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens or self.login:
            return web.Response(text="<!DOCTYPE html><html><title>Sign in</title></html>", content_type="text/html")
        return web.Response(body=self.files[request.match_info["id"]][1], content_type="application/octet-stream")

    async def _upload(self, request: web.Request) -> web.Response:
        self.uploads.append(await request.read())
        return web.Response(text="OK")

    async def _response(self, request: web.Request) -> web.Response:
        """A `response_url`: five answers."""
        if len(self.responses) == 5:
            return web.Response(status=404, text="used_url")
        self.responses.append(str((await request.json())["text"]))
        return web.Response(text="ok")

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        """Socket Mode: says hello, sends envelopes, and hears which were taken."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}})
        async for message in socket:
            if message.type == web.WSMsgType.TEXT and message.data.startswith("{"):
                taken = json.loads(message.data)
                self.envelopes[taken["envelope_id"]].set_result(taken.get("payload"))
        return socket

    async def envelope(self, kind: str, payload: dict[str, Any]) -> Any:
        """Sends one over the socket; gives what the app answers. Slack's patience is 3 s, a busy machine's is more."""
        ident = f"envelope-{len(self.envelopes)}"
        self.envelopes[ident] = asyncio.get_running_loop().create_future()
        about = {"envelope_id": ident, "type": kind, "payload": payload, "accepts_response_payload": True}
        await self.sockets[-1].send_json(about)
        return await asyncio.wait_for(self.envelopes[ident], 30)

    def ours(self) -> list[dict[str, Any]]:
        """The bot's messages, in order."""
        return [m for m in self.messages.values() if m.get("bot_id")]

    def marks(self) -> list[str]:
        """The keys of the bot's messages; one that is there twice was posted twice."""
        return [m["metadata"]["event_payload"]["key"] for m in self.ours() if "metadata" in m]

    def thread(self, ts: str) -> list[dict[str, Any]]:
        return [m for m in self.messages.values() if m.get("thread_ts") == ts and m["ts"] != ts]


def signed(body: str, secret: str = SECRET) -> dict[str, str]:
    """The headers of a request by Slack."""
    stamp = str(int(time.time()))
    made = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": made or ""}


async def _parameters(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    form = dict(await request.post()) | dict(request.query)
    parsed = ("blocks", "view", "metadata")
    return {k: json.loads(v) if k in parsed else v for k, v in form.items()}  # type: ignore[arg-type]
