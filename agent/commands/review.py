"""`review-finetune review SOURCE…`: the main job."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from agent.commands import failure
from agent.commands.output import Screen, progress, say, screen, write
from agent.commands.sources import STDIN, read_source, refuse_early
from agent.errors import ModelUnavailable, UsageError

if TYPE_CHECKING:
    from agent.models import Review
    from agent.reports import Format
    from agent.rules.registry import Rule
    from agent.settings import Settings

ENDINGS = {"terminal": ".txt", "markdown": ".md", "json": ".json", "html": ".html"}
LATER = ("docx", "pdf")
SEVERE = ("approve", "approve_with_conditions", "revise", "do_not_fine_tune")
"""Verdicts, the worst last; `not_a_proposal` is none of them and never fails a build."""
NO_MODEL = "OPENAI_API_KEY is set, but this version does not use a model: facts were read by rules alone."


class Plan(NamedTuple):
    """The request, checked: how to show reviews, where, and which rule to explain (None: the whole review)."""

    format: Format
    output: Path | None
    folder: bool
    rule: Rule | None
    screen: Screen


class Done(NamedTuple):
    """What came of one source: its review, or the exit code of its failure."""

    source: str
    review: Review | None
    code: int = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "sources", nargs="+", metavar="SOURCE", help="PDF, DOCX, Markdown, HTML or text files; - for standard input"
    )
    parser.add_argument(
        "--format",
        choices=(*ENDINGS, *LATER),
        metavar="FORMAT",
        help="terminal (default), markdown, json or html; several documents as JSON are JSON Lines, one review a line",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="PATH",
        help="write to this file, whose ending gives the format when --format does not; a folder for several documents",
    )
    parser.add_argument(
        "--llm", choices=("auto", "off", "required"), default="auto", help="use of a language model (default: auto)"
    )
    parser.add_argument(
        "--fail-on",
        choices=SEVERE,
        metavar="VERDICT",
        help=f"exit 1 at this verdict or a worse one: {', '.join(SEVERE)}",
    )
    parser.add_argument("--explain", metavar="CODE", help="show what this rule said and why, instead of the review")


def run(args: argparse.Namespace) -> int:
    """Reviews every source; one that fails does not stop the others.

    Raises:
        UsageError: wrong request or configuration.
        ModelUnavailable: `--llm required`.
    """
    plan = _plan(args)
    from agent.settings import load

    settings = load(args.config)
    done = [_one(source, settings, args, n) for n, source in enumerate(args.sources)]
    _show(plan, [d for d in done if d.review])
    failed = [d.code for d in done if d.code]
    if failed:
        return failed[0] if len(done) == 1 else 1
    return int(bool(args.fail_on) and any(_met(d, args.fail_on) for d in done))


def _plan(args: argparse.Namespace) -> Plan:
    """Everything that can be refused before a document is read."""
    refuse_early(args.sources)
    if args.llm == "required":
        raise ModelUnavailable(
            "no model can be reached", "this version reads by rules alone", "Use --llm auto or --llm off."
        )
    folder = bool(args.output) and (
        len(args.sources) > 1 or Path(args.output).is_dir() or args.output.endswith(("/", os.sep))
    )
    form = _format(args, folder)
    output = Path(args.output) if args.output else None
    if len(args.sources) > 1 and output is None and form == "html":
        raise UsageError("several documents as HTML", "each is a page of its own", "Give a folder with -o.")
    _spare_sources(args.sources, output)
    return Plan(form, output, folder, _rule(args.explain, form), Screen(False, 100) if output else screen())


def _format(args: argparse.Namespace, folder: bool) -> Format:
    ending = "" if folder or not args.output else Path(args.output).suffix.lower()
    by_ending = (
        {e: f for f, e in ENDINGS.items()} | {".markdown": "markdown", ".htm": "html"} | {f".{f}": f for f in LATER}
    )
    form = args.format or by_ending.get(ending, "terminal")
    if form in LATER:
        raise UsageError(f"{form} is not written by this version", fix=f"Use --format {', '.join(ENDINGS)}.")
    return cast("Format", form)


def _spare_sources(sources: list[str], output: Path | None) -> None:
    if output and output.is_file() and any(s != STDIN and Path(s).exists() and output.samefile(s) for s in sources):
        raise UsageError(f"-o {output}", "this is the document itself", "Give another file.")


def _rule(code: str | None, form: Format) -> Rule | None:
    if not code:
        return None
    if form != "terminal":
        raise UsageError("--explain", "is shown as text only", "Leave out --format.")
    from agent.rules.registry import rule_of

    return rule_of(code)


def _one(source: str, settings: Settings, args: argparse.Namespace, n: int) -> Done:
    """Reviews one source; its failure is one line on standard error."""
    count = f" ({n + 1} of {len(args.sources)})" if len(args.sources) > 1 else ""
    progress(f"Reading {source}{count}…")
    try:
        from agent.review import review_document

        review = review_document(read_source(source), policy=settings.policy)
    except Exception as error:
        progress("")
        if args.debug:
            raise
        return Done(source, None, failure.report(error, source))
    progress("")
    if settings.model_key and args.llm == "auto":
        said = review.engine.model_copy(update={"degraded": (*review.engine.degraded, NO_MODEL)})
        review = review.model_copy(update={"engine": said})
    return Done(source, review)


def _met(done: Done, limit: str) -> bool:
    value = done.review.verdict.value if done.review else ""
    return value in SEVERE and SEVERE.index(value) >= SEVERE.index(limit)


def _show(plan: Plan, done: list[Done]) -> None:
    texts = [_text(plan, d.review) for d in done if d.review]
    if plan.output is None:
        say(_joined(plan, texts))
        return
    if not plan.folder:
        for text in texts:
            write(plan.output, text)
        return
    plan.output.mkdir(parents=True, exist_ok=True)
    for name, text in zip(_names([d.source for d in done], ENDINGS[plan.format]), texts, strict=True):
        write(plan.output / name, text)


def _text(plan: Plan, review: Review) -> str:
    from agent.reports import render

    if plan.rule:
        from agent.reports.explain import explain

        return explain(review, plan.rule.code, plan.rule, color=plan.screen.color, width=plan.screen.width)
    return render(review, plan.format, color=plan.screen.color, width=plan.screen.width)


def _joined(plan: Plan, texts: list[str]) -> str:
    """Several reviews on standard output: JSON Lines, or one below the other with a rule between."""
    if plan.format == "json" and len(texts) > 1:
        return "".join(json.dumps(json.loads(t), separators=(",", ":")) + "\n" for t in texts)
    between = {"markdown": "\n---\n\n", "terminal": f"\n{'─' * plan.screen.width}\n\n"}
    return between.get(plan.format, "").join(texts)


def _names(sources: list[str], ending: str) -> list[str]:
    """A file name for each source, no two the same."""
    taken: list[str] = []
    for source in sources:
        stem = "stdin" if source == STDIN else Path(source).stem
        wanted = [f"{stem}{ending}", *(f"{stem}-{n}{ending}" for n in range(2, len(sources) + 1))]
        taken.append(next(name for name in wanted if name not in taken))
    return taken
