"""Every answer of this server that is not a page of its own: JSON, and errors for programs and for people."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from agent.errors import ReviewError
from agent.models import Review
from integrations.web.problems import of_status, status_of, told

FOR_PROGRAMS = ("/api/", "/healthz", "/metrics")


def contract(review: Review, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A review as the contract's JSON."""
    from agent.reports import render

    return Response(render(review, "json"), status, headers, "application/json")


def problem(request: Request, error: ReviewError) -> Response:
    """An error as JSON `{"error": {"what", "why", "fix"}}`, or as a page for people."""
    status, headers = status_of(error), _headers(error)
    if request.url.path.startswith(FOR_PROGRAMS):
        return JSONResponse({"error": told(error)}, status, headers)
    if status == 401:
        return RedirectResponse("/login", 303)
    from integrations.web.layout import page

    return page("problem.html.j2", status=status, headers=headers, problem=told(error))


async def on_review_error(request: Request, error: Exception) -> Response:
    """One of ours."""
    assert isinstance(error, ReviewError)
    return problem(request, error)


async def on_http_error(request: Request, error: Exception) -> Response:
    """One of the protocol: no such address, another method, a body over the limit."""
    assert isinstance(error, HTTPException)
    answer = problem(request, of_status(error.status_code))
    answer.headers.update(error.headers or {})
    return answer


def _headers(error: ReviewError) -> dict[str, str]:
    wait: Any = getattr(error, "retry_seconds", 0)
    headers = {"retry-after": str(wait)} if wait else {}
    return headers | ({"www-authenticate": "Bearer"} if status_of(error) == 401 else {})
