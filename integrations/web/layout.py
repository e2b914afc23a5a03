"""The look of the pages: the templates and the style of our HTML report, with what a form needs."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from agent import __version__
from agent.documents import LIMITS
from agent.reports.html import templates

STATIC = {"page.css": "text/css", "page.js": "text/javascript"}


def page(template: str, status: int = 200, headers: dict[str, str] | None = None, **given: Any) -> Response:
    """A page; every text goes through autoescape."""
    text = _templates().get_template(template).render(version=__version__, megabytes=LIMITS.bytes // 10**6, **given)
    return Response(text, status, headers, "text/html")


def static_routes() -> list[Route]:
    """Style and script: files of ours, the same for everybody."""
    return [Route(f"/static/{name}", _served(name), name=name) for name in STATIC]


def _served(name: str) -> Any:
    async def serve(request: Request) -> Response:
        return Response(_file(name), headers={"cache-control": "public, max-age=3600"}, media_type=STATIC[name])

    return serve


@cache
def _file(name: str) -> str:
    own = (resources.files("integrations.web") / "templates" / name).read_text("utf-8")
    if name != "page.css":
        return own
    return (resources.files("agent.reports") / "templates" / "style.css").read_text("utf-8") + own


@cache
def _templates() -> Environment:
    return templates(PackageLoader("integrations.web"))
