"""HTTP that sends a request once.

httplib2 repeats a request by itself when the server closes the connection without an answer, a POST too, and that makes
two comments where the first was saved (httplib2 0.32, `_conn_request`; measured in tests/google_docs). A connection
that closes is here an error like any other.
"""

from __future__ import annotations

import http.client
from typing import Any

import httplib2


class _Plain(httplib2.HTTPConnectionWithTimeout):
    def getresponse(self) -> http.client.HTTPResponse:
        try:
            return super().getresponse()
        except (http.client.BadStatusLine, http.client.ResponseNotReady) as error:
            raise ConnectionAbortedError("closed without an answer") from error


class _Secure(httplib2.HTTPSConnectionWithTimeout):
    def getresponse(self) -> http.client.HTTPResponse:
        try:
            return super().getresponse()
        except (http.client.BadStatusLine, http.client.ResponseNotReady) as error:
            raise ConnectionAbortedError("closed without an answer") from error


class Once(httplib2.Http):
    """`httplib2.Http` without its silent second try."""

    def request(self, uri: str, *args: Any, **kwargs: Any) -> Any:
        """As `httplib2.Http.request`."""
        kwargs["connection_type"] = _Secure if uri.startswith("https:") else _Plain
        return super().request(uri, *args, **kwargs)  # type: ignore[no-untyped-call]
