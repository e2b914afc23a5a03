"""The REST API over a real server and a real client."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from agent.examples import PROPOSAL
from tests.cli.conftest import FLAWED, SOUND
from tests.web.conftest import TOKENS, Ask, Served

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "review.schema.json").read_text("utf-8"))
LOCKED = "400 tickets, carved out before training, held by the QA lead, who does not train. The set is locked."


def start(client: httpx.Client, text: str = FLAWED, name: str = "flawed.md", **fields: str) -> dict[str, Any]:
    """Hands a document in by a form."""
    answer = client.post("/api/reviews", files={"file": (name, text.encode())}, data=fields)
    assert answer.status_code == 201, answer.text
    review: dict[str, Any] = answer.json()
    return review


def refused(answer: httpx.Response, status: int) -> dict[str, str]:
    """The error of an answer: three texts, each one line, and no traceback."""
    assert answer.status_code == status, answer.text
    error: dict[str, str] = answer.json()["error"]
    assert set(error) == {"what", "why", "fix"}
    assert error["what"]
    assert all("\n" not in text and "Traceback" not in text for text in error.values())
    return error


def test_a_form_and_a_body_give_the_contracts_review(ask: Ask) -> None:
    ada = ask("ada")
    by_form = ada.post("/api/reviews", files={"file": ("proposal.pdf", PROPOSAL.read_bytes())})
    assert by_form.status_code == 201
    jsonschema.validate(by_form.json(), SCHEMA)
    assert by_form.headers["location"] == f"/api/reviews/{by_form.json()['review_id']}"
    named = {"content-disposition": "attachment; filename*=UTF-8''pr%C3%BCfung.pdf", "content-type": "application/pdf"}
    by_body = ada.post("/api/reviews", content=PROPOSAL.read_bytes(), headers=named).json()
    assert by_body["document"]["name"] == "prüfung.pdf"
    assert by_body["findings"] == by_form.json()["findings"]


def test_one_review_in_three_formats(ask: Ask) -> None:
    ada = ask("ada")
    address = f"/api/reviews/{start(ada)['review_id']}"
    assert ada.get(address).json()["verdict"]["value"] == "revise"
    page = ada.get(address, params={"format": "html"})
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src" not in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert ada.get(address, params={"format": "markdown"}).text.startswith("# ")
    assert "html" in refused(ada.get(address, params={"format": "docx"}), 400)["fix"]


def test_answers_move_the_verdict_and_repetition_changes_nothing(ask: Ask) -> None:
    ada = ask("ada")
    review = start(ada)
    address = f"/api/reviews/{review['review_id']}/answers"
    assert {q["id"]: q["status"] for q in review["questions"]}["test-set"] == "open"
    key = {"idempotency-key": "one"}
    for _ in range(2):
        after = ada.post(address, json={"answers": {"test-set": LOCKED}}, headers=key)
        assert after.status_code == 200, after.text
    assert {f["code"]: f["status"] for f in after.json()["findings"]}["AP5"] == "resolved"
    assert "Asked are" in refused(ada.post(address, json={"answers": {"no-such": "x"}}), 422)["fix"]
    assert "answers" in refused(ada.post(address, json={"test-set": LOCKED}), 400)["what"]
    assert refused(ada.post(address, content=b"{}"), 415)


def test_a_dispute_a_correction_and_a_waiver(ask: Ask) -> None:
    ada, bob, cfo = ask("ada"), ask("bob"), ask("cfo")
    address = f"/api/reviews/{start(ada)['review_id']}"
    said = ada.post(f"{address}/disputes", json={"code": "AP4", "reason": "It is said otherwise in annex B."})
    assert {f["code"]: f["status"] for f in said.json()["findings"]}["AP4"] == "disputed"
    told = ada.post(f"{address}/corrections", json={"fact": "timeline.weeks", "value": "12"})
    assert told.json()["facts"]["timeline.weeks"]["value"] == [12.0, 12.0]
    waiver = {"code": "AP1", "reason": "Agreed for the pilot.", "until": "2099-01-31"}
    assert "no approver" in refused(ada.post(f"{address}/waivers", json=waiver), 403)["why"]
    refused(bob.post(f"{address}/waivers", json=waiver), 404)
    signed = cfo.post(f"{address}/waivers", json=waiver)
    assert {f["code"]: f["status"] for f in signed.json()["findings"]}["AP1"] == "waived"
    refused(cfo.post(f"{address}/waivers", json=waiver | {"until": "2001-01-31"}), 422)


def test_an_approver_does_not_sign_their_own_and_may_hand_in_for_another(ask: Ask) -> None:
    ada, cfo = ask("ada"), ask("cfo")
    waiver = {"code": "AP1", "reason": "Agreed for the pilot."}
    own = start(cfo, name="own.md")["review_id"]
    assert "author" in refused(cfo.post(f"/api/reviews/{own}/waivers", json=waiver), 403)["why"]
    given = start(cfo, name="given.md", author="ada")["review_id"]
    assert ada.get(f"/api/reviews/{given}").status_code == 200
    assert cfo.post(f"/api/reviews/{given}/waivers", json=waiver).status_code == 200
    for_bob = ada.post("/api/reviews", files={"file": ("a.md", FLAWED)}, data={"author": "bob"})
    refused(for_bob, 403)


def test_a_review_is_seen_by_its_owner_and_approvers_only(ask: Ask) -> None:
    ada, bob, cfo = ask("ada"), ask("bob"), ask("cfo")
    name = start(ada)["review_id"]
    listed = {who: {r["review_id"] for r in ask(who).get("/api/reviews").json()["reviews"]} for who in TOKENS}
    assert [name in listed[who] for who in ("ada", "bob", "cfo")] == [True, False, True]
    strange = refused(bob.get(f"/api/reviews/{name}"), 404)
    assert strange == refused(bob.get("/api/reviews/rf-nothing"), 404), "an id cannot be tried out"
    for ending, body in (
        ("answers", {"answers": {"test-set": LOCKED}}),
        ("disputes", {"code": "AP1", "reason": "because"}),
        ("corrections", {"fact": "timeline.weeks", "value": "3"}),
    ):
        refused(bob.post(f"/api/reviews/{name}/{ending}", json=body), 404)
    refused(bob.delete(f"/api/reviews/{name}"), 404)
    assert cfo.get(f"/api/reviews/{name}").status_code == 200
    assert ada.delete(f"/api/reviews/{name}").status_code == 204
    refused(ada.get(f"/api/reviews/{name}"), 404)


def test_nobody_comes_in_without_a_token(ask: Ask, server: Served) -> None:
    nobody = ask(None)
    for address in ("/api/reviews", "/api/reviews/x", "/metrics"):
        assert "Bearer" in refused(nobody.get(address), 401)["fix"]
    answer = nobody.post("/api/reviews", content=SOUND, headers={"authorization": "Bearer wrong"})
    assert refused(answer, 401)["why"] == "the token is unknown"
    assert answer.headers["www-authenticate"] == "Bearer"
    refused(nobody.get("/api/reviews", params={"token": TOKENS["ada"]}), 401)
    assert nobody.get("/healthz").json()["status"] == "ok"


@pytest.mark.parametrize("method", ["get", "put"])
def test_what_does_not_exist_is_one_error(ask: Ask, method: str) -> None:
    refused(getattr(ask("ada"), method)("/api/nothing"), 404)
    refused(ask("ada").put("/api/reviews"), 405)


def test_figures_without_text(ask: Ask, server: Served) -> None:
    ada = ask("ada")
    review = start(ada, FLAWED.replace("warranty replies", "Zebra-Quokka replies"), "Zebra-Quokka.md")
    ada.get(f"/api/reviews/{review['review_id']}")
    ada.get("/Zebra-Quokka")
    text = ada.get("/metrics").text
    assert 'review_finetune_reviews_total{verdict="revise"}' in text
    assert 'route="/api/reviews/{review_id}"' in text
    assert "review_finetune_documents_at_work 0.0" in text
    logged = server.log.read_text("utf-8")
    assert "POST /api/reviews 201" in logged
    for secret in ("Zebra", "Quokka", review["review_id"], TOKENS["ada"]):
        assert secret not in text
        assert secret not in logged
