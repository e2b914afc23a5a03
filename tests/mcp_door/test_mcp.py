"""The MCP server in a process of its own, asked by the SDK's own client over standard input and output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import jsonschema
import pytest

from tests.cli.conftest import FLAWED, process

pytest.importorskip("mcp")
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

WORDS = " ".join(FLAWED.split())
ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "review.schema.json").read_text("utf-8"))


def ask(folder: Path, job: Callable[[Any], Awaitable[Any]], mode: str = "auto") -> Any:
    """Runs a job with a client that is connected to a fresh server."""

    async def go() -> Any:
        environment = {"HOME": str(folder), "PATH": os.environ["PATH"]}
        arguments = ["-m", "agent.cli", "mcp"]
        server = StdioServerParameters(command=sys.executable, args=arguments, env=environment, cwd=ROOT)
        with (folder / "stderr").open("w") as errors:
            async with Client(stdio_client(server, errlog=errors), mode=mode) as client:
                return await job(client)

    return anyio.run(go)


CALLS: dict[str, dict[str, Any]] = {
    "review_document": {"text": FLAWED},
    "search_document": {"text": FLAWED, "words": "rent GPUs"},
    "rule_outcome": {"text": FLAWED, "code": "ap4"},
    "read_guide_entry": {"entry_id": "anti-pattern/no-locked-test-set"},
    "search_guide": {"words": "one adapter per customer", "limit": 3},
    "estimate": {"model": "8B", "examples": 14_000},
    "rule": {"code": "AP5"},
}


def test_a_client_finds_the_tools_and_uses_them(tmp_path: Path) -> None:
    async def job(client: Any) -> Any:
        tools = (await client.list_tools()).tools
        refused = await client.call_tool("estimate", {"model": "no-such-model"})
        return tools, refused, {name: await client.call_tool(name, given) for name, given in CALLS.items()}

    tools, refused, results = ask(tmp_path, job)
    _only_read(tools)
    assert refused.is_error
    assert not any(result.is_error for result in results.values())
    found = {name: json.loads(result.content[0].text) for name, result in results.items()}
    assert found == {name: result.structured_content for name, result in results.items()}
    _reviewed(found["review_document"])
    assert all(" ".join(p["quote"].split()) in WORDS for p in found["search_document"]["passages"])
    assert found["rule_outcome"]["outcome"] == "fires"
    assert found["read_guide_entry"]["id"] == "anti-pattern/no-locked-test-set"
    assert 1 <= len(found["search_guide"]["entries"]) <= 3
    low, _, high = found["estimate"]["memory_gib_per_gpu"]
    assert 0 < low <= high
    assert found["rule"]["name"] == "no-locked-test-set"
    assert [p.name for p in tmp_path.iterdir()] == ["stderr"], "nothing is stored"
    assert (tmp_path / "stderr").read_text() == ""


def test_a_client_of_the_older_protocol_too(tmp_path: Path) -> None:
    async def job(client: Any) -> Any:
        return await client.call_tool("rule", {"code": "AP1"})

    assert not ask(tmp_path, job, "legacy").is_error


def _only_read(tools: list[Any]) -> None:
    assert {t.name for t in tools} == set(CALLS)
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert tool.annotations.destructive_hint is False
        assert tool.description
        assert tool.input_schema["additionalProperties"] is False


def _reviewed(review: dict[str, Any]) -> None:
    jsonschema.validate(review, SCHEMA)
    assert review["verdict"]["value"] == "revise"
    assert {"AP1", "AP4"} <= {f["code"] for f in review["findings"]}
    for finding in review["findings"]:
        assert all(" ".join(e["quote"].split()) in WORDS for e in finding["evidence"])


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("delete_review", {}, "There are: review_document"),
        ("review_document", {}, "text: field required"),
        ("review_document", {"text": " \n"}, "empty"),
        ("review_document", {"text": "a", "path": "/etc/passwd"}, "path: extra inputs"),
        ("rule", {"code": "ZZ9"}, "ZZ9"),
        ("read_guide_entry", {"entry_id": "../../etc/passwd"}, "etc/passwd"),
        ("estimate", {"model": "nonsense\nmodel"}, "nonsense"),
    ],
)
def test_an_error_is_one_line(name: str, given: dict[str, Any], said: str) -> None:
    from agent.settings import Settings
    from integrations.mcp.server import call

    result = call(Settings(), name, given)
    assert result.is_error
    line = result.content[0].text
    assert said in line
    assert "\n" not in line
    assert "Traceback" not in line


def test_it_ends_when_the_client_hangs_up() -> None:
    done = process("mcp")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
