"""A real model behind a real server, small and on this machine: the protocol, the schema and the gate; never quality.

`make test-llm` installs both and says where their Python is; without that these tests are skipped.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel

from agent.assist import parts
from agent.documents import parse
from agent.facts.pointers import facts_at, pointer_type
from agent.llm import Model, ModelFailed, ModelSettings
from agent.llm.configuration import Limits
from agent.models import Review
from agent.review import review
from agent.stages import GRAVITY
from evals.outcome import from_review
from prompts import Prompt, prompt
from tests.llm.conftest import ODD

PYTHON = os.environ.get("REVIEW_FINETUNE_LOCAL_PYTHON", "")
pytestmark = pytest.mark.skipif(not PYTHON, reason="make test-llm says where a local model is")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of a running server."""
    serve = [PYTHON, str(Path(__file__).with_name("serve.py"))]
    with subprocess.Popen(serve, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout
        yield f"{server.stdout.readline().decode().strip()}/v1"
        server.kill()


def model(address: str, **limits: object) -> Model:
    """The local model."""
    kept = Limits.model_validate({"context": 8192, "seconds": 240, **limits})
    return Model(ModelSettings("smollm2", address, limits=kept))


class Colour(BaseModel):
    """A small form."""

    colour: Literal["red", "green", "blue"]


SKY = Prompt("sky", "A test.", 1, (), (), "Answer with one colour.")


def test_structured_output_over_the_wire(address: str) -> None:
    local = model(address)
    value, usage = local.ask(SKY, "Which colour is the sky?", Colour, most_tokens=60)
    local.close()
    assert value.colour in ("red", "green", "blue")
    assert usage.calls >= 1
    assert usage.input_tokens > 0
    assert local._best() != "responses", "this server ignores the schema there, with HTTP 200"


def test_the_server_lists_its_model(address: str) -> None:
    local = model(address)
    assert local.reached(10)[0]
    local.close()


def test_a_context_that_is_too_small_is_told(address: str) -> None:
    local = model(address, api="chat")
    with pytest.raises(ModelFailed):
        local.ask(SKY, "sky " * 9000, Colour, most_tokens=60)
    local.close()


def test_a_pointer_of_a_real_model_passes_the_gate_or_is_dropped(address: str) -> None:
    local = model(address, api="chat")
    document = parse(ODD.encode(), "a.md")
    facts = "- budget.usd: the money\n- base_model.name: the model that is tuned"
    try:
        pointer = local.ask(
            prompt("point", facts=facts), parts(document, 9000)[0], pointer_type(), most_tokens=160
        ).value
    except ModelFailed as failed:
        pytest.skip(f"it gave no pointer: {failed.why}")
    finally:
        local.close()
    found = facts_at(document, [pointer])
    assert bool(found.facts) is not bool(found.dropped)
    assert all(document.text[e.start : e.end] == e.quote for f in found.facts for e in f.evidence)
    print(pointer, found.dropped)


def test_a_whole_review_is_never_worse_than_without(address: str) -> None:
    local = model(address, api="chat")
    one, alone = review(ODD.encode(), "a.md", model=local), review(ODD.encode(), "a.md")
    local.close()
    assert one.engine.llm_calls or one.engine.degraded
    assert_floor(one, alone)
    print(one.engine)


def assert_floor(one: Review, alone: Review) -> None:
    """Nothing of the rules' review is lost, and every quote is verbatim."""
    assert GRAVITY.index(one.verdict.value) >= GRAVITY.index(alone.verdict.value)
    assert {f.code for f in alone.findings} <= {f.code for f in one.findings}
    assert from_review("a", one, parse(ODD.encode(), "a.md")).bad_quotes == ()
