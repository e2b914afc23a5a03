"""`review-finetune estimate`: memory, hours, cost, weeks and serving of a run; or one prediction a row of a table."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.estimator import GpuSpec, ModelShape, ProjectShape, RunSpec
    from agent.estimator.answer import Answer
    from agent.estimator.serving import Load
    from agent.models import Range

METHODS = ("lora", "qlora", "full")
OPTIMIZERS = ("adamw", "adamw_fused", "adamw_8bit", "paged_adamw_8bit", "paged_adamw", "adafactor", "sgd")
PRECISIONS = ("bf16", "autocast", "mixed", "fp32")
OBJECTIVES = ("sft", "dpo", "rl", "continued_pretraining", "distillation", "classification", "embedding", "other")
FORMATS = ("terminal", "markdown", "json", "svg", "png")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.usage = "%(prog)s --model NAME [options]  |  %(prog)s --rows FILE.csv -o OUT.csv"
    _run_arguments(parser.add_argument_group("the run"))
    _project_arguments(parser.add_argument_group("the project and serving"))
    out = parser.add_argument_group("output")
    out.add_argument("--rows", type=Path, metavar="FILE.csv", help="predict every row of a table of measured runs")
    out.add_argument("--format", choices=FORMATS, default="terminal", help="svg and png: the memory breakdown")
    out.add_argument("-o", "--output", type=Path, metavar="PATH", help="write there instead of standard output")


def _run_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--model", metavar="NAME", help="a model's name, or its size in billions such as 13b")
    group.add_argument("--method", choices=METHODS, default="lora", help="default: lora")
    group.add_argument("--gpu", metavar="NAME", help="default: the fewest usual datacentre GPUs that hold the run")
    group.add_argument("--gpus", type=int, metavar="N", help="default: 1, or as many as the run needs")
    group.add_argument("--examples", type=int, metavar="N", help="training examples (default: 5000, and it says so)")
    group.add_argument("--tokens-per-example", type=int, default=1000, metavar="N", help="default: 1000")
    group.add_argument("--epochs", type=float, default=3, metavar="N", help="default: 3")
    group.add_argument(
        "--micro-batch", type=int, default=1, metavar="N", help="sequences at once on a GPU (default: 1)"
    )
    group.add_argument("--grad-accumulation", type=int, default=8, metavar="N", help="default: 8")
    group.add_argument("--sequence-length", type=int, default=2048, metavar="N", help="tokens (default: 2048)")
    group.add_argument("--rank", type=int, default=16, metavar="N", help="of the adapters (default: 16)")
    group.add_argument("--precision", choices=PRECISIONS, help="default: autocast for adapters, mixed for full")
    group.add_argument("--optimizer", choices=OPTIMIZERS, default="adamw", help="default: adamw")
    group.add_argument("--objective", choices=OBJECTIVES, default="sft", help="default: sft")
    group.add_argument("--no-checkpointing", action="store_true", help="keep all activations")
    group.add_argument("--no-flash-attention", action="store_true", help="materialise the attention scores")


def _project_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--experiments", metavar="N or N-M", help="number of runs (default: 10-30, as the guide says)")
    group.add_argument("--variants", type=int, default=1, metavar="N", help="tenants or areas, one adapter each")
    group.add_argument("--price", type=float, metavar="USD", help="of one GPU for an hour")
    group.add_argument("--budget", type=float, metavar="USD", help="says how many experiments it buys")
    group.add_argument("--collects-data", action="store_true", help="examples have still to be collected")
    group.add_argument("--replaces-api", action="store_true", help="a live model or API is replaced")
    group.add_argument("--hard-task", action="store_true", help="complex domain: more rounds of evaluation")
    group.add_argument("--requests-per-month", type=float, metavar="N", help="load when served")
    group.add_argument("--tokens-in", type=int, default=1000, metavar="N", help="of a request (default: 1000)")
    group.add_argument("--tokens-out", type=int, default=300, metavar="N", help="of an answer (default: 300)")
    group.add_argument("--api-price", metavar="IN,OUT", help="USD per million tokens of the API that is replaced")


def run(args: argparse.Namespace) -> int:
    """Computes and shows the estimate, or predicts the rows of a table.

    A `--config` that ends in .json is a Hugging Face config.json and stands for `--model`.

    Raises:
        UsageError: an unknown name, an impossible value, or a file that cannot be read or written.
    """
    if args.rows:
        from agent.commands.predict_rows import predict_rows

        return predict_rows(args.rows, args.output)
    planned, loaded, prices = _run_spec(args), _load(args), _pair(args.api_price, "--api-price")
    from agent.estimator.answer import answer

    _at_least("--budget", args.budget, 0)
    found = answer(
        planned,
        experiments=_experiments(args.experiments),
        work=_work(args, planned),
        budget_usd=args.budget,
        load=loaded,
        api_usd_per_1m=prices,
    )
    _show(args, planned, found)
    return 0


def _at_least(option: str, value: float | None, least: float) -> None:
    if value is not None and not value >= least:
        raise UsageError(f"{option} {value:g}", f"it must be at least {least:g}")


def _run_spec(args: argparse.Namespace) -> RunSpec:
    from agent.estimator import RunSpec, checked

    positive = ("gpus", "examples", "tokens_per_example", "micro_batch", "grad_accumulation", "sequence_length", "rank")
    for name in (*positive, "variants", "tokens_in", "tokens_out"):
        _at_least(f"--{name.replace('_', '-')}", getattr(args, name), 1)
    if not args.epochs > 0:
        raise UsageError(f"--epochs {args.epochs:g}", "it must be above 0")
    fields: dict[str, Any] = {n: getattr(args, n) for n in positive if getattr(args, n) is not None}
    fields |= {n: getattr(args, n) for n in ("epochs", "precision", "optimizer", "objective", "method")}
    fields |= {"checkpointing": not args.no_checkpointing, "flash_attention": not args.no_flash_attention}
    return checked(RunSpec(model=_model(args), **_gpus(args, fields)))


def _model(args: argparse.Namespace) -> ModelShape:
    from agent.estimator import shape

    if args.config and args.config.endswith(".json"):
        return _from_config(Path(args.config))
    if not args.model:
        raise UsageError("no model", fix="Give --model NAME (or a size such as 13b), or --config config.json")
    text = args.model.strip()
    return shape(float(text)) if text.replace(".", "", 1).isdigit() else shape(text)


def _from_config(path: Path) -> ModelShape:
    import json

    from agent.estimator import from_config

    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read {path}", (error.strerror or "unknown").lower()) from error
    except ValueError as error:
        raise UsageError(f"{path} is not JSON", str(error)) from error
    if not isinstance(read, dict):
        raise UsageError(f"{path} is not a model config", "it is not a table of fields")
    return from_config(read, path.name)


def _priced(gpu: GpuSpec, args: argparse.Namespace) -> GpuSpec:
    """The GPU at the price given, else at the organisation's, else at the catalogue's."""
    from agent.settings import load

    own = {}
    if not (args.config and args.config.endswith(".json")):
        own = load(args.config).policy.usd_per_hour()
    price = own.get(gpu.name) if args.price is None else args.price
    if args.price is not None and not args.price > 0:
        raise UsageError(f"--price {args.price:g}", "it must be above 0")
    return gpu if price is None else gpu.model_copy(update={"usd_per_hour": (price, price, price)})


def _gpus(args: argparse.Namespace, fields: dict[str, Any]) -> dict[str, Any]:
    from agent.estimator import RunSpec, gpu_spec, usual_set

    if args.gpu:
        return {**fields, "gpu": _priced(gpu_spec(args.gpu), args)}
    probe = RunSpec(model=_model(args), **{**fields, "gpu": gpu_spec("A100-80GB"), "gpus": 1})
    best = usual_set(probe)
    if best is None:
        raise UsageError("no usual set of up to 64 GPUs holds this run", fix="Name --gpu and --gpus")
    return {**fields, "gpu": _priced(best.gpu, args), "gpus": args.gpus or best.gpus}


def _experiments(text: str | None) -> Range | None:
    if text is None:
        return None
    parts = text.replace("–", "-").split("-")
    try:
        low, high = float(parts[0]), float(parts[-1])
    except ValueError:
        raise UsageError(f"--experiments {text}", "it is a number or a range", "Write 20 or 10-30") from None
    if len(parts) > 2 or not 1 <= low <= high:
        raise UsageError(f"--experiments {text}", "it is a number or a range from 1", "Write 20 or 10-30")
    return (low, high)


def _pair(text: str | None, option: str) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"{option} {text}", "it is two prices", "Write 2.50,10") from None
    if low < 0 or high < 0:
        raise UsageError(f"{option} {text}", "a price is not negative")
    return (low, high)


def _load(args: argparse.Namespace) -> Load:
    from agent.estimator.serving import Load

    _at_least("--requests-per-month", args.requests_per_month, 0)
    return Load(requests_per_month=args.requests_per_month or 0.0, tokens_in=args.tokens_in, tokens_out=args.tokens_out)


def _work(args: argparse.Namespace, planned: RunSpec) -> ProjectShape:
    from agent.estimator import ProjectShape

    return ProjectShape(
        variants=args.variants,
        collects_data=args.collects_data,
        replaces_api=args.replaces_api,
        research=planned.method == "full",
        hard_task=args.hard_task or planned.model.params_b >= 30,
    )


def _show(args: argparse.Namespace, planned: RunSpec, found: Answer) -> None:
    from agent.commands.output import say, write

    if args.format == "png":
        _write_png(args.output, planned, found)
        return
    text = _text(args, planned, found)
    if args.output:
        write(args.output, text)
    else:
        say(text)


def _text(args: argparse.Namespace, planned: RunSpec, found: Answer) -> str:
    if args.format == "json":
        import json

        return json.dumps({"schema_version": "1", **found.model_dump(mode="json")}, indent=2, ensure_ascii=False) + "\n"
    if args.format == "svg":
        from agent.estimator.chart import svg

        return svg(found.estimate, planned.gpu.usable_gib)
    from agent.commands.estimate_page import markdown_page, terminal_page
    from agent.commands.output import screen

    if args.format == "markdown":
        return markdown_page(planned, found)
    color, width = screen()
    return terminal_page(planned, found, color=color and not args.output, width=width)


def _write_png(path: Path | None, planned: RunSpec, found: Answer) -> None:
    import sys

    from agent.estimator.chart import png

    picture = png(found.estimate, planned.gpu.usable_gib)
    if path is None and sys.stdout.isatty():
        raise UsageError("a PNG is not shown in a terminal", fix="Give -o FILE.png")
    if path is None:
        sys.stdout.buffer.write(picture)
        return
    try:
        path.write_bytes(picture)
    except OSError as error:
        raise UsageError(f"cannot write {path}", (error.strerror or "unknown").lower()) from error
