"""Spans tell what was done and what it cost, and nothing of the document or the key."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from evals.scripted import serving
from tests.llm.conftest import ENVELOPE, ODD, pointing

SPANS = """
import sys
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
kept = InMemorySpanExporter()
provider = TracerProvider(); provider.add_span_processor(SimpleSpanProcessor(kept)); trace.set_tracer_provider(provider)
from agent.llm import Model, ModelSettings
from agent.review import review
model = Model(ModelSettings("gpt-6-luna", sys.argv[1], "sk-secret"))
review(sys.stdin.buffer.read(), "a.md", model=model); model.close()
for span in kept.get_finished_spans(): print(span.name, dict(span.attributes), span.status.description, span.events)
"""


def test_spans(tmp_path: Path) -> None:
    pytest.importorskip("opentelemetry.sdk")
    with serving(pointing(("evaluation.test_set", ENVELOPE))) as server:
        done = subprocess.run(
            [sys.executable, "-c", SPANS, server.url], input=ODD.encode(), capture_output=True, check=True, timeout=120
        )
    told = done.stdout.decode()
    for name in ("step read_facts", "step point_out", "step check_rules", "step put_into_words", "chat gpt-6-luna"):
        assert name in told
    assert "gen_ai.usage.input_tokens" in told
    assert "sk-secret" not in told
    assert not [s for s in ODD.replace("\n", " ").split(". ") if s in told]


INGEST = {
    "use_multipart_endpoint": False,
    "size_limit": 100,
    "size_limit_bytes": 20_971_520,
    "scale_up_qsize_trigger": 1000,
    "scale_up_nthreads_limit": 16,
    "scale_down_nempty_trigger": 4,
}
GRAPH = """
import sys
from agent.graph import graph
graph.invoke({"data": sys.stdin.buffer.read(), "name": "a.md"})
from langchain_core.tracers.langchain import wait_for_all_tracers
wait_for_all_tracers()
"""


def test_langsmith_gets_the_nodes_and_none_of_the_text() -> None:
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps({"version": "1", "batch_ingest_config": INGEST}).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            bodies.append(zlib.decompress(body, 31) if body[:2] == b"\x1f\x8b" else body)
            self.send_response(202)
            self.end_headers()

        do_PATCH = do_POST

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
    environ = {
        **os.environ,
        "LANGSMITH_TRACING": "true",
        "LANGSMITH_API_KEY": "ls-key",
        "LANGSMITH_ENDPOINT": f"http://127.0.0.1:{http.server_address[1]}",
        "LANGSMITH_RUN_COMPRESSION": "false",
        "LANGSMITH_DISABLE_RUN_COMPRESSION": "true",
    }
    subprocess.run([sys.executable, "-c", GRAPH], input=ODD.encode(), env=environ, check=True, timeout=60)
    http.shutdown()
    http.server_close()
    sent = b"".join(bodies)
    assert b"check" in sent, "the nodes are traced"
    assert b"envelope" not in sent


@pytest.mark.parametrize(("asked", "hidden"), [("", "true"), ("1", "None")])
def test_the_text_is_hidden_unless_it_is_asked_for(asked: str, hidden: str) -> None:
    program = "import os, agent.graph; print(os.environ.get('LANGSMITH_HIDE_INPUTS'))"
    environ = {k: v for k, v in os.environ.items() if not k.startswith("LANGSMITH")}
    environ["REVIEW_FINETUNE_TRACE_TEXT"] = asked
    done = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, check=True, timeout=60)
    assert done.stdout.decode().strip() == hidden
