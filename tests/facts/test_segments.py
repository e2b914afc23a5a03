"""Judged texts: where sentences end, what labels and leads a stretch has, what its section makes of it."""

from __future__ import annotations

import pytest

from agent.documents import parse
from agent.facts.segments import Segment, section_role, segments, sentences

SPLITS: list[tuple[str, list[str]]] = [
    ("One. Two. Three.", ["One.", "Two.", "Three."]),
    ("It costs $1.5 million. We pay.", ["It costs $1.5 million.", "We pay."]),
    ("Use tools, e.g. LoRA, here. Then stop.", ["Use tools, e.g. LoRA, here.", "Then stop."]),
    ("Use one method, i.e. LoRA.", ["Use one method, i.e. LoRA."]),
    ("LoRA vs. QLoRA is the choice.", ["LoRA vs. QLoRA is the choice."]),
    ("It takes approx. 3 weeks. Good.", ["It takes approx. 3 weeks.", "Good."]),
    ("Dr. Smith signs. Mr. Jones pays.", ["Dr. Smith signs.", "Mr. Jones pays."]),
    ("J. R. Smith signs it. He pays.", ["J. R. Smith signs it.", "He pays."]),
    ("See Fig. 3 and Sec. 4. Then act.", ["See Fig. 3 and Sec. 4.", "Then act."]),
    ("Is it so? Yes! Then go.", ["Is it so?", "Yes!", "Then go."]),
    ("He said “stop.” She went.", ["He said “stop.”", "She went."]),
    ("(It failed.) We went on.", ["(It failed.)", "We went on."]),
    ("我们使用LoRA。预算是5000元。", ["我们使用LoRA。", "预算是5000元。"]),
    ("LoRA를 쓴다. 예산은 없다.", ["LoRA를 쓴다.", "예산은 없다."]),
    ("Version 3.1 is out. Version 3.2 is not.", ["Version 3.1 is out.", "Version 3.2 is not."]),
    ("It runs at 3 p.m. daily.", ["It runs at 3 p.m. daily."]),
    ("We pay Acme Inc. for it.", ["We pay Acme Inc. for it."]),
    ("No. 5 is the limit.", ["No. 5 is the limit."]),
    ("Do we need it? No. We use LoRA.", ["Do we need it?", "No.", "We use LoRA."]),
    ("We wait... Then we go.", ["We wait...", "Then we go."]),
    ("It fits. 24 GB is enough.", ["It fits.", "24 GB is enough."]),
    ("It costs $5. €4 is the rest.", ["It costs $5.", "€4 is the rest."]),
    ("vLLM serves it. llama.cpp does too.", ["vLLM serves it.", "llama.cpp does too."]),
    ("Data, models, etc. are ready. Go.", ["Data, models, etc. are ready.", "Go."]),
    ("no full stop at all", ["no full stop at all"]),
    ("   spaced out.   And more.  ", ["spaced out.", "And more."]),
    ("It has 7B. It has 8B.", ["It has 7B.", "It has 8B."]),
    ("The plan is plan B. We use C.", ["The plan is plan B.", "We use C."]),
    ("First line.\nSecond line.", ["First line.", "Second line."]),
    ("It ends in the U.S. We start there.", ["It ends in the U.S. We start there."]),
    ("Rs. 25 lakh is the cost.", ["Rs. 25 lakh is the cost."]),
    ("", []),
    ("...", ["..."]),
]

ROLES: list[tuple[tuple[str, ...], str]] = [
    (("Method",), "plan"),
    (("3. Approach",), "plan"),
    (("Proposed approach",), "plan"),
    (("Budget",), "budget"),
    (("Costs and timeline",), "budget"),
    (("Data",), "data"),
    (("Evaluation",), "evaluation"),
    (("Serving",), "serving"),
    (("Deployment and rollback",), "serving"),
    (("Rejected options",), "rejected"),
    (("What we rejected",), "rejected"),
    (("Out of scope",), "rejected"),
    (("Non-goals",), "rejected"),
    (("Related work",), "others"),
    (("What competitors do",), "others"),
    (("Fallback",), "fallback"),
    (("Plan B",), "fallback"),
    (("Background",), "past"),
    (("History",), "past"),
    (("Risks",), "risk"),
    (("Appendix A: glossary",), "appendix"),
    (("Alternatives considered",), "rejected"),
    (("Method", "Rejected options"), "rejected"),
    (("Rejected options", "Budget"), "rejected"),
    (("The lighthouse",), ""),
    ((), ""),
]


def of(markdown: str) -> list[Segment]:
    return segments(parse(markdown.encode(), "proposal.md"))


def named(found: list[Segment], text: str) -> Segment:
    return next(s for s in found if s.text.startswith(text))


@pytest.mark.parametrize(("text", "expected"), SPLITS, ids=[s[0] for s in SPLITS])
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in sentences(text)] == expected


@pytest.mark.parametrize(("path", "role"), ROLES)
def test_section_role(path: tuple[str, ...], role: str) -> None:
    assert section_role(path) == role


def test_sections_inherit_only_when_set_aside() -> None:
    assert section_role(("Budget", "Why LoRA")) != "rejected"


def test_text_is_a_stretch_of_the_document() -> None:
    document = parse(b"# Title\n\nOne. Two.\n\n- ab\n- bc\n\n| kk | vv |\n|---|---|\n| xx | 11 |\n", "p.md")
    for segment in segments(document):
        assert document.text[segment.start : segment.end] == segment.text
        assert segment.evidence().quote == segment.text
        assert document.text[segment.evidence(1, 2).start] == segment.text[1]


def test_key_before_a_colon_is_the_label_until_the_next() -> None:
    found = of("# T\n\nBudget: $500. It is fixed.\n\nMethod: LoRA.")
    assert [s.label for s in found if "$500" in s.text] == ["Budget"]
    assert [s.label for s in found if "LoRA" in s.text] == ["Method"]


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("Budget: $500", "Budget"),
        ("**Budget:** $500", "Budget"),
        ("Base model – $500", "Base model"),
        ("GPU count = $500", "GPU count"),
        ("预算：$500", "预算"),
        ("**Budget.** We ask for $500.", "Budget"),
        ("Budget (USD): $500", "Budget (USD)"),
        ("The meeting starts at 10:30 and costs $500", ""),
        ("See https://example.org/x for $500", ""),
        ("We have one aim: to save $500", ""),
        ("We will pay $500", ""),
    ],
)
def test_labels(line: str, label: str) -> None:
    (segment,) = [s for s in of(f"# T\n\n{line}") if "$500" in s.text]
    assert segment.label == label


def test_cells_are_named_by_their_row_and_column() -> None:
    found = of("| Item | Cost |\n|---|---|\n| Training | $500 |\n| Serving | $90 |\n")
    assert "Training" in named(found, "$500").label
    assert "Cost" in named(found, "$500").label
    assert "Serving" in named(found, "$90").label
    assert [s.text for s in named(found, "$500").row] == ["Training", "$500"]


def test_list_items_have_their_lead() -> None:
    found = of("# T\n\nIntro.\n\nWe rejected:\n\n- full fine-tuning\n- a cluster\n\nWe will use LoRA.")
    assert named(found, "full fine").lead == "We rejected:"
    assert named(found, "a cluster").lead == "We rejected:"
    assert named(found, "We will use").lead == ""
    assert named(found, "Intro").lead == ""


def test_a_lead_ends_with_its_section() -> None:
    found = of("# T\n\n## A\n\nWe rejected:\n\n## B\n\n- LoRA\n")
    assert named(found, "LoRA").lead == ""


def test_a_sentence_is_no_lead_for_the_next_sentence() -> None:
    found = of("# T\n\nWe rejected it. We will use LoRA.")
    assert named(found, "We will use").lead == ""


def test_run_in_heading_names_its_paragraph() -> None:
    found = of("# T\n\nRejected alternatives. Full fine-tuning on eight cards. It was dear.")
    assert named(found, "Full fine").label == "Rejected alternatives"
    assert named(found, "Full fine").role == "rejected"


@pytest.mark.parametrize(
    ("text", "word", "clause"),
    [
        ("We rejected full; LoRA it is.", "LoRA", "LoRA it is"),
        ("We rejected full, but LoRA stays.", "LoRA", "LoRA stays"),
        ("We rejected full because LoRA works.", "LoRA", "LoRA works"),
        ("Use LoRA (full was rejected) now.", "full", "full was rejected"),
        ("Full was rejected, so we use LoRA.", "LoRA", "we use LoRA"),
        ("Full was rejected, whereas LoRA stays.", "LoRA", "LoRA stays"),
    ],
)
def test_clauses_end_at_connectives(text: str, word: str, clause: str) -> None:
    (segment,) = of(text)
    found = segment.clause_at(text.index(word))
    assert clause in text[found.start : found.end]
    assert "rejected" not in text[found.start : found.end].replace(clause, "")


def test_clauses_cover_the_text() -> None:
    (segment,) = of("We rejected full; LoRA (the cheap one) stays, because it works, but not QLoRA.")
    assert segment.clauses[0].start == 0
    assert segment.clauses[-1].end == len(segment.text)
    assert all(a.end == b.start for a, b in zip(segment.clauses, segment.clauses[1:], strict=False))
    assert segment.clause_at(10_000).end == len(segment.text)


def test_neighbours() -> None:
    found = of("# T\n\nOne. Two. Three.")
    two = named(found, "Two")
    assert two.previous
    assert two.following
    assert (two.previous.text, two.following.text) == ("One.", "Three.")
    assert found[0].previous is None
    assert found[-1].following is None


def test_hidden_text_is_no_segment() -> None:
    document = parse(b"<p>Seen.</p><p style='display:none'>Unseen.</p>", "p.html")
    assert [s.text for s in segments(document)] == ["Seen."]
