"""What a hostile client, document or page cannot do; and that the server stays there for the others."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from agent.documents import LIMITS
from agent.examples import PROPOSAL
from tests.cli.conftest import FLAWED, SOUND, one_line, process
from tests.documents.hostile import archives, pdfs
from tests.web.conftest import ROOT, TOKENS, Ask, Served, serve
from tests.web.test_api import refused, start

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}


@pytest.mark.parametrize("address", ["/", "/login", "/healthz", "/api/reviews", "/nothing", "/api/nothing"])
def test_every_answer_has_the_headers(ask: Ask, address: str) -> None:
    for who in ("ada", None):
        headers = ask(who).get(address).headers
        assert {name: headers[name] for name in HEADERS} == HEADERS
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "server" not in headers


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_site_cannot_write(alone: Served, headers: dict[str, str]) -> None:
    with alone.client() as client:
        before = client.get("/api/reviews").json()
        refused(client.post("/api/reviews", content=SOUND, headers=headers), 403)
        assert client.post("/", files={"file": ("a.md", SOUND)}, headers=headers).status_code == 403
        assert client.post("/logout", headers=headers).status_code == 403
        assert client.get("/api/reviews").json() == before


def test_another_name_for_this_machine_is_not_served(alone: Served) -> None:
    with alone.client() as client:
        for address in ("/", "/api/reviews", "/metrics"):
            assert client.get(address, headers={"host": "evil.example"}).status_code == 421


def test_without_tokens_nobody_signs(alone: Served) -> None:
    with alone.client() as client:
        name = start(client)["review_id"]
        answer = client.post(f"/api/reviews/{name}/waivers", json={"code": "AP1", "reason": "Agreed."})
        assert "does not know" in refused(answer, 403)["why"]
        assert client.delete(f"/api/reviews/{name}").status_code == 204


def bomb() -> bytes:
    """A Word file that unpacks to far more than it is."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("word/document.xml", b"A" * 60_000_000)
    return made.getvalue()


HOSTILE = {
    "empty.pdf": b"",
    "garbage.pdf": b"%PDF-1.7\n" + bytes(range(256)) * 50,
    "cut.pdf": PROPOSAL.read_bytes()[:3000],
    "bomb.docx": bomb(),
    "locked.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000,
    "binary.txt": bytes(range(256)) * 400,
    "picture.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "../../etc/passwd\r\nx: y": b"\0\0\0",
    "nested.html": b"<div>" * 60_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_one_error(ask: Ask, name: str) -> None:
    data = HOSTILE[name]
    answer = ask("ada").post("/api/reviews", files={"file": (name, data)})
    assert answer.status_code in (400, 413, 415, 422), answer.text
    refused(answer, answer.status_code)


BUILT = (
    archives.packed_paragraphs,
    archives.billion_laughs,
    archives.outside_entity,
    archives.outside_names,
    archives.two_documents,
    archives.many_members,
    archives.encrypted,
    pdfs.page_tree_that_holds_itself,
    pdfs.deep_array,
    pdfs.launching,
    lambda: pdfs.forms_calling_forms(24),
    lambda: pdfs.bomb(200),
)


@pytest.mark.slow
def test_each_of_the_readers_hostile_files_is_a_review_or_one_error(ask: Ask) -> None:
    ada = ask("ada")
    for made in BUILT:
        answer = ada.post("/api/reviews", files={"file": ("hostile", made())})
        if answer.status_code != 201:
            assert answer.status_code in (413, 415, 422), answer.text
            refused(answer, answer.status_code)
    assert "root:" not in ada.get("/api/reviews").text
    assert ada.get("/healthz").status_code == 200


def test_what_is_too_large_is_refused_before_it_is_read(server: Served) -> None:
    """By the length that is announced, and without one when the limit is passed."""
    url = httpx.URL(server.url)
    head = f"POST /api/reviews HTTP/1.1\r\nHost: {url.host}\r\nAuthorization: Bearer {TOKENS['ada']}\r\n"
    with socket.create_connection((url.host, url.port or 80), 10) as link:
        link.sendall(f"{head}Content-Length: {10**12}\r\n\r\n".encode())
        assert b" 413 " in link.recv(100)

    def endless() -> Iterator[bytes]:
        sent = 0
        while sent < 10 * LIMITS.bytes:
            yield b"x" * 1_000_000
            sent += 1_000_000

    with server.client("ada") as client:
        with suppress(httpx.WriteError, httpx.ReadError):  # it may hang up in the middle, which is as good
            assert client.post("/api/reviews", content=endless()).status_code == 413
        assert client.get("/healthz").status_code == 200
        long = {"answers": {"test-set": "x" * 2_000_000}}
        refused(client.post("/api/reviews/x/answers", json=long), 413)


def test_a_file_name_and_a_text_are_shown_as_text(ask: Ask) -> None:
    attack = "<script>alert(1)</script>"
    ada = ask("ada")
    name = start(ada, FLAWED.replace("Drafting warranty replies", attack, 1), f"{attack}.md")["review_id"]
    for address in ("/", f"/reviews/{name}", f"/api/reviews/{name}?format=html"):
        assert "<script>alert" not in ada.get(address).text
    typed = ada.post(f"/reviews/{name}/answers", data={f"answer.{attack}": attack}).text
    assert "<script>alert" not in typed


def test_many_at_once_are_served_and_one_person_does_not_crowd_out_another(server: Served) -> None:
    def post(who: str) -> int:
        with server.client(who) as client:
            return client.post("/api/reviews", files={"file": ("a.pdf", PROPOSAL.read_bytes())}).status_code

    with ThreadPoolExecutor(16) as pool:
        crowd = [pool.submit(post, "bob") for _ in range(12)]
        other = pool.submit(post, "ada")
        with server.client() as client:
            slowest = max(_seconds(client) for _ in range(10))
        statuses = [one.result() for one in crowd]
    assert set(statuses) <= {201, 429}
    assert statuses.count(201) >= 4
    assert 429 in statuses
    assert other.result() == 201
    assert slowest < 5


def _seconds(client: httpx.Client) -> float:
    began = time.perf_counter()
    assert client.get("/healthz").status_code == 200
    return time.perf_counter() - began


def test_what_is_at_hand_is_finished_before_it_stops(tmp_path: Path) -> None:
    served = serve(tmp_path)
    statuses: list[int] = []

    def post() -> None:
        with served.client("ada") as client:
            statuses.append(client.post("/api/reviews", files={"file": ("a.pdf", PROPOSAL.read_bytes())}).status_code)

    thread = threading.Thread(target=post)
    with served.client("ada") as client:
        thread.start()
        while "documents_at_work 1.0" not in client.get("/metrics").text and thread.is_alive():
            time.sleep(0.01)
    assert served.stop() == -signal.SIGTERM
    thread.join()
    assert statuses == [201]
    assert "Traceback" not in served.log.read_text("utf-8")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_it_does_not_listen_to_others_without_tokens(host: str, tmp_path: Path) -> None:
    done = process("serve", "--host", host, "--port", "0", cwd=ROOT)
    assert done.returncode == 2
    assert one_line(done.stderr.decode())
    assert "--new-token" in done.stderr.decode()


def test_wrong_starts_are_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = _serve(tmp_path, "--port", str(taken.getsockname()[1]))
        assert "address already in use" in done
    assert "port" in _serve(tmp_path, "--port", "70000")
    assert "REVIEW_FINETUNE_TOKENS" in _serve(tmp_path, REVIEW_FINETUNE_TOKENS="ada=short")
    assert "the store is off" in _serve(tmp_path, REVIEW_FINETUNE_STORE="off")


def _serve(folder: Path, *arguments: str, **environment: str) -> str:
    base = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "agent.cli", "serve", *arguments]
    done = subprocess.run(command, cwd=folder, env=base | environment, capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert one_line(done.stderr.decode())
    return done.stderr.decode()
