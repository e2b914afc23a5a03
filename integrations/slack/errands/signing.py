"""Sign-off: by approvers, never by the author, of one version of a review and one document."""

from __future__ import annotations

import json

from integrations.slack.blocks import modals, text
from integrations.slack.bonds import same_document
from integrations.slack.errands.showing import show
from integrations.slack.visit import Visit, off


async def open_sign(visit: Visit) -> None:
    """Opens the form, for those who may."""
    data = visit.data
    review_id, version, bond = data["value"].split(" ")
    _, review = await visit.living(review_id)
    same_document(review, bond)
    await off(visit.service.may_sign, review_id, int(version), who=visit.who, group=await group(visit))
    blockers = sum(f.severity == "blocker" and f.status == "open" for f in review.findings)
    private = json.dumps({"value": data["value"], "channel": data["channel"], "thread": data["thread"]})
    await visit.client.views_open(trigger_id=data["trigger"], view=modals.sign(private, blockers))


async def sign(visit: Visit) -> None:
    """Keeps a sign-off, after the same checks, and tells the author."""
    data = visit.data
    review_id, version, bond = data["value"].split(" ")
    thread, review = await visit.living(review_id)
    same_document(review, bond)
    event = await off(
        visit.service.sign,
        review_id,
        int(version),
        data["decision"],
        data["reason"],
        who=visit.who,
        group=await group(visit),
        delivery=visit.job.id,
    )
    said = f"<@{thread.author}>: {event.data['code']} by <@{data['user']}>. {text.escape(event.data['reason'], 2500)}"
    await visit.speech.once(f"signed {visit.job.id}", thread.channel, {"text": said}, thread_ts=thread.ts)
    await show(visit, thread, review)


async def group(visit: Visit) -> tuple[str, ...]:
    """The approvers of the configured user group; nobody where none is set."""
    if not visit.settings.group:
        return ()
    answer = await visit.client.usergroups_users_list(usergroup=visit.settings.group)
    return tuple(visit.person(user) for user in answer["users"])
