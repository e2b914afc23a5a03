"""What Slack answered to a call that failed, in whatever shape the SDK hands it over."""

from __future__ import annotations

from typing import Any, NamedTuple

from slack_sdk.errors import SlackApiError

PASSING = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")
UNSURE = ("internal_error", "fatal_error", "service_unavailable", "request_timeout")
"""Errors with which Slack may have done it all the same."""


class Refusal(NamedTuple):
    """An answer that is no success.

    Attributes:
        code: Slack's word, or "" where a proxy or a broken server answered.
        status: of HTTP.
        wait: seconds that Slack asks us to wait, or None.
        needed: the permission that is missing, or "".
    """

    code: str
    status: int
    wait: float | None
    needed: str

    @property
    def passing(self) -> bool:
        """True when it may work later."""
        return self.code in PASSING or self.status >= 429

    @property
    def unsure(self) -> bool:
        """True when Slack may have done it all the same."""
        return not self.code or self.status >= 500 or self.code in UNSURE


def refusal(error: SlackApiError) -> Refusal:
    """What Slack answered.

    The SDK gives its own response, one whose body is a text, or the bare response of aiohttp.
    """
    answer: Any = error.response
    body = getattr(answer, "data", None)
    said = body if isinstance(body, dict) else {}
    status = getattr(answer, "status_code", None) or getattr(answer, "status", None) or 500
    wait = (getattr(answer, "headers", None) or {}).get("Retry-After")
    return Refusal(
        str(said.get("error") or ""), int(status), float(wait) if wait else None, str(said.get("needed") or "")
    )
