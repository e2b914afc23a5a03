"""What the rules take for no proposal, in another language or odd words, is read where the model points."""

from __future__ import annotations

import re

import pytest

from agent.llm import Model
from agent.models import Review
from agent.review import review
from agent.stages import GRAVITY
from evals.outcome import from_review
from evals.scripted import Asked, Said
from tests.llm.conftest import Start

LANGUAGES = {
    "de": "# Antrag: Anpassung eines Sprachmodells\n\nWir wollen Llama 3.1 8B mit allen Gewichten anpassen. "
    "Dafür mieten wir vier H100 für drei Wochen.\n\nGeprüft wird mit Briefen, die niemand vorher sieht.\n",
    "es": "# Propuesta de ajuste de un modelo\n\nVamos a reentrenar por completo Llama 3.1 8B con solicitudes. "
    "Usaremos cuatro H100 durante tres semanas.\n",
    "ko": "# 제안: 민원 답변 모델\n\n우리는 Llama 3.1 8B의 모든 가중치를 미세 조정하려고 합니다. "
    "H100 네 장을 3주 동안 씁니다.\n",
    "zh": "# 提案:客服模型\n\n我们计划用工单对Qwen2.5 7B进行全参数微调,使用四张H100,三周,预算9000美元。下周请回复。\n",
    "hi-en": "# Proposal: support model\n\nHum Llama 3.1 8B ke saare weights ko 5,000 tickets par sikhayenge. "
    "Chaar H100 teen hafte ke liye, budget $9,000.\n",
    "odd": "# Teaching the house model our tone\n\nWe would like the small open Llama 3.1 8B to learn our tone from "
    "5,000 old letters; every one of its numbers gets nudged. That takes four H100 for three weeks and $9,000.\n",
}
CAKE = "# Grandma's apple cake\n\nTake 300 g of flour and 4 apples. Bake for 40 minutes.\n"


def reading(asked: Asked) -> Said:
    """A model that points at the sentences that name a model, a card and money."""
    if asked.form != "Pointers":
        return Said({"texts": []})
    lines = re.findall(r"^\[\d+ [^\]]*\] (.*)$", asked.content, re.MULTILINE)
    quotes = [s for line in lines for s in re.split(r"(?<=[.。])\s+|(?<=。)", line) if s]
    signs = {
        "method.primary": "Llama|Qwen",
        "base_model.name": "Llama|Qwen",
        "hardware.gpu": "H100",
        "budget.usd": r"\$|美元",
    }
    return Said(
        {"pointers": [{"fact": f, "quote": q} for q in quotes for f, sign in signs.items() if re.search(sign, q)]}
    )


def everywhere(asked: Asked) -> Said:
    """A model that calls every line everything."""
    lines = re.findall(r"^\[\d+ [^\]]*\] (.*)$", asked.content, re.MULTILINE)
    facts = ("method.primary", "base_model.name", "hardware.gpu", "budget.usd", "timeline.weeks")
    return Said({"pointers": [{"fact": f, "quote": q} for q in lines for f in facts]})


def both(text: str, model: Model) -> tuple[Review, Review]:
    return review(text.encode(), "a.md"), review(text.encode(), "a.md", model=model)


@pytest.mark.parametrize("text", LANGUAGES.values(), ids=LANGUAGES)
def test_it_is_read_with_conditions_and_nothing_is_called_missing(start: Start, text: str) -> None:
    server, model = start(reading)
    alone, one = both(text, model)
    assert GRAVITY.index(one.verdict.value) >= GRAVITY.index("approve_with_conditions")
    assert one.questions
    assert from_review("a", one, None).crash == ""
    assert len(server.asked) == 2
    if alone.verdict.value == "not_a_proposal":
        assert [f.code for f in one.findings if f.absence] == []
        assert any("missing" in line for line in one.engine.degraded)
    else:
        assert GRAVITY.index(one.verdict.value) >= GRAVITY.index(alone.verdict.value)


def test_a_model_cannot_make_a_proposal_of_anything(start: Start) -> None:
    server, model = start(everywhere)
    alone, one = both(CAKE, model)
    assert alone.verdict == one.verdict
    assert one.facts == {}
    assert len(server.asked) == 1, "nothing to word"


def test_what_the_rules_know_to_be_something_else_is_not_asked(start: Start) -> None:
    tutorial = (
        "# How to fine-tune your first model\n\nIn this tutorial you will learn how to fine-tune Llama 3.1 8B with "
        "LoRA. First, install the library. Then you load your data. Your GPU should be an A100.\n"
    )
    server, model = start(everywhere)
    alone, one = both(tutorial, model)
    assert alone.verdict == one.verdict
    assert alone.verdict.value == "not_a_proposal"
    assert server.asked == []
