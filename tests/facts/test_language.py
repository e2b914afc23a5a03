"""Languages named in a text, and the language it is written in."""

from __future__ import annotations

import pytest

from agent.documents import parse
from agent.facts.language import named_languages, written_in
from knowledge import language

NAMED: list[tuple[str, list[str]]] = [
    ("German, French and Italian", ["de", "fr", "it"]),
    ("tickets in Swahili", ["sw"]),
    ("Brazilian Portuguese", ["pt"]),
    ("The text is in English.", ["en"]),
    ("Polish the drafts before they go out.", []),
    ("We polish the drafts.", []),
    ("tickets in Polish and Czech", ["pl", "cs"]),
    ("a finished draft with thorough checks", []),
    ("Mandarin Chinese", ["zh"]),
    ("Hindi (60%) and Tamil (40%)", ["hi", "ta"]),
    ("Danish pastry", ["da"]),
    ("Englishman", []),
    ("Japanese-language support", ["ja"]),
    ("", []),
]

WRITTEN: list[tuple[str, str]] = [
    ("We propose to fine-tune the model on our own tickets because it is the cheapest way for us.", "en"),
    ("Wir schlagen vor, das Modell mit unseren eigenen Tickets zu trainieren, und das ist für uns nicht teuer.", "de"),
    ("Nous proposons d'ajuster le modèle avec nos propres tickets, et le coût est faible pour les clients.", "fr"),
    ("Proponemos ajustar el modelo con nuestros propios tickets y el coste es bajo para los clientes.", "es"),
    ("Proponiamo di addestrare il modello con i nostri ticket e il costo non è alto per la società.", "it"),
    ("我们建议用自己的工单微调模型，成本很低，时间也很短。", "zh"),
    ("私たちは自社のチケットでモデルを微調整することを提案します。", "ja"),
    ("우리는 자체 티켓으로 모델을 미세 조정할 것을 제안합니다.", "ko"),
    ("Мы предлагаем дообучить модель на наших собственных обращениях.", "ru"),
    ("نقترح ضبط النموذج على تذاكرنا الخاصة.", "ar"),
    ("हम अपने टिकटों पर मॉडल को प्रशिक्षित करने का प्रस्ताव करते हैं।", "hi"),
    ("7B", "en"),
    ("LoRA\n\n8x H100\n\n$500", "en"),
    ("We propose LoRA for 客服 tickets, because it is cheap and we have the data for it.", "en"),
]


@pytest.mark.parametrize(("text", "codes"), NAMED)
def test_named_languages(text: str, codes: list[str]) -> None:
    assert [found.code for name, _, _ in named_languages(text) if (found := language(name))] == codes


def test_places_are_of_the_words() -> None:
    text = "tickets in Polish and Czech"
    assert [text[a:b] for _, a, b in named_languages(text)] == ["Polish", "Czech"]


@pytest.mark.parametrize(("text", "code"), WRITTEN)
def test_written_in(text: str, code: str) -> None:
    assert written_in(parse(text.encode(), "proposal.txt")) == code
