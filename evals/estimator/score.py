"""`python -m evals.estimator.score [--no-peers]`: the table of errors, in Markdown, for the README and the docs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from agent.estimator import memory, throughput
from agent.models import Low3, Range
from evals.estimator import guide_check, peers
from evals.estimator.dataset import Kind, Measured, counted, scored
from evals.estimator.fit_check import fit_score
from evals.estimator.leave_one_out import left_out
from evals.estimator.scores import Line, Predict, Scored, by, judge, line, mean_inside, mean_of_medians

TITLES: dict[Kind, str] = {
    "memory": "Peak memory per GPU",
    "throughput": "Throughput, tokens per second per GPU",
}


def ours(kind: Kind) -> Predict:
    """The estimator as a predictor of rows."""
    if kind == "memory":
        return lambda item: memory(item.run).low_typical_high
    return lambda item: throughput(item.run).low_typical_high


def percent(value: float) -> str:
    """4.2%, 26%."""
    return f"{100 * value:.1f}%" if abs(value) < 0.0995 else f"{100 * value:.0f}%"


def rows_of(lines: Sequence[Line]) -> list[str]:
    """Table rows of groups."""
    return [
        f"| {one.name} | {one.rows} | {percent(one.median)} | {percent(one.p90)} | {100 * one.bias:+.0f}% | "
        f"{percent(one.inside)} | {one.ratio:.2f} |"
        for one in lines
    ]


def own_table(kind: Kind) -> list[str]:
    """Median and 90th percentile by source and by method, and the share inside the range."""
    rows = judge(scored(kind), ours(kind))
    blind = judge(scored(kind, blind=True), ours(kind))
    return [
        f"### {TITLES[kind]}",
        "",
        "| | rows | median error | 90th percentile | bias | inside low–high | high / low |",
        "|---|---|---|---|---|---|---|",
        *rows_of(by(rows, lambda r: f"source {r.item.source}")),
        *rows_of(by(rows, lambda r: f"method {r.item.method}")),
        *rows_of([line("all rows", rows)]),
        "",
        f"Mean of the sources' medians: **{percent(mean_of_medians(rows))}**, "
        f"inside the range {percent(mean_inside(rows))}. As if nothing were known of the software: "
        f"{percent(mean_of_medians(blind))}, inside {percent(mean_inside(blind))}.",
        "",
    ]


def peer_table(kind: Kind, answers: peers.Answers, items: Sequence[Measured]) -> list[str]:
    """The same rows by the public calculators."""
    out = [f"### {TITLES[kind]}: the same rows by two public calculators", ""]
    out += ["| source | rows | ours | " + " | ".join(answers) + " |", "|---|---|---|" + "---|" * len(answers)]
    columns: dict[str, tuple[Scored, ...]] = {"ours": judge(items, ours(kind))}
    for name, said in answers.items():
        known = {id(item): answer[kind] for item, answer in zip(items, said, strict=True)}
        columns[name] = judge(items, _as_predictor(known))
    for source in dict.fromkeys(item.source for item in items):
        own = [[r for r in rows if r.item.source == source] for rows in columns.values()]
        cells = [f"{percent(line(source, rows).median)} (n={len(rows)})" if rows else "–" for rows in own]
        out.append(f"| {source} | {len(own[0])} | {' | '.join(cells)} |")
    whole = [percent(mean_of_medians(rows)) if rows else "–" for rows in columns.values()]
    out += [f"| **mean of medians** | {len(items)} | {' | '.join(f'**{cell}**' for cell in whole)} |", ""]
    return out


def _as_predictor(known: dict[int, float | None]) -> Predict:
    def predict(item: Measured) -> Low3 | None:
        value = known[id(item)]
        return (value, value, value) if value else None

    return predict


def fit_table(answers: peers.Answers | None, items: Sequence[Measured]) -> list[str]:
    """Fit or no fit, with both kinds of error; the constant answer beside it."""
    scores = {
        "ours": fit_score(items),
        "always says that it fits": fit_score(items, lambda _: 0.0),
    }
    for name, said in (answers or {}).items():
        known = {id(item): answer["memory"] for item, answer in zip(items, said, strict=True)}
        scores[name] = fit_score(items, lambda item, known=known: known[id(item)])  # type: ignore[misc]
    out = ["### Fit or no fit on runs whose outcome is known", ""]
    out += ["| | right | ran, but said not to fit | ran out of memory, but said to fit |", "|---|---|---|---|"]
    for name, s in scores.items():
        wrongly = f"{s.ran_not} of {s.ran_fits + s.ran_not} | {s.oom_fits} of {s.oom_fits + s.oom_not}"
        out.append(f"| {name} | {percent(s.right)} | {wrongly} |")
    return [*out, ""]


def counted_table() -> list[str]:
    """Peaks that were counted operation by operation on fake tensors, beside the formulas."""
    out = ["### Allocated memory counted operation by operation", ""]
    out += ["| run | counted, GiB | estimated | error |", "|---|---|---|---|"]
    for one in judge(counted(), ours("memory")):
        run, value = one.item.run, one.item.value or 0.0
        kept = "" if run.checkpointing else ", nothing recomputed"
        name = f"{run.model.name}, {run.method}, {run.micro_batch} × {run.sequence_length:,}{kept}"
        out.append(f"| {name} | {value:.2f} | {value * (1 + one.error):.2f} | {100 * one.error:+.1f}% |")
    return [*out, ""]


def loo_table() -> list[str]:
    """Throughput with constants fitted on the other sources only."""
    out = ["### Throughput of a source that the constants were not fitted on", "", "| source | rows | median error |"]
    out += ["|---|---|---|"]
    return [*out, *(f"| {name} | {n} | {percent(error)} |" for name, (n, error) in left_out().items()), ""]


def guide_table() -> list[str]:
    """The guide's figures beside the computed ranges."""
    out = ["### The guide's figures", "", "| figure | guide | computed | overlap |", "|---|---|---|---|"]
    for one in (*guide_check.cost_rows(), *guide_check.worked_examples()):
        guide, computed = _span(one.guide), _span(one.computed)
        out.append(f"| {one.what} | {guide} | {computed} | {'yes' if one.agrees else '**no**'} |")
    out += ["", "Typical runs (3 epochs, 1,000 tokens an example) that a row's budget buys:", ""]
    out += [f"- {name}: {low:.0f} to {high:.0f}" for name, (low, high) in guide_check.runs_in_budget().items()]
    return [*out, ""]


def _span(value: Range) -> str:
    low, high = (f"{end:,.0f}" if end >= 20 else f"{end:.3g}" for end in value)
    return low if low == high else f"{low} to {high}"


def report(with_peers: bool = True) -> str:
    """The whole report as Markdown."""
    out = ["## The estimator against published measurements", ""]
    for kind in TITLES:
        out += own_table(kind)
    items = scored("memory", with_oom=True)
    ran, speed = [i for i in items if i.value is not None], scored("throughput")
    answers = None
    if with_peers:
        said = peers.ask([i.run for i in (*items, *speed)])
        answers = {name: given[: len(items)] for name, given in said.items()}
        measured = {n: [a for a, i in zip(g, items, strict=True) if i.value is not None] for n, g in answers.items()}
        out += peer_table("memory", measured, ran)
        timed = {n: g[len(items) :] for n, g in said.items() if any(a["throughput"] for a in g[len(items) :])}
        out += peer_table("throughput", timed, speed)
    return "\n".join([*out, *fit_table(answers, items), *counted_table(), *loo_table(), *guide_table()])


def main() -> None:
    """Prints the report."""
    parser = argparse.ArgumentParser(description="Scores the estimator on published measurements.")
    parser.add_argument("--no-peers", action="store_true", help="do not install and ask the public calculators")
    print(report(with_peers=not parser.parse_args().no_peers))


if __name__ == "__main__":
    main()
