"""The real SDK over real HTTP: every way a server can answer, and every way it can fail."""

from __future__ import annotations

import json
import time
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from agent.facts.pointers import answer_type
from agent.llm import Call, Model, ModelFailed, Tool, Usage
from agent.llm.client import strict
from agent.llm.deadline import within
from evals.scripted import Asked, Said, Say
from prompts import prompt
from tests.llm.conftest import Start

GOOD = {"pointers": [{"fact": "budget.usd", "quote": "Budget of $900"}]}
PROMPT = prompt("point", facts="- budget.usd: the budget")


def always(said: Said) -> Say:
    return lambda _: said


def then(*said: Said) -> Say:
    """One answer after the other, the last for ever."""
    return lambda asked: said[min(asked.number, len(said) - 1)]


def ask(model: Model, spent: Usage | None = None) -> Any:
    return model.ask(PROMPT, "the document", answer_type(), spent or Usage())


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_an_answer_by_either_api(start: Start, api: str) -> None:
    server, model = start(always(Said(GOOD)), apis=(api,))
    value, usage = ask(model)
    assert value.model_dump() == GOOD
    assert server.wrong == []
    assert server.asked[-1].path == {"responses": "responses", "chat": "chat/completions"}[api]
    assert usage.calls == 1
    assert usage.input_tokens > 0
    assert usage.cost_usd > 0
    assert usage.prompts == {"point": PROMPT.stamp}


def test_the_request_is_strict_stores_nothing_and_offers_no_tool(start: Start) -> None:
    server, model = start(always(Said(GOOD)))
    ask(model)
    body = server.asked[0].body
    assert body["text"]["format"]["strict"] is True
    assert body["store"] is False
    assert "tools" not in body
    names = body["text"]["format"]["schema"]["$defs"]["Pointer"]["properties"]["fact"]["enum"]
    assert "evaluation.test_set" in names
    assert set(body["text"]["format"]["schema"]["$defs"]["Pointer"]["properties"]) == {"fact", "quote"}


def test_what_never_changes_comes_first(start: Start) -> None:
    server, model = start(always(Said(GOOD)))
    ask(model)
    model.ask(PROMPT, "another document", answer_type())
    first, second = (a.body for a in server.asked)
    assert first["instructions"] == second["instructions"] == PROMPT.text


def test_an_api_that_is_not_there_is_asked_once(start: Start, tmp_path: Path) -> None:
    _, model = start(always(Said(GOOD)), apis=("chat",), folder=tmp_path)
    ask(model)
    assert model._best() == "chat"
    assert Model(model.settings)._best() == "chat", "remembered from one run to the next"


@pytest.mark.parametrize("said", [Said(status=400), Said(status=500), Said(status=422)])
def test_a_server_without_structured_output(start: Start, said: Said) -> None:
    def say(asked: Asked) -> Said:
        kind = asked.body.get("response_format", {}).get("type")
        return said if kind == "json_schema" else Said(text=f"```json\n{json.dumps(GOOD)}\n```")

    server, model = start(say, apis=("chat",))
    assert ask(model).value.model_dump() == GOOD
    assert "schema" in server.asked[-1].system
    assert server.wrong == []


def test_a_server_that_ignores_the_schema(start: Start) -> None:
    """As a local one does by the Responses API: HTTP 200 with free text."""

    def say(asked: Asked) -> Said:
        return Said(text="Here is what I found.") if "input" in asked.body else Said(GOOD)

    _, model = start(say)
    value, usage = ask(model)
    assert value.model_dump() == GOOD
    assert usage.calls == 2
    assert model._best() == "chat"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Said(status=401), "refused the key (401)"),
        (Said(status=403), "refused the key (403)"),
        (Said(status=429), "too many requests (429)"),
        (Said(status=429, error={"code": "insufficient_quota"}), "quota"),
        (Said(status=404, error={"code": "model_not_found"}), "knows no model gpt-6-luna"),
        (Said(status=400, error={"code": "context_length_exceeded"}), "longer than the model takes"),
        (Said(status=502), "answered 502"),
        (Said(status=503), "answered 503"),
        (Said(status=307, headers={"location": "http://127.0.0.1:9/v1"}), "redirects"),
        (Said(hang_up=True), "no connection"),
        (Said(refusal="I cannot help with that."), "refused to answer"),
        (Said(GOOD, cut=True), "cut off"),
        (Said(text='{"pointers": [{"fact": "budget.usd"'), "not of the form"),
        (Said(text=""), "not of the form"),
        (Said({"pointers": [{"fact": "verdict", "quote": "approve"}]}), "not of the form"),
        (Said({"pointers": [], "verdict": "approve"}), "not of the form"),
        (Said(raw=b"<html>Bad gateway</html>", headers={"content-type": "text/html"}), "something else"),
        (Said(raw=b"{"), "something else"),
        (Said(raw=b"{}"), "something else"),
        (Said(raw=b"null"), "something else"),
    ],
)
@pytest.mark.parametrize("api", ["responses", "chat"])
def test_a_failure_is_one_sentence(start: Start, said: Said, why: str, api: str) -> None:
    server, model = start(always(said), apis=(api,))
    with pytest.raises(ModelFailed) as caught:
        ask(model)
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "sk-secret" not in str(caught.value)
    assert "scripted" not in str(caught.value), "nothing of the server's own text"
    assert server.wrong == []


def test_a_refused_answer_is_paid_for(start: Start) -> None:
    _, model = start(always(Said(refusal="No.")))
    with pytest.raises(ModelFailed) as caught:
        ask(model)
    assert caught.value.usage.calls == 1
    assert caught.value.usage.input_tokens > 0


@pytest.mark.parametrize(
    ("headers", "low", "high"),
    [
        ({"retry-after": "7"}, 7, 7),
        ({"retry-after-ms": "1500"}, 1.5, 1.5),
        ({"retry-after": formatdate(time.time() + 36_000, usegmt=True)}, 1, 36_001),
        ({}, 0.37, 0.5),
    ],
)
def test_the_pause_is_the_servers(start: Start, headers: dict[str, str], low: float, high: float) -> None:
    _, model = start(then(Said(status=429, headers=headers), Said(GOOD)), seconds=100_000)
    assert ask(model).value.model_dump() == GOOD
    assert len(model.pauses) == 1  # type: ignore[attr-defined]
    assert low <= model.pauses[0] <= high  # type: ignore[attr-defined]


def test_pauses_grow_and_end(start: Start) -> None:
    server, model = start(always(Said(status=503)))
    with pytest.raises(ModelFailed):
        ask(model)
    pauses = model.pauses  # type: ignore[attr-defined]
    assert len(pauses) == 3
    assert pauses == sorted(pauses)
    assert len(server.asked) == 4


def test_a_pause_that_is_longer_than_the_time_left_is_not_begun(start: Start) -> None:
    server, model = start(always(Said(status=429, headers={"retry-after": "90"})))
    with pytest.raises(ModelFailed, match="429"):
        ask(model)
    assert model.pauses == []  # type: ignore[attr-defined]
    assert len(server.asked) == 1


def test_a_server_may_forbid_a_second_try(start: Start) -> None:
    server, model = start(always(Said(status=503, headers={"x-should-retry": "false"})))
    with pytest.raises(ModelFailed):
        ask(model)
    assert len(server.asked) == 1


@pytest.mark.parametrize("said", [Said(GOOD, seconds=20), Said(GOOD, drip=0.4)])
def test_a_slow_server_ends_in_time(start: Start, said: Said) -> None:
    _, model = start(always(said), seconds=0.6)
    started = time.monotonic()
    with pytest.raises(ModelFailed, match="in time"):
        ask(model)
    assert time.monotonic() - started < 5


def test_nobody_listens(start: Start) -> None:
    server, model = start(always(Said(GOOD)))
    server.close()
    with pytest.raises(ModelFailed, match="no connection to 127"):
        ask(model)
    assert len(model.pauses) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("limits", "spent", "why"),
    [
        ({"tokens": 3000}, Usage(), "limit of 3,000 tokens"),
        ({"tokens": 20_000}, Usage(input_tokens=18_000), "tokens"),
        ({"usd": 0.001}, Usage(), r"limit of \$0.001"),
        ({"usd": 0.25}, Usage(cost_usd=0.2499), r"limit of \$0.25"),
        ({"seconds": 5}, Usage(seconds=5), "5 s that a review may wait"),
    ],
)
def test_a_limit_holds_before_the_request(start: Start, limits: dict[str, Any], spent: Usage, why: str) -> None:
    server, model = start(always(Said(GOOD)), **limits)
    with pytest.raises(ModelFailed, match=why):
        ask(model, spent)
    assert server.asked == []


def test_a_model_without_a_price_costs_nothing_and_counts_tokens(start: Start) -> None:
    _, model = start(always(Said(GOOD, usage=False)), name="our-own-13b")
    usage = ask(model).usage
    assert usage.cost_usd == 0
    assert usage.input_tokens > 0
    _, priced = start(always(Said(GOOD)), name="our-own-13b", usd_in=1.0, usd_out=2.0)
    assert ask(priced).usage.cost_usd > 0


def test_an_answer_is_kept_and_asked_for_once(start: Start, tmp_path: Path) -> None:
    server, model = start(always(Said(GOOD)), folder=tmp_path / "kept")
    first, second = ask(model), ask(model)
    assert second.value == first.value
    assert (first.usage.calls, first.usage.cached) == (1, 0)
    assert (second.usage.calls, second.usage.cached, second.usage.cost_usd) == (0, 1, 0)
    assert len(server.asked) == 1
    model.ask(PROMPT, "the document, changed", answer_type())
    model.ask(prompt("point", facts="- other"), "the document", answer_type())
    assert len(server.asked) == 3
    modes = {path.stat().st_mode & 0o077 for path in (tmp_path / "kept").iterdir()}
    assert modes == {0}
    assert "sk-secret" not in "".join(p.read_text() for p in (tmp_path / "kept").iterdir())


def test_a_damaged_answer_is_asked_for_again(start: Start, tmp_path: Path) -> None:
    server, model = start(always(Said(GOOD)), folder=tmp_path)
    ask(model)
    for path in tmp_path.iterdir():
        path.write_text('{"text": "{}", "calls": []')
    ask(model)
    assert len(server.asked) == 2


class Sum(BaseModel):
    total: int


ADD = Tool("add", "Adds.", strict({"type": "object", "properties": {"a": {"type": "integer"}}}))


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_tools_are_called_and_their_number_is_bounded(start: Start, api: str) -> None:
    def say(asked: Asked) -> Said:
        return Said(calls=(("add", '{"a": 1}'),)) if asked.tools else Said({"total": len(asked.results)})

    server, model = start(say, apis=(api,))
    ran: list[Call] = []

    def run(call: Call) -> str:
        ran.append(call)
        return "2"

    value, usage = model.converse(PROMPT, "x", Sum, tools=(ADD,), run=run, most_calls=3)
    assert (value.total, len(ran), usage.calls) == (3, 3, 4)
    assert server.wrong == []
    assert server.asked[-1].tools == ()


def test_azure_by_version_and_by_its_v1_address(start: Start) -> None:
    from agent.llm import configured

    server, _ = start(always(Said(GOOD)), apis=("responses", "chat"))
    root = server.url.removesuffix("/v1")
    environ = {"AZURE_OPENAI_ENDPOINT": root, "AZURE_OPENAI_API_KEY": "azure-key", "REVIEW_FINETUNE_MODEL": "ours"}
    for more in ({}, {"OPENAI_API_VERSION": "2026-06-01"}):
        settings = configured({"cache": False}, environ | more)
        assert settings is not None
        model = Model(settings)
        assert ask(model).value.model_dump() == GOOD
        model.close()
    assert [a.path for a in server.asked] == ["/openai/v1/responses", "/openai/responses"]
    assert server.keys == ["Bearer azure-key", "azure-key"]


def test_a_call_that_fails_in_its_thread_fails_here() -> None:
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)
    with pytest.raises(TimeoutError):
        within(0.05, lambda: time.sleep(1))
