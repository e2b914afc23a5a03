"""The JSON is the contract's: checked against a schema that was written from the contract, and the contract itself."""

import json
import math
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from agent.facts.names import PUBLIC
from agent.models import Fact, Review
from agent.reports import render
from tests.reports import samples
from tests.reports.parts import FINTECH_TEXT

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "review.schema.json").read_text(encoding="utf-8"))
CONTRACT = (DOCS / "contract.md").read_text(encoding="utf-8")


def rendered(review: Review) -> dict[str, Any]:
    return json.loads(render(review, "json"))  # type: ignore[no-any-return]


def errors(data: dict[str, Any]) -> list[str]:
    checker = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    return [f"{e.json_path}: {e.message}" for e in checker.iter_errors(data)]


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("make", [samples.fintech, samples.clean, samples.no_proposal])
def test_a_review_follows_the_schema(make) -> None:  # type: ignore[no-untyped-def]
    assert errors(rendered(make())) == []


@pytest.mark.parametrize(
    "change",
    [
        {"notes": []},
        {"schema_version": "2"},
        {"facts": {"x.slogan": {"value": 1, "basis": "stated", "source": "rules", "evidence": []}}},
        {"facts": {"budget.usd": {"value": 25000, "basis": "stated", "source": "rules", "evidence": []}}},
        {"facts": {"budget.usd": {"name": "", "value": [1, 2], "basis": "stated", "source": "rules", "evidence": []}}},
        {"findings": [{**rendered(samples.fintech())["findings"][0], "evidence": [], "absence": False}]},
        {"questions": [{**rendered(samples.fintech())["questions"][0], "id": "own-question"}]},
    ],
)
def test_the_schema_rejects_what_the_contract_does_not_say(change: dict[str, Any]) -> None:
    assert errors({**rendered(samples.fintech()), **change})


def test_the_schema_names_the_contracts_fields() -> None:
    block = CONTRACT.split("## 2. A review as JSON")[1].split("```")[1]
    top = re.findall(r"^(\w+) ", block, re.MULTILINE)
    assert top == SCHEMA["required"]
    for name in ("document", "engine", "recommendation", "verdict"):
        braces = re.search(rf"^{name} +{{(.+)}}", block, re.MULTILINE)
        assert braces
        fields = re.findall(r"(?:^|, )(\w+)(?=[,:]|$)", re.sub(r"\[[^\]]*\]|\"[^\"]*\"", "", braces[1]))
        assert fields == SCHEMA["properties"][name]["required"]


def test_facts_of_contract_schema_and_reader_agree() -> None:
    table = CONTRACT.split("### Facts")[1].split("### Question ids")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = [n for row in rows for n in re.findall(r"`(\w+\.\w+)`", row)]
    others = re.findall(r"`(lora_evidence\.\w+|budget\.original)`", table)
    assert set(named) | set(others) == set(SCHEMA["properties"]["facts"]["propertyNames"]["enum"]) == set(PUBLIC)


def test_question_ids_of_contract_and_schema_agree() -> None:
    section = CONTRACT.split("### Question ids")[1].split("## 3.")[0].split("`questions[].id`")[0]
    pattern = SCHEMA["$defs"]["question_id"]["pattern"]
    ids = re.findall(r"`([a-z][a-z-]+)`", section)
    assert len(ids) == 16
    assert pattern == f"^({'|'.join(ids)})(:[0-9]+)?$"


def test_private_fields_stay_out() -> None:
    data = rendered(samples.fintech())
    assert "notes" not in data
    assert "x.slogan" not in data["facts"]
    assert set(data["facts"]["budget.usd"]) == {"value", "basis", "source", "evidence"}


def test_tuples_are_lists_and_evidence_keeps_its_place() -> None:
    data = rendered(samples.fintech())
    assert data["facts"]["budget.usd"]["value"] == [25000, 25000]
    shown = data["findings"][0]["evidence"][0]
    assert list(shown) == ["quote", "page", "section", "start", "end"]
    assert FINTECH_TEXT[shown["start"] : shown["end"]] == shown["quote"]


def test_what_json_cannot_hold_is_null() -> None:
    review = samples.fintech()
    assert review.estimate
    project = review.estimate.project.model_copy(update={"total_usd": (20000.0, math.inf)})
    open_ended = review.model_copy(
        update={
            "estimate": review.estimate.model_copy(update={"project": project}),
            "facts": {"budget.usd": Fact(name="budget.usd", value=(math.nan, math.inf))},
        }
    )
    data = rendered(open_ended)
    assert data["estimate"]["project"]["total_usd"] == [20000.0, None]
    assert data["facts"]["budget.usd"]["value"] == [None, None]
    assert errors(data) == []


def test_json_is_readable_and_ends_its_last_line() -> None:
    text = render(samples.fintech(), "json")
    assert text.startswith('{\n  "schema_version": "1",')
    assert text.endswith("}\n")
    assert "1 × A100-80GB" in text
