from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from agent.commands.predict_rows import predict_rows, read_table
from agent.errors import UsageError
from agent.estimator.cells import is_memory_table
from agent.estimator.predict import predict
from agent.estimator.rows import read_row

MEMORY = {
    "model": "meta-llama/Meta-Llama-3-8B",
    "arch_key": "Llama-3-8B",
    "params_b": "8.0303",
    "method": "lora",
    "rank": "16",
    "target_modules": "q,k,v,o",
    "optimizer": "adamw_torch",
    "precision": "bf16 mixed precision",
    "quant": "",
    "micro_batch": "4",
    "grad_accum": "1",
    "seq_len": "4096",
    "gradient_checkpointing": "yes",
    "flash_attention": "fa2",
    "framework": "trl SFTTrainer + foak-fast-kernels-liger",
    "parallelism": "single",
    "num_gpus": "1",
    "gpu": "A100-80GB",
    "memory_metric": "torch peak allocated",
    "peak_gib_per_gpu": "",
    "loss_kernel": "liger fused linear CE",
}
SPEED = {k: v for k, v in MEMORY.items() if k not in ("memory_metric", "peak_gib_per_gpu")} | {
    "unit": "tokens/s",
    "tokens_per_s_per_gpu": "",
    "value": "",
}


def test_a_published_reading() -> None:
    """23.2 GiB allocated, fms-acceleration."""
    value = predict(MEMORY).value
    assert value is not None
    assert value[1] == pytest.approx(23.2, rel=0.03)
    assert value[0] < value[1] < value[2]


def test_a_published_speed() -> None:
    """About 4,000 tokens a second per GPU, fms-acceleration."""
    value = predict(SPEED).value
    assert value is not None
    assert value[1] == pytest.approx(4000, rel=0.15)


def test_the_columns_say_which_table_it_is() -> None:
    assert is_memory_table(MEMORY)
    assert not is_memory_table(SPEED)
    assert is_memory_table({"model": "x"})


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"quant": "nf4-dq"}, "method", "qlora"),
        ({"method": "full pure_bf16"}, "method", "full"),
        ({"gradient_checkpointing": "no"}, "checkpoints", "none"),
        ({"gradient_checkpointing": ""}, "checkpoints", "full"),
        ({"flash_attention": "no"}, "flash_attention", False),
        ({"target_modules": "q,v"}, "targets", ("q", "v")),
        ({"target_modules": "c_attn"}, "targets", ("q", "k", "v")),
        ({"target_modules": ""}, "targets", ("q", "k", "v", "o", "gate", "up", "down")),
        ({"optimizer": "paged_adamw_8bit"}, "optimizer", "paged_adamw_8bit"),
        ({"trainable_params": "1,572,864"}, "trainable_parameters", 1_572_864),
        ({"trainable_params": "4.2M"}, "trainable_parameters", 4_200_000),
        ({"seq_len": "8k"}, "sequence_length", 8192),
        ({"seq_len": "~512 tokens"}, "sequence_length", 512),
        ({"seq_len": "unknown"}, "sequence_length", 2048),
        ({"method": "lora (emb)"}, "trains_embeddings", True),
        ({"micro_batch": "", "global_batch": "64", "num_gpus": "8", "grad_accum": "2"}, "micro_batch", 4),
        ({"global_batch": "128", "micro_batch": "1", "grad_accum": "", "num_gpus": "8"}, "grad_accumulation", 16),
        ({"global_batch": "32", "grad_accum": "", "num_gpus": "8", "notes": "TP2 PP4"}, "grad_accumulation", 8),
        ({"precision": "pure bf16"}, "precision", "bf16"),
        ({"method": "full", "num_gpus": "2", "parallelism": "fsdp"}, "precision", "mixed"),
    ],
)
def test_cells(changes: dict[str, str], field: str, value: object) -> None:
    assert getattr(read_row({**MEMORY, **changes}).run, field) == value


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"framework": "unsloth"}, "offload_checkpoints", True),
        ({"framework": "torchtune", "loss_kernel": ""}, "loss_kernel", "chunked"),
        ({"framework": "finetune.py + DeepSpeed ZeRO-3", "num_gpus": "2"}, "sharding", "zero3"),
        ({"framework": "", "parallelism": "fsdp full_shard", "num_gpus": "2"}, "sharding", "fsdp"),
        ({"offload": "cpu", "num_gpus": "2"}, "offload_parameters", True),
        ({"quant": "gptq4"}, "quantisation", "gptq4"),
        ({"memory_metric": "nvidia-smi"}, "metric", "process"),
        ({"memory_metric": "max reserved"}, "metric", "reserved"),
        ({"precision": "float8 linear + bf16"}, "fp8", True),
        ({"precision": "FP8"}, "fp8", True),
        ({"framework": "NeMo 2.0", "num_gpus": "8", "parallelism": ""}, "sharding", "ddp"),
        ({"framework": "NeMo AutoModel", "loss_kernel": ""}, "blocks", "eager"),
        ({"framework": "transformers"}, "blocks", "fused"),
        ({"offload": "optimizer to CPU"}, "offload_parameters", False),
        ({"notes": "TP2 PP4"}, "tensor_parallel", 2),
        ({"seq_len_note": "max_length; dataset mean 3234 tokens"}, "mean_length_tokens", 3234),
        ({"framework": "trl SFTTrainer", "quant": "nf4"}, "kbit_upcast", True),
        ({"framework": "axolotl", "quant": "nf4"}, "kbit_upcast", False),
    ],
)
def test_what_the_software_does(changes: dict[str, str], field: str, value: object) -> None:
    assert getattr(read_row({**MEMORY, **changes}).run.stack, field) == value


@pytest.mark.parametrize(
    ("written", "name", "usable"),
    [
        ("H100-96GB-HBM2e (500W)", "H100", 95.0),
        ("a100_40gb", "A100-40GB", 39.5),
        ("2x RTX 3090 24GB", "RTX-3090", 23.6),
        ("A100 80GB SXM4", "A100-80GB", 79.15),
    ],
)
def test_gpus_as_people_write_them(written: str, name: str, usable: float) -> None:
    gpu = read_row({**MEMORY, "gpu": written}).run.gpu
    assert gpu.name == name
    assert gpu.usable_gib == pytest.approx(usable, abs=0.5)


def test_a_power_limit_slows_a_card() -> None:
    assert read_row({**SPEED, "gpu": "H100-96GB-HBM2e (500W)"}).run.gpu.power_share == pytest.approx(0.82, abs=0.01)


def test_missing_cells_are_assumed_and_said() -> None:
    read = read_row({"model": "some 13b model", "method": "qlora"})
    assert read.run.sequence_length == 2048
    assert any("assumed" in note for note in read.notes)
    assert any("estimated from its size" in note for note in read.notes)


def test_batches_that_are_not_packed_are_shorter_than_their_limit() -> None:
    read = read_row({**MEMORY, "seq_len": "2048", "seq_len_note": "max length, batches not packed"})
    assert read.run.sequence_length == 800


def test_a_row_that_cannot_be_read_says_why() -> None:
    found = predict({"model": "nothing known", "method": "lora"})
    assert found.value is None
    assert found.note.startswith("not predicted: unknown model")


def test_a_table_gets_three_columns_and_a_note(tmp_path: Path) -> None:
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    rows = [MEMORY, {**MEMORY, "model": "nothing known", "arch_key": "", "params_b": ""}]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(MEMORY))
    writer.writeheader()
    writer.writerows(rows)
    source.write_text(text.getvalue(), encoding="utf-8-sig")
    assert predict_rows(source, output) == 0
    got = list(csv.DictReader(io.StringIO(output.read_text(encoding="utf-8"))))
    assert [{k: row[k] for k in MEMORY} for row in got] == rows
    assert float(got[0]["pred_low"]) < float(got[0]["pred_typical"]) < float(got[0]["pred_high"])
    assert got[1]["pred_typical"] == ""
    assert "unknown model" in got[1]["note"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"model\n\xff\xfe\n"])
def test_what_is_no_table_of_runs_is_said_on_one_line(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        read_table(source)
    assert "\n" not in str(caught.value)
    with pytest.raises(UsageError, match="cannot read"):
        read_table(tmp_path / "missing.csv")
