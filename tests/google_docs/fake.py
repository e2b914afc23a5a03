"""A stand-in for Docs and Drive on this machine: it keeps documents, revisions, comments and changes, and refuses what
Google refuses. Requests and answers are held against the discovery documents.

What it only assumes, since nobody could ask the real service here: a comment does not change the revision;
`insertComment` needs edit access (`commenters_may_insert` turns it round); a comment alone raises no change
(`comments_raise_changes`); anchors do not move when text is edited.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.google_docs.contract import Method, methods, wrong
from tests.google_docs.documents import Json, all_tabs, units, units_between
from tests.google_docs.tokens import BOT, Denied, Tokens

DOC = "1FakeDocumentForTests"
METHODS = methods()
OURS = ("range", "modified")
"""What the fake keeps of a thread beside what Google shows."""
KIND = "application/vnd.google-apps.document"


class Refusal(Exception):
    def __init__(self, status: int, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.reason = status, message, reason


@dataclass
class Fault:
    """Once, for the first call of the method: an answer of `status` (0: none), before or after the save."""

    method: str
    status: int
    after: bool = False
    reason: str = ""


@dataclass
class Doc:
    content: Json
    role: str = "writer"
    revision: int = 1
    threads: list[Json] = field(default_factory=list)
    owner: str = "pm@example.com"
    gone: bool = False


class FakeGoogle:
    """The state; `url` is where it listens."""

    def __init__(self) -> None:
        self.docs: dict[str, Doc] = {}
        self.changes: list[str] = []
        self.faults: list[Fault] = []
        self.calls: list[str] = []
        self.channels: list[Json] = []
        self.refused: list[str] = []
        self.commenters_may_insert = False
        self.comments_raise_changes = False
        self.inserts_comments = True
        self.page = 200
        self.edit_before_write: Any = None
        self.tokens = Tokens()
        self.acting = BOT
        self.barred: set[int] = set()
        self.channel_seconds = 7 * 86_400.0
        self.url = ""
        self._ids = count(1)
        self._lock = threading.RLock()

    def share(self, content: Json, role: str = "writer", identity: str = DOC) -> str:
        self.docs[identity] = Doc(deepcopy(content), role)
        self.changes.append(identity)
        return identity

    def edit(self, identity: str, content: Json) -> None:
        doc = self.docs[identity]
        doc.content, doc.revision = deepcopy(content), doc.revision + 1
        self.changes.append(identity)

    def says(
        self, identity: str, words: str, thread: str | None = None, user: str = "users/7", action: str = ""
    ) -> str:
        """A person comments, or replies."""
        with self._lock:
            post, doc = self._post(words, user, action), self.docs[identity]
            if thread is None:
                self._add(doc, post, None)
                return str(doc.threads[-1]["commentId"])
            self._reply(doc, thread, post)
            return thread

    def ours(self, identity: str = DOC) -> list[Json]:
        return [t for t in self.docs[identity].threads if t["headPost"]["author"]["user"] == "users/bot"]

    def quoted(self, thread: Json, identity: str = DOC) -> str | None:
        """What a person sees marked for a thread; None where it has no anchor."""
        place = thread.get("range")
        if not place:
            return None
        content = self.docs[identity].content
        first = content["tabs"][0]["tabProperties"]["tabId"]
        tab, segment = place.get("tabId", first), place.get("segmentId", "")
        return units_between(content, tab, place["startIndex"], place["endIndex"], segment)

    def answer(self, verb: str, url: str, body: Any, who: str, scopes: set[str]) -> tuple[int, Any]:
        with self._lock:
            self.acting = who
            parts = urlsplit(url)
            found = next(
                ((m, x) for m in METHODS if m.verb == verb and (x := m.route.fullmatch(unquote(parts.path)))), None
            )
            if not found:
                return 404, _error(404, f"no such method {verb} {parts.path}")
            method, match = found
            self.calls.append(method.id)
            fault = next((f for f in self.faults if method.id.endswith(f.method)), None)
            if fault:
                self.faults.remove(fault)
                if not fault.after:
                    return fault.status, _error(fault.status, "fault", fault.reason)
            try:
                result = self._do(method, match.groupdict(), dict(parse_qsl(parts.query)), body, scopes)
            except Refusal as refusal:
                self.refused.append(refusal.message)
                return refusal.status, _error(refusal.status, refusal.message, refusal.reason)
            return (fault.status, _error(fault.status, "fault after", fault.reason)) if fault else (200, result)

    def _do(self, method: Method, path: dict[str, str], query: dict[str, str], body: Any, scopes: set[str]) -> Any:
        if method.scopes and not method.scopes & scopes:
            raise Refusal(403, "Request had insufficient authentication scopes.", "insufficientPermissions")
        if problem := method.wrong_query(query) or wrong(method.body, body):
            raise Refusal(400, f"Invalid request: {problem}")
        name = method.id.split(".", 1)[1].replace(".", "_")
        if name.startswith(("comments_", "replies_", "about_")) and "fields" not in query:
            raise Refusal(400, "The 'fields' parameter is required for this method.", "required")
        doc = self._doc(path[k]) if (k := next((k for k in ("documentId", "fileId") if k in path), "")) else None
        result = getattr(self, f"_{name}")(doc, path, query, body)
        if problem := wrong(method.answer, result):
            raise AssertionError(f"the fake invents: {method.id}: {problem}")
        return result

    def _doc(self, identity: str) -> Doc:
        doc = self.docs.get(identity)
        if doc is None or doc.gone:
            raise Refusal(404, "Requested entity was not found.", "notFound")
        return doc

    def _documents_get(self, doc: Doc, path: Json, query: Json, body: Any) -> Json:
        with_comments = query.get("commentsViewMode") == "COMMENTS_VIEW_MODE_INCLUDED"
        if with_comments and (
            query.get("includeTabsContent") != "true" or query.get("suggestionsViewMode") != "SUGGESTIONS_INLINE"
        ):
            raise Refusal(400, "comments need tabs and SUGGESTIONS_INLINE")
        if with_comments and doc.role == "reader":
            raise Refusal(403, "The caller does not have permission", "forbidden")
        made = deepcopy(doc.content) | {"documentId": path["documentId"]}
        if doc.role == "writer":
            made["revisionId"] = f"rev{doc.revision}"
        if with_comments:
            made["comments"] = [{k: v for k, v in t.items() if k not in OURS} for t in deepcopy(doc.threads)]
            for post in (p for t in made["comments"] for p in (t["headPost"], *t.get("replies", []))):
                post["author"]["me"] = post["author"]["user"] == "users/bot"
        return made

    def _documents_batchUpdate(self, doc: Doc, path: Json, query: Json, body: Json) -> Json:
        if self.edit_before_write:
            act, self.edit_before_write = self.edit_before_write, None
            act()
        if doc.role == "reader" or (doc.role == "commenter" and not self.commenters_may_insert):
            raise Refusal(403, "The caller does not have permission", "forbidden")
        required = body.get("writeControl", {}).get("requiredRevisionId")
        if required and required != f"rev{doc.revision}":
            raise Refusal(400, f"The required revision ID '{required}' does not match the latest revision.")
        for n, request in enumerate(body["requests"]):
            if set(request) != {"insertComment"} or not self.inserts_comments:
                raise Refusal(400, f"Invalid requests[{n}]: No request set.")
            self._check_comment(doc, request["insertComment"], n)
        for request in body["requests"]:
            self._add(doc, self._post(request["insertComment"]["content"]), request["insertComment"]["range"])
        return {
            "documentId": path["documentId"],
            "replies": [{} for _ in body["requests"]],
            "commentUpdateState": "ALL_SAVED",
        }

    def _check_comment(self, doc: Doc, request: Json, n: int) -> None:
        place = request["range"]
        ids = {t["tabProperties"]["tabId"] for t in all_tabs(doc.content["tabs"])}
        if not request["content"] or len(request["content"].encode()) > 2048:
            raise Refusal(400, f"Invalid requests[{n}].insertComment: The content is empty or too long.")
        if not 0 <= place["startIndex"] < place["endIndex"] or place.get("tabId", min(ids)) not in ids:
            raise Refusal(400, f"Invalid requests[{n}].insertComment: The range is invalid.")
        if place["startIndex"] in self.barred:
            raise Refusal(400, f"Invalid requests[{n}].insertComment: A comment cannot be inserted here.")
        if not units_between(
            doc.content,
            place.get("tabId", min(ids)),
            place["startIndex"],
            place["endIndex"],
            place.get("segmentId", ""),
        ):
            raise Refusal(400, f"Invalid requests[{n}].insertComment: Index out of bounds.")

    def _comments_create(self, doc: Doc, path: Json, query: Json, body: Json) -> Json:
        self._may_comment(doc)
        if "anchor" in body:
            raise AssertionError("a Drive anchor shows as lost")
        if len(body["content"].encode()) > 4096:
            raise Refusal(403, "comment too long", "commentLengthLimitExceeded")
        self._add(doc, self._post(body["content"]), None, body.get("quotedFileContent", {}).get("value", ""))
        return {"id": doc.threads[-1]["commentId"]}

    def _comments_list(self, doc: Doc, path: Json, query: Json, body: Any) -> Json:
        if doc.role == "reader":
            raise Refusal(403, "The user does not have sufficient permissions for this file.", "forbidden")
        listed = [{"id": t["commentId"], "modifiedTime": t["modified"]} for t in doc.threads]
        start = int(query.get("pageToken", "0"))
        end = start + min(self.page, int(query.get("pageSize", "20")))
        return {"comments": listed[start:end]} | ({"nextPageToken": str(end)} if end < len(listed) else {})

    def _comments_update(self, doc: Doc, path: Json, query: Json, body: Json) -> Json:
        self._may_comment(doc)
        found = next((t for t in doc.threads if t["commentId"] == path["commentId"]), None)
        if found is None:
            raise Refusal(404, "Comment not found", "notFound")
        if found["headPost"]["author"]["user"] != "users/bot":
            raise Refusal(403, "The user does not have sufficient permissions for this file.", "forbidden")
        found["headPost"]["content"] = body["content"]
        self._touch(doc, found)
        return {"id": path["commentId"]}

    def _replies_create(self, doc: Doc, path: Json, query: Json, body: Json) -> Json:
        self._may_comment(doc)
        if not any(t["commentId"] == path["commentId"] for t in doc.threads):
            raise Refusal(404, "Comment not found", "notFound")
        action = {"resolve": "RESOLVE", "reopen": "REOPEN", None: ""}[body.get("action")]
        post = self._post(body["content"], action=action)
        self._reply(doc, path["commentId"], post)
        return {"id": post["postId"]}

    def _files_get(self, doc: Doc, path: Json, query: Json, body: Any) -> Json:
        return self._file(path["fileId"])

    def _files_list(self, doc: None, path: Json, query: Json, body: Any) -> Json:
        return {"files": [self._file(i) for i, d in self.docs.items() if not d.gone]}

    def _about_get(self, doc: None, path: Json, query: Json, body: Any) -> Json:
        return {"user": {"displayName": "bot", "emailAddress": self.acting}}

    def _changes_getStartPageToken(self, doc: None, path: Json, query: Json, body: Any) -> Json:
        return {"startPageToken": str(len(self.changes))}

    def _changes_list(self, doc: None, path: Json, query: Json, body: Any) -> Json:
        if not query["pageToken"].isdigit() or int(query["pageToken"]) > len(self.changes):
            raise Refusal(400, "Invalid Value", "invalid")
        start = int(query["pageToken"])
        some = self.changes[start : start + self.page]
        listed = [
            {"fileId": i, "removed": True}
            if self.docs[i].gone
            else {"fileId": i, "removed": False, "file": self._file(i)}
            for i in some
        ]
        end = start + len(some)
        return {"changes": listed} | (
            {"nextPageToken": str(end)} if end < len(self.changes) else {"newStartPageToken": str(end)}
        )

    def _changes_watch(self, doc: None, path: Json, query: Json, body: Json) -> Json:
        if any(c["id"] == body["id"] for c in self.channels):
            raise Refusal(400, f"Channel id {body['id']} not unique", "channelIdNotUnique")
        ends = str(min(int(body["expiration"]), int((time.time() + self.channel_seconds) * 1000)))
        self.channels.append(body | {"resourceId": f"res-{len(self.channels)}", "expiration": ends, "stopped": False})
        return {k: self.channels[-1][k] for k in ("id", "resourceId", "expiration")}

    def _channels_stop(self, doc: None, path: Json, query: Json, body: Json) -> None:
        found = next((c for c in self.channels if (c["id"], c["resourceId"]) == (body["id"], body["resourceId"])), None)
        if found is None:
            raise Refusal(404, f"Channel '{body['id']}' not found for project", "notFound")
        found["stopped"] = True

    def push(self, state: str = "change", token: str | None = None) -> list[int]:
        """Sends a message to every channel that has not ended, over HTTP; gives what came back."""
        living = [c for c in self.channels if not c["stopped"] and int(c["expiration"]) > time.time() * 1000]
        answers = []
        for n, channel in enumerate(living, 1):
            head = {"X-Goog-Channel-ID": channel["id"], "X-Goog-Resource-ID": channel["resourceId"]}
            head |= {"X-Goog-Channel-Token": channel["token"] if token is None else token}
            head |= {"X-Goog-Resource-State": state, "X-Goog-Message-Number": str(n), "Content-Length": "0"}
            parts = urlsplit(channel["address"])
            line = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
            line.request("POST", parts.path, headers=head)
            answers.append(line.getresponse().status)
            line.close()
        return answers

    def _file(self, identity: str) -> Json:
        doc = self.docs[identity]
        able = {"canComment": doc.role != "reader", "canEdit": doc.role == "writer"}
        made = {"id": identity, "name": doc.content["title"], "mimeType": KIND, "trashed": False}
        return made | {"owners": [{"emailAddress": doc.owner}], "capabilities": able}

    def _may_comment(self, doc: Doc) -> None:
        if doc.role == "reader":
            raise Refusal(
                403, "The user does not have sufficient permissions for this file.", "insufficientFilePermissions"
            )

    def _post(self, words: str, user: str = "users/bot", action: str = "") -> Json:
        made = {
            "postId": f"p{next(self._ids)}",
            "content": words,
            "author": {"user": user, "displayName": "Ada the approver"},
        }
        return made | ({"commentAction": action} if action else {})

    def _add(self, doc: Doc, post: Json, place: Json | None, quote: str = "") -> None:
        made = {"commentId": f"c{next(self._ids)}", "headPost": post, "status": "OPEN", "plainTextQuote": quote}
        doc.threads.append(made | ({"range": place} if place else {}))
        self._touch(doc, doc.threads[-1])

    def _reply(self, doc: Doc, thread: str, post: Json) -> None:
        found = next(t for t in doc.threads if t["commentId"] == thread)
        found.setdefault("replies", []).append(post)
        found["status"] = {"RESOLVE": "RESOLVED", "REOPEN": "OPEN"}.get(post.get("commentAction", ""), found["status"])
        self._touch(doc, found)

    def _touch(self, doc: Doc, thread: Json) -> None:
        thread["modified"] = f"2026-11-24T12:00:00.{next(self._ids):06}Z"
        if self.comments_raise_changes:
            self.changes.append(next(i for i, d in self.docs.items() if d is doc))


def _error(status: int, message: str, reason: str = "") -> Json:
    return {"error": {"code": status, "message": message, "errors": [{"reason": reason, "message": message}]}}


@contextmanager
def running() -> Iterator[FakeGoogle]:
    """A fake that listens on a free port of this machine."""
    fake = FakeGoogle()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def _serve(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path == "/token":
                try:
                    self._send(200, fake.tokens.give(dict(parse_qsl(data.decode()))))
                except Denied as denied:
                    self._send(denied.status, denied.body)
                return
            body = json.loads(data) if data else None
            holder = fake.tokens.holder(self.headers.get("Authorization", ""))
            if holder is None:
                self._send(401, _error(401, "Invalid Credentials", "authError"))
                return
            status, made = fake.answer(self.command, self.path, body, *holder)
            if status == 0:
                self.close_connection = True
                return
            self._send(status, made)

        do_GET = do_POST = do_PATCH = _serve

        def _send(self, status: int, made: Any) -> None:
            sent = json.dumps(made).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()


assert units("😀") == 2
