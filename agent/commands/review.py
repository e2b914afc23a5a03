"""`review-finetune review SOURCE…`: the main job."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from agent.commands import failure
from agent.commands.output import NO_TERMINAL, Screen, progress, say, say_bytes, screen, write
from agent.commands.sources import STDIN, is_google, read_source, refuse_early, source_bytes
from agent.errors import ModelUnavailable, UsageError

if TYPE_CHECKING:
    from agent.llm import Model
    from agent.models import Document, Review
    from agent.reports import Format
    from agent.rules.registry import Rule
    from agent.settings import Settings

OwnFormat = Literal["docx", "pdf"]
ENDINGS = {"terminal": ".txt", "markdown": ".md", "json": ".json", "html": ".html"}
OWN = {"docx": "-reviewed.docx", "pdf": "-reviewed.pdf"}
"""Formats that give the author's own file back, and how its name ends."""
BY_ENDING = {e: f for f, e in ENDINGS.items()} | {".markdown": "markdown", ".htm": "html"} | {f".{f}": f for f in OWN}
SEVERE = ("approve", "approve_with_conditions", "revise", "do_not_fine_tune")
"""Verdicts, the worst last; `not_a_proposal` is none of them and never fails a build."""


class Plan(NamedTuple):
    """The request, checked: how to show reviews, the file for each (none: standard output), which rule to explain.

    `several`: more than one document, or a folder for the one.
    """

    format: Format | OwnFormat
    files: tuple[Path, ...]
    several: bool
    rule: Rule | None
    screen: Screen


class Done(NamedTuple):
    """What came of one source: its verdict, or the exit code of its failure."""

    verdict: str
    code: int = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="PDF, DOCX, Markdown, HTML or text files, Google Docs addresses; - for stdin",
    )
    parser.add_argument(
        "--format",
        choices=(*ENDINGS, *OWN),
        metavar="FORMAT",
        help="terminal (default), markdown, json or html; docx or pdf: the author's own Word file or PDF with comments "
        "at the quoted words; several documents as JSON are JSON Lines, one review a line",
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
        "--investigate",
        action="store_true",
        help="let the model search the document with read-only tools (4 calls more)",
    )
    parser.add_argument("--no-cache", action="store_true", help="ask the model again, keep no answer of it")
    parser.add_argument(
        "--fail-on",
        choices=SEVERE,
        metavar="VERDICT",
        help=f"exit 1 at this verdict or a worse one: {', '.join(SEVERE)}",
    )
    parser.add_argument("--no-store", action="store_true", help="do not keep the review; it cannot be answered then")
    parser.add_argument("--author", metavar="NAME", help="whose proposal it is: they can never waive a finding of it")
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
    model = _model(settings, args)
    try:
        done = [_one(source, settings, model, args, plan, n) for n, source in enumerate(args.sources)]
    finally:
        if model:
            model.close()
    failed = [d.code for d in done if d.code]
    if failed:
        return failed[0] if len(done) == 1 else 1
    return int(bool(args.fail_on) and any(_met(d.verdict, args.fail_on) for d in done))


def _plan(args: argparse.Namespace) -> Plan:
    """Everything that can be refused before a document is read."""
    refuse_early(args.sources)
    several = len(args.sources) > 1 or _is_folder(args.output)
    form = _format(args, several)
    if form in OWN and any(map(is_google, args.sources)):
        raise UsageError(
            f"a Google Doc as {form.upper()}",
            "its comments stand in the document itself",
            "Use: review-finetune gdocs --document URL",
        )
    files = _files(args, form, several) if args.output else ()
    if several and not files and form in ("html", *OWN):
        raise UsageError(f"several documents as {form.upper()}", "each is a file of its own", "Give a folder with -o.")
    if not files and form in OWN and sys.stdout.isatty():
        place = f"{'stdin' if args.sources[0] == STDIN else Path(args.sources[0]).stem}{OWN[form]}"
        raise UsageError(f"{form} is not for a terminal", "it is a file", f"Say where it goes: -o {place}")
    _spare_sources(args.sources, files)
    return Plan(form, files, several, _rule(args.explain, form), Screen(False, NO_TERMINAL) if files else screen())


def _is_folder(output: str | None) -> bool:
    return bool(output) and (Path(str(output)).is_dir() or str(output).endswith(("/", os.sep)))


def _format(args: argparse.Namespace, several: bool) -> Format | OwnFormat:
    ending = "" if several or not args.output else Path(args.output).suffix.lower()
    return cast("Format | OwnFormat", args.format or BY_ENDING.get(ending, "terminal"))


def _files(args: argparse.Namespace, form: Format | OwnFormat, several: bool) -> tuple[Path, ...]:
    """The file that is written for each source; in a folder no two have the same name."""
    output, ending = Path(args.output), (ENDINGS | OWN)[form]
    if not several:
        return (output,)
    taken: list[str] = []
    for source in args.sources:
        stem = "stdin" if source == STDIN else Path(source).stem
        wanted = [f"{stem}{ending}", *(f"{stem}-{n}{ending}" for n in range(2, len(args.sources) + 1))]
        taken.append(next(name for name in wanted if name not in taken))
    return tuple(output / name for name in taken)


def _spare_sources(sources: list[str], files: tuple[Path, ...]) -> None:
    documents = [Path(s) for s in sources if s != STDIN and Path(s).exists()]
    for file in files:
        if file.is_file() and any(file.samefile(d) for d in documents):
            raise UsageError(
                f"{file} would be overwritten", "it is one of the documents", "Give another place with -o."
            )


def _rule(code: str | None, form: str) -> Rule | None:
    if not code:
        return None
    if form != "terminal":
        raise UsageError("--explain", "is shown as text only", "Leave out --format.")
    from agent.rules.registry import rule_of

    return rule_of(code)


def _model(settings: Settings, args: argparse.Namespace) -> Model | None:
    """The model to use, or None.

    Raises:
        ModelUnavailable: it is required, and none is configured.
    """
    if args.llm == "off":
        return None
    if settings.model is None:
        if args.llm == "required":
            raise ModelUnavailable(
                "no language model is configured",
                "none of its variables is set",
                "Set OPENAI_API_KEY, or use --llm off.",
            )
        return None
    from agent.llm import Model

    return Model(settings.model.with_flags(args.investigate, args.no_cache), required=args.llm == "required")


def _one(source: str, settings: Settings, model: Model | None, args: argparse.Namespace, plan: Plan, n: int) -> Done:
    """Reviews one source and shows the review; its failure is one line on standard error."""
    count = f" ({n + 1} of {len(args.sources)})" if len(args.sources) > 1 else ""
    progress(f"Reading {source}{count}…")
    try:
        review, result = _made(source, settings, model, args, plan)
    except Exception as error:
        progress("")
        if args.debug:
            raise
        return Done("", failure.report(error, source))
    progress("")
    _show(plan, result, n)
    _point_on(plan, review)
    return Done(review.verdict.value)


def _made(
    source: str, settings: Settings, model: Model | None, args: argparse.Namespace, plan: Plan
) -> tuple[Review, str | bytes]:
    """The review of a source, and that in the format of the plan."""
    if plan.format not in OWN:
        document = read_source(source, args.config)
        review = _reviewed(document, settings, model, args)
        return review, _explained(plan, review, document) if plan.rule else _text(plan, review)
    from agent import annotate, documents

    data, name = source_bytes(source)
    annotate.check_kind(data, name, plan.format)
    document = documents.read(data, name)
    review = _reviewed(document, settings, model, args)
    done = annotate.annotate(data, document, review)
    progress("")
    for note in done.notes:
        failure.note(f"{name}: {note}")
    return review, done.data


def _point_on(plan: Plan, review: Review) -> None:
    """At a terminal: how to go on."""
    if plan.format == "terminal" and plan.screen.color and any(q.status == "open" for q in review.questions):
        progress(f"Answer the questions: review-finetune answer {review.review_id}")
        sys.stderr.write("\n")


def _reviewed(document: Document, settings: Settings, model: Model | None, args: argparse.Namespace) -> Review:
    """The review, and kept, unless that is not wanted; where it cannot be kept, it is said and shown all the same."""
    from agent.review import review_document
    from agent.settings import OFF

    if args.no_store or args.explain or settings.store == OFF:
        return review_document(document, policy=settings.policy, model=model)
    from agent.commands.stored import operator
    from agent.service import Service

    try:
        return Service(settings).start(document, who=operator(), author=args.author, model=model)
    except UsageError as error:
        sys.stderr.write(failure.clean(f"warning: the review is not kept: {error}") + "\n")
        return review_document(document, policy=settings.policy, model=model)


def _met(verdict: str, limit: str) -> bool:
    return verdict in SEVERE and SEVERE.index(verdict) >= SEVERE.index(limit)


def _show(plan: Plan, result: str | bytes, n: int) -> None:
    """Writes one review: to its file, or below what standard output has already."""
    if plan.files:
        if plan.several:
            plan.files[n].parent.mkdir(parents=True, exist_ok=True)
        write(plan.files[n], result)
    elif isinstance(result, bytes):
        say_bytes(result)
    elif plan.format == "json" and plan.several:
        say(json.dumps(json.loads(result), separators=(",", ":")) + "\n")
    else:
        between = {"markdown": "\n---\n\n", "terminal": f"\n{'─' * plan.screen.width}\n\n"}
        say(between.get(plan.format, "") * bool(n) + result)


def _explained(plan: Plan, review: Review, document: Document) -> str:
    """One rule, with what lies behind its outcome: read anew, as a review carries none of it."""
    from agent.reports.explain import explain
    from agent.rules.trace import trace
    from agent.stages import read_facts

    assert plan.rule
    case = read_facts(document).case
    behind = trace(plan.rule, case.document, case.facts)
    return explain(review, plan.rule.code, plan.rule, behind, color=plan.screen.color, width=plan.screen.width)


def _text(plan: Plan, review: Review) -> str:
    from agent.reports import render

    return render(review, cast("Format", plan.format), color=plan.screen.color, width=plan.screen.width)
