"""Two public calculators on the same rows, in an environment of their own outside the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from agent.estimator import RunSpec
from agent.estimator.activations import checkpoint_mode
from agent.estimator.weights import precision, quantisation

PACKAGES = ("ftuneai==0.4.1", "fitcheck-llm==0.3.1")
CHILD = Path(__file__).with_name("peer_child.py")
Answers = dict[str, list[dict[str, Any]]]


def ask(runs: Sequence[RunSpec]) -> Answers:
    """Installs the calculators, asks them, and removes them again.

    Raises:
        RuntimeError: they could not be installed or did not answer.
    """
    with TemporaryDirectory(prefix="calculators-") as folder:
        venv.create(folder, with_pip=True, clear=True)
        python = Path(folder) / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        _run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES])
        said = _run([str(python), str(CHILD)], json.dumps([_described(run) for run in runs]))
    read: Answers = json.loads(said)
    return read


def _run(command: list[str], given: str = "") -> str:
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.strip().splitlines()[-1:]}")
    return done.stdout


def _described(run: RunSpec) -> dict[str, Any]:
    model, gpu = run.model, run.gpu
    return {
        "name": model.name,
        "parameters": model.parameters,
        "hidden": model.hidden,
        "layers": model.layers,
        "heads": model.heads,
        "kv_heads": model.kv_heads,
        "head_dim": model.head_dim,
        "mlp_width": model.mlp_width,
        "vocabulary": model.vocabulary,
        "context": model.context_tokens,
        "tied": model.tied_embeddings,
        "experts": model.experts,
        "experts_per_token": model.experts_per_token,
        "method": run.method,
        "base": quantisation(run),
        "precision": precision(run),
        "micro_batch": run.micro_batch,
        "sequence_length": run.sequence_length,
        "rank": run.rank,
        "targets": list(run.targets),
        "checkpointing": checkpoint_mode(run) == "full",
        "flash_attention": run.flash_attention,
        "gpus": run.gpus,
        "gpu": gpu.name,
        "gpu_gb": gpu.marketing_gb,
        "usable_gib": gpu.usable_gib,
        "tflops": gpu.dense_tflops,
        "bandwidth": gpu.bandwidth_gb_s,
    }
