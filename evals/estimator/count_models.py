"""Peak memory of whole training steps, counted operation by operation on fake tensors: real shapes, no GPU, no weights.

Run like count_blocks.py, whose counter and adapters it uses; it writes the rows of data/counted.csv to standard output:

    python evals/estimator/count_models.py > evals/estimator/data/counted.csv

Two steps of AdamW (foreach) with the loss that transformers computes; what PyTorch would report as peak allocated
memory, less what a GPU's own kernels take for workspaces.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from typing import Any

import torch
from count_blocks import ALL, ATTENTION, Counter, Setup, adapt
from torch._subclasses.fake_tensor import FakeTensorMode

GIB = 2**30
SHAPES: dict[str, dict[str, Any]] = {
    "Mistral 7B v0.1": {"sizes": (4096, 14336, 32, 32, 8, 32000), "tied": False},
    "Llama 3 8B": {"sizes": (4096, 14336, 32, 32, 8, 128256), "tied": False},
    "Llama 2 7B": {"sizes": (4096, 11008, 32, 32, 32, 32000), "tied": False},
    "Llama 3.2 1B": {"sizes": (2048, 8192, 16, 32, 8, 128256), "tied": True},
}


@dataclass(frozen=True)
class Step:
    """One training step: the model, what is trained and how, the batch."""

    model: str
    setup: Setup
    micro_batch: int
    sequence: int
    kbit_upcast: bool = False


STEPS = (
    Step("Mistral 7B v0.1", Setup("lora", ALL), 1, 2048),
    Step("Mistral 7B v0.1", Setup("lora", ATTENTION), 4, 2048),
    Step("Mistral 7B v0.1", Setup("qlora", ALL, four_bit=True), 8, 2048, True),
    Step("Llama 3 8B", Setup("lora", ALL), 1, 2048),
    Step("Llama 3 8B", Setup("lora", ALL), 2, 4096),
    Step("Llama 3 8B", Setup("qlora", ALL, four_bit=True), 1, 2048, True),
    Step("Llama 3 8B", Setup("qlora", ALL, four_bit=True), 1, 2048),
    Step("Llama 3.2 1B", Setup("full", autocast=False), 2, 2048),
    Step("Llama 3.2 1B", Setup("full", fp32_weights=True), 2, 2048),
    Step("Llama 3.2 1B", Setup("lora", ALL), 8, 2048),
    Step("Llama 2 7B", Setup("lora", ALL, recompute=False), 1, 1024),
    Step("Llama 2 7B", Setup("lora", ("q_proj", "v_proj"), recompute=False), 1, 2048),
)


def _model(step: Step) -> Any:
    from transformers import AutoModelForCausalLM, LlamaConfig

    shape = SHAPES[step.model]
    hidden, width, layers, heads, kv_heads, vocabulary = shape["sizes"]
    config = LlamaConfig(
        hidden_size=hidden,
        intermediate_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=kv_heads,
        vocab_size=vocabulary,
        tie_word_embeddings=shape["tied"],
        use_cache=False,
    )
    model = AutoModelForCausalLM.from_config(config, attn_implementation="sdpa", dtype=torch.bfloat16)
    for name, weight in model.named_parameters():
        if step.setup.fp32_weights or (step.kbit_upcast and "proj" not in name):
            weight.data = torch.empty(weight.shape, dtype=torch.float32)
    if step.setup.targets:
        adapt(model, step.setup)
    if step.setup.recompute:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    return model.train()


def peak_gib(step: Step) -> float:
    """Peak of live bytes over two steps."""
    counter = Counter()
    with FakeTensorMode(allow_non_fake_inputs=True), counter:
        model = _model(step)
        for weight in model.parameters():
            counter.hold(weight.data)
        trained = [p for p in model.parameters() if p.requires_grad]
        optimiser = torch.optim.AdamW(trained, foreach=True)
        counter.peak = counter.live
        for _ in range(2):
            ids = torch.zeros(step.micro_batch, step.sequence, dtype=torch.long)
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=step.setup.autocast):
                loss = model(input_ids=ids, labels=ids).loss
            loss.backward()
            del loss
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        return counter.peak / GIB


def main() -> None:
    """Writes the table."""
    out = csv.writer(sys.stdout, lineterminator="\n")
    columns = "model method targets micro_batch seq_len recomputed autocast fp32_weights kbit_upcast peak_gib"
    out.writerow(columns.split())
    for step in STEPS:
        setup = step.setup
        letters = ",".join(name.split("_")[0] for name in setup.targets)
        flags = [int(f) for f in (setup.recompute, setup.autocast, setup.fp32_weights, step.kbit_upcast)]
        row = [step.model, setup.name, letters, step.micro_batch, step.sequence, *flags, round(peak_gib(step), 3)]
        out.writerow(row)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
