"""A long document: one batch, at most eight comments at exactly their words, few calls."""

from __future__ import annotations

from collections import Counter

from integrations.google_docs.bot import Bot
from integrations.google_docs.remarks import LIMIT
from tests.cli.conftest import FLAWED
from tests.google_docs.conftest import bot
from tests.google_docs.documents import pages
from tests.google_docs.fake import FakeGoogle

__all__ = ["bot"]


def test_a_long_document_costs_few_calls(bot: Bot, fake: FakeGoogle) -> None:
    fake.share(pages(15, FLAWED))
    assert bot.look() == 0
    called = Counter(fake.calls)
    assert called["docs.documents.batchUpdate"] == 1
    assert called["docs.documents.get"] <= 5
    quoted = [fake.quoted(t) for t in fake.ours()]
    assert 4 <= len(quoted) <= 9
    assert "If training turns out to be too slow, we will fall back to LoRA." in quoted
    assert all(len(t["headPost"]["content"].encode()) <= LIMIT for t in fake.ours())
    assert fake.refused == []
