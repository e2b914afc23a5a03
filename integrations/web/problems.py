"""What went wrong as a status and three short texts: what, why, what to do."""

from __future__ import annotations

from agent.errors import (
    DocumentError,
    ModelUnavailable,
    NotADocument,
    ReviewError,
    TooLargeDocument,
    UsageError,
)


class Refused(UsageError):
    """A request that is not served, with its status."""

    def __init__(self, status: int, what: str, why: str = "", fix: str = "", retry_seconds: int = 0) -> None:
        """Builds the line from its parts; `retry_seconds` says when to try again."""
        super().__init__(what, why, fix)
        self.status, self.retry_seconds = status, retry_seconds


STATUSES: tuple[tuple[type[ReviewError], int], ...] = (
    (TooLargeDocument, 413),
    (NotADocument, 415),
    (DocumentError, 422),
    (ModelUnavailable, 503),
    (UsageError, 422),
)
"""The first that fits."""


def status_of(error: ReviewError) -> int:
    """The HTTP status of an error."""
    if isinstance(error, Refused):
        return error.status
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 500)


def told(error: ReviewError) -> dict[str, str]:
    """What, why and what to do, each on one printable line."""
    parts = {"what": error.what, "why": error.why, "fix": error.fix}
    return {name: "".join(c if c.isprintable() else " " for c in text) for name, text in parts.items()}


def missing() -> Refused:
    """The same words whether a review is not there or not theirs, so that ids cannot be tried out."""
    return Refused(404, "no such review", "not kept here, or not yours", "Look in the list of your reviews.")


def of_status(status: int) -> Refused:
    """An error of the protocol itself."""
    said = {
        400: ("the request cannot be read", "it is malformed", "See docs/web.md."),
        404: ("nothing here", "no such address", "See docs/web.md."),
        405: ("not possible here", "this address takes other methods", "See docs/web.md."),
        413: ("too large", "the request is over the limit", "Send the proposal alone, without its data."),
    }
    return Refused(status, *said.get(status, ("the request is refused", f"status {status}", "See docs/web.md.")))
