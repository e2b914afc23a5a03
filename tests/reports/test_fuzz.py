"""No renderer raises, whatever a review holds."""

import json
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from agent.facts.names import ALL
from agent.models import (
    Check,
    DocumentInfo,
    Engine,
    Estimate,
    EstimateSection,
    Evidence,
    Fact,
    Finding,
    Method,
    Project,
    Question,
    Recommendation,
    Review,
    Situation,
    Verdict,
)
from agent.reports import render
from agent.reports.explain import explain
from knowledge import guide
from tests.reports.parts import NASTY

words = st.text(max_size=40) | st.sampled_from(NASTY)
numbers = st.floats() | st.integers(-5, 10**6)
ranges = st.tuples(numbers, numbers)
threes = st.tuples(numbers, numbers, numbers)
places = st.none() | st.integers(0, 400)
codes = st.sampled_from(("AP1", "NF2", "EST1", "SEC1")) | words
refs = st.lists(st.sampled_from([e.id for e in guide().entries()]) | words, max_size=3).map(tuple)
many = st.lists(words, max_size=3).map(tuple)
values = (
    st.none() | st.booleans() | numbers | words | ranges | st.lists(words, max_size=3) | st.dictionaries(words, words)
)
names = st.sampled_from(sorted(ALL)) | words

evidence = st.builds(
    Evidence, quote=words, page=places, section=st.none() | words, start=st.integers(0, 9), end=st.integers(0, 9)
)
quotes = st.lists(evidence, max_size=5).map(tuple)
plain_facts = st.builds(
    Fact,
    name=names,
    value=values,
    basis=st.sampled_from(("stated", "inferred")),
    source=st.sampled_from(("rules", "llm", "answer")),
    evidence=quotes,
)
facts = st.builds(
    lambda fact, others: fact.model_copy(update={"others": tuple(others)}),
    plain_facts,
    st.lists(plain_facts, max_size=2),
)
estimates = st.builds(
    Estimate,
    method=st.sampled_from(get_args(Method)),
    model=words,
    gpu=words,
    gpus=st.integers(-1, 64),
    memory_gib_per_gpu=threes,
    memory_breakdown_gib=st.dictionaries(words, numbers, max_size=2),
    fits=st.sampled_from(("yes", "no", "tight")),
    hours_per_run=threes,
    cost_per_run_usd=ranges,
    experiments=ranges,
    compute_usd=ranges,
    weeks=ranges,
    serving_usd_per_month=st.none() | numbers,
    assumptions=many,
)
sections = st.builds(
    EstimateSection,
    as_proposed=st.none() | estimates,
    as_recommended=estimates,
    guide_row=st.sampled_from([c.id for c in guide().costs]) | words,
    project=st.builds(Project, weeks=ranges, people_weeks=ranges, total_usd=ranges),
)
findings = st.builds(
    Finding,
    code=codes,
    name=words,
    severity=st.sampled_from(("blocker", "major", "minor")),
    message=words,
    redirect=words,
    evidence=quotes,
    absence=st.booleans(),
    guide_refs=refs,
    question_ids=many,
    status=st.sampled_from(("open", "unconfirmed", "resolved", "waived", "disputed")),
)
questions = st.builds(
    Question,
    id=words,
    text=words,
    why=words,
    good_answer=words,
    finding_codes=st.lists(codes, max_size=2).map(tuple),
    guide_refs=refs,
    priority=st.integers(-1, 9),
    status=st.sampled_from(("open", "answered", "insufficient")),
    answer=st.none() | words,
)
checks = st.builds(
    Check, code=codes, outcome=st.sampled_from(("fires", "passes", "not_applicable", "cannot_tell")), why=words
)
reviews = st.builds(
    Review,
    review_id=words,
    created_at=words,
    document=st.builds(
        DocumentInfo,
        name=words,
        format=words,
        sha256=words,
        pages=places,
        words=st.integers(0, 9),
        title=st.none() | words,
    ),
    engine=st.builds(
        Engine,
        version=words,
        mode=st.sampled_from(("rules", "rules+llm")),
        model=st.none() | words,
        llm_calls=st.integers(0, 9),
        cost_usd=numbers,
        seconds=numbers,
        degraded=many,
    ),
    facts=st.lists(facts, max_size=4).map(lambda found: {f.name: f for f in found}),
    situations=st.lists(
        st.builds(Situation, id=words, matches=st.sampled_from(("yes", "no", "cannot_tell")), why=words), max_size=3
    ).map(tuple),
    estimate=st.none() | sections,
    recommendation=st.builds(
        Recommendation,
        approach=st.sampled_from(("lora", "qlora", "full", "api", "none")),
        instead=st.sampled_from((None, "rag", "prompting", "stronger_base", "do_not_build")),
        base_model=st.none() | words,
        hardware=st.none() | words,
        why=words,
        guide_refs=refs,
        counter_plan=words,
    ),
    findings=st.lists(findings, max_size=4).map(tuple),
    checks=st.lists(checks, max_size=4).map(tuple),
    questions=st.lists(questions, max_size=3).map(tuple),
    verdict=st.builds(
        Verdict,
        value=st.sampled_from(("approve", "approve_with_conditions", "revise", "do_not_fine_tune", "not_a_proposal")),
        summary=words,
        because=st.lists(codes, max_size=3).map(tuple),
    ),
    notes=many,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(reviews, st.booleans(), st.integers(-1, 240))
def test_no_renderer_raises(review: Review, color: bool, width: int) -> None:
    assert render(review, "terminal", color=color, width=width).endswith("\n")
    assert render(review, "markdown").startswith("# ")
    page = lxml_html.document_fromstring(render(review, "html"))
    assert not page.findall(".//script") + page.findall(".//img") + page.findall(".//link")
    data = json.loads(render(review, "json"), parse_constant=lambda name: pytest.fail(name))
    assert data["verdict"]["value"] == review.verdict.value
    for check in review.checks[:1]:
        assert explain(review, check.code)
