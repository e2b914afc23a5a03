"""Runs the fast tests against each mutant in a child of its own, and says which mutants live."""

from __future__ import annotations

import math
import os
import random
import re
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import FrameType
from typing import Any, Literal

import pytest

from evals.mutants.patch import ROOT, Mutant, NoSuchPlace

Fate = Literal["killed", "lives", "unreached", "not put in"]
TESTS = ("tests/rules", "tests/facts")
_SLOW = re.compile(r"test_hostile|test_any_facts|test_trace|test_whole_languages")
_WHOLE = re.compile(r"test_examples\.py::test_example\[|test_security\.py")
"""Tests that review a whole document: not run beforehand, and chosen by the file that they are about."""
_LIMIT_S = 30
"""A mutant that keeps one test busy for so long is killed: the loop that it made would be seen."""
_FATES: dict[int, Fate] = {0: "lives", 1: "killed", 2: "not put in"}


@dataclass
class Reached:
    """What one test calls, and the words that it has read: only mutants of these can turn it red."""

    item: pytest.Item
    functions: set[tuple[str, str]] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Plugin:
    """Takes pytest's loop: each test once, then for each mutant the tests that reach it, until one fails."""

    def __init__(self, mutants: Sequence[Mutant], workers: int, seconds: float, say: Callable[[str], None]) -> None:
        """Runs nothing yet."""
        self.mutants = mutants
        self.seconds = seconds
        self.workers = workers
        self.say = say
        self.fates: dict[Mutant, Fate] = {}
        self.red: list[str] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leaves out tests of time, chance and display, and reads in this process what others read in a child."""
        items[:] = [i for i in items if not _SLOW.search(i.nodeid)]
        examples = sys.modules.get("tests.rules.test_examples")
        if examples:
            from evals.outcome import review_trusted

            examples.review = review_trusted  # type: ignore[attr-defined]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """The whole run; True tells pytest that the loop is done."""
        _keep_compiled()
        started = time.monotonic()
        reached = [Reached(i, seconds=math.inf) if _WHOLE.search(i.nodeid) else self._trace(i) for i in session.items]
        if self.red:
            return True
        self.say(f"{len(reached)} tests, found what each reaches: {time.monotonic() - started:.0f} s")
        queue = list(self.mutants)
        running: dict[int, Mutant] = {}
        while queue or running:
            while queue and len(running) < self.workers:
                mutant = queue.pop()
                tests = chosen(mutant, reached)
                if tests:
                    running[_child(mutant, tests, self.seconds)] = mutant
                else:
                    self.fates[mutant] = "unreached"
            if running:
                pid, status = os.wait()
                self.fates[running.pop(pid)] = _FATES.get(os.waitstatus_to_exitcode(status), "killed")
                if len(self.fates) % 100 == 0:
                    self.say(f"{len(self.fates)} of {len(self.mutants)}: {time.monotonic() - started:.0f} s")
        return True

    def _trace(self, item: pytest.Item) -> Reached:
        reached = Reached(item)
        root = f"{ROOT}/"

        def seen(frame: FrameType, event: str, _: Any) -> None:
            code = frame.f_code
            if not code.co_filename.startswith(root):
                return
            path = code.co_filename[len(root) :]
            reached.functions.add((path, code.co_qualname))
            if code.co_name in ("segments", "quantities", "numbers", "written_in", "speaks_of"):
                given = next(iter(frame.f_locals.values()))
                reached.texts.append(given if isinstance(given, str) else getattr(given, "text", ""))

        started = time.monotonic()
        sys.settrace(seen)
        try:
            green = _green(item)
        finally:
            sys.settrace(None)
        if not green:
            self.red.append(item.nodeid)
        reached.seconds = time.monotonic() - started
        return reached


def chosen(mutant: Mutant, reached: Iterable[Reached]) -> list[pytest.Item]:
    """The tests that can turn red on a mutant, the quickest first."""
    fit = [r for r in reached if _reaches(mutant, r)]
    return [r.item for r in sorted(fit, key=lambda r: r.seconds)]


def _reaches(mutant: Mutant, reached: Reached) -> bool:
    if not reached.functions:
        return _is_about(mutant, reached.item.nodeid)
    if mutant.point is None:
        return any(_cue(mutant.cue).search(text) for text in reached.texts)
    if not mutant.point.owner or mutant.point.owner == "Thresholds":
        return any(path == mutant.path for path, _ in reached.functions) or "thresholds" in mutant.path
    return any(path == mutant.path and name.startswith(mutant.point.owner) for path, name in reached.functions)


def _is_about(mutant: Mutant, test: str) -> bool:
    """True when a whole document is there to show this rule, or the guard against texts that address the reviewer."""
    if "test_security" in test:
        return "facts/security" in mutant.path or mutant.path.endswith("security.toml")
    code = re.search(r"/([a-z]+\d)_\w+\.py", mutant.path)
    return bool(code) and f"[{code[1].upper()}-" in test


def _cue(cue: str) -> re.Pattern[str]:
    from agent.facts.lexicon import alternation

    try:
        return re.compile(alternation((cue,)), re.IGNORECASE)
    except re.error:
        return re.compile(r"\A")


def _keep_compiled() -> None:
    """A child whose caches are emptied compiles nothing anew but what its mutant changes."""
    from agent.facts import lexicon

    re._MAXCACHE = 1_000_000  # type: ignore[attr-defined]
    lexicon.required = cache(lexicon.required)


def _green(item: pytest.Item) -> bool:
    from _pytest.runner import runtestprotocol

    reports = runtestprotocol(item, log=False, nextitem=None)
    return not any(r.failed for r in reports)


def _child(mutant: Mutant, tests: Sequence[pytest.Item], seconds: float) -> int:
    """A process that is the mutant, for so many seconds of its own time; its exit status is its fate."""
    if pid := os.fork():
        return pid
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    status = 0
    try:
        mutant.put()
        for test in tests:
            if time.process_time() > seconds:
                break
            signal.alarm(_LIMIT_S)
            if not _green(test):
                status = 1
                break
    except NoSuchPlace:
        status = 2
    except BaseException:
        status = 1
    os._exit(status)


def run(mutants: Sequence[Mutant], workers: int, seconds: float, say: Callable[[str], None]) -> dict[Mutant, Fate]:
    """The fate of each mutant.

    Args:
        mutants: what to try.
        workers: children at a time.
        seconds: of processor time that one mutant gets; what is not killed by then lives.
        say: gets a line on progress.

    Raises:
        RuntimeError: a test is red before anything was changed.
    """
    plugin = Plugin(mutants, workers, seconds, say)
    options = ["-o", "addopts=", "-s", "-p", "no:xdist", "-p", "no:cacheprovider", "-p", "no:terminal"]
    pytest.main([*options, *(str(ROOT / t) for t in TESTS)], plugins=[plugin])
    if plugin.red or not plugin.fates:
        raise RuntimeError(f"tests are red before anything is changed: {', '.join(plugin.red) or 'nothing ran'}")
    return {m: plugin.fates[m] for m in mutants}


def sample(mutants: Sequence[Mutant], size: int, seed: int) -> list[Mutant]:
    """So many of them, of every file about as many in proportion, always the same for a seed."""
    if size >= len(mutants):
        return list(mutants)
    chance = random.Random(seed)
    by_file: defaultdict[str, list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        by_file[mutant.path].append(mutant)
    mixed = [m for path in sorted(by_file) for m in chance.sample(by_file[path], len(by_file[path]))]
    step, start = len(mixed) / size, chance.random()
    return [mixed[int((i + start) * step)] for i in range(size)]
