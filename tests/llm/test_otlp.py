"""Spans as they arrive: the real exporter sends protobuf to a receiver on loopback, which decodes it."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from evals.scripted import Asked, Said, serving
from tests.llm.conftest import ENVELOPE, ODD

KEY = "sk-secret-of-the-model"
TOKEN = "bearer-of-the-collector"


@contextmanager
def receiver() -> Iterator[tuple[str, list[Any], list[bytes]]]:
    """A collector: its address, the requests that came, decoded, and as they came."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    decoded: list[Any] = []
    raw: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            body = gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body
            assert self.headers["content-type"] == "application/x-protobuf"
            raw.append(body)
            decoded.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{http.server_address[1]}", decoded, raw
    finally:
        http.shutdown()
        http.server_close()


def looking(asked: Asked) -> Said:
    """A model that searches once, then points."""
    if asked.form == "Leads" and not asked.results:
        return Said(calls=(("search_document", '{"words": "envelope letters", "limit": 3}'),))
    if asked.form == "Leads":
        return Said({"pointers": [], "questions": []})
    pointer = {"fact": "evaluation.test_set", "quote": ENVELOPE}
    return Said({"pointers": [pointer]} if asked.form == "Pointers" else {"texts": []})


@pytest.mark.parametrize("asked", ["", "1"])
def test_a_review_sends_its_spans_and_text_only_when_asked(tmp_path: Path, asked: str) -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http")
    proposal = tmp_path / "claims-letters-secret-name.md"
    proposal.write_text(ODD)
    with receiver() as (address, decoded, raw), serving(looking) as server:
        environ = {k: v for k, v in os.environ.items() if not k.startswith(("OTEL", "LANGSMITH"))} | {
            "OTEL_EXPORTER_OTLP_ENDPOINT": address,
            "OTEL_EXPORTER_OTLP_HEADERS": f"authorization={TOKEN}",
            "OPENAI_API_KEY": KEY,
            "OPENAI_BASE_URL": server.url,
            "REVIEW_FINETUNE_CACHE": str(tmp_path / "cache"),
            "REVIEW_FINETUNE_STORE": "off",
            "REVIEW_FINETUNE_TRACE_TEXT": asked,
        }
        command = [sys.executable, "-m", "agent.cli", "review", str(proposal), "--llm", "required", "--investigate"]
        done = subprocess.run(command, env=environ, capture_output=True, timeout=120, cwd=Path(__file__).parents[2])
        assert done.returncode == 0, done.stderr.decode()
    spans = [s for r in decoded for g in r.resource_spans for scope in g.scope_spans for s in scope.spans]
    names = {s.name for s in spans}
    assert {"step read_facts", "step point_out", "step check_rules", "step decide_verdict"} <= names
    assert "execute_tool search_document" in names
    chats = [s for s in spans if s.name.startswith("chat ")]
    assert len(chats) == len(server.asked) == 4
    said = {a.key: a.value for a in chats[0].attributes}
    assert said["gen_ai.usage.input_tokens"].int_value > 0
    assert said["gen_ai.operation.name"].string_value == "chat"
    assert len({s.trace_id for s in spans}) == 1, "one review is one trace"
    sent = b"".join(raw)
    assert KEY.encode() not in sent
    assert TOKEN.encode() not in sent
    for words in (b"envelope", b"claims letters", b"71.4", b"secret-name", b"approve"):
        assert (words in sent) is (asked == "1" and words in (b"envelope", b"claims letters", b"71.4")), words
