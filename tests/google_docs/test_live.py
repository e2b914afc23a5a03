"""Once, by hand, against Google itself: a document of one's own is reviewed, answered and closed.

REVIEW_FINETUNE_GOOGLE_LIVE names a document shared with the bot as editor; the key is that of the configuration. The
document gets comments. What the stand-in assumes is checked on the way, each by its name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from agent.service import Service
from agent.settings import Settings
from integrations.google_docs.addresses import document_id
from integrations.google_docs.bot import Bot
from integrations.google_docs.client import WRITE, Google
from integrations.google_docs.configuration import GoogleSettings, key
from integrations.google_docs.remarks import key_in
from integrations.google_docs.writing import look

LIVE = os.environ.get("REVIEW_FINETUNE_GOOGLE_LIVE", "")
pytestmark = [
    pytest.mark.skipif(not LIVE, reason="REVIEW_FINETUNE_GOOGLE_LIVE names no document: Google itself is not asked"),
    pytest.mark.enable_socket,
]


@pytest.fixture
def google() -> Iterator[Google]:
    with Google(key(Settings()), GoogleSettings(), WRITE) as made:
        yield made


def test_a_document_of_one_s_own(google: Google, tmp_path_factory: pytest.TempPathFactory) -> None:
    document = document_id(LIVE)
    settings = Settings(store=str(tmp_path_factory.mktemp("live") / "reviews.db"))
    bot = Bot(google, Service(settings), GoogleSettings())
    before = google.document(document).get("revisionId")
    assert before, "editors are told the revision"
    bot.attend(document)
    seen = look(google, document)
    ours = [t for t in seen.threads if t.mine]
    assert ours, "what is written is listed at once, and known as ours"
    assert all(key_in(t.posts[0].text) for t in ours), "marks are kept as they were written"
    assert seen.revision == before, "a comment leaves the revision as it is"
    activity = google.activity(document)
    assert {t.id for t in ours} <= {identity for identity, _ in activity}, "Docs and Drive call a comment by one id"
    google.reply(document, ours[0].id, "A reply of the live test.", "resolve")
    assert google.activity(document) != activity, "a reply is a change of its comment"
    again = next(t for t in look(google, document).threads if t.id == ours[0].id)
    assert again.resolved_by_us
    google.reply(document, ours[0].id, "Opened by the live test.", "reopen")
    google.edit(document, ours[0].id, seen.threads[0].posts[0].text)
    bot.attend(document)
    keys = [t.key for t in look(google, document).threads if t.mine]
    assert len(keys) == len(set(keys)), "nothing is written twice"
