"""The edge to Google: the few calls that are made, with the real client, and nothing else.

Reads are repeated when Google is busy. A write is sent once: after an error nobody knows whether it was done, so
whoever writes reads first what is there (`integrations.google_docs.writing`). Needs the extra `google`.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from agent.errors import UsageError
from integrations.google_docs.configuration import GoogleSettings, Key
from integrations.google_docs.problems import Busy, problem_of

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

READ = ("https://www.googleapis.com/auth/drive.readonly",)
"""Enough to read documents and comments."""
WRITE = ("https://www.googleapis.com/auth/drive",)
"""The bot's: `drive.file` reaches only documents that were made or picked with the app, not those shared with it."""
TIMEOUT = 30.0
"""Seconds for one answer of Google."""
TRIES = 4
LONGEST_WAIT = 30.0
_COMMENT = "id,resolved,quotedFileContent(value)"
_FILE = "id,name,mimeType,trashed,owners(emailAddress),capabilities(canComment,canEdit)"


class Google:
    """Docs and Drive for one account. One thread at a time."""

    def __init__(
        self,
        key: Key,
        settings: GoogleSettings,
        scopes: tuple[str, ...] = WRITE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Takes the key; nothing is sent yet.

        Raises:
            UsageError: the clients are not installed, or the key cannot be used.
        """
        self._sleep = sleep
        try:
            credentials = _credentials(key, settings, scopes)
            self._docs = _service("docs", "v1", settings.endpoint, credentials)
            self._drive = _service("drive", "v3", settings.endpoint, credentials)
            # The client writes its methods anew, with their manuals, whenever one names a resource: 70 ms each time.
            self._documents, self._about = self._docs.documents(), self._drive.about()
            self._files, self._changes = self._drive.files(), self._drive.changes()
            self._comments, self._replies = self._drive.comments(), self._drive.replies()
            self._channels = self._drive.channels()
        except ImportError:
            raise UsageError(
                "Google's clients are not installed", fix="pip install 'review-finetune[google]'"
            ) from None
        except ValueError as error:
            raise UsageError("the key for Google cannot be used", str(error).splitlines()[0]) from None

    def __enter__(self) -> Google:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._docs.close()
        self._drive.close()

    def me(self) -> Mapping[str, Any]:
        """The account: `displayName`, `emailAddress`."""
        return dict(self._read(self._about.get(fields="user(displayName,emailAddress)"), "asking who I am")["user"])

    def file(self, document: str) -> Mapping[str, Any]:
        """Name, kind, owners and what may be done with a file."""
        call = self._files.get(fileId=document, fields=_FILE, supportsAllDrives=True)
        return self._read(call, f"looking up {document}")

    def document(self, document: str, *, comments: bool = False) -> Mapping[str, Any]:
        """The whole document, with suggestions where they stand; `comments`: and its comment threads."""
        mode = "COMMENTS_VIEW_MODE_INCLUDED" if comments else "COMMENTS_VIEW_MODE_OMITTED"
        call = self._documents.get(
            documentId=document,
            includeTabsContent=True,
            suggestionsViewMode="SUGGESTIONS_INLINE",
            commentsViewMode=mode,
        )
        return self._read(call, f"reading {document}")

    def insert(self, document: str, requests: list[dict[str, Any]], revision: str | None) -> None:
        """All comments in one request: all of them are made, or none.

        Raises:
            Stale: the document is no longer of this revision.
            Busy: it may have been done or not.
        """
        body: dict[str, Any] = {"requests": [{"insertComment": r} for r in requests]}
        if revision:
            body["writeControl"] = {"requiredRevisionId": revision}
        done = self._write(self._documents.batchUpdate(documentId=document, body=body), f"commenting on {document}")
        if done.get("commentUpdateState") == "ALL_FAILED_UNKNOWN_REASON":
            raise Busy(
                f"commenting on {document}", "Google saved no comment and does not say why", "It is tried again."
            )

    def comment(self, document: str, content: str, quote: str | None = None) -> None:
        """A comment on the whole document, shown with `quote`. Never with an anchor, which editors show as lost."""
        body: dict[str, Any] = {"content": content}
        if quote:
            body["quotedFileContent"] = {"mimeType": "text/plain", "value": quote}
        call = self._comments.create(fileId=document, body=body, fields="id")
        self._write(call, f"commenting on {document}")

    def edit(self, document: str, thread: str, content: str) -> None:
        """New words for a comment of ours."""
        call = self._comments.update(fileId=document, commentId=thread, body={"content": content}, fields="id")
        self._write(call, f"editing a comment of {document}")

    def reply(self, document: str, thread: str, content: str, action: str | None = None) -> None:
        """A reply; `action` is `resolve` or `reopen`."""
        body = {"content": content} | ({"action": action} if action else {})
        call = self._replies.create(fileId=document, commentId=thread, body=body, fields="id")
        self._write(call, f"replying in {document}")

    def first_page(self) -> str:
        """From where changes are listed from now on."""
        call = self._changes.getStartPageToken(supportsAllDrives=True)
        return str(self._read(call, "asking for changes")["startPageToken"])

    def changes(self, token: str) -> tuple[list[Mapping[str, Any]], str]:
        """Everything that changed since a token, all pages, and the token to go on with."""
        found: list[Mapping[str, Any]] = []
        while True:
            call = self._changes.list(
                pageToken=token,
                includeItemsFromAllDrives=True,
                supportsAllDrives=True,
                pageSize=200,
                fields=f"nextPageToken,newStartPageToken,changes(fileId,removed,file({_FILE}))",
            )
            page = self._read(call, "listing changes")
            found += page.get("changes", [])
            if "nextPageToken" not in page:
                return found, str(page["newStartPageToken"])
            token = str(page["nextPageToken"])

    def activity(self, document: str) -> frozenset[tuple[str, str]]:
        """The comments by id, each with the moment of its last change; a reply is one."""
        found: set[tuple[str, str]] = set()
        page: dict[str, Any] = {}
        while True:
            more = {"pageToken": page["nextPageToken"]} if page else {}
            call = self._comments.list(
                fileId=document, pageSize=100, fields="nextPageToken,comments(id,modifiedTime)", **more
            )
            page = self._read(call, f"listing comments of {document}")
            found |= {(str(c["id"]), str(c.get("modifiedTime", ""))) for c in page.get("comments", [])}
            if not page.get("nextPageToken"):
                return frozenset(found)

    def shared(self) -> Iterator[Mapping[str, Any]]:
        """The documents that are shared with the account."""
        token = None
        query = "sharedWithMe and trashed = false and mimeType = 'application/vnd.google-apps.document'"
        while True:
            call = self._files.list(q=query, pageToken=token, pageSize=200, fields=f"nextPageToken,files({_FILE})")
            page = self._read(call, "listing documents")
            yield from page.get("files", [])
            token = page.get("nextPageToken")
            if not token:
                return

    def unwatch(self, channel: Mapping[str, Any]) -> None:
        """Ends a channel, as `watch` gave it."""
        body = {"id": channel["id"], "resourceId": channel["resourceId"]}
        self._write(self._channels.stop(body=body), "ending push messages")

    def watch(self, token: str, channel: Mapping[str, str]) -> Mapping[str, Any]:
        """Asks for a message at every change; `channel` has id, token, address, and when it ends (Unix time, ms).

        Returns:
            id, resourceId, and when it really ends: Google may give less than was asked for.
        """
        body = {"type": "web_hook", **channel}
        call = self._changes.watch(pageToken=token, includeItemsFromAllDrives=True, supportsAllDrives=True, body=body)
        return self._write(call, "asking for push messages")

    def _read(self, call: Any, what: str) -> dict[str, Any]:
        """Sends a request that changes nothing, again when Google is busy."""
        for n in range(TRIES):
            try:
                return self._write(call, what)
            except Busy:
                if n == TRIES - 1:
                    raise
                self._sleep(min(2.0**n + random.random(), LONGEST_WAIT))
        raise AssertionError

    def _write(self, call: Any, what: str) -> dict[str, Any]:
        """Sends a request once."""
        from google.auth.exceptions import GoogleAuthError, TransportError
        from googleapiclient.errors import HttpError
        from httplib2 import HttpLib2Error

        try:
            return dict(call.execute(num_retries=0) or {})
        except HttpError as error:
            raise problem_of(error, what) from error
        except (OSError, HttpLib2Error, TransportError, json.JSONDecodeError) as error:
            raise Busy(what, f"no answer from Google ({type(error).__name__})", "Check the network.") from error
        except GoogleAuthError as error:
            said = str(error.args[0] if error.args else error).splitlines()[0][:160]
            raise UsageError("the key for Google", f"no access token: {said}", "See docs/google-docs.md.") from error


def _credentials(key: Key, settings: GoogleSettings, scopes: tuple[str, ...]) -> Credentials:
    info = dict(key.info)
    if settings.endpoint:
        info["token_uri"] = f"{settings.endpoint}/token"
    if key.kind == "service_account":
        from google.oauth2 import service_account

        acting = {"scopes": scopes, "subject": settings.subject}
        account: Credentials = service_account.Credentials.from_service_account_info(info, **acting)
        return account
    from google.oauth2 import credentials

    if settings.endpoint:
        info.pop("token_uri")
        return credentials.Credentials(
            None,
            refresh_token=info.get("refresh_token"),
            token_uri=f"{settings.endpoint}/token",
            client_id=info.get("client_id"),
            client_secret=info.get("client_secret"),
            scopes=scopes,
        )
    made: Credentials = credentials.Credentials.from_authorized_user_info(info, scopes=list(scopes))
    return made


def _service(name: str, version: str, endpoint: str | None, credentials: Credentials) -> Any:
    """A client built from the discovery document that is installed: nothing is fetched."""
    from google_auth_httplib2 import AuthorizedHttp
    from googleapiclient.discovery import build_from_document
    from googleapiclient.discovery_cache import get_static_doc

    from integrations.google_docs.connection import Once

    described = json.loads(get_static_doc(name, version))
    if endpoint:
        described["rootUrl"] = f"{endpoint}/"
        described.pop("mtlsRootUrl", None)
    http = AuthorizedHttp(credentials, http=Once(timeout=TIMEOUT))
    return build_from_document(described, http=http)
