"""Slack over HTTP: one route for the web process, `POST /slack/events`, signed by Slack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.service import Service
from agent.settings import Settings
from integrations.slack.configuration import SlackSettings, slack_settings

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from integrations.slack.worker import Worker


def routes(settings: Settings, service: Service) -> list[BaseRoute]:
    """The route, or none where Slack is not configured. The first request starts the worker."""
    own = slack_settings()
    if not (own.bot_token and own.signing_secret):
        return []
    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
    from starlette.routing import Route

    app, worker = assemble(own, service)
    handler = AsyncSlackRequestHandler(app)
    begun: list[bool] = []

    async def events(request: Request) -> Response:
        if not begun:
            begun.append(True)
            worker.begin()
        return await handler.handle(request)

    return [Route("/slack/events", events, methods=["POST"])]


def assemble(own: SlackSettings, service: Service) -> tuple[AsyncApp, Worker]:
    """The app and the worker behind it, over one ledger."""
    from slack_sdk.web.async_client import AsyncWebClient

    from integrations.slack.app import make_app
    from integrations.slack.desk import Desk
    from integrations.slack.ledger import Ledger
    from integrations.slack.worker import Worker

    client = AsyncWebClient(own.bot_token, base_url=own.api)
    ledger = Ledger(service.settings.store)
    worker = Worker(ledger, Desk(service, ledger, client, own))
    return make_app(own, client, worker), worker
