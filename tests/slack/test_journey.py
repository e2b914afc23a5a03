"""From the first click to the sign-off, over real HTTP with the real bolt, SDK, Starlette and uvicorn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import FLAWED, SOUND
from tests.google_docs.conftest import USER
from tests.google_docs.documents import document, from_markdown, tab
from tests.google_docs.fake import DOC, running
from tests.slack import values
from tests.slack.running import Slack, play
from tests.slack.workspace import ADA, BOT, PM, TEAM, Workspace


def test_from_command_to_sign_off(tmp_path: Path) -> None:
    async def scene(slack: Slack) -> None:
        assert await slack.command() == (200, "")
        assert slack.at.views[-1]["callback_id"] == "start"
        assert await slack.submit(values.start(approver=ADA)) == (200, "")
        parent = slack.parent()
        assert slack.at.messages[parent]["blocks"][0]["type"] == "header"
        assert slack.at.thread(parent)
        assert f"<@{ADA}> is asked" in slack.last()
        first = slack.question("test set")
        await slack.click(first, "answer")
        before = slack.at.messages[parent]["blocks"][-1]
        assert await slack.submit(values.answer(values.TEST_SET)) == (200, "")
        assert slack.at.messages[parent]["blocks"][-1] != before
        assert "blocking left" in slack.last()
        await slack.click(parent, "sign", PM)
        assert "is the author" in slack.at.whispers[-1]["text"]
        await slack.click(parent, "sign", "UEVE")
        assert "no approver" in slack.at.whispers[-1]["text"]
        await slack.click(parent, "sign", ADA)
        assert slack.at.views[-1]["callback_id"] == "sign"
        await slack.submit(values.decision("approved"), "UEVE", slack.at.views[-1] | {"id": "V100"})
        assert "no approver" in slack.at.whispers[-1]["text"]
        await slack.submit(values.decision("refused"), ADA)
        assert f"<@{PM}>: refused by <@{ADA}>" in slack.last()
        await slack.click(parent, "report")
        await slack.click(parent, "report")
        assert len(slack.at.uploads) == 1
        assert slack.at.uploads[0].startswith(b"<!")
        assert "is in the thread" in slack.at.whispers[-1]["text"]
        (row,) = slack.service.list()
        event = slack.service.history(row.id)[-1]
        assert (event.kind, event.who, event.data["sha256"]) == ("signed", f"{TEAM}/{ADA}", row.sha256)

    play(tmp_path, scene)


def test_vague_answers_are_refused_in_the_form(tmp_path: Path) -> None:
    async def scene(slack: Slack) -> None:
        await slack.command("https://x.slack.com/files/U1/F1/plan.pdf")
        asked = slack.question("test set")
        await slack.click(asked, "answer")
        for vague in ("", "best quality", "We will look into it.", "We don't know"):
            status, refused = await slack.submit(values.answer(vague))
            said = json.loads(refused)
            assert (status, said["response_action"]) == (200, "errors")
            assert said["errors"]["answer"].startswith("Still missing" if len(vague) > 1 else ("Still", "A figure"))
        (row,) = slack.service.list()
        assert "answer" not in [e.kind for e in slack.service.history(row.id)]
        assert await slack.submit(values.answer("best quality", as_is=True)) == (200, "")
        assert "answer" in [e.kind for e in slack.service.history(row.id)]
        assert "Still missing" in slack.last()

    play(tmp_path, scene)


def test_stale_buttons_are_refused(tmp_path: Path) -> None:
    async def scene(slack: Slack) -> None:
        await slack.command("https://x.slack.com/files/U1/F1/plan.pdf")
        parent = slack.parent()
        asked = slack.question("test set")
        sign, reply = slack.button(parent, "sign"), slack.button(asked, "answer")
        await slack.send(slack.clicked(asked, reply))
        form = slack.at.views[-1]
        await slack.send(slack.clicked(parent, sign, ADA))
        signing = slack.at.views[-1]
        assert await slack.submit(values.answer(values.TEST_SET), view=form) == (200, "")
        views = len(slack.at.views)
        await slack.send(slack.clicked(asked, reply))
        assert "answered that question meanwhile" in slack.at.whispers[-1]["text"]
        await slack.send(slack.clicked(parent, sign, ADA))
        assert "has changed since" in slack.at.whispers[-1]["text"]
        await slack.submit(values.decision("approved"), ADA, signing)
        assert "has changed since" in slack.at.whispers[-1]["text"]
        now = slack.button(parent, "sign")
        other = now | {"value": now["value"][:-12] + "0" * 12}
        await slack.send(slack.clicked(parent, other, ADA))
        assert "older version" in slack.at.whispers[-1]["text"]
        await slack.submit(values.answer(values.TEST_SET), view=form | {"id": "V77"})
        assert "answered that question meanwhile" in slack.at.whispers[-1]["text"]
        assert len(slack.at.views) == views

    play(tmp_path, scene)


def test_a_new_file_in_the_thread_is_another_version(tmp_path: Path) -> None:
    async def scene(slack: Slack) -> None:
        await slack.command("https://x.slack.com/files/U1/F1/plan.pdf")
        parent, asked = slack.parent(), slack.question("test set")
        old_sign, old_answer = slack.button(parent, "sign"), slack.button(asked, "answer")
        file = {"type": "message", "subtype": "file_share", "user": PM, "thread_ts": parent, "text": "v2"}
        slack.at.says(PM, "v2", thread_ts=parent)
        await slack.event("Ev1", **file, files=[{"id": "F1"}])
        offer = str(slack.at.ours()[-1]["ts"])
        await slack.click(offer, "again")
        assert "nothing has changed" in slack.at.whispers[-1]["text"]
        await slack.event("Ev2", **file, files=[{"id": "F2"}])
        await slack.click(str(slack.at.ours()[-1]["ts"]), "again")
        line = next(m["text"] for m in slack.at.thread(parent) if m["text"].startswith("New version"))
        assert "Resolved:" in line
        assert len(slack.service.list()) == 2
        assert len([m for m in slack.at.ours() if "thread_ts" not in m]) == 1
        assert all(b["type"] != "actions" for b in slack.at.messages[asked]["blocks"])
        for button, user in ((old_sign, ADA), (old_answer, PM)):
            await slack.send(slack.clicked(asked, button, user))
            assert "older version" in slack.at.whispers[-1]["text"]

    play(tmp_path, scene)


def test_a_private_review_is_shared_later(tmp_path: Path) -> None:
    async def scene(slack: Slack) -> None:
        await slack.command()
        await slack.submit(values.start(place="private"))
        assert {m["channel"] for m in slack.at.ours()} == {"DPM"}
        private = slack.parent()
        actions = [e["action_id"] for b in slack.at.messages[private]["blocks"] for e in b.get("elements", ())
                   if b["type"] == "actions"]  # fmt: skip
        assert actions == ["report", "share"]
        asked = slack.question("test set")
        await slack.click(asked, "answer")
        await slack.submit(values.answer(values.TEST_SET))
        await slack.click(private, "share")
        await slack.submit(values.target("C9"))
        assert "/invite" in slack.at.whispers[-1]["text"]
        await slack.submit(values.target("C1"), view=slack.at.views[-1] | {"id": "V9"})
        shared = next(m for m in slack.at.ours() if m["channel"] == "C1")
        assert shared["blocks"][0]["type"] == "header"
        assert any("Answered: " in json.dumps(m.get("blocks")) for m in slack.at.thread(shared["ts"]))
        assert all(b["type"] != "actions" for b in slack.at.messages[private]["blocks"])
        await slack.click(shared["ts"], "sign", ADA)
        assert slack.at.views[-1]["callback_id"] == "sign"

    play(tmp_path, scene)


def test_the_home_tab_has_three_lists(tmp_path: Path) -> None:
    async def scene(slack: Slack) -> None:
        await slack.command("https://x.slack.com/files/U1/F1/plan.pdf")
        (row,) = slack.service.list()
        await slack.command()
        await slack.submit(values.start("F2", place="private"))
        secret = next(r.id for r in slack.service.list() if r.id != row.id)
        for user, titles in ((PM, ("Waiting for your answer", "Your reviews")), (ADA, ("Waiting for your sign-off",))):
            await slack.event(f"Ev{user}", type="app_home_opened", user=user, tab="home", channel="D1")
            lists: dict[str, list[str]] = {}
            assert secret not in json.dumps(slack.at.homes[ADA]) if user == ADA else True
            for block in slack.at.homes[user]["blocks"][1:]:
                said = block["text"]["text"]
                if block["type"] == "header":
                    lists[said] = []
                else:
                    lists[list(lists)[-1]].append(said)
            assert list(lists) == ["Waiting for your answer", "Your reviews", "Waiting for your sign-off"]
            assert [t for t, lines in lists.items() if row.id in "".join(lines)] == list(titles)

    play(tmp_path, scene)


def test_a_mention_reviews_what_its_thread_began_with(tmp_path: Path) -> None:
    async def scene(slack: Slack) -> None:
        root = slack.at.says(PM, "our plan", files=[{"id": "F1"}])
        call = {"type": "app_mention", "user": ADA, "text": f"<@{BOT}> please", "ts": "1.1", "thread_ts": root}
        await slack.event("Ev1", **call)
        await slack.event("Ev2", **call | {"type": "message"})
        (row,) = slack.service.list()
        assert row.author == f"{TEAM}/{PM}"
        assert all(m["thread_ts"] == root for m in slack.at.ours())
        number = slack.at.messages[slack.question("test set")]["text"].split(".")[0]
        await slack.event("Ev3", **call | {"text": f"<@{BOT}> {number}: {values.TEST_SET}", "user": PM})
        assert "blocking left" in slack.last()
        await slack.event("Ev4", **call | {"type": "message", "text": "Shall we have lunch?"})
        assert [e.kind for e in slack.service.history(row.id)].count("answer") == 1

    play(tmp_path, scene)


def test_a_google_doc_is_reviewed_and_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEW_FINETUNE_GOOGLE_CREDENTIALS", json.dumps(USER))
    link = f"https://docs.google.com/document/d/{DOC}/edit#heading=h.1"

    async def scene(slack: Slack) -> None:
        await slack.command(link)
        parent = slack.parent()
        assert slack.at.messages[parent]["blocks"][0]["type"] == "header"
        await slack.click(parent, "again")
        assert "nothing has changed" in slack.at.whispers[-1]["text"]
        fake.share(document(tab("t.0", "Tab 1", *from_markdown(SOUND)), title="Warranty replies"))
        await slack.click(parent, "again")
        assert any(m["text"].startswith("New version") for m in slack.at.thread(parent))
        assert fake.docs[DOC].threads == []
        await slack.command(link.replace(DOC, "1NobodySharedThisWithUs"))
        assert "share" in slack.last().lower()

    with running() as fake:
        fake.share(document(tab("t.0", "Tab 1", *from_markdown(FLAWED)), title="Warranty replies"))
        play(tmp_path, scene, google={"endpoint": fake.url})


def test_the_same_delivery_again_changes_nothing(tmp_path: Path) -> None:
    workspace = Workspace()
    workspace.faulty = lambda method, number: "429" if (method, number) == ("chat.postMessage", 1) else ""

    async def scene(slack: Slack) -> None:
        root = slack.at.says(PM, "plan", files=[{"id": "F1"}])
        mention = {"type": "app_mention", "user": PM, "text": f"<@{BOT}>", "ts": root, "files": [{"id": "F1"}]}
        for _ in range(3):
            assert (await slack.event("Ev1", **mention))[0] == 200
        assert len(slack.service.list()) == 1
        count = len(slack.at.messages)
        text = "Q1: LoRA on Llama 3.1 8B."
        for _ in range(2):
            await slack.event("Ev2", type="message", user=PM, ts="9.1", thread_ts=root, text=text)
        assert len(slack.at.messages) >= count + 1
        assert [e.kind for e in slack.service.history(slack.service.list()[0].id)].count("answer") == 1
        assert len(slack.at.marks()) == len(set(slack.at.marks()))

    play(tmp_path, scene, workspace)
