"""The REST API over `agent.service`; docs/web.md describes it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from agent.errors import DocumentError
from agent.models import Review
from integrations.web.answers import contract
from integrations.web.desk import Desk
from integrations.web.gate import Gate, Person
from integrations.web.incoming import (
    Answers,
    Correcting,
    Disputing,
    Upload,
    Waiving,
    fields,
    upload,
)
from integrations.web.problems import Refused
from integrations.web.watch import Figures

TYPES = {"html": "text/html", "markdown": "text/markdown"}


class Api:
    """What programs may ask."""

    def __init__(self, gate: Gate, desk: Desk, figures: Figures) -> None:
        """Keeps what the calls need."""
        self.gate, self.desk, self.figures = gate, desk, figures

    def routes(self) -> list[Route]:
        """The addresses."""
        one = "/api/reviews/{review_id}"
        return [
            Route("/api/reviews", self.start, methods=["POST"]),
            Route("/api/reviews", self.listing, methods=["GET"]),
            Route(one, self.show, methods=["GET"]),
            Route(one, self.delete, methods=["DELETE"]),
            Route(f"{one}/answers", self.answer, methods=["POST"]),
            Route(f"{one}/waivers", self.waive, methods=["POST"]),
            Route(f"{one}/disputes", self.dispute, methods=["POST"]),
            Route(f"{one}/corrections", self.correct, methods=["POST"]),
        ]

    async def start(self, request: Request) -> Response:
        """Reviews a document."""
        review = await self.reviewed(self.gate.enter(request), request)
        return contract(review, 201, {"location": f"/api/reviews/{review.review_id}"})

    async def reviewed(self, person: Person, request: Request) -> Review:
        """The review of the document that a request brings, counted."""
        with self.desk.seat(person):
            sent = await upload(request)
            try:
                review = await self.desk.review(person, *_parts(sent))
            except DocumentError as error:
                self.figures.failures.labels(type(error).__name__).inc()
                raise
        self.figures.reviews.labels(review.verdict.value).inc()
        return review

    async def listing(self, request: Request) -> Response:
        """The reviews that they may see."""
        rows = await self.desk.mine(self.gate.enter(request))
        shown = ("created_at", "touched_at", "name", "title", "author", "verdict", "open_questions")
        return JSONResponse({"reviews": [{"review_id": r.id} | {n: getattr(r, n) for n in shown} for r in rows]})

    async def show(self, request: Request) -> Response:
        """One review, in one of three formats."""
        review = await self.desk.show(self.gate.enter(request), _id(request))
        form = request.query_params.get("format", "json")
        if form == "json":
            return contract(review)
        if form not in TYPES:
            raise Refused(400, "no such format", form[:40], "There are json, html and markdown.")
        from agent.reports import render
        from agent.reports.html import CSP

        headers = {"content-security-policy": f"{CSP}; frame-ancestors 'none'"} if form == "html" else None
        return Response(render(review, form), headers=headers, media_type=TYPES[form])  # type: ignore[arg-type]

    async def delete(self, request: Request) -> Response:
        """Deletes a review for good."""
        name = _id(request)
        await self.desk.say(self.gate.enter(request), name, lambda reviews: reviews.delete(name))
        return Response(status_code=204)

    async def answer(self, request: Request) -> Response:
        """Takes answers; `Idempotency-Key` makes a repetition harmless."""
        person, sent = self.gate.enter(request), await fields(request, Answers)
        key = request.headers.get("idempotency-key", "")[:200]
        review = await self.desk.answer(person, _id(request), sent.answers, key or None)
        self.figures.answers.inc(len(sent.answers))
        return contract(review)

    async def waive(self, request: Request) -> Response:
        """Takes an approver's waiver."""
        person, sent = self.gate.enter(request), await fields(request, Waiving)
        return contract(await self.desk.waive(person, _id(request), sent.model_dump()))

    async def dispute(self, request: Request) -> Response:
        """Takes a dispute of a finding."""
        person, sent = self.gate.enter(request), await fields(request, Disputing)
        return contract(await self.desk.dispute(person, _id(request), sent.code, sent.reason))

    async def correct(self, request: Request) -> Response:
        """Takes a correction of a fact."""
        person, sent, name = self.gate.enter(request), await fields(request, Correcting), _id(request)
        given = {"fact": sent.fact, "value": sent.value, "quote": sent.quote, "who": person.name}
        return contract(await self.desk.say(person, name, lambda reviews: reviews.correct(name, **given)))  # type: ignore[arg-type]


def _id(request: Request) -> str:
    return str(request.path_params["review_id"])


def _parts(sent: Upload) -> tuple[bytes, str, str | None]:
    return sent.data, sent.name, sent.author
