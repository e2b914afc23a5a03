"""Spans for OpenTelemetry, where it is installed and configured: names, counts; no keys, and text only when asked."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
TEXT = "REVIEW_FINETUNE_TRACE_TEXT"
"""Asks for the documents' text in traces."""
CONFIGURED = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


class Traced:
    """A span that is open; without OpenTelemetry, nothing."""

    def __init__(self, inner: Any = None) -> None:
        """Wraps a span, or None."""
        self._inner = inner

    def tokens(self, into: int, out: int) -> None:
        """What a call used, under the names of OpenTelemetry's conventions for generative AI."""
        self.set("gen_ai.usage.input_tokens", into)
        self.set("gen_ai.usage.output_tokens", out)

    def texts(self, asked: str, answered: str) -> None:
        """What was asked and answered, only where the environment asks for text."""
        if os.environ.get(TEXT):
            self.set("gen_ai.input.messages", asked)
            self.set("gen_ai.output.messages", answered)

    def set(self, name: str, value: str | int | float) -> None:
        """An attribute: a count, a code or a name, no text of a document."""
        if self._inner is not None:
            self._inner.set_attribute(name, value)


NAMED = {
    "invoke_agent": "gen_ai.agent.name",
    "chat": "gen_ai.request.model",
    "execute_tool": "gen_ai.tool.name",
}
"""The attribute that names what a span is about, by operation."""


@contextmanager
def span(operation: str, what: str) -> Iterator[Traced]:
    """A span around a review (`invoke_agent`), a call of a model (`chat`), a tool (`execute_tool`) or a step (`step`).

    An error is recorded by its type alone: its text may hold the document's.
    """
    tracer = _tracer()
    if tracer is None:
        yield Traced()
        return
    key = NAMED.get(operation, "review_finetune.step")
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


def traced(step: Callable[P, T]) -> Callable[P, T]:
    """A step of the review under a span of its own."""

    @wraps(step)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with span("step", step.__name__):
            return step(*args, **kwargs)

    return run


def whole(work: Callable[P, T]) -> Callable[P, T]:
    """A whole review under one span, so that it is one trace."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with span("invoke_agent", "review-finetune"):
            return work(*args, **kwargs)

    return run


@cache
def _tracer() -> Any:
    """A tracer when spans are wanted: the environment says so, or the program around us uses OpenTelemetry."""
    around = "opentelemetry.sdk.trace" in sys.modules
    asked = any(os.environ.get(name) for name in CONFIGURED)
    if not (around or asked) or importlib.util.find_spec("opentelemetry") is None:
        return None
    from opentelemetry import trace

    if not around:
        _export()
    return trace.get_tracer("review-finetune")


def _export() -> None:
    """Sends spans where OTEL_EXPORTER_OTLP_ENDPOINT says; without the exporter's package there are none."""
    from opentelemetry import trace

    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        return
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
