"""Why a model gave no answer, in words that help; what may be tried again, and when."""

from __future__ import annotations

import random
import re
import time
from email.utils import mktime_tz, parsedate_tz
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from agent.errors import ModelUnavailable
from agent.usage import NOTHING, Usage

if TYPE_CHECKING:
    import openai

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
"""Seconds before the second try, doubled with each, and its limit; a server's Retry-After goes before."""


MOST_TRIES = 4
"""Of one request, where the failure may pass; of an address where nobody listens, two."""


class ModelFailed(ModelUnavailable):
    """The model gave no usable answer.

    Attributes:
        usage: what was spent on it all the same.
    """

    def __init__(self, why: str, fix: str = "", usage: Usage = NOTHING) -> None:
        """Says why, and what to do."""
        super().__init__("the language model gave no answer", why, fix or "Try again later, or use --llm off.")
        self.usage = usage


def explained(error: Exception, address: str, model: str) -> ModelFailed:
    """An error of the SDK in our words; nothing of the server's text is repeated: it may hold a key or the document."""
    import openai

    host = urlsplit(address).netloc or address
    if isinstance(error, (openai.APITimeoutError, TimeoutError)):
        return ModelFailed(f"{host} did not answer in time")
    if isinstance(error, openai.APIConnectionError):
        return ModelFailed(f"no connection to {host}", "Check OPENAI_BASE_URL and the network, or use --llm off.")
    if isinstance(error, openai.APIStatusError):
        return _status(error, host, model)
    return ModelFailed(f"{host} answered with something else than the API's form")


def _status(error: openai.APIStatusError, host: str, model: str) -> ModelFailed:
    code = error.status_code
    if code in (401, 403):
        return ModelFailed(f"{host} refused the key ({code})", "Check OPENAI_API_KEY.")
    if code == 429 and error.code == "insufficient_quota":
        return ModelFailed(f"the quota at {host} is used up (429)", "Raise it there, or use --llm off.")
    if code == 429:
        return ModelFailed(f"{host} had too many requests (429)")
    if code == 404:
        return ModelFailed(f"{host} knows no model {model}, or no such API (404)", "Check REVIEW_FINETUNE_MODEL.")
    if code in (300, 301, 302, 303, 307, 308):
        return ModelFailed(f"{host} redirects, which is not followed ({code})", "Check OPENAI_BASE_URL.")
    if code in (400, 413, 422) and too_long(error):
        return ModelFailed("the document is longer than the model takes", "Set context in [model].")
    return ModelFailed(f"{host} answered {code}")


def too_long(error: openai.APIStatusError) -> bool:
    """True when the server says that the request exceeds the model's context."""
    return error.code == "context_length_exceeded" or bool(re.search(r"context (?:length|size|window)", error.message))


def unsupported(error: Exception, way: str) -> bool:
    """True when the server seems not to know what the request asks for, so that a plainer one may do.

    Of a schema in a chat request, 500 says so too: llama-cpp-python answers it with that.
    """
    import openai

    if not isinstance(error, openai.APIStatusError) or error.code == "model_not_found" or too_long(error):
        return False
    return error.status_code in (400, 404, 405, 415, 422, 501) or (error.status_code == 500 and way == "chat")


def passing(error: Exception) -> bool:
    """True when the same request may succeed later."""
    import openai

    if isinstance(error, openai.APIStatusError):
        told = error.response.headers.get("x-should-retry")
        if told in ("true", "false"):
            return told == "true"
        return error.code != "insufficient_quota" and (error.status_code in (408, 409, 429) or error.status_code >= 500)
    return isinstance(error, openai.APIConnectionError)


def tries_of(error: Exception) -> int:
    """How often a request is sent that fails like this."""
    import openai

    nobody = isinstance(error, openai.APIConnectionError) and not isinstance(error, openai.APITimeoutError)
    return 2 if nobody else MOST_TRIES


def pause(error: Exception, tries: int) -> float:
    """Seconds to wait before the next try: what the server says, else doubled each time and shortened by chance."""
    import openai

    said = _retry_after(error) if isinstance(error, openai.APIStatusError) else None
    if said is not None:
        return said
    return min(FIRST_PAUSE * 2.0**tries, LONGEST_PAUSE) * (1 - 0.25 * random.random())


def _retry_after(error: openai.APIStatusError) -> float | None:
    headers = error.response.headers
    for header, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[header]) * unit)
        except (KeyError, ValueError):
            continue
    date = parsedate_tz(headers.get("retry-after"))
    return max(0.0, mktime_tz(date) - time.time()) if date else None
