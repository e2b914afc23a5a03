"""Every fact that the reader may report: the contract's, and ours (`x.…`), which rules use and the JSON leaves out."""

from __future__ import annotations

from typing import NamedTuple


class Name(NamedTuple):
    """One fact: its Python type when present, and what it means."""

    type: str
    meaning: str


PUBLIC: dict[str, Name] = {
    "method.primary": Name("method", "what the plan is: full, lora, qlora, api, none, unclear"),
    "method.fallback": Name("method", "what is done if the primary method fails"),
    "method.objective": Name(
        "text", "sft, dpo, rl, continued_pretraining, distillation, classification, embedding, other"
    ),
    "task.scope": Name("text", "narrow, broad, many_variants"),
    "run.epochs": Name("number", "passes over the data"),
    "run.sequence_length": Name("number", "tokens"),
    "run.micro_batch": Name("number", "sequences per GPU per step"),
    "run.rank": Name("number", "LoRA rank"),
    "run.precision": Name("text", "bf16, fp16, fp32, fp8, int8, 4-bit, as written"),
    "base_model.name": Name("text", "as written, normalised to the catalogue where known"),
    "base_model.params_b": Name("number", "billions of parameters, total"),
    "dataset.examples": Name("number", "training examples after the collection that the plan includes"),
    "dataset.tokens": Name("number", "training tokens"),
    "hardware.gpu": Name("text", "catalogue name of the training GPU"),
    "hardware.count": Name("number", "training GPUs"),
    "budget.usd": Name("range", "compute budget, USD"),
    "budget.original": Name("text", "as written when in another currency"),
    "timeline.weeks": Name("range", "project duration"),
    "experiments.count": Name("range", "training runs planned"),
    "experiments.cost_each_usd": Name("range", "USD per run"),
    "evaluation.test_set": Name("text", "locked, mentioned, violated; absent when no held-out set is named"),
    "evaluation.test_set_size": Name("number", "examples in it"),
    "evaluation.metric": Name("text", "name of the metric"),
    "evaluation.target": Name("number", "value that means ship, in the metric's own unit (percent as 0–100)"),
    "evaluation.baseline": Name("number", "value to beat, same unit"),
    "economics.volume_per_month": Name("number", "requests a month"),
    "economics.build_usd": Name("number", "cost to build, all in"),
    "economics.saving_usd_per_month": Name("number", "claimed saving"),
    "lora_evidence.measured": Name("flag", "a LoRA (or QLoRA) run of this task was measured"),
    "lora_evidence.gap_points": Name("number", "points by which LoRA fell short"),
    "lora_evidence.experiments": Name("number", "LoRA runs made"),
    "alternatives.prompting": Name("text", "tried, planned, rejected"),
    "alternatives.rag": Name("text", "tried, planned, rejected"),
    "alternatives.stronger_base": Name("text", "tried, planned, rejected"),
    "knowledge.changes": Name("text", "often, stable"),
    "constraints.on_prem": Name("flag", "data or model must stay on own infrastructure"),
    "constraints.latency_p99_ms": Name("number", "required p99 latency, milliseconds"),
    "constraints.languages": Name("list", "ISO codes of the workload's languages"),
    "constraints.tenants": Name("number", "tenants or variants served"),
    "constraints.single_gpu": Name("flag", "only one GPU is available"),
    "serving.parity": Name("flag", "quality at parity is validated before the switch"),
    "serving.plan": Name("text", "how the model is served, in the document's words"),
    "serving.hardware": Name("text", "serving GPUs, e.g. 2x A100-80GB"),
    "serving.adapters": Name("text", "merged, separate"),
    "serving.usd_per_month": Name("number", "serving cost a month"),
    "serving.replaces_api_usd_per_month": Name("number", "API bill that it replaces"),
    "serving.rollback": Name("flag", "a way back is described"),
}

PRIVATE: dict[str, Name] = {
    "x.proposal": Name("flag", "the document proposes (or decides on) adapting a model"),
    "x.seems_to_be": Name("text", "what it is when it is no proposal"),
    "x.language": Name("text", "ISO code of the document's own language"),
    "x.reviewer_instruction": Name("text", "words that dictate a reviewer's verdict, findings or rules"),
    "x.hidden_text": Name("text", "why a stretch of text cannot be seen by a reader"),
    "x.full_first": Name("flag", "full fine-tuning comes before LoRA in the plan's order, in whatever words"),
    "x.lora_evidence.result": Name("number", "LoRA's score"),
    "x.lora_evidence.full_result": Name("number", "full fine-tuning's measured score"),
    "x.lora_evidence.held_out": Name("flag", "LoRA's score is on the held-out test set"),
    "x.lora_evidence.plateau": Name("flag", "LoRA is said to have plateaued"),
    "x.lora_evidence.diagnosed": Name("flag", "why LoRA plateaued was examined (data, rank, learning rate)"),
    "x.full_threshold": Name("number", "points by which LoRA must fall short before full fine-tuning is considered"),
    "x.research_grade": Name("flag", "research-grade quality is the goal and cost is said not to bind"),
    "x.slogan": Name("text", "the slogan given as reason for the method or the size"),
    "x.reason": Name("text", "a substantial reason given for the method or the size (measurement, memory, licence)"),
    "x.hardware.reason": Name("text", "why so many GPUs: throughput, deadline, owned"),
    "x.hardware.memory_gb": Name("number", "memory of the training GPU when only that is said"),
    "x.experiments.iterates": Name("flag", "the plan iterates (sweeps, tunes, tries until)"),
    "x.experiments.cap": Name("text", "a cap on money or time of the experiments"),
    "x.dataset.unlabelled": Name("flag", "the data are a raw corpus, preferences or a reward, not labelled examples"),
    "x.dataset.origin": Name("text", "where the data come from"),
    "x.unread.count": Name("number", "a count of items that no reader understood: it may be the test set"),
    "x.unread.share": Name("number", "a percentage that no reader understood: it may be a score or a target"),
    "x.dataset.now": Name("number", "examples on hand before the planned collection"),
    "x.evaluation.violation": Name("text", "trained, tuned, selected, moved"),
    "x.evaluation.measured": Name("number", "result already measured on the test set for the tuned model"),
    "x.evaluation.per_language": Name("flag", "a score per language is given"),
    "x.evaluation.proportion": Name(
        "flag", "the metric is a proportion of test examples (accuracy, pass rate, win rate)"
    ),
    "x.alternatives.meets_target": Name("text", "the alternative whose own measured figure meets the target"),
    "x.alternatives.score": Name("number", "best measured score of prompting, retrieval or a stronger base"),
    "x.smaller_model_shortfall": Name("flag", "a smaller model was measured and fell short"),
    "x.language_share": Name("number", "largest stated share (0–1) of the workload in languages other than English"),
    "x.latency_measured_p99_ms": Name("number", "p99 latency already measured"),
    "x.knowledge_trained_in": Name("flag", "what changes often is trained into the weights again and again"),
    "x.replaces": Name("text", "api, model: what live thing the tuned model replaces"),
    "x.serving.all_at_once": Name("text", "all traffic switched at once, in the document's words"),
    "x.serving.gpu": Name("text", "catalogue name of the serving GPU"),
    "x.serving.count": Name("number", "serving GPUs"),
    "x.privacy_rule": Name("text", "the document's own rule that data may not leave"),
    "x.external_flow": Name("text", "a described flow of that data to an outside service"),
    "x.ownership": Name("text", "who owns it after launch"),
    "x.money": Name("list", "stated computations that do not agree: dicts {what, stated, computed, how}"),
    "x.saving_stated": Name("dict", "{api, serving, saving, agrees, how}: a claimed saving held against its parts"),
}

ALL: dict[str, Name] = PUBLIC | PRIVATE
