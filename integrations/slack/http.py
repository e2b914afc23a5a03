"""Slack over HTTP: routes for the web process, signed by Slack. Its worker lives as long as the process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from agent.service import Service
from agent.settings import Settings
from integrations.slack.configuration import SlackSettings, slack_settings

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from starlette.routing import BaseRoute

    from integrations.slack.crew import Crew
    from integrations.slack.worker import Worker

EVENTS = "/slack/events"


def routes(settings: Settings, service: Service) -> list[BaseRoute]:
    """`POST /slack/events`, and the pages of an installation; none where Slack is not configured."""
    own = slack_settings()
    if not own.signing_secret or not (own.bot_token or own.installable):
        return []
    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
    from starlette.routing import Route

    app, worker = assemble(own, service)
    handle = AsyncSlackRequestHandler(app).handle

    class Door(Route):
        """A route with something that works beside it; see `integrations.web.app`."""

        @asynccontextmanager
        async def at_work(self) -> AsyncIterator[None]:
            """While the web process serves."""
            async with working(worker):
                yield

    doors: list[BaseRoute] = [Door(EVENTS, handle, methods=["POST"])]
    if app.oauth_flow:
        doors += [Route(p, handle, methods=["GET"]) for p in (app.oauth_flow.install_path, "/slack/oauth_redirect")]
    return doors


def assemble(own: SlackSettings, service: Service) -> tuple[AsyncApp, Crew | Worker]:
    """The app and who works behind it, over one store."""
    from integrations.slack.app import make_app
    from integrations.slack.crew import Crew
    from integrations.slack.installs import Installs
    from integrations.slack.jobs import Jobs
    from integrations.slack.workspaces import Workspaces

    place = service.settings.store
    installs = Installs(place)
    worker = Crew(service.settings, own, Jobs(place), own.workers) if own.workers else worker_of(own, service)
    return make_app(own, Workspaces(own, installs, place), installs, worker, service.settings), worker


def worker_of(own: SlackSettings, service: Service) -> Worker:
    """A worker in this process."""
    from integrations.slack.desk import Desk
    from integrations.slack.installs import Installs
    from integrations.slack.jobs import Jobs
    from integrations.slack.worker import Worker
    from integrations.slack.workspaces import Workspaces

    jobs, place = Jobs(service.settings.store), service.settings.store
    return Worker(jobs, Desk(service, jobs, Workspaces(own, Installs(place), place), own))


@asynccontextmanager
async def working(worker: Crew | Worker) -> AsyncIterator[None]:
    """A worker at work."""
    worker.begin()
    try:
        yield
    finally:
        await worker.leave()
