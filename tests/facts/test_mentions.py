"""Judged names: methods, models with their sizes, GPUs with their counts, and words that only look like them."""

from __future__ import annotations

import pytest

from agent.documents import parse
from agent.facts.mentions import gpus, methods, models, tunings, unnamed_gpus
from agent.facts.segments import Segment, segments

GPUS: list[tuple[str, str, float | None, float | None]] = [
    ("8×H100", "H100", 8, 8),
    ("8x H100", "H100", 8, 8),
    ("8 x H100 80GB", "H100", 8, 8),
    ("H100 x 8", "H100", 8, 8),
    ("H100×8", "H100", 8, 8),
    ("H100 (8)", "H100", 8, 8),
    ("eight H100s", "H100", 8, 8),
    ("64 H100s", "H100", 64, 64),
    ("8 NVIDIA H100 SXM5 80GB GPUs", "H100", 8, 8),
    ("a node of 8 H100", "H100", 8, 8),
    ("an 8-GPU H100 node", "H100", 8, 8),
    ("8 GPUs (H100)", "H100", 8, 8),
    ("2 nodes of 8 H100 each", "H100", 16, 16),
    ("two nodes with eight H100s each", "H100", 16, 16),
    ("2 nodes × 8 H100", "H100", 16, 16),
    ("one H200", "H200", 1, 1),
    ("a single H200", "H200", 1, 1),
    ("two A100 80GB", "A100-80GB", 2, 2),
    ("two 80 GB A100s", "A100-80GB", 2, 2),
    ("A100 (80 GB) x4", "A100-80GB", 4, 4),
    ("8 x A100-80GB", "A100-80GB", 8, 8),
    ("4–8 × A100", "A100-80GB", 4, 8),
    ("four to eight A100s", "A100-80GB", 4, 8),
    ("one or two A100s", "A100-80GB", 1, 2),
    ("2x A100 40GB", "A100-40GB", 2, 2),
    ("A100 (40 GB)", "A100-40GB", None, None),
    ("one 40GB A100", "A100-40GB", 1, 1),
    ("p4d.24xlarge", "A100-40GB", 8, 8),
    ("one p4de.24xlarge", "A100-80GB", 8, 8),
    ("2x p5.48xlarge", "H100", 16, 16),
    ("g5.xlarge", "A10G", 1, 1),
    ("ml.g5.xlarge", "A10G", 1, 1),
    ("the H100", "H100", None, None),
    ("NVIDIA L4", "L4", None, None),
    ("2 L40S cards", "L40S", 2, 2),
    ("4 A10G", "A10G", 4, 4),
    ("an RTX 4090", "RTX-4090", 1, 1),
    ("two RTX 3090 cards", "RTX-3090", 2, 2),
    ("one RTX A6000", "RTX-A6000", 1, 1),
    ("an RTX 6000 Ada", "RTX-6000-Ada", 1, 1),
    ("Tesla T4", "T4", None, None),
    ("four V100 16GB", "V100-16GB", 4, 4),
    ("V100 32GB", "V100-32GB", None, None),
    ("8 MI300X", "MI300X", 8, 8),
    ("16 × B200", "B200", 16, 16),
    ("8 h100", "H100", 8, 8),
    ("8卡H100", "H100", 8, 8),
]

NO_GPU = [
    "paper of size A4",
    "form A10 of the tax office",
    "the T4 slips of our staff",
    "the A100 trunk road is closed",
    "the L4 vertebra",
    "room H100 is booked",
    "sheet A40-17 of the drawings",
    "flight A30 to Oslo",
]

UNNAMED: list[tuple[str, float, float | None]] = [
    ("a single 24 GB card", 1, 24),
    ("two 80GB GPUs", 2, 80),
    ("8 GPUs", 8, None),
    ("one GPU with 24 GB", 1, 24),
    ("a 48 GB GPU", 1, 48),
    ("four GPUs of 80 GB each", 4, 80),
    ("sixteen GPUs", 16, None),
    ("one 24-GB consumer card", 1, 24),
]

MODELS: list[tuple[str, str, float | None, bool]] = [
    ("Qwen3-Coder-30B-A3B", "Qwen3-Coder-30B-A3B", 30.5, False),
    ("llama3:8b", "llama3:8b", 8.03, False),
    ("mistralai/Mixtral-8x7B-v0.1", "Mixtral-8x7B", 46.7, False),
    ("Llama 3.1 8B Instruct", "Llama 3.1 8B Instruct", 8.03, False),
    ("meta-llama/Meta-Llama-3-8B", "Meta-Llama-3-8B", 8.03, False),
    ("Llama-2-13b-chat-hf", "Llama-2-13b", 13.0, False),
    ("Mistral 7B", "Mistral 7B", 7.24, False),
    ("Phi-4", "Phi-4", 14.7, False),
    ("Gemma 3 27B", "Gemma 3 27B", 27.4, False),
    ("Qwen2.5-7B-Instruct", "Qwen2.5-7B-Instruct", 7.6, False),
    ("DeepSeek-R1-Distill-Qwen-7B", "DeepSeek-R1-Distill-Qwen-7B", 7.6, False),
    ("ModernBERT-large", "ModernBERT-large", None, False),
    ("TinyLlama 1.1B", "TinyLlama 1.1B", 1.1, False),
    ("OLMo 2 7B", "OLMo 2 7B", 7.3, False),
    ("Falcon 40B", "Falcon 40B", 41.8, False),
    ("Yi-34B", "Yi-34B", 34.4, False),
    ("GPT-4o mini", "GPT-4o mini", None, True),
    ("gpt-4.1-nano", "gpt-4.1-nano", None, True),
    ("Claude Sonnet", "Claude Sonnet", None, True),
    ("Gemini 2.5 Flash", "Gemini 2.5 Flash", None, True),
]

NO_MODEL = [
    "A llama grazes beside the office.",
    "Titan Insurance is a client.",
    "The phi coefficient is 0.4.",
    "Customers opt out by post.",
    "The Granite City office has ten people.",
    "Solar panels are on the roof.",
    "Aya Tanaka leads support.",
    "Claude Dupont leads the team.",
    "The Gemini Theatre is a client.",
    "The command centre is in Leeds.",
    "The falcon is a bird.",
    "Whisper it to nobody.",
    "The Orca project ends in May.",
]

METHODS: list[tuple[str, list[str]]] = [
    ("full fine-tuning", ["full"]),
    ("Full Fine Tuning", ["full"]),
    ("full finetune", ["full"]),
    ("full-parameter fine-tuning", ["full"]),
    ("a full fine-tune", ["full"]),
    ("fine-tune all parameters", ["full"]),
    ("all weights will be updated", ["full"]),
    ("train every parameter", ["full"]),
    ("update all the weights", ["full"]),
    ("LoRA", ["lora"]),
    ("low-rank adaptation", ["lora"]),
    ("a LoRA adapter", ["lora"]),
    ("QLoRA", ["qlora"]),
    ("4-bit LoRA", ["qlora"]),
    ("LoRA and QLoRA", ["lora", "qlora"]),
    ("full fine-tuning or LoRA", ["full", "lora"]),
    ("full test coverage", []),
    ("the full team", []),
    ("the adapter pattern", []),
    ("full-time work", []),
]

TUNING = [
    ("We will fine-tune a model.", 1),
    ("The model is to be finetuned.", 1),
    ("fine-tuning of the 8B model", 1),
    ("The radio needs tuning in.", 0),
    ("a finely tuned engine", 0),
]


def sole(text: str) -> Segment:
    """The one segment of a text."""
    return segments(parse(f"Plan\n\n{text}".encode(), "proposal.txt"))[-1]


@pytest.mark.parametrize(("text", "name", "low", "high"), GPUS, ids=[g[0] for g in GPUS])
def test_gpus(text: str, name: str, low: float | None, high: float | None) -> None:
    found = gpus(sole(f"We ask for {text} for the training."))
    assert [(g.name, g.count, g.count_high) for g in found] == [(name, low, high)]


@pytest.mark.parametrize("text", NO_GPU)
def test_no_gpu(text: str) -> None:
    assert [(g.name, g.count) for g in gpus(sole(text))] == []


@pytest.mark.parametrize(("text", "count", "gigabytes"), UNNAMED)
def test_unnamed_gpus(text: str, count: float, gigabytes: float | None) -> None:
    found = list(unnamed_gpus(sole(f"It will run on {text}.")))
    assert [(n, gb) for n, gb, _, _ in found] == [(count, gigabytes)]


@pytest.mark.parametrize(("text", "name", "size", "hosted"), MODELS)
def test_models(text: str, name: str, size: float | None, hosted: bool) -> None:
    found = models(sole(f"The base model is {text} as released."))
    assert len(found) == 1
    assert name.lower() in found[0].name.lower() or found[0].name.lower() in name.lower()
    assert found[0].params_b == (None if size is None else pytest.approx(size, rel=0.09))
    assert found[0].hosted == hosted


@pytest.mark.parametrize("text", NO_MODEL)
def test_no_model(text: str) -> None:
    assert [m.name for m in models(sole(text))] == []


@pytest.mark.parametrize(("text", "expected"), METHODS, ids=[m[0] for m in METHODS])
def test_methods(text: str, expected: list[str]) -> None:
    assert [m.what for m in methods(sole(f"In this plan: {text}"))] == expected


@pytest.mark.parametrize(("text", "count"), TUNING)
def test_tunings(text: str, count: int) -> None:
    assert len(tunings(sole(text))) == count


def test_a_price_list_names_no_request() -> None:
    found = gpus(sole("An H100 costs $2.50 per GPU-hour."))
    assert [g.price for g in found] == [True]
    assert [g.price for g in gpus(sole("We ask for 8x H100."))] == [False]


def test_places_are_of_the_words() -> None:
    segment = sole("We train Qwen2.5-7B-Instruct with LoRA on two A100 80GB.")
    assert [m.text for m in methods(segment)] == ["LoRA"]
    (gpu,) = gpus(segment)
    assert "A100" in segment.text[gpu.start : gpu.end]
    (model,) = models(segment)
    assert segment.text[model.start : model.end].startswith("Qwen2.5-7B")
