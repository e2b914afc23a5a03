"""Runs two public calculators on runs read from standard input. Executed by an interpreter that has them, not by ours.

They get the exact shape of each model, and resident memory is divided over the GPUs where they do not do it. What a
calculator cannot express (a GPTQ base, selective checkpointing) is given as the nearest thing it knows.
"""

from __future__ import annotations

import json
import sys
from typing import Any

MODULES = {
    "q": "q_proj",
    "k": "k_proj",
    "v": "v_proj",
    "o": "o_proj",
    "gate": "gate_proj",
    "up": "up_proj",
    "down": "down_proj",
}


def ftuneai(run: dict[str, Any]) -> dict[str, float | None]:
    """Memory in GiB per GPU and tokens per second per GPU."""
    from ftuneai.core import memory, models
    from ftuneai.core.time import TimeEstimator

    attention = set(run["targets"]) <= {"q", "v"}
    everything = bool(set(run["targets"]) & {"gate", "up", "down"})
    config = models.TrainingConfig(
        method=models.FineTuneMethod(run["method"]),
        quantization=models.Quantization({"none": "none", "int8": "8bit", "gptq8": "8bit"}.get(run["base"], "4bit")),
        batch_size=run["micro_batch"],
        seq_length=run["sequence_length"],
        gradient_checkpointing=run["checkpointing"],
        lora_rank=run["rank"],
        lora_target=models.LoRATarget("all_linear" if everything else "attention" if attention else "attention_all"),
        flash_attention=run["flash_attention"],
        sharding=models.ShardingStrategy("fsdp" if run["gpus"] > 1 else "none"),
        num_gpus=run["gpus"],
    )
    spec = models.ModelSpec(
        name=run["name"],
        parameters=run["parameters"],
        hidden_size=run["hidden"],
        num_layers=run["layers"],
        num_attention_heads=run["heads"],
        num_kv_heads=run["kv_heads"],
        intermediate_size=run["mlp_width"],
        vocab_size=run["vocabulary"],
        max_seq_length=max(run["sequence_length"], run["context"]),
        is_moe=run["experts"] > 0,
        num_experts=run["experts"] or None,
        num_active_experts=run["experts_per_token"] or None,
    )
    gpu = models.GPUSpec(
        name=run["gpu"],
        vram_gb=run["gpu_gb"],
        fp16_tflops=run["tflops"],
        bf16_tflops=run["tflops"],
        fp32_tflops=run["tflops"] / 2,
        memory_bandwidth_gbps=run["bandwidth"],
    )
    examples = 1_000_000
    took = TimeEstimator(spec, config).estimate(gpu, examples, epochs=1, num_gpus=run["gpus"])
    rate = examples * run["sequence_length"] / (took.total_hours * 3600) / run["gpus"] if took.total_hours else None
    return {"memory": memory.MemoryEstimator(spec, config).estimate().total_gb, "throughput": rate}


def fitcheck(run: dict[str, Any]) -> dict[str, float | None]:
    """Memory in GiB per GPU; it has no model of time, and none of sharding: resident terms are divided for it."""
    from fitcheck import GpuSpec, ModelConfig, TrainingConfig, estimate

    config = ModelConfig(
        name=run["name"],
        num_params=run["parameters"],
        hidden_size=run["hidden"],
        num_layers=run["layers"],
        num_attention_heads=run["heads"],
        num_kv_heads=run["kv_heads"],
        intermediate_size=run["mlp_width"],
        vocab_size=run["vocabulary"],
        head_dim=run["head_dim"],
        tie_word_embeddings=run["tied"],
    )
    base = {"none": "none", "int8": "int8", "gptq8": "int8"}.get(run["base"], "nf4")
    training = TrainingConfig(
        quantization=base,
        double_quant=run["base"] == "nf4-dq",
        optimizer_dtype="bf16" if run["method"] == "full" and run["precision"] == "bf16" else "fp32",
        batch_size=run["micro_batch"],
        seq_len=run["sequence_length"],
        lora_rank=None if run["method"] == "full" else run["rank"],
        lora_targets=[MODULES[t] for t in run["targets"] if t in MODULES],
        grad_checkpoint=run["checkpointing"],
        flash_attn=run["flash_attention"],
    )
    card = GpuSpec(run["gpu"], int(run["gpu_gb"] * 1024), int(run["usable_gib"] * 1024))
    found = estimate(config, training, card)
    split = found.weight_mib + found.lora_mib + found.optimizer_mib + found.gradient_mib
    whole = found.activation_mib + found.overhead_mib + split / run["gpus"]
    return {"memory": whole / 1024, "throughput": None}


def main() -> None:
    """Reads a list of runs, writes one list of answers per calculator; a run it refuses is null with the reason."""
    answers: dict[str, list[Any]] = {"ftuneai": [], "fitcheck-llm": []}
    for run in json.load(sys.stdin):
        for name, ask in (("ftuneai", ftuneai), ("fitcheck-llm", fitcheck)):
            try:
                answers[name].append(ask(run))
            except Exception as error:
                answers[name].append({"memory": None, "throughput": None, "why": str(error)[:200]})
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
