"""The web process put together: our pages and API behind the gate, the doors of others beside them."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from agent import __version__
from agent.errors import ReviewError
from agent.service import Service
from integrations.web.answers import on_http_error, on_review_error
from integrations.web.api import Api
from integrations.web.desk import Desk
from integrations.web.gate import Gate
from integrations.web.incoming import FEW_BYTES
from integrations.web.pages import Pages
from integrations.web.watch import Figures, Watch

if TYPE_CHECKING:
    from agent.llm import Model

DOORS = ("integrations.slack.http", "integrations.google_docs.push")
"""Modules with `routes(settings, service) -> list[BaseRoute]`; they check their own senders.
A route's `at_work()`, where it has one, is entered while the process serves."""


def build(service: Service, gate: Gate, model: Model | None = None, readers: int = 2) -> Starlette:
    """The application.

    Args:
        service: the reviews.
        gate: who may come in.
        model: a language model for new reviews, or None.
        readers: documents that are read and reviewed at once.
    """
    figures, desk = Figures(), Desk(service, model, readers)
    figures.at_work.set_function(lambda: desk.at_work)
    api = Api(gate, desk, figures)

    async def healthz(request: Request) -> Response:
        well = await desk.healthy()
        said = {"status": "ok" if well else "the store cannot be used", "version": __version__}
        return JSONResponse(said, 200 if well else 503)

    async def metrics(request: Request) -> Response:
        gate.enter(request)
        return Response(figures.text(), media_type="text/plain; version=0.0.4")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for door in (d for d in others if hasattr(d, "at_work")):
                await stack.enter_async_context(door.at_work())
            yield
        desk.close()

    ours = [Route("/healthz", healthz), Route("/metrics", metrics), *api.routes(), *Pages(gate, desk, api).routes()]
    others = doors(service)
    return Starlette(
        routes=[*ours, *([Mount("", routes=others, max_body_size=FEW_BYTES)] if others else [])],
        middleware=[Middleware(Watch, figures=figures)],
        exception_handlers={ReviewError: on_review_error, HTTPException: on_http_error},
        lifespan=lifespan,
    )


def doors(service: Service) -> Sequence[BaseRoute]:
    """The addresses of Slack and Google, where these doors are there and configured."""
    found: list[BaseRoute] = []
    for name in DOORS:
        if importlib.util.find_spec(name.rpartition(".")[0]) and importlib.util.find_spec(name):
            found += importlib.import_module(name).routes(service.settings, service)
    return found
