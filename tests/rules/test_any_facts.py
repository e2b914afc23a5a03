"""Whatever the reader hands over, every rule answers and the review comes to an end."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.facts.names import ALL
from agent.questions import LIMIT, ask
from agent.recommend import recommend
from agent.rules.registry import rules, run
from agent.verdict import decide
from tests.rules.build import case

NUMBERS = st.one_of(
    st.integers(0, 200_000), st.floats(0, 1e6, allow_nan=False), st.tuples(st.integers(0, 500), st.integers(500, 1000))
)
TEXTS: dict[str, st.SearchStrategy[Any]] = {
    "method.primary": st.sampled_from(["full", "lora", "qlora", "api", "none", "unclear"]),
    "method.fallback": st.sampled_from(["full", "lora", "qlora", "none"]),
    "method.objective": st.sampled_from(["sft", "dpo", "rl", "continued_pretraining", "embedding", "other"]),
    "task.scope": st.sampled_from(["narrow", "broad", "many_variants"]),
    "base_model.name": st.sampled_from(["Llama 3.1 8B", "Qwen2.5 72B", "gpt-4o-mini", "Unheard 13B", "nothing known"]),
    "hardware.gpu": st.sampled_from(["H100", "A100-80GB", "T4", "RTX-3060", "Nonesuch"]),
    "x.serving.gpu": st.sampled_from(["H100", "T4", "Nonesuch"]),
    "evaluation.test_set": st.sampled_from(["locked", "mentioned", "violated"]),
    "knowledge.changes": st.sampled_from(["often", "stable"]),
    "serving.adapters": st.sampled_from(["merged", "separate"]),
    "x.money": st.just([{"what": "a", "stated": [1, 2], "computed": 9, "how": "h"}]),
    "x.saving_stated": st.just({"api": (5, 9), "serving": None, "saving": 9, "agrees": False, "how": "h"}),
    "constraints.languages": st.lists(st.sampled_from(["en", "zh", "German", "Klingon"]), max_size=3),
}
KINDS: dict[str, st.SearchStrategy[Any]] = {
    "number": NUMBERS,
    "range": st.one_of(st.integers(0, 9), st.tuples(st.integers(0, 500), st.integers(500, 1000))),
    "flag": st.booleans(),
    "text": st.sampled_from(["tried", "planned", "rejected", "words of the document"]),
    "list": st.just(["en"]),
}
SAID = st.fixed_dictionaries(
    {}, optional={n: TEXTS.get(n, KINDS.get(t.type, KINDS["text"])) for n, t in ALL.items() if n != "x.proposal"}
)


@settings(max_examples=20, deadline=None)
@given(said=SAID)
def test_every_rule_answers_once_and_a_verdict_follows(said: dict[str, Any]) -> None:
    made = case(said)
    ran = run(made)
    assert [c.code for c in ran.checks] == [r.code for r in rules()]
    to = recommend(made, ran.findings)
    verdict = decide(made, ran.findings, ran.checks, to)
    assert verdict.summary
    asked = ask(made, ran.asks, ran.findings)
    required = {a.question for a in ran.asks if a.required}
    assert required <= {q.id.split(":")[0] for q in asked}
    assert len(asked) <= max(LIMIT, len([q for q in asked if q.priority == 1]))
    assert all("{" not in q.text + q.good_answer for q in asked)
    if verdict.value == "approve":
        assert not required
        assert not [f for f in ran.findings if f.severity != "minor"]
