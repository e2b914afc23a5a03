"""Runs the suites, prints the table, keeps the results, holds them against the baseline."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evals import doubt, gate, real, report, variants
from evals.dataset import SPLITS, BadCase, Case, load_split
from evals.metrics import Figure, Score, figures, score
from evals.outcome import IN_PROCESS, REVIEWER, Job, Outcome, review_all

RESULTS = Path(__file__).parent / "results.json"
SUITES = (*SPLITS, "real", "doubt", "mutations", "invariance", "injection")
DEFAULT = ("open", "closed")
_MARKS = ("<!-- evals -->", "<!-- /evals -->")


@dataclass(frozen=True)
class Result:
    """One suite: its cases, what the reviews said, scores and figures. `survivors`: the variant suites' failures."""

    suite: str
    figures: Mapping[str, Figure]
    scores: tuple[Score, ...] = ()
    cases: tuple[Case, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    survivors: tuple[str, ...] = ()
    survivor_keys: tuple[str, ...] = ()
    summary: str = ""
    seconds: tuple[float, ...] = ()

    @property
    def named(self) -> bool:
        """True where cases may be shown by name."""
        return self.suite != "closed"


def run_suite(
    suite: str, reviewer: str = REVIEWER, workers: int | None = None, slug: str = "", bases: int | None = None
) -> Result:
    """Reviews one suite and scores it.

    Args:
        suite: one of `SUITES`.
        reviewer: `module:function` of the reviewer.
        workers: processes; 0 for this one, None for one a processor.
        slug: only the cases (or variants) with this in their name.
        bases: so many bases of a variant suite, spread over the shapes; None for all.

    Raises:
        BadCase: unknown suite, wrong labels, no such case.
    """
    if suite in ("mutations", "invariance"):
        return _run_variants(suite, reviewer, workers, slug, bases)
    if suite == "injection":
        return _run_injection(reviewer, workers, slug)
    if suite == "doubt":
        return _run_doubt(workers, slug)
    cases = tuple(c for c in load_cases(suite) if slug in c.slug)
    if not cases:
        raise BadCase(f"no case in {suite} has {slug!r} in its name")
    return run_cases(suite, cases, reviewer, workers)


def run_cases(suite: str, cases: Sequence[Case], reviewer: str = REVIEWER, workers: int | None = None) -> Result:
    """Reviews given cases and scores them."""
    outcomes = tuple(review_all([job(c) for c in cases], reviewer, workers))
    scores = tuple(score(c.labels, o) for c, o in zip(cases, outcomes, strict=True))
    return Result(suite, figures(scores), scores, tuple(cases), outcomes, seconds=tuple(o.seconds for o in outcomes))


def load_cases(suite: str) -> tuple[Case, ...]:
    """The cases of `open`, `closed` or `real`.

    Raises:
        BadCase: unknown suite or wrong labels.
    """
    if suite == "real":
        return real.load_real()
    if suite not in SPLITS:
        raise BadCase(f"unknown suite {suite!r}; there are {', '.join(SUITES)}")
    return load_split(suite)


def job(case: Case) -> Job:
    """What a worker needs to review one case."""
    if case.source:
        return Job(case.slug, case.slug, case.labels.carrier, case.source)
    return Job(case.slug, case.path.name, data=case.path.read_bytes())


def keep(results: Sequence[Result], path: Path = RESULTS) -> None:
    """Writes the figures as JSON, beside those of suites not run now. No real documents; no closed case by name."""
    suites: dict[str, Any] = gate.load(path).get("suites", {})
    for result in results:
        if result.suite == "real":
            continue
        suites[result.suite] = gate.entry(result.figures, result.scores, named=result.named) | {
            "seconds_p50": _percentile(result.seconds, 0.5),
            "seconds_p95": _percentile(result.seconds, 0.95),
        }
        if result.survivors:
            suites[result.suite]["survivors"] = list(result.survivors)
    made = {"made": datetime.now(UTC).isoformat(timespec="seconds"), "commit": _commit()}
    path.write_text(json.dumps(made | {"suites": suites}, indent=1, ensure_ascii=False) + "\n", "utf-8")


def hold(results: Sequence[Result], path: Path = gate.BASELINE) -> list[str]:
    """What fell below the baseline, as lines; real documents are not gated."""
    before = gate.load(path)
    gated = [r for r in results if r.suite != "real"]
    return [line for r in gated for line in gate.failures(r.suite, r.figures, r.scores, before, r.survivor_keys)]


def update_baseline(results: Sequence[Result], path: Path = gate.BASELINE) -> None:
    """Makes the figures of these suites the baseline; other suites keep theirs."""
    kept = gate.load(path)
    for result in results:
        if result.suite != "real":
            kept[result.suite] = gate.entry(result.figures, result.scores, result.named, result.survivor_keys)
    path.write_text(json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")


def markdown_table(results: Sequence[Result]) -> str:
    """The Markdown table of these suites, with the number of documents in each column's head."""
    return report.table({f"{r.suite}, n = {len(r.cases) or len(r.seconds)}": r.figures for r in results})


def put_into(readme: Path, results: Sequence[Result]) -> None:
    """Puts the table between the marks `<!-- evals -->` and `<!-- /evals -->` of a Markdown file.

    Raises:
        BadCase: the file has no such marks.
    """
    text = readme.read_text("utf-8")
    before, start, rest = text.partition(_MARKS[0])
    _, end, after = rest.partition(_MARKS[1])
    if not start or not end:
        raise BadCase(f"{readme.name} has no {_MARKS[0]} … {_MARKS[1]}")
    readme.write_text(f"{before}{start}\n{markdown_table(results)}\n{end}{after}", "utf-8")


def timing(results: Sequence[Result]) -> str:
    """One line: seconds per document."""
    seconds = [s for r in results for s in r.seconds]
    return (
        f"{len(seconds)} documents; p50 {_percentile(seconds, 0.5):.2f} s, p95 {_percentile(seconds, 0.95):.2f} s each"
    )


def _run_injection(reviewer: str, workers: int | None, slug: str) -> Result:
    """Attacks against their clean documents, and innocent look-alikes."""
    from evals.injection import suite
    from evals.injection.attacks import attacks

    chosen = [a for a in attacks() if slug in a.key]
    if not chosen:
        raise BadCase(f"no attack has {slug!r} in its name")
    found = suite.run(chosen, reviewer, workers)
    wrong = [j for j in found.judged if j.wrong]
    return Result(
        "injection",
        found.figures(),
        survivors=tuple(f"{j.attack.key}: {j.wrong}" for j in wrong),
        survivor_keys=tuple(j.attack.key for j in wrong),
        summary=suite.table(found),
        seconds=found.seconds,
    )


def _run_doubt(workers: int | None, slug: str) -> Result:
    """What the rules cannot tell of the open cases, and how much of it the labels decide."""
    cases = [c for c in load_cases("open") if slug in c.slug]
    found = doubt.doubts(cases, workers)
    wrong = [d for d in found if d.decidable]
    return Result(
        "doubt",
        {"doubt_decidable": doubt.figure(found)},
        survivors=tuple(d.line for d in wrong),
        survivor_keys=tuple(f"{d.slug}~{d.code}" for d in wrong),
        summary=doubt.by_rule(found),
    )


def _run_variants(suite: str, reviewer: str, workers: int | None, slug: str, count: int | None) -> Result:
    """Mutations or invariances: bases and variants are reviewed together, then held against each other."""
    from evals.bases import bases, markdown
    from evals.mutations import mutations
    from evals.transforms import invariances

    plans = bases(count)
    chosen = [v for v in (mutations(plans) if suite == "mutations" else invariances(plans)) if slug in v.key]
    if not chosen:
        raise BadCase(f"no variant in {suite} has {slug!r} in its name")
    wanted = {v.base for v in chosen}
    plans = tuple(p for p in plans if p.slug in wanted)
    jobs = [Job(p.slug, p.slug, "md", markdown(p)) for p in plans]
    jobs += [Job(v.key, v.base, v.form, v.source, quotes_checked=False) for v in chosen]
    found = {o.slug: o for o in review_all(jobs, IN_PROCESS if reviewer == REVIEWER else reviewer, workers)}
    judged = [variants.judge(v, found[v.base], found[v.key], found) for v in chosen]
    texts = {p.slug: markdown(p) for p in plans} if slug else {}
    return Result(
        suite,
        variants.suite_figures(suite, judged, [found[p.slug] for p in plans]),
        survivors=tuple(_survivor(j, texts) for j in judged if j.wrong or j.moved),
        survivor_keys=tuple(j.variant.key for j in judged if j.wrong),
        summary=variants.by_operator(judged),
        seconds=tuple(o.seconds for o in found.values()),
    )


def _survivor(judged: variants.Judged, texts: Mapping[str, str]) -> str:
    """Its line; below it what was changed, when its base's text is at hand."""
    base = texts.get(judged.variant.base)
    return judged.line if base is None else f"{judged.line}\n{variants.difference(judged.variant, base)}\n"


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 3) if ordered else 0.0


def _commit() -> str:
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return "unknown"
