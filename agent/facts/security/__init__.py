"""Words that dictate the review, and words that a reader cannot see: reported by SEC1; they change nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from agent.facts.reading import fact
from agent.facts.security.dictation import instructions
from agent.facts.security.hidden import hidden_evidence, unseen
from agent.facts.security.spans import instruction_spans, with_instructions, without_instructions
from agent.models import Document, Fact

__all__ = ["instruction_spans", "read", "with_instructions", "without_instructions"]

_QUOTES = 3


def read(document: Document) -> Iterator[Fact]:
    """Facts `x.reviewer_instruction` and `x.hidden_text`; looks at every block, hidden ones and side notes included."""
    told = instructions(document)
    if told:
        quotes = [hit.evidence(document) for hit in told if hit.length][:_QUOTES]
        yield fact("x.reviewer_instruction", told[0].quote(document), *quotes)
    hidden = unseen(document)
    if hidden:
        reasons = ", ".join(dict.fromkeys(block.hidden or "" for block in hidden))
        yield fact("x.hidden_text", reasons, *(hidden_evidence(document, block) for block in hidden[:_QUOTES]))
