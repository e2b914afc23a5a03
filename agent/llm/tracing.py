"""Spans for OpenTelemetry, where it is installed and configured: names and counts, never text or keys."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

CONFIGURED = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_TRACES_EXPORTER")


class Traced:
    """A span that is open; without OpenTelemetry, nothing."""

    def __init__(self, inner: Any = None) -> None:
        """Wraps a span, or None."""
        self._inner = inner

    def tokens(self, into: int, out: int) -> None:
        """What a call used, under the names of OpenTelemetry's conventions for generative AI."""
        self.set("gen_ai.usage.input_tokens", into)
        self.set("gen_ai.usage.output_tokens", out)

    def set(self, name: str, value: str | int | float) -> None:
        """An attribute: a count, a code or a name, no text of a document."""
        if self._inner is not None:
            self._inner.set_attribute(name, value)


@contextmanager
def span(operation: str, what: str) -> Iterator[Traced]:
    """A span around a call of a model (`chat`), a tool (`execute_tool`) or a step of the review (`step`).

    An error is recorded by its type alone: its text may hold the document's.
    """
    tracer = _tracer()
    if tracer is None:
        yield Traced()
        return
    key = {"chat": "gen_ai.request.model", "execute_tool": "gen_ai.tool.name"}.get(operation, "review_finetune.step")
    with tracer.start_as_current_span(
        f"{operation} {what}", record_exception=False, set_status_on_exception=False
    ) as inner:
        inner.set_attribute("gen_ai.operation.name", operation)
        inner.set_attribute(key, what)
        try:
            yield Traced(inner)
        except Exception as error:
            inner.set_attribute("error.type", type(error).__name__)
            raise


@cache
def _tracer() -> Any:
    """A tracer when spans are wanted: the environment says so, or the program around us uses OpenTelemetry."""
    import sys

    wanted = any(os.environ.get(name) for name in CONFIGURED) or "opentelemetry.sdk" in sys.modules
    if not wanted or importlib.util.find_spec("opentelemetry") is None:
        return None
    from opentelemetry import trace

    return trace.get_tracer("review-finetune")
