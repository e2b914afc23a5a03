"""Cases made of facts: each value gets a quote of its own, so that a finding has something to show."""

from __future__ import annotations

from typing import Any

from agent.facts.ledger import Facts
from agent.models import Block, Document, Evidence, Fact
from agent.rules.case import Case
from agent.rules.registry import rule_of
from agent.rules.results import Result
from agent.rules.settle import settle


def fact(name: str, value: Any, source: Any = "rules", *others: Any, at: int = 0) -> Fact:
    """A fact with a quote that names it."""
    quote = f"{name} is {value}"
    return Fact(
        name=name,
        value=value,
        source=source,
        evidence=(Evidence(quote=quote, start=at, end=at + len(quote)),),
        others=tuple(fact(name, other, at=at + 500) for other in others),
    )


def facts(
    said: dict[str, Any], llm: dict[str, Any] | None = None, both: dict[str, tuple[Any, Any]] | None = None
) -> Facts:
    """Facts from plain values; `llm` by a model alone; `both` with a contradicting second reading."""
    made = [fact(n, v, at=1000 * i) for i, (n, v) in enumerate(said.items())]
    made += [fact(n, v, "llm", at=100_000 + 1000 * i) for i, (n, v) in enumerate((llm or {}).items())]
    made += [fact(n, a, "rules", b, at=200_000 + 1000 * i) for i, (n, (a, b)) in enumerate((both or {}).items())]
    return Facts({f.name: f for f in made})


def document(text: str = "A proposal.") -> Document:
    """A one-paragraph document."""
    block = Block(kind="paragraph", start=0, end=len(text))
    return Document(name="p.md", format="markdown", sha256="0" * 64, text=text, blocks=(block,))


def case(
    said: dict[str, Any] | None = None,
    *,
    readable: bool = True,
    text: str = "A proposal.",
    quoting: bool = False,
    **more: Any,
) -> Case:
    """A case from plain values (see `facts`); `quoting` makes the whole text the quote of every fact."""
    made = facts(said or {}, **more)
    if quoting:
        whole = (Evidence(quote=text, start=0, end=len(text)),)
        made = Facts({n: f.model_copy(update={"evidence": whole}) for n, f in made.items()})
    return Case(document=document(text), facts=made, readable=readable)


def judge(code: str, case: Case) -> Result:
    """What one rule says in the end."""
    one = rule_of(code)
    return settle(one.check, one.needs, one.severity, case, one.questions)


def outcome(result: Result, code: str) -> str:
    """`blocker`, `major`, `minor` or `unconfirmed` when it fires, else the outcome."""
    if result.outcome != "fires":
        return result.outcome
    return "unconfirmed" if result.status == "unconfirmed" else result.severity or rule_of(code).severity
