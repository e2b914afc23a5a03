"""What anyone would write first: pypdf's text of each document, one call of a model, one after the other.

The model is a server on the loopback that answers after so many seconds; the client is the real one.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_ANSWER = json.dumps({"verdict": "revise", "findings": []})


@contextmanager
def model(seconds: float) -> Iterator[str]:
    """The address of a model that takes so many seconds for each call."""

    class Model(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(seconds)
            said = {"role": "assistant", "content": _ANSWER}
            choice = {"index": 0, "finish_reason": "stop", "message": said}
            body = json.dumps({"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]})
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *arguments: object) -> None:
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()


PYTHON = "REVIEW_FINETUNE_PEER_PYTHON"
"""A Python that has `langchain-openai` and `pypdf`."""


def langchain(paths: list[Path], seconds: float, at_once: int) -> str:
    """Documents a second of LangChain's own batch, in words; what to install where there is none."""
    python = os.environ.get(PYTHON)
    if not python:
        return f"not run (pip install langchain-openai pypdf into an environment of its own, and set {PYTHON})"
    script = Path(__file__).with_name("langchain_peer.py")
    with model(seconds) as address:
        command = [python, str(script), address, str(at_once), *map(str, paths)]
        made = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True)
    return f"{float(made.stdout):.2f} documents a second"


def naive(paths: list[Path], seconds: float) -> float:
    """Documents a second of the naive loop; a document that cannot be read is skipped."""
    from openai import OpenAI
    from pypdf import PdfReader

    with model(seconds) as address:
        client = OpenAI(base_url=address, api_key="none", max_retries=0)
        began = time.perf_counter()
        for path in paths:
            text = "\n".join(page.extract_text() for page in PdfReader(path).pages)
            messages = [{"role": "user", "content": f"Review this proposal.\n\n{text}"}]
            client.chat.completions.create(model="m", messages=messages)  # type: ignore[arg-type]
        return len(paths) / (time.perf_counter() - began)
