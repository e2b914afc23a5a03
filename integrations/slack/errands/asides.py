"""Everything beside reviewing: help, lists, forms, the report as a file, an app that was removed."""

from __future__ import annotations

import json

from agent.reports import render
from integrations.slack.blocks import modals, text
from integrations.slack.blocks.home import home as home_view
from integrations.slack.blocks.home import line
from integrations.slack.errands.showing import decision
from integrations.slack.errands.signing import group
from integrations.slack.visit import Visit, off
from integrations.slack.words import HELP

LISTED = 10


async def help_(visit: Visit) -> None:
    """Tells how it is used."""
    await visit.whisper(visit.data.get("say") or HELP)


async def status(visit: Visit) -> None:
    """Lists the reviews of whoever asks, to them alone."""
    rows = [r for r in await off(visit.service.list) if r.author == visit.who]
    await visit.whisper("\n".join(text.escape(line(r), 300) for r in rows[:LISTED]) or "You have no reviews yet.")


async def open_start(visit: Visit) -> None:
    """Opens the form."""
    data = visit.data
    private = json.dumps({"channel": data["channel"]})
    await visit.client.views_open(trigger_id=data["trigger"], view=modals.start(private, data["user"]))


async def open_share(visit: Visit) -> None:
    """Opens the form that asks into which channel."""
    data = visit.data
    private = json.dumps({"value": data["value"], "channel": data["channel"], "thread": data["thread"]})
    await visit.client.views_open(trigger_id=data["trigger"], view=modals.share(private))


async def report(visit: Visit) -> None:
    """Posts the whole review as a file into its thread, once for each version."""
    review_id, version, _ = visit.data["value"].split(" ")
    thread, review = await visit.living(review_id)
    page = await off(render, review, "html")
    key, name = f"report {thread.ts} {review_id} {version}", f"{review_id}-v{version}.html"
    if not await visit.speech.upload(key, thread.channel, thread.ts, name, page, f"Full report, version {version}"):
        await visit.whisper(f"The report of version {version} is in the thread: {name}.")


async def home(visit: Visit) -> None:
    """Writes somebody's Home tab."""
    rows = await off(visit.service.list)
    mine = [r for r in rows if r.author == visit.who]
    signs = visit.who in (*visit.service.settings.approvers, *await group(visit))
    channels = await off(visit.ledger.channels)
    others = [r for r in rows if r.author and r.author.startswith(visit.person("")) and r.author != visit.who]
    shown = [
        r for r in others if not channels.get(r.id, "D").startswith("D")
    ]  # the rest is private, or an older version
    to_sign = [r for r in shown if not await decision(visit, r.id)] if signs else []
    view = home_view([r for r in mine if r.open_questions and r.id in channels], mine, to_sign)
    await visit.client.views_publish(user_id=visit.data["user"], view=view)
