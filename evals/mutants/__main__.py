"""`python -m evals.mutants`: changes rules and readers by one thing at a time, and says which changes no test sees."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from evals.intervals import wilson
from evals.mutants.patch import Mutant, of_code, of_cues
from evals.mutants.suite import Fate, run, sample


def main() -> int:
    """Runs the mutants that are asked for.

    Returns:
        1 when fewer are killed than `--at-least`, else 0.
    """
    args = _arguments()
    wanted = [m for m in (*of_code(), *of_cues()) if m.group in args.groups and args.match in m.name]
    if args.only:
        named = args.only.read_text("utf-8")
        wanted = [m for m in wanted if f"{m.name}\n" in named]
    chosen = sample(wanted, args.sample or len(wanted), args.seed)
    started = time.monotonic()
    fates = run(chosen, args.workers, args.seconds, lambda line: print(line, flush=True))
    print(table(fates))
    print(f"{len(chosen)} of {len(wanted)} mutants, seed {args.seed}, {time.monotonic() - started:.0f} s")
    if args.verbose:
        for mutant, fate in sorted(fates.items(), key=lambda pair: (pair[1], pair[0].name)):
            if fate != "killed":
                print(f"{fate}: {mutant.name}")
    judged = [fate for fate in fates.values() if fate != "not put in"]
    share = judged.count("killed") / len(judged) if judged else 1.0
    if share < args.at_least:
        print(f"{share:.1%} killed, at least {args.at_least:.1%} wanted; see them with -v", file=sys.stderr)
        return 1
    return 0


def table(fates: Mapping[Mutant, Fate]) -> str:
    """A row for each group: tried, killed with Wilson's interval, alive, reached by no test."""
    lines = ["| | tried | killed | live | reached by no test |", "|---|---|---|---|---|"]
    for group in ("rules", "readers", "cues"):
        told = Counter(fate for mutant, fate in fates.items() if mutant.group == group)
        n = told["killed"] + told["lives"] + told["unreached"]
        if n:
            low, high = wilson(told["killed"], n)
            killed = f"{told['killed'] / n:.1%} ({low:.1%} to {high:.1%}; {told['killed']} of {n})"
            lines.append(f"| {group} | {n} | {killed} | {told['lives']} | {told['unreached']} |")
    if missing := sum(fate == "not put in" for fate in fates.values()):
        lines.append(f"\n{missing} could not be put in.")
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.mutants", description=__doc__)
    parser.add_argument(
        "groups", nargs="*", default=["rules", "readers", "cues"], help="rules, readers, cues (default: all)"
    )
    parser.add_argument("--match", default="", help="only mutants with this in their name")
    parser.add_argument("--only", type=Path, metavar="FILE", help="only mutants named there, as -v prints them")
    parser.add_argument("--sample", type=int, metavar="N", help="so many, in proportion over the files")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--at-least", type=float, default=0.0, metavar="SHARE", help="fail below this share killed")
    parser.add_argument("--seconds", type=float, default=8.0, help="processor time for one mutant (default: 8)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("-v", "--verbose", action="store_true", help="name those that live")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
