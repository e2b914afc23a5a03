"""The outermost layer: counts and logs each request without any text of a document, and lets no traceback out."""

from __future__ import annotations

import logging
import time
import traceback

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("review_finetune.web")
OURS = "review_finetune"
SECONDS = (0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}


class Figures:
    """What `/metrics` shows: counts and seconds by address pattern, method, status and verdict."""

    def __init__(self) -> None:
        """Starts at nothing; several of them in one process do not meet."""
        self.registry = CollectorRegistry()
        at = self.registry
        labels = ("method", "route", "status")
        self.requests = Counter(f"{OURS}_http_requests", "Requests answered.", labels, registry=at)
        self.seconds = Histogram(
            f"{OURS}_http_request_seconds", "Time to answer.", ("route",), buckets=SECONDS, registry=at
        )
        self.reviews = Counter(f"{OURS}_reviews", "Reviews made, by verdict.", ("verdict",), registry=at)
        self.failures = Counter(f"{OURS}_failures", "Documents not reviewed, by kind of error.", ("kind",), registry=at)
        self.answers = Counter(f"{OURS}_answers", "Answers taken.", registry=at)
        self.at_work = Gauge(f"{OURS}_documents_at_work", "Documents under review or waiting.", registry=at)

    def text(self) -> bytes:
        """Prometheus' text format."""
        return generate_latest(self.registry)


class Watch:
    """The middleware around everything."""

    def __init__(self, app: ASGIApp, figures: Figures) -> None:
        """Wraps the application."""
        self.app, self.figures = app, figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(message)
            await send(message)

        try:
            await self.app(scope, receive, sent)
        except Exception as error:
            log.error("unexpected %s at %s", type(error).__name__, _place(error))
            if not status:
                await _sorry(scope)(scope, receive, sent)
        self._count(scope, status, time.perf_counter() - began)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        """By the pattern of the address: an address holds ids, and one that nobody knows could hold anything."""
        route = getattr(scope.get("route"), "path", "other")
        method = scope["method"] if scope["method"] in ("GET", "HEAD", "POST", "DELETE") else "other"
        self.figures.requests.labels(method, route, str(status)).inc()
        self.figures.seconds.labels(route).observe(seconds)
        log.info("%s %s %s %.0f ms", method, route, status, seconds * 1000)


def _add_headers(message: Message) -> None:
    """Ours, where the response has none of its own."""
    there = {name.lower() for name, _ in message["headers"]}
    extra = [(k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in there]
    message["headers"] = [*message["headers"], *extra]


def _place(error: Exception) -> str:
    """Where it happened; its text may hold the document's."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename}:{last.lineno}"


def _sorry(scope: Scope) -> Response:
    from integrations.web.answers import problem
    from integrations.web.problems import Refused

    error = Refused(500, "something broke here", "it is logged", "Try again, or tell whoever runs this server.")
    return problem(Request(scope), error)
