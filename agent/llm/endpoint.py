"""One request to one server, by the Responses API or by Chat Completions, with what the server can do of either."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from agent.llm.configuration import ModelSettings

if TYPE_CHECKING:
    from openai import OpenAI

Way = Literal["responses", "chat", "chat-json", "chat-text"]
WAYS: tuple[Way, ...] = ("responses", "chat", "chat-json", "chat-text")
"""From the best to the plainest: a schema, a schema again, any JSON object, text that is asked to be JSON."""


class Call(NamedTuple):
    """A tool that the model wants to call; `arguments` is JSON as it came."""

    id: str
    name: str
    arguments: str


class Turn(NamedTuple):
    """One turn of a conversation after the prompt: ours, the model's (with its calls), or a tool's answer to a call."""

    role: Literal["user", "assistant", "tool"]
    text: str
    calls: tuple[Call, ...] = ()
    answers: str = ""


class Tool(NamedTuple):
    """A tool as it is offered: strict JSON schema of its arguments."""

    name: str
    description: str
    parameters: dict[str, Any]


class Form(NamedTuple):
    """The form of the answer: a name and a strict JSON schema."""

    name: str
    schema: dict[str, Any]


class Request(NamedTuple):
    """What is asked: constant text first, then the turns."""

    system: str
    turns: tuple[Turn, ...]
    form: Form
    tools: tuple[Tool, ...] = ()
    most_tokens: int = 4096


class Reply(NamedTuple):
    """What came back, unread. `state`: done, refused or cut (off at the limit of its length)."""

    text: str
    calls: tuple[Call, ...]
    state: Literal["done", "refused", "cut"]
    input_tokens: int
    cached_tokens: int
    output_tokens: int


class Endpoint:
    """A server that speaks OpenAI's API. No redirect is followed: a document goes where it was configured to go."""

    def __init__(self, settings: ModelSettings) -> None:
        """Connects to nothing; the SDK is imported with the first request."""
        self.settings = settings

    @cached_property
    def client(self) -> OpenAI:
        """The SDK's client, without retries of its own: they would not know of our time limit."""
        import openai

        settings = self.settings
        http = openai.DefaultHttpxClient(follow_redirects=False)
        if settings.azure_version:
            return openai.AzureOpenAI(
                azure_endpoint=settings.address,
                azure_deployment=settings.name,
                api_version=settings.azure_version,
                api_key=settings.key,
                max_retries=0,
                http_client=http,
            )
        return openai.OpenAI(api_key=settings.key, base_url=settings.address, max_retries=0, http_client=http)

    def send(self, request: Request, way: Way, seconds: float) -> Reply:
        """Asks once.

        Args:
            request: what is asked.
            way: which API, and how much of it.
            seconds: for connecting and between bytes.

        Raises:
            openai.OpenAIError: as the SDK raises it.
            ValueError: the answer is not of the API's form.
        """
        try:
            return self._responses(request, seconds) if way == "responses" else self._chat(request, way, seconds)
        except (AttributeError, TypeError, KeyError, IndexError) as error:
            raise ValueError(f"not an answer of the API: {type(error).__name__}") from error

    def close(self) -> None:
        """Closes its connections."""
        if "client" in self.__dict__:
            self.client.close()

    def names(self, seconds: float) -> tuple[str, ...]:
        """The models that the server offers, for `doctor`."""
        listed = self.client.models.list(timeout=seconds).data
        return tuple("".join(c for c in str(m.id) if c.isprintable())[:60] for m in listed)

    def _responses(self, request: Request, seconds: float) -> Reply:
        known = self.settings.known
        extra: dict[str, Any] = {"reasoning": {"effort": known.effort}} if known and known.effort else {}
        if request.tools:
            extra["tools"] = [{"type": "function", "strict": True, **_described(t)} for t in request.tools]
        create: Any = self.client.responses.create
        given = create(
            model=self.settings.name,
            instructions=request.system,
            input=list(_items(request.turns)),
            text={"format": {"type": "json_schema", "strict": True, **request.form._asdict()}},
            max_output_tokens=request.most_tokens,
            store=False,
            timeout=seconds,
            **extra,
        )
        used = given.usage
        text, refused = _said(given.output)
        cut = given.status == "incomplete"
        return Reply(
            text,
            tuple(Call(o.call_id, o.name, o.arguments) for o in given.output if o.type == "function_call"),
            "refused" if refused else "cut" if cut else "done",
            used.input_tokens if used else _guessed(request),
            used.input_tokens_details.cached_tokens or 0 if used and used.input_tokens_details else 0,
            used.output_tokens if used else len(text) // 4,
        )

    def _chat(self, request: Request, way: Way, seconds: float) -> Reply:
        create: Any = self.client.chat.completions.create
        given = create(
            model=self.settings.name,
            messages=list(_messages(request, way)),
            timeout=seconds,
            **_options(request, way),
        )
        choice, used = given.choices[0], given.usage
        message = choice.message
        text = message.content or ""
        refused = bool(message.refusal) or choice.finish_reason == "content_filter"
        details = used.prompt_tokens_details if used else None
        return Reply(
            text,
            tuple(Call(c.id, c.function.name, c.function.arguments) for c in message.tool_calls or ()),
            "refused" if refused else "cut" if choice.finish_reason == "length" else "done",
            used.prompt_tokens if used else _guessed(request),
            (details.cached_tokens or 0) if details else 0,
            used.completion_tokens if used else len(text) // 4,
        )


def _described(tool: Tool) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, "parameters": tool.parameters}


def _options(request: Request, way: Way) -> dict[str, Any]:
    """What a chat request asks for besides the messages."""
    made: dict[str, Any] = {}
    if way == "chat":
        made["response_format"] = {"type": "json_schema", "json_schema": {"strict": True, **request.form._asdict()}}
        made["max_completion_tokens"] = request.most_tokens
        if request.tools:
            made["tools"] = [{"type": "function", "function": {"strict": True, **_described(t)}} for t in request.tools]
        return made
    if way == "chat-json":
        made["response_format"] = {"type": "json_object"}
    return made | {"max_tokens": request.most_tokens}


def _items(turns: Iterable[Turn]) -> Iterable[dict[str, Any]]:
    """Turns as items of the Responses API."""
    for turn in turns:
        if turn.role == "tool":
            yield {"type": "function_call_output", "call_id": turn.answers, "output": turn.text}
            continue
        if turn.text or turn.role == "user":
            yield {"role": turn.role, "content": turn.text}
        for call in turn.calls:
            yield {"type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments}


def _messages(request: Request, way: Way) -> Iterable[dict[str, Any]]:
    """The prompt and the turns as chat messages; where no schema can be given, it stands in the prompt."""
    system = request.system
    if way in ("chat-json", "chat-text"):
        system += f"\nAnswer with one JSON object of this schema and nothing else:\n{_as_text(request.form.schema)}\n"
    yield {"role": "system", "content": system}
    for turn in request.turns:
        if turn.role == "tool":
            yield {"role": "tool", "tool_call_id": turn.answers, "content": turn.text}
        elif turn.calls:
            calls = [
                {"id": c.id, "type": "function", "function": {"name": c.name, "arguments": c.arguments}}
                for c in turn.calls
            ]
            yield {"role": "assistant", "content": turn.text or None, "tool_calls": calls}
        else:
            yield {"role": turn.role, "content": turn.text}


def _as_text(schema: dict[str, Any]) -> str:
    import json

    return json.dumps(schema, ensure_ascii=False)


def _said(output: Sequence[Any]) -> tuple[str, bool]:
    """The text of the final message, and whether it is a refusal."""
    parts = [part for item in output if item.type == "message" for part in item.content]
    text = "".join(part.text for part in parts if part.type == "output_text")
    return text, any(part.type == "refusal" for part in parts)


def _guessed(request: Request) -> int:
    """Input tokens where the server does not count them."""
    return (len(request.system) + sum(len(t.text) for t in request.turns)) // 4
