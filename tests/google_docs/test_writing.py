"""Comments stand at exactly their words, each once, whatever goes wrong on the way."""

from __future__ import annotations

import random
from contextlib import nullcontext

import httplib2
import pytest

from agent.review import review_document
from integrations.google_docs.client import Google
from integrations.google_docs.problems import Busy, Gone, NoAccess
from integrations.google_docs.reader import read
from integrations.google_docs.remarks import Remark, key_in, place_now, remarks_of
from integrations.google_docs.writing import write
from tests.cli.conftest import FLAWED
from tests.google_docs.documents import Json, document, from_markdown, paragraph, tab
from tests.google_docs.fake import DOC, FakeGoogle, Fault


def wanted(content: Json) -> tuple[Remark, ...]:
    doc = read(content)
    return remarks_of(review_document(doc), doc)


def put(google: Google, content: Json) -> None:
    write(google, DOC, wanted(content), read(content), sleep=lambda _: None)


def keys(fake: FakeGoogle) -> list[str]:
    return sorted(str(key_in(t["headPost"]["content"])) for t in fake.ours())


def test_every_quote_is_anchored_exactly_in_one_request(google: Google, fake: FakeGoogle, flawed: Json) -> None:
    fake.share(flawed)
    remarks = wanted(flawed)
    put(google, flawed)
    assert 3 <= len(remarks) <= 9
    assert fake.calls.count("docs.documents.batchUpdate") == 1
    by_key = {key_in(t["headPost"]["content"]): fake.quoted(t) for t in fake.ours()}
    for remark in remarks[:-1]:
        assert by_key[remark.key] == remark.quote
    assert fake.refused == []


def test_a_second_time_nothing_is_written(google: Google, fake: FakeGoogle, flawed: Json) -> None:
    fake.share(flawed)
    put(google, flawed)
    before = keys(fake)
    put(google, flawed)
    assert keys(fake) == before
    assert fake.calls.count("docs.documents.batchUpdate") == 1


def test_an_edit_meanwhile_moves_the_anchors(google: Google, fake: FakeGoogle, flawed: Json) -> None:
    fake.share(flawed)
    moved = document(
        tab("t.0", "Tab 1", paragraph("😀 A line more."), *from_markdown(FLAWED)), title="Warranty replies"
    )
    fake.edit_before_write = lambda: fake.edit(DOC, moved)
    put(google, flawed)
    assert fake.calls.count("docs.documents.batchUpdate") == 2
    for remark in wanted(flawed)[:-1]:
        thread = next(t for t in fake.ours() if remark.key in t["headPost"]["content"])
        assert fake.quoted(thread) == remark.quote


def test_words_that_now_stand_twice_get_no_anchor(google: Google, fake: FakeGoogle, flawed: Json) -> None:
    twice = document(tab("t.0", "Tab 1", *from_markdown(FLAWED), *from_markdown(FLAWED)), title="Warranty replies")
    fake.share(twice)
    put(google, flawed)
    assert [fake.quoted(t) for t in fake.ours()] == [None] * len(wanted(flawed))
    assert keys(fake) == sorted(r.key for r in wanted(flawed))


@pytest.mark.parametrize("role", ["commenter", "feature off"])
def test_without_anchors_the_comments_say_what_they_are_about(
    google: Google, fake: FakeGoogle, flawed: Json, role: str
) -> None:
    fake.share(flawed, "commenter" if role == "commenter" else "writer")
    fake.inserts_comments = role == "commenter"
    put(google, flawed)
    assert keys(fake) == sorted(r.key for r in wanted(flawed))
    assert any(t["headPost"]["content"].startswith("On “") for t in fake.ours())


def test_one_place_that_google_refuses_costs_one_anchor(google: Google, fake: FakeGoogle, flawed: Json) -> None:
    fake.share(flawed)
    remarks = wanted(flawed)
    place = place_now(remarks[1], read(flawed), read(flawed))
    assert place is not None
    fake.barred = {place.start}
    put(google, flawed)
    by_key = {key_in(t["headPost"]["content"]): t for t in fake.ours()}
    assert fake.quoted(by_key[remarks[1].key]) is None
    assert [fake.quoted(by_key[r.key]) for r in (remarks[0], *remarks[2:-1])] == [
        r.quote for r in (remarks[0], *remarks[2:-1])
    ]


def test_a_reader_may_not_comment(google: Google, fake: FakeGoogle, flawed: Json) -> None:
    fake.share(flawed, "reader")
    with pytest.raises(NoAccess, match="commenter or editor"):
        put(google, flawed)


def test_a_deleted_document_is_gone(google: Google, fake: FakeGoogle, flawed: Json) -> None:
    fake.share(flawed)
    fake.docs[DOC].gone = True
    with pytest.raises(Gone):
        put(google, flawed)


def test_google_never_well_is_said_in_a_line(google: Google, fake: FakeGoogle, flawed: Json) -> None:
    fake.share(flawed)
    fake.faults = [Fault("batchUpdate", 503) for _ in range(20)]
    with pytest.raises(Busy, match="busy"):
        put(google, flawed)


@pytest.mark.parametrize("first", [0, 30])
def test_random_faults_make_no_double_and_lose_nothing(
    google: Google, fake: FakeGoogle, flawed: Json, first: int
) -> None:
    remarks, reviewed = wanted(flawed), read(flawed)
    for seed in range(first, first + 30):
        fake.docs.clear()
        fake.faults.clear()
        spoil(fake, flawed, random.Random(seed))
        write(google, DOC, remarks, reviewed, sleep=lambda _: None)
        assert keys(fake) == sorted(r.key for r in remarks), seed


def spoil(fake: FakeGoogle, flawed: Json, chance: random.Random) -> None:
    """One to four faults before or after a save, and now and then an edit in between."""
    fake.share(flawed, chance.choice(["writer", "writer", "commenter"]))
    kinds = [(429, ""), (500, ""), (503, ""), (0, ""), (403, "userRateLimitExceeded")]
    for _ in range(chance.randint(1, 4)):
        status, reason = chance.choice(kinds)
        method = chance.choice(["batchUpdate", "documents.get", "comments.create", "batchUpdate"])
        fake.faults.append(Fault(method, status, chance.random() < 0.5, reason))
    fake.edit_before_write = (lambda: fake.edit(DOC, flawed)) if chance.random() < 0.3 else None


@pytest.mark.parametrize(("ours", "comments"), [(True, 1), (False, 2)])
def test_a_connection_that_closes_is_not_tried_again_in_silence(
    google: Google, fake: FakeGoogle, flawed: Json, ours: bool, comments: int
) -> None:
    fake.share(flawed)
    fake.faults = [Fault("comments.create", 0, after=True)]
    if not ours:
        google._drive._http.http.__class__ = httplib2.Http
    with pytest.raises(Busy) if ours else nullcontext():
        google.comment(DOC, "A comment")
    assert len(fake.ours()) == comments
