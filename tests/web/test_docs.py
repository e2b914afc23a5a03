"""The calls of docs/web.md, as they stand there, by curl against a real server; its other blocks are well-formed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from agent.examples import PROPOSAL
from integrations.web.configuration import configured
from tests.cli.conftest import FLAWED
from tests.web.conftest import ROOT, TOKENS, Ask, Served
from tests.web.test_api import start

PAGE = (ROOT / "docs" / "web.md").read_text("utf-8")
CALLS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_every_call_works(server: Served, ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "proposal.pdf").write_bytes(PROPOSAL.read_bytes())
    name = start(ask("ada"), FLAWED)["review_id"]
    known = {"URL": server.url, "TOKEN": TOKENS["ada"], "CFO": TOKENS["cfo"], "ID": name, "PATH": os.environ["PATH"]}
    assert len(CALLS) >= 12
    for call in CALLS:
        command = ["bash", "-c", f"{call} --noproxy '*' -w '\\n%{{http_code}}'"]
        done = subprocess.run(command, env=known, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
        assert done.stdout.rpartition("\n")[2].startswith("20"), f"{call}\n{done.stdout}"


def test_its_configuration_is_valid() -> None:
    (table,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    read = tomllib.loads(table)
    assert list(configured(read["web"], {}).people.values()) == ["ada"]


def test_its_tools_are_those_of_the_server() -> None:
    from integrations.mcp.tools import TOOLS

    (block,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert json.loads(block)["mcpServers"]["review-finetune"]["args"] == ["mcp"]
    listed = PAGE[PAGE.index("## MCP") :]
    assert all(f"`{name}`" in listed for name in TOOLS)
