"""How far a batch is, on standard error: a bar where someone looks, a line now and then where it is kept."""

from __future__ import annotations

import sys
import time
from collections import deque

from agent.commands.output import progress
from agent.reports.figures import duration

_BAR = 24
_EVERY = 0.1
_LINE_EVERY = 10.0
_RECENT = 60
"""Documents over which the rate is taken."""


class Progress:
    """Counts documents; `tell` after each."""

    def __init__(self, total: int, before: int = 0) -> None:
        """`total` documents to review, `before` of which an earlier run has done."""
        self._total, self._done, self._failed = total, before, 0
        self._recent: deque[float] = deque([time.monotonic()], _RECENT)
        self._shown = time.monotonic()
        self._seen = sys.stderr is not None and sys.stderr.isatty()

    def tell(self, failed: bool) -> None:
        """One more document."""
        self._done += 1
        self._failed += failed
        now = time.monotonic()
        self._recent.append(now)
        if now - self._shown >= (_EVERY if self._seen else _LINE_EVERY):
            self._shown = now
            self._show()

    def _show(self) -> None:
        if self._seen:
            filled = _BAR * self._done // max(1, self._total)
            progress(f"[{'█' * filled}{'░' * (_BAR - filled)}] {self.line()}")
        elif sys.stderr is not None:
            sys.stderr.write(self.line() + "\n")
            sys.stderr.flush()

    def line(self) -> str:
        """`120 of 2,000, 5.2 a second, 6 minutes left, 3 failed`."""
        span = self._recent[-1] - self._recent[0]
        rate = (len(self._recent) - 1) / span if span > 0 else 0.0
        left = f", {duration(round((self._total - self._done) / rate))} left" if rate else ""
        failed = f", {self._failed:,} failed" if self._failed else ""
        return f"{self._done:,} of {self._total:,}, {rate:.1f} a second{left}{failed}"
