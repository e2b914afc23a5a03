"""Counts what a Hugging Face Llama block keeps, works with and moves, on PyTorch fake tensors: no GPU, no weights.

Run with an interpreter that has torch (a CPU build will do), transformers and numpy, in an environment of its own:

    python evals/estimator/count_blocks.py

For each configuration it trains one step of two and of four layers at 4,096 and 8,192 tokens, for several shapes with
grouped-query attention, and solves for bytes per token and layer as a f + b h (f: MLP width, h: hidden size):

    kept      held for the backward pass by every layer
    working   held by the one layer that is being differentiated, beyond that
    moved     read and written by everything but matrix products and attention
    kernels   started in one layer, matrix products and attention not among them

The figures stand in agent/estimator/activations.py and work.py. Linear layers with adapters imitate peft (inputs are
cast to the adapter's type); a 4-bit base is a layer that keeps nothing and gives back 16 bits.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.nn.functional import linear
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

SHAPES = ((4096, 11008), (4096, 14336), (2048, 8192), (4096, 4096))
UNCOUNTED = ("aten.mm", "aten.bmm", "aten.addmm", "aten._scaled_dot_product", "aten.empty", "aten.new_empty", "prim.")
ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
ALL = (*ATTENTION, "gate_proj", "up_proj", "down_proj")
RANK = 16
FOUR_BIT_BYTES = 0.5 + 1 / 64 + 4 / (64 * 256)


class Counter(TorchDispatchMode):
    """Live bytes with their peak, and bytes moved by element-wise operations."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: dict[int, int] = {}
        self.live = self.peak = self.moved = self.kernels = 0

    def hold(self, tensor: torch.Tensor) -> None:
        """Counts a tensor's storage until it is freed; blocks are multiples of 512 bytes."""
        storage = tensor.untyped_storage()
        key, size = storage._cdata, -(-storage.nbytes() // 512) * 512
        if key in self.sizes:
            return
        self.sizes[key] = size
        self.live += size
        self.peak = max(self.peak, self.live)
        weakref.finalize(storage, self._free, key)

    def _free(self, key: int) -> None:
        self.live -= self.sizes.pop(key, 0)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        made = [t for t in tree_leaves(out) if isinstance(t, torch.Tensor)]
        for tensor in made:
            self.hold(tensor)
        if not str(func).startswith(UNCOUNTED):
            self._move([t for t in tree_leaves((args, kwargs)) if isinstance(t, torch.Tensor)], made, str(func))
        return out

    def _move(self, given: list[torch.Tensor], made: list[torch.Tensor], name: str) -> None:
        known = {t.untyped_storage()._cdata for t in given}
        view = made and all(t.untyped_storage()._cdata in known for t in made)
        if view and not name.split(".")[1].endswith("_"):
            return
        self.moved += sum(t.numel() * t.element_size() for t in (*given, *made) if t.numel() > 1)
        self.kernels += 1


class FourBit(torch.autograd.Function):
    """A frozen 4-bit product: keeps no input, makes its 16-bit weights anew in both directions."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, shape: tuple[int, int]) -> torch.Tensor:
        ctx.shape = shape
        return linear(x, torch.empty(shape, dtype=x.dtype))

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        return gradient @ torch.empty(ctx.shape, dtype=gradient.dtype), None


class Adapted(torch.nn.Module):
    """A frozen linear layer with an adapter, as peft computes it."""

    def __init__(self, base: torch.nn.Linear, adapts: bool, wide: bool, four_bit: bool) -> None:
        super().__init__()
        self.base, self.adapts, self.four_bit = base, adapts, four_bit
        self.shape = out, into = tuple(base.weight.shape)
        if four_bit:
            self.stored = torch.empty(round(out * into * FOUR_BIT_BYTES), dtype=torch.uint8)
            base.weight = None
        if adapts:
            kind = torch.float32 if wide else torch.bfloat16
            self.down = torch.nn.Parameter(torch.empty(RANK, into, dtype=kind))
            self.up = torch.nn.Parameter(torch.empty(out, RANK, dtype=kind))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = FourBit.apply(x.to(torch.bfloat16), self.shape) if self.four_bit else linear(x, self.base.weight)
        if not self.adapts:
            return y
        more = linear(linear(x.to(self.down.dtype), self.down), self.up)
        return (y + more * 2.0).to(y.dtype)


@dataclass(frozen=True)
class Setup:
    """One configuration."""

    name: str
    targets: tuple[str, ...] = ()
    recompute: bool = True
    autocast: bool = True
    wide_adapters: bool = True
    four_bit: bool = False
    fp32_weights: bool = False


SETUPS = (
    Setup("full, bf16, recomputed", autocast=False),
    Setup("full, fp32 weights, autocast, recomputed", fp32_weights=True),
    Setup("full, bf16, kept", autocast=False, recompute=False),
    Setup("LoRA on attention, bf16, recomputed", ATTENTION, autocast=False),
    Setup("LoRA on attention, autocast, recomputed", ATTENTION),
    Setup("LoRA on all, autocast, recomputed", ALL),
    Setup("LoRA on all, autocast, kept", ALL, recompute=False),
    Setup("LoRA on all, 16-bit adapters, recomputed", ALL, autocast=False, wide_adapters=False),
    Setup("LoRA on q and v, 16-bit adapters, kept", ("q_proj", "v_proj"), False, False, False),
    Setup("QLoRA on attention, autocast, recomputed", ATTENTION, four_bit=True),
)


def _model(setup: Setup, hidden: int, width: int, layers: int) -> torch.nn.Module:
    from transformers import AutoModelForCausalLM, LlamaConfig

    heads = hidden // 128
    config = LlamaConfig(
        hidden_size=hidden,
        intermediate_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads // 4,
        head_dim=128,
        vocab_size=512,
        use_cache=False,
    )
    model = AutoModelForCausalLM.from_config(config, attn_implementation="sdpa", dtype=torch.bfloat16)
    if setup.fp32_weights:
        for weight in model.parameters():
            weight.data = torch.empty(weight.shape, dtype=torch.float32)
    if setup.targets:
        adapt(model, setup)
    if setup.recompute:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    return model.train()


def adapt(model: Any, setup: Setup) -> None:
    """Freezes a model and puts adapters (or the 4-bit product alone) in place of its linear layers."""
    for weight in model.parameters():
        weight.requires_grad_(False)
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, torch.nn.Linear) and name in ALL:
                setattr(parent, name, Adapted(child, name in setup.targets, setup.wide_adapters, setup.four_bit))
    model.get_input_embeddings().register_forward_hook(lambda module, args, out: out.requires_grad_(True))


def _step(setup: Setup, shape: tuple[int, int], layers: int, tokens: int) -> np.ndarray:
    """Bytes kept after the forward pass, peak of the backward pass, bytes moved, kernels."""
    counter = Counter()
    with FakeTensorMode(allow_non_fake_inputs=True), counter:
        model = _model(setup, *shape, layers)
        for weight in model.parameters():
            counter.hold(weight.data)
        base, counter.moved, counter.kernels = counter.live, 0, 0
        ids = torch.zeros(1, tokens, dtype=torch.long)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=setup.autocast):
            loss = model(input_ids=ids, labels=ids).loss
        kept, counter.peak = counter.live - base, counter.live
        loss.backward()
        return np.array([kept, counter.peak - base, counter.moved, counter.kernels], dtype=float)


def _per_token(setup: Setup, shape: tuple[int, int], layers: int) -> np.ndarray:
    short, long = (_step(setup, shape, layers, tokens) for tokens in (4096, 8192))
    return np.append((long[:3] - short[:3]) / 4096, short[3])


def count(setup: Setup) -> str:
    """One line: the three fits, and the kernels."""
    rows = []
    for shape in SHAPES:
        two, four = (_per_token(setup, shape, layers) for layers in (2, 4))
        layer = (four - two) / 2
        rows.append((layer[0], two[1] - 2 * layer[0], layer[2], layer[3]))
    found = np.array(rows)
    sizes = np.array([(width, hidden) for hidden, width in SHAPES], dtype=float)
    fits = (np.linalg.lstsq(sizes, found[:, n], rcond=None)[0] for n in range(3))
    words = " | ".join(f"{a:5.1f} f + {b:5.1f} h" for a, b in fits)
    return f"{setup.name:42} | {words} | {found[0, 3]:.0f}"


if __name__ == "__main__":
    print(f"{'':42} | kept | working | moved | kernels")
    for each in SETUPS:
        print(count(each))
