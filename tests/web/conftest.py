"""The program's own server in a process of its own on loopback, and real HTTP clients."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from tests.cli.conftest import run as run

pytest.importorskip("uvicorn")
pytest.importorskip("prometheus_client")

ROOT = Path(__file__).parents[2]
TOKENS = {name: f"{name}-token-of-more-than-24-characters" for name in ("ada", "bob", "cfo")}
CONFIG = '[signoff]\napprovers = ["cfo"]\n'


class Served(NamedTuple):
    """A server at work: its address, process, and the file of what it logs."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def client(self, who: str | None = None) -> httpx.Client:
        """A client of one person, by the header."""
        headers = {"authorization": f"Bearer {TOKENS[who]}"} if who else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False)

    def stop(self) -> int:
        """Ends it as a service manager does; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def serve(folder: Path, *, people: bool = True, arguments: tuple[str, ...] = ()) -> Served:
    """Starts the program and waits until it listens."""
    (folder / "review-finetune.toml").write_text(CONFIG, "utf-8")
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    if people:
        environment["REVIEW_FINETUNE_TOKENS"] = " ".join(f"{n}={t}" for n, t in TOKENS.items())
    log = folder / "log"
    with log.open("wb") as out:
        command = [sys.executable, "-m", "agent.cli", "serve", "--port", "0", *arguments]
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=out)
    for _ in range(600):
        found = re.search(r"http://\S+:\d+", log.read_text("utf-8"))
        if found or process.poll() is not None:
            break
        time.sleep(0.1)
    assert found, log.read_text("utf-8")
    return Served(found[0], process, log)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with three people, one of them an approver."""
    served = serve(tmp_path_factory.mktemp("server"))
    yield served
    served.stop()


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server on somebody's own machine, without tokens."""
    served = serve(tmp_path_factory.mktemp("alone"), people=False)
    yield served
    served.stop()


Ask = Callable[[str | None], httpx.Client]


@pytest.fixture
def ask(server: Served) -> Iterator[Ask]:
    """Clients of that server, closed at the end."""
    made: list[httpx.Client] = []

    def client(who: str | None) -> httpx.Client:
        made.append(server.client(who))
        return made[-1]

    yield client
    for one in made:
        one.close()
