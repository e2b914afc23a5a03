"""`review-finetune eval [SUITE…]`: runs the evals of a checkout and prints the table of the README."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from agent.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments; the suites are known to `evals`, which is imported only when the command runs."""
    parser.add_argument(
        "suites",
        nargs="*",
        metavar="SUITE",
        help="open, closed, real, doubt, mutations, invariance, injection, dialogues (default: open closed)",
    )
    parser.add_argument(
        "--case", default="", metavar="SLUG", help="only the cases with this in their name (not closed)"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="show the differences between labels and review")
    parser.add_argument("--only", default="", metavar="NAME", help="with -v: only this fact or rule code")
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="fail when a figure is below this baseline")
    parser.add_argument("--update-baseline", action="store_true", help="make these figures the baseline")
    parser.add_argument(
        "--update-readme", type=Path, metavar="FILE", help="put the table between the marks of this file"
    )
    parser.add_argument("--bases", type=int, metavar="N", help="mutations, invariance: only so many bases")
    parser.add_argument("--workers", type=int, metavar="N", help="processes (default: one for each processor)")
    parser.add_argument(
        "--llm",
        choices=("off", "auto", "required"),
        default="off",
        help="auto, required: with the configured language model, or what is recorded of it (default: off)",
    )
    parser.add_argument(
        "--recorded",
        type=Path,
        metavar="DIR",
        help="record the model's answers there and replay them, with no key needed",
    )
    parser.add_argument("--reviewer", default="agent.review:review", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Runs the suites.

    Returns:
        0, or 1 when a dialogue goes wrong, or `--baseline` is given and a figure fell below it.

    Raises:
        UsageError: no checkout here, unknown suite, wrong labels.
    """
    runs = _evals()
    if args.suites == ["dialogues"]:
        return _dialogues(args.case)
    suites = tuple(args.suites) or runs.DEFAULT
    if args.case or args.only:
        suites = tuple(args.suites) or ("open",)
        _only_where_names_may_be_seen(suites)
    try:
        reviewer = _reviewer(args)
        results = [runs.run_suite(suite, reviewer, args.workers, args.case, args.bases) for suite in suites]
    except ValueError as error:
        raise UsageError("the evals cannot run", str(error)) from error
    if args.verbose or args.case or args.only:
        _show(results, args)
    if not (args.case or args.only):
        return _tell(runs, results, args)
    return 0


def _reviewer(args: argparse.Namespace) -> str:
    """The reviewer as `module:function`: by rules, or with the configured model.

    Raises:
        ModelUnavailable: a model is required, none is configured and nothing is recorded.
    """
    if args.llm == "off":
        return str(args.reviewer)
    reviewers = importlib.import_module("evals.reviewers")
    reviewers.configure(args.llm == "required", args.recorded, args.config)
    return str(importlib.import_module("evals.outcome").WITH_MODEL)


def _evals() -> ModuleType:
    """The module `evals.run` of the checkout around the current folder, or around this file.

    Raises:
        UsageError: there is none: the wheel does not hold the evals.
    """
    here = [Path.cwd(), *Path.cwd().parents, *Path(__file__).resolve().parents]
    root = next((p for p in here if (p / "evals" / "CASES.md").is_file()), None)
    if root is None:
        raise UsageError("no evals here", "they are in the source checkout only", "Run this inside a clone.")
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return importlib.import_module("evals.run")


def _dialogues(slug: str) -> int:
    """Plays the dialogues, which have no table: each is right or wrong."""
    suite = importlib.import_module("evals.dialogues.dialogues")
    outcomes = tuple(suite.play(d) for d in suite.load() if slug in d.slug)
    print(suite.report(outcomes))
    return int(any(o.faults for o in outcomes))


def _only_where_names_may_be_seen(suites: tuple[str, ...]) -> None:
    if "closed" in suites:
        raise UsageError(
            "closed cases are shown only as figures",
            "looking at them would spoil them",
            "Use the open ones for debugging.",
        )


def _show(results: list[Any], args: argparse.Namespace) -> None:
    """Every difference of the named suites; the closed one is passed over."""
    shown = importlib.import_module("evals.differences")
    for result in results:
        for line in result.survivors:
            print(line)
        if not result.named:
            continue
        for case, outcome, score in zip(result.cases, result.outcomes, result.scores, strict=True):
            text = "" if score.perfect and not args.case else shown.differences(case, outcome, score, args.only)
            if text:
                print(text)


def _tell(runs: ModuleType, results: list[Any], args: argparse.Namespace) -> int:
    """Table, timing, results.json, and the gate."""
    report = importlib.import_module("evals.report")
    print(runs.markdown_table(results))
    print(f"\n{runs.timing(results)}")
    for result in results:
        if result.suite in ("open", "real"):
            print(f"\n{result.suite}\n{report.by_name(result.scores)}")
        elif result.summary:
            print(f"\n{result.suite}\n{result.summary}")
    if args.bases is None:
        runs.keep(results)
    if args.update_baseline:
        runs.update_baseline(results)
    if args.update_readme:
        runs.put_into(args.update_readme, results)
    if args.baseline is None:
        return 0
    fallen = runs.hold(results, args.baseline)
    print("\n".join(["", *fallen]) if fallen else "\nNothing is below the baseline.")
    return 1 if fallen else 0
