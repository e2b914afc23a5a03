"""The pages without a script, by forms; and in a real browser, with one and without."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.examples import PROPOSAL
from tests.cli.conftest import FLAWED
from tests.web.conftest import TOKENS, Ask, Served
from tests.web.test_api import LOCKED, start

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@contextmanager
def signed_in(server: Served, who: str) -> Iterator[httpx.Client]:
    """A browser without script that has shown a token."""
    with httpx.Client(base_url=server.url, timeout=60, trust_env=False, headers={"origin": server.url}) as client:
        answer = client.post("/login", data={"token": TOKENS[who]})
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        yield client


def test_sign_in_and_out(server: Served) -> None:
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        assert client.get("/").headers["location"] == "/login"
        assert "Your token" in client.get("/login").text
        wrong = client.post("/login", data={"token": "wrong"})
        assert wrong.status_code == 401
        assert "not known" in wrong.text
        assert "set-cookie" not in wrong.headers
    with signed_in(server, "ada") as client:
        assert "ada" in client.get("/").text
        client.post("/logout")
        assert client.get("/").headers["location"] == "/login"


def test_a_document_goes_the_whole_way_by_forms(server: Served) -> None:
    with signed_in(server, "ada") as client:
        sent = client.post("/", files={"file": ("flawed.md", FLAWED.encode())})
        assert sent.status_code == 303
        address = sent.headers["location"]
        page = client.get(address).text
        assert "Revise before approval" in page
        names = re.findall(r'name="answer\.([a-z:0-9-]+)"', page)
        assert "test-set" in names
        answered = client.post(f"{address}/answers", data={"answer.test-set": LOCKED, "answer.ownership": " "})
        assert answered.headers["location"] == f"{address}#outcome"
        after = client.get(address).text
        assert "After an answer by ada" in after
        assert "Resolved: AP5" in after
        assert 'name="answer.test-set"' not in after
        assert address in client.get("/").text
        assert client.post(f"{address}/delete").headers["location"] == "/"
        assert client.get(address).status_code == 404


def test_what_was_typed_is_not_lost_when_it_is_refused(server: Served) -> None:
    with signed_in(server, "ada") as client:
        address = client.post("/", files={"file": ("flawed.md", FLAWED.encode())}).headers["location"]
        typed = {"answer.test-set": "A draft <of> mine.", "answer.no-such-question": "x"}
        again = client.post(f"{address}/answers", data=typed)
        assert again.status_code == 422
        assert "A draft &lt;of&gt; mine." in again.text
        assert 'role="alert"' in again.text
        assert client.post(f"{address}/answers", data={"answer.test-set": ""}).status_code == 400


def test_a_document_that_cannot_be_read_is_said_on_the_page(server: Served) -> None:
    with signed_in(server, "ada") as client:
        sent = client.post("/", files={"file": ("broken.pdf", b"%PDF-1.7 nothing")})
        assert sent.status_code == 422
        assert 'role="alert"' in sent.text
        assert "Review it" in sent.text
        assert client.post("/", data={"file": "none"}).status_code == 400


def test_a_finding_is_disputed_by_the_author_and_waived_by_an_approver(server: Served) -> None:
    with signed_in(server, "ada") as ada, signed_in(server, "cfo") as cfo:
        address = ada.post("/", files={"file": ("flawed.md", FLAWED.encode())}).headers["location"]
        page = ada.get(address).text
        assert "Dispute AP1" in page
        assert "sign as" not in page
        said = {"code": "AP4", "reason": "The fallback was dropped.", "act": "dispute"}
        assert ada.post(f"{address}/findings", data=said).headers["location"] == f"{address}#outcome"
        assert "Disputed: AP4" in ada.get(address).text
        waiver = {"code": "AP1", "reason": "Agreed for the pilot.", "act": "waive", "until": "2099-01-31"}
        assert ada.post(f"{address}/findings", data=waiver).status_code == 403
        assert "sign as cfo" in cfo.get(address).text
        assert ada.post(f"{address}/findings", data=said | {"reason": " "}).status_code == 400
        assert cfo.post(f"{address}/findings", data=waiver).status_code == 303
        assert "Waived: AP1" in ada.get(address).text


def test_somebody_elses_review_is_not_there(server: Served, ask: Ask) -> None:
    name = start(ask("ada"))["review_id"]
    with signed_in(server, "bob") as client:
        for answer in (
            client.get(f"/reviews/{name}"),
            client.post(f"/reviews/{name}/answers", data={"answer.test-set": LOCKED}),
            client.post(f"/reviews/{name}/delete"),
        ):
            assert answer.status_code == 404
            assert "No such review" in answer.text
    assert ask("ada").get(f"/api/reviews/{name}").status_code == 200


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@needs_chromium
@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False])
def test_in_a_browser(browser: Any, alone: Served, script: bool, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=script, viewport={"width": 390, "height": 844})
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(alone.url)
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing")
    page.get_by_label("The proposal").set_input_files(str(broken))
    page.get_by_role("button", name="Review it").press("Enter")
    page.get_by_role("alert").wait_for()
    assert "damaged" in page.get_by_role("alert").inner_text()

    page.get_by_label("The proposal").set_input_files(str(PROPOSAL))
    page.get_by_role("button", name="Review it").click()
    page.wait_for_url("**/reviews/*")
    page.get_by_role("textbox", name=re.compile("Your answer to question")).nth(2).fill(LOCKED)
    page.get_by_role("button", name="Send the answers").click()
    page.wait_for_url("**#outcome")
    assert page.get_by_role("region", name=re.compile("The verdict stays")).is_visible()
    assert "Resolved: AP5" in page.locator("#outcome").inner_text()
    if script:
        assert page.evaluate("document.activeElement.id") == "outcome"
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_text("Delete this review").click()
    page.get_by_role("button", name="Delete for good").click()
    page.wait_for_url(f"{alone.url}/")
    assert [p for p in problems if "Content Security Policy" in p or "Error:" in p] == []
    context.close()


@needs_chromium
@pytest.mark.slow
def test_a_file_is_dropped(browser: Any, alone: Served) -> None:
    page = browser.new_page()
    page.goto(alone.url)
    held = page.evaluate_handle(
        """text => { const held = new DataTransfer(); held.items.add(new File([text], "dropped.md")); return held; }""",
        FLAWED,
    )
    page.dispatch_event("#upload", "drop", {"dataTransfer": held})
    page.get_by_role("button", name="Review it").click()
    page.wait_for_url("**/reviews/*")
    assert "dropped.md" in page.locator(".source").inner_text()
    page.close()
