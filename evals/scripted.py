"""A server on loopback that speaks OpenAI's API and says what a script tells it: the model of tests and evals.

It holds every request against the types that the SDK generates from the API's specification, and against what
structured outputs demand of a schema, and answers 400 where the real one would.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Say = Callable[["Asked"], "Said"]


@dataclass(frozen=True)
class Asked:
    """One request, understood: `form` is the name of the schema, `content` the last text of ours, `turn` its number."""

    path: str
    body: Mapping[str, Any]
    form: str
    system: str
    content: str
    tools: tuple[str, ...]
    results: tuple[str, ...]
    number: int


@dataclass(frozen=True)
class Said:
    """What to answer: a value for the form, text instead, a refusal, calls of tools, or a failure of HTTP.

    `seconds` passes before it; `drip` sends it byte by byte, one each so many seconds; `raw` is the body itself.
    """

    value: Any = None
    text: str | None = None
    refusal: str = ""
    cut: bool = False
    calls: tuple[tuple[str, str], ...] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    error: Mapping[str, Any] | None = None
    seconds: float = 0.0
    drip: float = 0.0
    raw: bytes | None = None
    hang_up: bool = False
    usage: bool = True


class Server:
    """A running server; `asked` are its requests, `wrong` what was wrong with any of them."""

    def __init__(
        self, say: Say, *, apis: tuple[str, ...] = ("responses", "chat"), models: tuple[str, ...] = ()
    ) -> None:
        """Starts on a free port of 127.0.0.1."""
        self.say, self.apis, self.models = say, apis, models
        self.asked: list[Asked] = []
        self.wrong: list[str] = []
        self.keys: list[str] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/v1"
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Stops it."""
        self._http.shutdown()
        self._http.server_close()


@contextmanager
def serving(say: Say, **options: Any) -> Iterator[Server]:
    """A server for a while."""
    server = Server(say, **options)
    try:
        yield server
    finally:
        server.close()


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            listed = [{"id": m, "object": "model", "created": 0, "owned_by": "test"} for m in server.models]
            _send(self, 200, json.dumps({"object": "list", "data": listed}).encode())

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            server.keys.append(self.headers.get("authorization") or self.headers.get("api-key") or "")
            path = self.path.split("?")[0].removeprefix("/v1/")
            api = "responses" if path.endswith("responses") else "chat"
            if api not in server.apis:
                _send(self, 404, b'{"error": {"message": "no such path", "type": "invalid_request_error"}}')
                return
            asked = _understood(path, body, len(server.asked))
            server.asked.append(asked)
            if defects := list(_defects(api, body)):
                server.wrong += defects
                _send(self, 400, json.dumps({"error": {"message": "; ".join(defects)}}).encode())
                return
            _answer(self, api, asked, server.say(asked))

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    return Handler


def _answer(handler: BaseHTTPRequestHandler, api: str, asked: Asked, said: Said) -> None:
    time.sleep(said.seconds)
    if said.hang_up:
        handler.close_connection = True
        handler.connection.close()
        return
    if said.status != 200 or said.error is not None:
        error = {"message": "scripted", "type": "scripted", "param": None, "code": None, **(said.error or {})}
        _send(handler, said.status, json.dumps({"error": error}).encode(), said.headers)
        return
    made = _response(asked, said) if api == "responses" else _completion(asked, said)
    body = said.raw if said.raw is not None else json.dumps(made).encode()
    _send(handler, 200, body, said.headers, said.drip)


def _send(
    handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: Mapping[str, str] = {}, drip: float = 0.0
) -> None:
    try:
        handler.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        for byte in [body[i : i + 1] for i in range(len(body))] if drip else [body]:
            handler.wfile.write(byte)
            handler.wfile.flush()
            time.sleep(drip)
    except (BrokenPipeError, ConnectionResetError):
        handler.close_connection = True


def _understood(path: str, body: Mapping[str, Any], number: int) -> Asked:
    if "input" in body:
        turns = [i for i in body["input"] if "role" in i]
        results = [i["output"] for i in body["input"] if i.get("type") == "function_call_output"]
        form = body.get("text", {}).get("format", {}).get("name", "")
        tools = [t["name"] for t in body.get("tools", ())]
        system = body.get("instructions", "")
    else:
        turns = [m for m in body["messages"] if m["role"] in ("user", "assistant")]
        results = [m["content"] for m in body["messages"] if m["role"] == "tool"]
        form = body.get("response_format", {}).get("json_schema", {}).get("name", "")
        tools = [t["function"]["name"] for t in body.get("tools", ())]
        system = body["messages"][0]["content"]
    form = form or next((n for n in ("Pointers", "Wording", "Findings") if f'"title": "{n}"' in system), "")
    content = next(str(t["content"]) for t in turns if t["role"] == "user")
    return Asked(path, body, form, system, content, tuple(tools), tuple(results), number)


def _text(said: Said) -> str:
    return said.text if said.text is not None else json.dumps(said.value, ensure_ascii=False)


def _response(asked: Asked, said: Said) -> dict[str, Any]:
    output: list[dict[str, Any]] = []
    for n, (name, arguments) in enumerate(said.calls):
        call = {"id": f"fc_{n}", "call_id": f"call_{asked.number}_{n}", "name": name, "arguments": arguments}
        output.append({"type": "function_call", "status": "completed", **call})
    if not said.calls:
        part: dict[str, Any] = {"type": "output_text", "text": _text(said), "annotations": []}
        if said.refusal:
            part = {"type": "refusal", "refusal": said.refusal}
        output.append({"type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": [part]})
    usage = {
        "input_tokens": len(asked.system + asked.content) // 4,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": len(_text(said)) // 4,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": (len(asked.system + asked.content) + len(_text(said))) // 4,
    }
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 0,
        "status": "incomplete" if said.cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if said.cut else None,
        "error": None,
        "model": asked.body["model"],
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "instructions": None,
        "metadata": {},
        "temperature": None,
        "top_p": None,
        "usage": usage if said.usage else None,
    }


def _completion(asked: Asked, said: Said) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": _text(said), "refusal": said.refusal or None}
    if said.calls:
        message["content"] = None
        message["tool_calls"] = [
            {"id": f"call_{asked.number}_{n}", "type": "function", "function": {"name": name, "arguments": arguments}}
            for n, (name, arguments) in enumerate(said.calls)
        ]
    reason = "length" if said.cut else "tool_calls" if said.calls else "stop"
    made = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": asked.body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": reason, "logprobs": None}],
    }
    tokens = {"prompt_tokens": len(asked.content) // 4, "completion_tokens": len(_text(said)) // 4}
    return made | ({"usage": tokens | {"total_tokens": sum(tokens.values())}} if said.usage else {})


@cache
def _types() -> dict[str, tuple[Any, frozenset[str]]]:
    """What the SDK knows of each request: a validator and the names of its fields."""
    from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
    from openai.types.responses.response_create_params import ResponseCreateParamsNonStreaming
    from pydantic import TypeAdapter

    kinds = {"responses": ResponseCreateParamsNonStreaming, "chat": CompletionCreateParamsNonStreaming}
    return {api: (TypeAdapter(kind), frozenset(kind.__annotations__) | _inherited(kind)) for api, kind in kinds.items()}


def _inherited(kind: Any) -> frozenset[str]:
    return frozenset(
        name for base in getattr(kind, "__orig_bases__", ()) for name in getattr(base, "__annotations__", {})
    )


def _defects(api: str, body: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a request."""
    validator, fields = _types()[api]
    try:
        validator.validate_python(body)
    except ValueError as error:
        yield f"request: {str(error)[:400]}"
    if unknown := set(body) - fields:
        yield f"unknown fields: {', '.join(sorted(unknown))}"
    given = body.get("text", {}).get("format") or body.get("response_format", {}).get("json_schema") or {}
    yield from _schema_defects(given.get("schema", {}), bool(given.get("strict")))
    for tool in body.get("tools", ()):
        described = tool.get("function", tool)
        yield from _schema_defects(described["parameters"], bool(described.get("strict")))


def _schema_defects(schema: Any, strict: bool) -> Iterator[str]:
    """What structured outputs do not take: optional or unnamed properties, defaults, open unions of names."""
    if isinstance(schema, list):
        for part in schema:
            yield from _schema_defects(part, strict)
    if not strict or not isinstance(schema, dict):
        return
    if schema.get("type") == "object":
        names = set(schema.get("properties", {}))
        if schema.get("additionalProperties") is not False or set(schema.get("required", ())) != names:
            yield f"not a strict object: {sorted(names)}"
    if "default" in schema and not isinstance(schema["default"], dict):
        yield "a default in a strict schema"
    for part in schema.values():
        yield from _schema_defects(part, strict)
