"""A new version of a document: the summary says what is resolved, new and open; comments that served close."""

from __future__ import annotations

from agent.service import Service
from agent.settings import Settings
from integrations.google_docs.bot import Bot
from integrations.google_docs.remarks import digest_in
from tests.cli.conftest import FLAWED
from tests.dialogue.conftest import LORA, TEST_SET
from tests.google_docs.conftest import bot, made
from tests.google_docs.documents import Json, document, from_markdown, tab
from tests.google_docs.fake import DOC, FakeGoogle
from tests.google_docs.test_bot import replies, thread

__all__ = ["bot"]
FALLBACK = " If training turns out to be too slow, we will fall back to LoRA."


def version(text: str) -> Json:
    return document(tab("t.0", "Tab 1", *from_markdown(text)), title="Warranty replies")


def summary(fake: FakeGoogle) -> Json:
    return next(t for t in fake.ours() if "The whole report" in t["headPost"]["content"])


def test_the_summary_says_what_a_new_version_changed(bot: Bot, fake: FakeGoogle) -> None:
    before = FLAWED.replace("a full fine-tune, updating all weights", "a fine-tune").replace(FALLBACK, "")
    fake.share(version(before))
    bot.look()
    fake.edit(DOC, version(FLAWED.replace("$46,000, and iterate until the quality is good enough", "$46,000")))
    bot.look()
    assert replies(summary(fake)) == []
    fake.says(DOC, "@review-finetune re-review")
    bot.look()
    bot.look()
    [report] = replies(summary(fake))
    assert "New: " in report
    assert "AP4" in report.split("New: ")[1].split("\n")[0]
    assert report.split("Resolved: ")[1].split("\n")[0] != "none."
    assert report.split("Still open: ")[1].split("\n")[0] != "none."
    asked = next(t for t in fake.docs[DOC].threads if t["headPost"]["content"] == "@review-finetune re-review")
    assert replies(asked)[0].startswith("Reviewed this version")


def test_comments_of_what_is_mended_close(bot: Bot, fake: FakeGoogle) -> None:
    fake.share(version(FLAWED))
    bot.look()
    one, other = thread(fake, "AP4"), thread(fake, "AP1")
    fake.edit(DOC, version(FLAWED.replace(FALLBACK, "")))
    fake.says(DOC, "@review-finetune re-review")
    bot.look()
    assert one["status"] == "RESOLVED"
    assert replies(one)[0].startswith("AP4 no longer applies")
    assert (other["status"], replies(other)) == ("OPEN", [])
    fake.says(DOC, "", one["commentId"], action="REOPEN")
    bot.look()
    bot.look()
    assert one["status"] == "OPEN"


def test_a_comment_whose_words_changed_goes_on_in_a_new_one(bot: Bot, fake: FakeGoogle) -> None:
    fake.share(version(FLAWED))
    bot.look()
    one = thread(fake, "AP4")
    fake.edit(DOC, version(FLAWED.replace("If training turns out to be too slow", "Should training prove too slow")))
    fake.says(DOC, "@review-finetune re-review")
    bot.look()
    both = [t for t in fake.ours() if " AP4 " in t["headPost"]["content"].splitlines()[0]]
    assert [t["status"] for t in both] == ["RESOLVED", "OPEN"]
    assert "a comment of its own" in replies(one)[0]
    assert "Should training prove" in str(fake.quoted(both[1]))


def test_what_the_bot_closed_opens_when_it_applies_again(bot: Bot, fake: FakeGoogle) -> None:
    fake.share(version(FLAWED))
    bot.look()
    one = thread(fake, "AP4")
    for text in (FLAWED.replace(FALLBACK, ""), FLAWED):
        fake.edit(DOC, version(text))
        fake.says(DOC, "@review-finetune re-review")
        bot.look()
    assert one["status"] == "OPEN"
    assert replies(one)[-1].startswith("AP4 applies again in this version.")


def test_the_summary_itself_says_how_it_stands(bot: Bot, fake: FakeGoogle) -> None:
    fake.share(version(FLAWED))
    bot.look()
    before = summary(fake)["headPost"]["content"]
    fake.says(DOC, LORA, thread(fake, "AP1")["commentId"])
    bot.look()
    after = summary(fake)["headPost"]["content"]
    assert digest_in(before) != digest_in(after)
    edits = fake.calls.count("drive.comments.update")
    bot.look()
    bot.look()
    assert (edits, fake.calls.count("drive.comments.update")) == (1, 1)


def test_an_answer_elsewhere_closes_the_comment(bot: Bot, fake: FakeGoogle, service: Service) -> None:
    fake.share(version(FLAWED))
    bot.look()
    one = thread(fake, "AP1")
    question = next(q for q in service.show(service.list()[0].id).questions if "AP1" in q.finding_codes)
    fake.says(DOC, f"{question.id}: {LORA}", summary(fake)["commentId"])
    bot.look()
    assert (one["status"], replies(one)) == ("RESOLVED", ["AP1 is settled.\n" + replies(one)[0].splitlines()[1]])


def test_a_reopened_comment_reopens_its_question(bot: Bot, fake: FakeGoogle, service: Service) -> None:
    fake.share(version(FLAWED))
    bot.look()
    one = thread(fake, "AP1")
    fake.says(DOC, LORA, one["commentId"])
    bot.look()
    review_id = service.list()[0].id
    answered = service.show(review_id)
    assert finding(answered.findings, "AP1") == "resolved"
    fake.says(DOC, "", one["commentId"], action="REOPEN")
    bot.look()
    reopened = service.show(review_id)
    assert finding(reopened.findings, "AP1") == "open"
    asked = [q for q in reopened.questions if "AP1" in q.finding_codes]
    assert asked
    assert all(q.status == "open" for q in asked)
    assert [e.kind for e in service.history(review_id)].count("reopen") == 1
    fake.says(DOC, LORA, one["commentId"])
    bot.look()
    assert finding(service.show(review_id).findings, "AP1") == "resolved"
    assert one["status"] == "RESOLVED"


def test_a_lost_memory_hears_the_answers_again(
    bot: Bot, fake: FakeGoogle, settings: Settings, service: Service
) -> None:
    from dataclasses import replace

    fake.share(version(FLAWED))
    bot.look()
    fake.says(DOC, LORA, thread(fake, "AP1")["commentId"])
    fake.says(DOC, f"test-set: {TEST_SET}", summary(fake)["commentId"])
    bot.look()
    before = [(t["commentId"], t["status"], len(t.get("replies", []))) for t in fake.docs[DOC].threads]
    empty = replace(settings, store=f"{settings.store}.new")
    with made(empty, Service(empty)) as other:
        other.look()
        other.look()
        again = other.latest(DOC)
    old = service.show(service.list()[0].id)
    assert again is not None
    assert [(f.code, f.status) for f in again.findings] == [(f.code, f.status) for f in old.findings]
    assert [(t["commentId"], t["status"], len(t.get("replies", []))) for t in fake.docs[DOC].threads] == before


def finding(found: object, code: str) -> str:
    return next(f.status for f in found if f.code == code)  # type: ignore[attr-defined]
