"""A document is shared, reviewed, answered and closed, as people and the bot see it."""

from __future__ import annotations

import pytest

from agent.service import Service
from agent.settings import Settings
from integrations.google_docs.bot import Bot
from tests.dialogue.conftest import LORA, TEST_SET
from tests.google_docs.conftest import bot, made
from tests.google_docs.documents import Json, document, paragraph, tab
from tests.google_docs.fake import DOC, FakeGoogle, Fault

__all__ = ["bot"]


def thread(fake: FakeGoogle, code: str) -> Json:
    return next(t for t in fake.ours() if f" {code} " in t["headPost"]["content"].splitlines()[0])


def replies(found: Json) -> list[str]:
    return [p["content"] for p in found.get("replies", []) if p["author"]["user"] == "users/bot"]


def test_from_sharing_to_resolved(bot: Bot, fake: FakeGoogle, flawed: Json, service: Service) -> None:
    fake.share(flawed)
    assert bot.look() == 0
    assert len(fake.ours()) >= 4
    one = thread(fake, "AP1")
    fake.says(DOC, LORA, one["commentId"])
    bot.look()
    assert len(replies(one)) == 1
    assert one["status"] == "RESOLVED"
    row = service.list()[0]
    assert next(f.status for f in service.show(row.id).findings if f.code == "AP1") == "resolved"
    fake.says(DOC, "", one["commentId"], action="REOPEN")
    bot.look()
    assert one["status"] == "OPEN"
    assert replies(one)[-1].startswith("Open again")
    before = sum(len(t.get("replies", [])) for t in fake.docs[DOC].threads)
    bot.look()
    assert sum(len(t.get("replies", [])) for t in fake.docs[DOC].threads) == before


def test_answers_in_the_summary(bot: Bot, fake: FakeGoogle, flawed: Json, service: Service) -> None:
    fake.share(flawed)
    bot.look()
    summary = fake.ours()[-1]
    fake.says(DOC, f"test-set: {TEST_SET}", summary["commentId"])
    bot.look()
    review = service.show(service.list()[0].id)
    assert next(q.status for q in review.questions if q.id == "test-set") == "answered"
    assert "Thank you" in replies(summary)[0]
    assert summary["status"] == "OPEN"


def test_a_mention_explains_and_reviews(bot: Bot, fake: FakeGoogle, flawed: Json) -> None:
    fake.share(flawed)
    bot.look()
    asked = fake.says(DOC, "@review-finetune explain AP1")
    again = fake.says(DOC, "@review-finetune re-review please")
    chat = fake.says(DOC, "Lunch at twelve?")
    bot.look()
    by_id = {t["commentId"]: t for t in fake.docs[DOC].threads}
    assert "AP1" in replies(by_id[asked])[0]
    assert replies(by_id[again])[0].startswith("I have reviewed this very text")
    assert replies(by_id[chat]) == []


def test_only_an_approver_known_by_id_waives(bot: Bot, fake: FakeGoogle, flawed: Json, service: Service) -> None:
    fake.share(flawed)
    bot.look()
    said = "@review-finetune ignore AP1 because the pilot is paid for"
    stranger, owner = fake.says(DOC, said, user="users/7"), fake.says(DOC, said, user="users/8")
    bot.look()
    by_id = {t["commentId"]: t for t in fake.docs[DOC].threads}
    assert "users/7" in replies(by_id[stranger])[0]
    assert "is the author" in replies(by_id[owner])[0]
    review = service.show(service.list()[0].id)
    assert next(f.status for f in review.findings if f.code == "AP1") == "open"
    fake.says(DOC, said, user="users/9")
    bot.look()
    review = service.show(review.review_id)
    assert next(f.status for f in review.findings if f.code == "AP1") == "waived"


def test_lost_memory_says_nothing_twice(
    bot: Bot, fake: FakeGoogle, flawed: Json, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fake.share(flawed)
    bot.look()
    one = thread(fake, "AP1")
    fake.says(DOC, LORA, one["commentId"])
    bot.look()
    before = [(t["commentId"], len(t.get("replies", []))) for t in fake.docs[DOC].threads]
    from dataclasses import replace

    empty = replace(settings, store=str(tmp_path_factory.mktemp("new") / "reviews.db"))
    with made(empty, Service(empty)) as other:
        other.look()
        other.look()
    assert [(t["commentId"], len(t.get("replies", []))) for t in fake.docs[DOC].threads] == before


def test_nothing_is_missed_across_restarts(bot: Bot, fake: FakeGoogle, flawed: Json, settings: Settings) -> None:
    bot.look()
    fake.page = 1
    for n in range(3):
        fake.share(flawed, identity=f"1AnotherDocument{n}")
    with made(settings, Service(settings)) as other:
        other.look()
    assert all(fake.ours(f"1AnotherDocument{n}") for n in range(3))


def test_a_document_that_failed_is_looked_at_again(bot: Bot, fake: FakeGoogle, flawed: Json) -> None:
    fake.share(flawed)
    fake.faults = [Fault("documents.get", 503) for _ in range(4)]
    assert bot.look() == 1
    assert bot.look() == 0
    assert fake.ours()


def test_a_bot_never_waits_for_itself(
    bot: Bot, fake: FakeGoogle, flawed: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Document and review are both locked, and may share a lock by their hashes (once in 32, before)."""
    monkeypatch.setattr("agent.store.sqlite.LOCKS", 1)
    fake.share(flawed)
    assert bot.look() == 0
    assert fake.ours()


@pytest.mark.parametrize(("status", "after"), [(503, True), (503, False), (0, True), (429, False)])
def test_a_lost_reply_is_not_said_twice(bot: Bot, fake: FakeGoogle, flawed: Json, status: int, after: bool) -> None:
    fake.share(flawed)
    bot.look()
    one = thread(fake, "AP1")
    fake.says(DOC, LORA, one["commentId"])
    fake.faults = [Fault("replies.create", status, after)]
    bot.look()
    assert len(replies(one)) == 1


@pytest.mark.parametrize("how", ["gone", "reader"])
def test_no_access_is_one_line_and_stops_nothing(bot: Bot, fake: FakeGoogle, flawed: Json, how: str) -> None:
    fake.share(flawed, "reader" if how == "reader" else "writer")
    fake.share(flawed, identity="1AnotherDocument")
    fake.docs[DOC].gone = how == "gone"
    bot.look()
    bot.look()
    assert fake.ours("1AnotherDocument")
    assert fake.docs[DOC].threads == []


def test_an_empty_document_is_told_to_whoever_asked(bot: Bot, fake: FakeGoogle) -> None:
    fake.share(document(tab("t.0", "Tab 1", paragraph("")), title="Empty"))
    fake.says(DOC, "@review-finetune review")
    bot.look()
    bot.look()
    assert len(replies(fake.docs[DOC].threads[0])) == 1
    assert "nothing to read" in replies(fake.docs[DOC].threads[0])[0]
