"""The warm reader reads what the sandbox reads, under the same limits; one document cannot speak for another."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from agent.documents import LIMITS, read
from agent.documents.sandbox import extract_in_child
from agent.documents.warm import POSSIBLE, WarmReader
from agent.errors import CorruptDocument, EncryptedDocument, TooLargeDocument
from tests.documents import proposal
from tests.documents.hostile import archives, pdfs

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="this system cannot copy a process")


@pytest.fixture(scope="module")
def reader() -> Iterator[WarmReader]:
    one = WarmReader()
    yield one
    one.close()


@pytest.mark.parametrize(
    ("name", "data"),
    [("it.pdf", proposal.as_pdf()), ("it.docx", proposal.as_docx()), ("it.html", proposal.as_html())],
)
def test_it_reads_alike(reader: WarmReader, name: str, data: bytes) -> None:
    assert reader(data, name, LIMITS) == extract_in_child(data, name, LIMITS)
    assert read(data, name, reader=reader) == read(data, name)


def test_its_limits_hold_and_it_goes_on(reader: WarmReader) -> None:
    crowd = pdfs.cloud_of_words(60_000)
    cases = [
        (pdfs.bomb(100), LIMITS._replace(memory=150 << 20), TooLargeDocument, "memory"),
        (crowd, LIMITS._replace(cpu_seconds=1), TooLargeDocument, "stopped after 1 s"),
        (crowd, LIMITS._replace(wall_seconds=1), TooLargeDocument, "stopped after 1 s"),
        (archives.encrypted(), LIMITS, EncryptedDocument, "password"),
        (proposal.as_docx(), LIMITS._replace(result=500), (TooLargeDocument, CorruptDocument), None),
    ]
    for data, limits, error, why in cases:
        with pytest.raises(error, match=why):
            reader(data, "it", limits)
        assert reader(proposal.as_html(), "it.html", LIMITS)["text"]


def test_a_dead_template_costs_nothing(reader: WarmReader) -> None:
    reader(proposal.as_html(), "it.html", LIMITS)
    assert reader._process is not None
    os.kill(reader._process.pid, signal.SIGKILL)
    assert reader(proposal.as_html(), "it.html", LIMITS)["text"]
    assert reader(proposal.as_html(), "it.html", LIMITS)["text"]
    assert reader._process is not None
