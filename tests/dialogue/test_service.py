"""The service as every door sees it: start, answer, waive, correct, dispute, show, diff, delete."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from agent import documents
from agent.dialogue.versions import same_proposal
from agent.errors import UsageError
from agent.models import Document, Review
from agent.service import Service
from agent.settings import Settings
from agent.store import open_store
from tests.cli.conftest import FLAWED
from tests.dialogue.conftest import LORA, TEST_SET, Clock


def status(review: Review, code: str) -> str:
    return next((f.status for f in review.findings if f.code == code), "none")


def question(review: Review, name: str) -> str:
    return next((q.status for q in review.questions if q.id == name), "not asked")


def test_answers_move_the_verdict_in_another_process_days_later(
    service: Service, flawed: Document, clock: Clock
) -> None:
    started = service.start(flawed, who="pm")
    assert started.verdict.value == "revise"
    clock.pass_days(9)
    again = Service(service.settings, clock)
    answered = again.answer(started.review_id, {"lora-limit": LORA, "test-set": TEST_SET}, who="pm")
    assert answered.verdict.value == "approve_with_conditions"
    assert [status(answered, c) for c in ("AP1", "AP4", "AP5", "OPS2")] == ["resolved", "resolved", "resolved", "open"]
    assert question(answered, "test-set") == "answered"
    assert answered.facts["evaluation.test_set_size"].source == "answer"
    assert answered.created_at == started.created_at
    assert again.show(started.review_id) == answered


def test_history_holds_everything_in_order(service: Service, flawed: Document) -> None:
    review = service.start(flawed, who="pm")
    service.answer(review.review_id, {"test-set": TEST_SET}, who="pm")
    events = service.history(review.review_id)
    assert [(e.seq, e.kind) for e in events] == [(1, "started"), (2, "reviewed"), (3, "answer"), (4, "reviewed")]
    assert events[0].data["sha256"] == flawed.sha256
    assert events[0].data["facts"]["method.primary"]["value"] == "full"
    assert events[1].data["review"]["verdict"]["value"] == "revise"
    assert events[2].data["text"] == TEST_SET


@pytest.mark.parametrize("sql", ["UPDATE history SET who = 'x'", "DELETE FROM history"])
def test_history_cannot_be_changed(service: Service, flawed: Document, place: str, sql: str) -> None:
    service.start(flawed, who="pm")
    with pytest.raises(sqlite3.IntegrityError, match="history"):
        sqlite3.connect(place).execute(sql)


def test_the_same_delivery_counts_once(service: Service, flawed: Document) -> None:
    review = service.start(flawed, who="pm")
    first = service.answer(review.review_id, {"test-set": TEST_SET}, who="pm", delivery="T1.2")
    assert service.answer(review.review_id, {"test-set": TEST_SET}, who="pm", delivery="T1.2") == first
    assert sum(e.kind == "answer" for e in service.history(review.review_id)) == 1


def test_three_answers_and_no_more(service: Service, flawed: Document) -> None:
    review = service.start(flawed, who="pm")
    for text in ("Yes.", "Soon.", "To be decided."):
        review = service.answer(review.review_id, {"test-set": text}, who="pm")
    assert question(review, "test-set") == "insufficient"
    assert any("No further answer to test-set" in note for note in review.notes)
    with pytest.raises(UsageError, match="3 answers were given"):
        service.answer(review.review_id, {"test-set": TEST_SET}, who="pm")


def test_only_an_approver_waives_and_never_the_author(service: Service, flawed: Document) -> None:
    review = service.start(flawed, who="pm", author="Bob")
    for who, why in (("pm", "is no approver"), ("bob", "is the author")):
        with pytest.raises(UsageError, match=why):
            service.waive(review.review_id, "AP2", "The GPUs are there.", who=who)
    waived = service.waive(review.review_id, "AP2", "The GPUs are there.", who="ada")
    assert status(waived, "AP2") == "waived"
    assert "Waived: AP2 by ada on 2026-11-24. Reason: The GPUs are there." in waived.notes
    assert "AP2" not in waived.verdict.because


def test_nobody_waives_where_no_approver_is_configured(place: str, flawed: Document) -> None:
    bare = Service(Settings(store=place))
    with pytest.raises(UsageError, match="no approvers"):
        bare.waive(bare.start(flawed, who="ada").review_id, "AP1", "Because.", who="ada")


def test_the_exception_for_full_fine_tuning_has_its_evidence(service: Service, flawed: Document) -> None:
    review = service.start(flawed, who="pm")
    for code in ("AP1", "AP4"):
        review = service.waive(review.review_id, code, "Accepted.", who="ada", evidence="9 points on 1,200 cases")
    assert review.verdict.value == "approve_with_conditions"
    said = next(n for n in review.notes if "AP1" in n)
    assert "exception for full fine-tuning" in said
    assert "9 points on 1,200 cases" in said


def test_a_waiver_ends_on_its_day(service: Service, flawed: Document, clock: Clock) -> None:
    review = service.start(flawed, who="pm")
    service.waive(review.review_id, "AP1", "For the pilot.", who="ada", until="2026-11-30")
    service.waive(review.review_id, "AP4", "For the pilot.", who="ada", until="2026-11-30")
    clock.pass_days(6)
    assert service.show(review.review_id).verdict.value == "approve_with_conditions"
    clock.pass_days(1)
    ended = service.show(review.review_id)
    assert (ended.verdict.value, status(ended, "AP1")) == ("revise", "open")
    assert any("has ended" in note for note in ended.notes)
    assert service.show(review.review_id) == ended


@pytest.mark.parametrize("until", ["tomorrow", "2026-11-23"])
def test_a_waiver_needs_a_day_to_come(service: Service, flawed: Document, until: str) -> None:
    review = service.start(flawed, who="pm")
    with pytest.raises(UsageError):
        service.waive(review.review_id, "AP1", "For the pilot.", who="ada", until=until)


def test_a_correction_that_the_quote_bears_out_resolves(service: Service) -> None:
    text = FLAWED + "\nOf these, 400 replies are a locked test set, held by the QA lead.\n"
    review = service.start(documents.parse(text.encode(), "a.md"), who="pm")
    quote = "The project takes ten weeks."
    fixed = service.correct(review.review_id, "timeline.weeks", "10", who="pm", quote="The project takes\nten weeks.")
    assert fixed.facts["timeline.weeks"].value in ((10.0, 10.0), [10.0, 10.0])
    assert fixed.facts["timeline.weeks"].source == "answer"
    assert " ".join(fixed.facts["timeline.weeks"].evidence[0].quote.split()) == quote
    assert "disputed" not in {f.status for f in fixed.findings}


def test_a_correction_that_no_quote_bears_out_leaves_findings_disputed(service: Service, flawed: Document) -> None:
    review = service.start(flawed, who="pm")
    quote = "We will run a full fine-tune, updating all weights"
    fixed = service.correct(review.review_id, "method.primary", "lora", who="pm", quote=quote)
    assert status(fixed, "AP1") == "disputed"
    assert fixed.verdict.value != "approve"
    assert any("read as full" in note and "lora" in note for note in fixed.notes)


def test_a_correction_needs_words_of_the_document(service: Service, flawed: Document) -> None:
    review = service.start(flawed, who="pm")
    with pytest.raises(UsageError, match="quote is not in the document"):
        service.correct(review.review_id, "method.primary", "lora", who="pm", quote="We use LoRA.")
    with pytest.raises(UsageError, match="no fact"):
        service.correct(review.review_id, "method.primry", "lora", who="pm")
    with pytest.raises(UsageError, match="cannot be"):
        service.correct(review.review_id, "dataset.examples", "many", who="pm")


def test_a_dispute_stays_visible(service: Service, flawed: Document) -> None:
    review = service.start(flawed, who="pm")
    disputed = service.dispute(review.review_id, "AP3", "There is a cap in annex B.", who="pm")
    assert status(disputed, "AP3") == "disputed"
    assert any("annex B" in note for note in disputed.notes)
    with pytest.raises(UsageError, match="no finding"):
        service.dispute(review.review_id, "NF6", "Not so.", who="pm")


def test_a_new_version_takes_over_answers_whose_ground_has_not_moved(service: Service, flawed: Document) -> None:
    first = service.start(flawed, who="pm")
    service.answer(first.review_id, {"test-set": TEST_SET, "ownership": "The platform team owns it."}, who="pm")
    text = FLAWED.replace("We switch all agents over on launch day.", "We switch over 5%, 25% and 100% of the agents.")
    second = service.start(documents.parse(text.encode(), "flawed-2.md"), who="pm")
    assert question(second, "test-set") == "answered"
    assert any("carried over" in note for note in second.notes)
    found = service.diff(first.review_id, second.review_id)
    assert "AP1" in {f.code for f in found.still}
    moved = FLAWED.replace("14,200 approved replies", "14,200 approved replies; 300 of them are a test set")
    third = service.start(documents.parse(moved.encode(), "flawed-3.md"), who="pm")
    assert question(third, "test-set") != "answered"


def test_the_same_bytes_are_a_review_of_their_own(service: Service, flawed: Document) -> None:
    first = service.start(flawed, who="pm")
    service.answer(first.review_id, {"test-set": TEST_SET}, who="pm")
    assert question(service.start(flawed, who="pm"), "test-set") == "open"


def test_the_same_source_is_the_same_proposal(service: Service, sound: Document) -> None:
    first = service.start(sound, who="pm", source="gdoc-1")
    service.answer(first.review_id, {"ownership": "The platform team owns it."}, who="pm")
    renamed = documents.parse(sound.text.replace("Drafting summaries", "Writing summaries").encode(), "b.md")
    assert question(service.start(renamed, who="pm", source="gdoc-1"), "ownership") == "answered"


def test_sixty_per_cent_of_the_sentences_make_the_same_proposal(sound: Document, flawed: Document) -> None:
    assert same_proposal(sound, sound)
    assert not same_proposal(sound, flawed)


def test_deleted_is_gone(service: Service, place: str) -> None:
    mark = "zebracrossing"
    review = service.start(documents.parse(f"{FLAWED}\n\nOur code name is {mark}.\n".encode(), "a.md"), who="pm")
    service.answer(review.review_id, {"test-set": f"{TEST_SET} By {mark}."}, who="pm")
    service.delete(review.review_id)
    assert service.list() == ()
    with pytest.raises(UsageError, match="no review"):
        service.show(review.review_id)
    left = b"".join(p.read_bytes() for p in Path(place).parent.iterdir() if p.is_file())
    assert mark.encode() not in left
    assert review.review_id.encode() not in left


def test_what_nobody_touched_is_deleted_after_the_retention_period(place: str, flawed: Document, clock: Clock) -> None:
    service = Service(Settings(store=place, keep_days=30), clock)
    review = service.start(flawed, who="pm")
    clock.pass_days(29)
    assert [r.id for r in service.list()] == [review.review_id]
    clock.pass_days(2)
    assert service.list() == ()


def test_a_lost_thread_is_made_again_from_the_history(service: Service, flawed: Document, place: str) -> None:
    review = service.start(flawed, who="pm")
    service.answer(review.review_id, {"lora-limit": LORA}, who="pm")
    with open_store(place) as store:
        store.saver().delete_thread(review.review_id)
    answered = service.answer(review.review_id, {"test-set": TEST_SET}, who="pm")
    assert [status(answered, c) for c in ("AP1", "AP5")] == ["resolved", "resolved"]


def test_a_store_of_a_newer_version_is_refused(service: Service, flawed: Document, place: str) -> None:
    service.start(flawed, who="pm")
    sqlite3.connect(place).execute("PRAGMA user_version = 99")
    with pytest.raises(UsageError, match="newer version"):
        service.list()


def test_a_store_of_an_older_version_is_migrated(place: str, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    from agent.store import sqlite as store

    service.list()
    monkeypatch.setattr(store, "SQLITE", (*store.SQLITE, ("ALTER TABLE reviews ADD COLUMN colour TEXT",)))
    service.list()
    columns = [row[1] for row in sqlite3.connect(place).execute("PRAGMA table_info(reviews)")]
    assert columns[-1] == "colour"


def test_the_file_is_for_its_owner_alone(service: Service, flawed: Document, place: str) -> None:
    service.start(flawed, who="pm")
    assert Path(place).stat().st_mode & 0o077 == 0
    assert Path(place).parent.stat().st_mode & 0o077 == 0
