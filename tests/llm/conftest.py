"""A scripted server, a model that talks to it through the real SDK, and documents with an odd turn of phrase."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from agent.llm import Model, ModelSettings
from agent.llm.configuration import Limits
from evals.scripted import Asked, Said, Say, Server

ODD = """# Proposal: claims letters

We will do a full fine-tune of Llama 3.1 8B and update all of its weights.

## Before

Last month the low-rank version stopped at 71.4% on these letters.

## Data

4,000 letters from our archive. The team keeps a bundle of 500 in an envelope which nobody may open until launch.

## Cost

| Item | Value |
|---|---|
| Budget | $900 |
| Time | 3 weeks |
"""
"""A proposal whose test set and LoRA result the rules do not understand."""
ENVELOPE = "The team keeps a bundle of 500 in an envelope which nobody may open until launch."

Start = Callable[..., tuple[Server, Model]]


def pointing(*pairs: tuple[str, str]) -> Say:
    """A model that points at these, and words nothing."""

    def say(asked: Asked) -> Said:
        if asked.form == "Pointers":
            return Said({"pointers": [{"fact": fact, "quote": quote} for fact, quote in pairs]})
        return Said({"texts": []})

    return say


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a server and a model for it; its pauses take no time, but are counted in `model.pauses`."""
    servers: list[Server] = []
    models: list[Model] = []

    def go(say: Say, *, folder: Any = None, name: str = "gpt-6-luna", required: bool = False, **options: Any) -> Any:
        kept = {key: options.pop(key) for key in list(options) if key in Limits.model_fields}
        server = Server(say, **options)
        servers.append(server)
        pauses: list[float] = []
        settings = ModelSettings(name, server.url, "sk-secret", Limits(**kept), folder=folder)
        model = Model(settings, required=required, sleep=pauses.append)
        vars(model)["pauses"] = pauses
        models.append(model)
        return server, model

    yield go
    for model in models:
        model.close()
    for server in servers:
        server.close()
