"""The pages for people: upload, report with its questions to answer, login. They work without a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from agent.errors import ReviewError
from agent.reports import figures
from agent.reports.html import context
from agent.reports.labels import word
from agent.reports.plain import plain, shorten
from agent.store.history import Row
from integrations.web.api import Api
from integrations.web.desk import Desk
from integrations.web.gate import Gate, Person, cookie_of
from integrations.web.incoming import is_form, received
from integrations.web.layout import page, static_routes
from integrations.web.moves import last_move
from integrations.web.problems import Refused, status_of, told

SESSION = 12 * 3600
"""Seconds until a browser has to show the token again."""
FIELD = "answer."
"""Before the question's id in the names of the form's fields."""
SHORTEST_REASON = 3
SHOWN = 100
"""Reviews in the list of the page; the API gives all."""


class Pages:
    """What people see."""

    def __init__(self, gate: Gate, desk: Desk, api: Api) -> None:
        """Keeps what the pages need."""
        self.gate, self.desk, self.api = gate, desk, api

    def routes(self) -> list[Route]:
        """The addresses."""
        one = "/reviews/{review_id}"
        return [
            Route("/", self.home),
            Route("/", self.start, methods=["POST"]),
            Route(one, self.report),
            Route(f"{one}/answers", self.answer, methods=["POST"]),
            Route(f"{one}/findings", self.object, methods=["POST"]),
            Route(f"{one}/delete", self.delete, methods=["POST"]),
            Route("/login", self.login),
            Route("/login", self.enter, methods=["POST"]),
            Route("/logout", self.leave, methods=["POST"]),
            *static_routes(),
        ]

    async def home(self, request: Request) -> Response:
        """The upload form, and the reviews so far."""
        return await self._home(self.gate.enter(request))

    async def start(self, request: Request) -> Response:
        """Takes a document from the form."""
        person = self.gate.enter(request)
        try:
            if not is_form(request):
                raise Refused(400, "no file", "no form was sent", "Choose a file.")
            review = await self.api.reviewed(person, request)
        except ReviewError as error:
            return await self._home(person, error)
        return RedirectResponse(f"/reviews/{review.review_id}", 303)

    async def report(self, request: Request) -> Response:
        """One review, with its open questions to answer."""
        person = self.gate.enter(request)
        return await self._report(person, _id(request))

    async def answer(self, request: Request) -> Response:
        """Takes the answers of the form; what was typed is not lost when they are refused."""
        person, name = self.gate.enter(request), _id(request)
        form = await received(request)
        fields = {k: v for k, v in form.items() if k.startswith(FIELD) and isinstance(v, str)}
        typed = {k.removeprefix(FIELD): v for k, v in fields.items()}
        given = {question: text for question, text in typed.items() if text.strip()}
        try:
            if not given:
                raise Refused(400, "nothing was answered", "all fields are empty", "Write an answer and send it.")
            await self.desk.answer(person, name, given, None)
        except ReviewError as error:
            if status_of(error) == 404:
                raise
            return await self._report(person, name, typed, error)
        self.api.figures.answers.inc(len(given))
        return RedirectResponse(f"/reviews/{name}#outcome", 303)

    async def object(self, request: Request) -> Response:
        """Takes a dispute of a finding, or an approver's waiver of it."""
        person, name = self.gate.enter(request), _id(request)
        form = await received(request)
        code, reason, until = (str(form.get(field, "")).strip() for field in ("code", "reason", "until"))
        try:
            if len(reason) < SHORTEST_REASON:
                raise Refused(400, "a reason is needed", "", "Say why, in a sentence.")
            if form.get("act") == "waive":
                await self.desk.waive(person, name, {"code": code, "reason": reason, "until": until or None})
            else:
                await self.desk.dispute(person, name, code, reason)
        except ReviewError as error:
            if status_of(error) == 404:
                raise
            return await self._report(person, name, {}, error)
        return RedirectResponse(f"/reviews/{name}#outcome", 303)

    async def delete(self, request: Request) -> Response:
        """Deletes a review for good."""
        person, name = self.gate.enter(request), _id(request)
        await self.desk.say(person, name, lambda reviews: reviews.delete(name))
        return RedirectResponse("/", 303)

    async def login(self, request: Request) -> Response:
        """Asks for the token."""
        self.gate.same_site(request)
        return page("login.html.j2", problem=None) if self.gate.settings.people else RedirectResponse("/", 303)

    async def enter(self, request: Request) -> Response:
        """Takes the token, and remembers it in a cookie that no script can read."""
        self.gate.same_site(request)
        token = (await received(request)).get("token")
        token = token.strip() if isinstance(token, str) else ""
        try:
            self.gate.known(token)
        except Refused:
            said = {"what": "This token is not known", "why": "", "fix": "Copy it whole, or ask for a new one."}
            return page("login.html.j2", 401, problem=said)
        answer = RedirectResponse("/", 303)
        secure = request.url.scheme == "https"
        answer.set_cookie(cookie_of(request), token, SESSION, secure=secure, httponly=True, samesite="lax")
        return answer

    async def leave(self, request: Request) -> Response:
        """Forgets the token."""
        self.gate.same_site(request)
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(cookie_of(request), secure=request.url.scheme == "https", httponly=True, samesite="lax")
        return answer

    async def _report(
        self, person: Person, name: str, typed: Mapping[str, str] | None = None, error: ReviewError | None = None
    ) -> Response:
        review, events, signs = await self.desk.told(person, name)
        ranked = sorted(review.questions, key=lambda q: (q.status == "answered", q.priority))
        given: dict[str, Any] = {
            "person": person,
            "signs": signs,
            "review_id": review.review_id,
            "ids": {n: q.id for n, q in enumerate(ranked, 1) if q.status != "answered"},
            "typed": typed or {},
            "move": None if error else last_move(events),
            "problem": told(error) if error else None,
        }
        return page("report.html.j2", status_of(error) if error else 200, **given, **context(review))

    async def _home(self, person: Person, error: ReviewError | None = None) -> Response:
        rows = [_line(row) for row in (await self.desk.mine(person))[:SHOWN]]
        problem = told(error) if error else None
        given: dict[str, Any] = {"person": person, "rows": rows, "problem": problem, "note": _note(self.desk)}
        return page("home.html.j2", status_of(error) if error else 200, **given)


def _note(desk: Desk) -> str:
    """What becomes of a document, in a sentence."""
    days = desk.service.settings.keep_days
    least = f", or nobody has touched it for {days} days" if days else ""
    kept = f"It is kept here as text, with its review, until you delete it{least}."
    model = desk.model.settings.name if desk.model else None
    where = f"Passages of it are sent to the model {model}." if model else "It does not leave this server."
    return f"{kept} {where}"


def _line(row: Row) -> dict[str, str]:
    return {
        "id": row.id,
        "title": shorten(plain(row.title), 110),
        "verdict": row.verdict,
        "word": word("verdicts", row.verdict),
        "open": figures.count(row.open_questions, "open question") if row.open_questions else "",
        "when": figures.moment(row.created_at),
    }


def _id(request: Request) -> str:
    return str(request.path_params["review_id"])
