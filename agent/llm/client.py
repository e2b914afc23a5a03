"""The only place that talks to a model: asks within limits of time and money, and gives back what fits the schema.

What comes back is data of an untrusted source. Its form is checked here; whether it is true is for its reader to check.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from agent.llm.cache import Kept
from agent.llm.configuration import ModelSettings
from agent.llm.deadline import within
from agent.llm.endpoint import WAYS, Call, Endpoint, Form, Reply, Request, Tool, Turn, Way
from agent.llm.failures import MOST_TRIES, ModelFailed, explained, passing, pause, tries_of, unsupported
from agent.tracing import span
from agent.usage import NOTHING, Usage
from prompts import Prompt

Answer = TypeVar("Answer", bound=BaseModel)
CHARACTERS_PER_TOKEN = 3
"""For limits before a request: a cautious figure; English has four, Chinese one or two."""
FOLDED = re.compile(r"\A\s*```(?:json)?\s*(\{.*\})\s*```\s*\Z", re.DOTALL)
"""JSON in a code fence, as models without structured output like to write it."""


class Answered(NamedTuple, Generic[Answer]):
    """An answer that fits its schema, and what it cost."""

    value: Answer
    usage: Usage


class Model:
    """One model at one address; `required` says that a review without it is none."""

    def __init__(
        self,
        settings: ModelSettings,
        *,
        required: bool = False,
        sleep: Callable[[float], None] = time.sleep,
        turn: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        """Talks to nobody yet. Every request waits for its `turn`, which costs none of a review's time."""
        self.settings = settings
        self.required = required
        self.endpoint = Endpoint(settings)
        self._sleep, self._turn = sleep, turn
        self._kept = Kept(settings.folder, settings.days)
        self._way: Way | None = None

    def close(self) -> None:
        """Closes its connections; the next question opens them again."""
        self.endpoint.close()
        self.endpoint = Endpoint(self.settings)

    def reached(self, seconds: float) -> tuple[bool, str]:
        """Whether the server answers and offers the model, in words; sends no document."""
        name, address = self.settings.name, self.settings.address
        try:
            offered = within(seconds, lambda: self.endpoint.names(seconds))
        except Exception as error:
            failed = explained(error, address, name)
            return False, f"{name} at {address}: {failed.why}. {failed.fix}"
        if offered and name not in offered:
            return False, f"{address} answers, but does not list {name}; it lists {', '.join(offered[:5])}"
        price = "" if self.settings.priced else "; its price is not known, so only tokens are limited"
        return True, f"{name} at {address}{price}"

    def ask(
        self,
        prompt: Prompt,
        content: str,
        form: type[Answer],
        spent: Usage = NOTHING,
        most_tokens: int = 4096,
        about: str = "",
    ) -> Answered[Answer]:
        """Asks once.

        Args:
            prompt: constant text.
            content: what the question is about.
            form: the answer's schema.
            spent: by this review so far; the limits hold for the sum.
            most_tokens: of the answer.
            about: SHA-256 of the document that is asked about, with which a kept answer goes.

        Raises:
            ModelFailed: no answer, or none that fits; `usage` says what was spent.
        """
        return self.converse(prompt, content, form, spent, most_tokens=most_tokens, about=about)

    def converse(
        self,
        prompt: Prompt,
        content: str,
        form: type[Answer],
        spent: Usage = NOTHING,
        *,
        tools: tuple[Tool, ...] = (),
        run: Callable[[Call], str] = lambda _: "",
        most_calls: int = 0,
        most_tokens: int = 4096,
        about: str = "",
    ) -> Answered[Answer]:
        """Asks, and lets the model call tools before it answers.

        Args:
            prompt: constant text.
            content: what the question is about.
            form: the answer's schema.
            spent: by this review so far.
            tools: what may be called.
            run: calls a tool; never raises.
            most_calls: requests in which tools are offered; one more, without them, asks for the answer.
            most_tokens: of each reply.
            about: as `ask`.

        Raises:
            ModelFailed: as `ask`.
        """
        turns: tuple[Turn, ...] = (Turn("user", content),)
        used = Usage(prompts={prompt.name: prompt.stamp})
        wanted = Form(form.__name__, strict(form.model_json_schema()))
        for left in range(most_calls, -1, -1):
            request = Request(prompt.text, turns, wanted, tools if left else (), most_tokens)
            try:
                reply, cost = self._reply(request, spent + used, form, about)
            except ModelFailed as failed:
                failed.usage = used + failed.usage
                raise
            used += cost
            if not (reply.calls and left):
                return Answered(form.model_validate_json(_json(reply.text)), used)
            turns += (
                Turn("assistant", reply.text, reply.calls),
                *(Turn("tool", run(c), (), c.id) for c in reply.calls),
            )
        raise AssertionError("the last round offers no tools")

    def _reply(self, request: Request, spent: Usage, form: type[BaseModel], about: str) -> tuple[Reply, Usage]:
        """One usable reply, from the cache or by the best way that the server knows."""
        asked = {"model": self.settings.name, "address": self.settings.address, "request": json.dumps(request)}
        if (kept := self._kept.get(asked, about)) and (reply := _kept_reply(kept)) and not _fault(reply, form):
            return reply, Usage(model=self.settings.name, cached=1)
        if self.settings.replay:
            raise ModelFailed("no answer to this is recorded", "Record it with a key, or use --llm off.")
        ways = WAYS[WAYS.index(self._best()) :]
        total, fault = NOTHING, ""
        for way in ways:
            try:
                reply, used = self._tried(request, way, spent + total)
            except ModelFailed as failed:
                total += failed.usage
                if isinstance(failed, _Unsupported) and way != ways[-1]:
                    continue
                if fault:
                    raise ModelFailed(fault, usage=total) from failed
                failed.usage = total
                raise
            total += used
            fault = _fault(reply, form)
            if not fault:
                self._remember(way)
                self._kept.put(asked, reply._asdict(), about)
                return reply, total + Usage(model=self.settings.name)
            if fault != MALFORMED or way == ways[-1]:
                raise ModelFailed(fault, usage=total)
        raise AssertionError("there is always a last way")

    def _tried(self, request: Request, way: Way, spent: Usage) -> tuple[Reply, Usage]:
        with self._turn():
            return self._answered(request, way, spent)

    def _answered(self, request: Request, way: Way, spent: Usage) -> tuple[Reply, Usage]:
        """The reply to one request by one way, tried again while its failure may pass and time is left."""
        started = time.monotonic()
        used = NOTHING
        for tries in range(MOST_TRIES):
            left = self.settings.limits.seconds - spent.seconds - (time.monotonic() - started)
            self._afford(request, spent, left)
            try:
                with span("chat", self.settings.name) as traced:
                    reply = within(left, lambda: self.endpoint.send(request, way, left))  # noqa: B023
                    traced.tokens(reply.input_tokens, reply.output_tokens)
                    traced.texts("\n".join(t.text for t in request.turns), reply.text)
            except Exception as error:
                failed = explained(error, self.settings.address, self.settings.name)
                wait = pause(error, tries)
                used = Usage(seconds=time.monotonic() - started)
                if unsupported(error, way):
                    raise _Unsupported(failed.why, failed.fix, used) from error
                if not passing(error) or tries >= tries_of(error) - 1 or wait >= left:
                    raise ModelFailed(failed.why, failed.fix, used) from error
                self._sleep(wait)
                continue
            cost = self.settings.cost(reply.input_tokens, reply.cached_tokens, reply.output_tokens)
            return reply, Usage(
                calls=1,
                input_tokens=reply.input_tokens,
                output_tokens=reply.output_tokens,
                cost_usd=cost,
                seconds=time.monotonic() - started,
            )
        raise AssertionError("the last try returns or raises")

    def _afford(self, request: Request, spent: Usage, left: float) -> None:
        """Stops before a request that the limits may not cover."""
        limits = self.settings.limits
        if left <= 0:
            raise ModelFailed(f"the {limits.seconds:g} s that a review may wait for a model are over")
        tokens = (len(request.system) + sum(len(t.text) for t in request.turns)) // CHARACTERS_PER_TOKEN
        if spent.tokens + tokens + request.most_tokens > limits.tokens:
            raise ModelFailed(f"the limit of {limits.tokens:,} tokens a review", "Raise tokens in [model].")
        if spent.cost_usd + self.settings.cost(tokens, 0, request.most_tokens) > limits.usd:
            raise ModelFailed(f"the limit of ${limits.usd:g} a review", "Raise usd in [model].")

    def _best(self) -> Way:
        """The way to try first: what this server was found to know."""
        if self._way is None:
            api = self.settings.limits.api
            known = self._kept.get(self._server())
            found = known.get("way") if known else None
            self._way = "chat" if api == "chat" else found if found in WAYS and api == "auto" else "responses"
        return self._way

    def _remember(self, way: Way) -> None:
        if way != self._way or way != "responses":
            self._kept.put(self._server(), {"way": way})
        self._way = way

    def _server(self) -> dict[str, Any]:
        return {"server": self.settings.address, "model": self.settings.name}


class _Unsupported(ModelFailed):
    """The server does not know this way."""


MALFORMED = "its answer was not of the form that was asked for"


LOOSE = ("title", "default", "minLength", "maxLength")
"""Keywords that strict schemas do not take, or that say nothing in them."""


def strict(schema: Any) -> Any:
    """A schema as structured output wants it: every property required, none besides, no titles, defaults or lengths."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    named = bool({"properties", "type", "$ref", "anyOf", "enum"} & set(schema))
    made = {key: strict(part) for key, part in schema.items() if not (named and key in LOOSE)}
    if made.get("type") == "object" and "properties" in made:
        made |= {"required": list(made["properties"]), "additionalProperties": False}
    return made


def _fault(reply: Reply, form: type[BaseModel]) -> str:
    """Why a reply cannot be used, or empty."""
    if reply.state == "refused":
        return "it refused to answer"
    if reply.state == "cut":
        return "its answer was cut off"
    if reply.calls:
        return ""
    try:
        form.model_validate_json(_json(reply.text))
    except ValidationError:
        return MALFORMED
    return ""


def _json(text: str) -> str:
    folded = FOLDED.match(text)
    return folded[1] if folded else text


def _kept_reply(kept: dict[str, Any]) -> Reply | None:
    try:
        return Reply(**kept | {"calls": tuple(Call(*call) for call in kept["calls"])})
    except (TypeError, KeyError):
        return None
