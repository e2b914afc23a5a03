"""The rules' facts and what a model pointed at, in one ledger; who said what can always be told apart again.

Precedence: an answer of a person, then the rules' reading, then a pointer that the rules' reader confirms, then one
that is inferred. A pointer never takes the place of a reading: where they differ both are kept, and a rule that hangs
on it asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agent.facts.ledger import Facts
from agent.facts.reading import close
from agent.models import Fact

MOST_OTHERS = 3


def merge(rules: Facts, pointed: Iterable[Fact]) -> Facts:
    """The facts of both.

    Args:
        rules: what was read without a model, answers included.
        pointed: with source `llm`; firm ones before inferred ones decide which of two pointers comes first.
    """
    found = dict(rules)
    for fact in sorted(pointed, key=lambda f: f.basis == "inferred"):
        known = found.get(fact.name)
        if known is None:
            found[fact.name] = fact
        elif known.source != "answer" and not any(agree(fact, f) for f in (known, *known.others)):
            others = (*known.others, fact)[:MOST_OTHERS]
            found[fact.name] = known.model_copy(update={"others": others})
    return Facts(found)


def without_model(facts: Facts) -> Facts:
    """What is known without any model: the ledger before `merge`."""
    return _kept(facts, lambda f: f.source != "llm")


def without_inferred(facts: Facts) -> Facts:
    """What the rules' readers say, at pointers too."""
    return _kept(facts, lambda f: f.source != "llm" or f.basis == "stated")


def pointed_at(facts: Facts) -> bool:
    """True when a model's pointer is among the facts or their other readings."""
    return any(one.source == "llm" for fact in facts.values() for one in (fact, *fact.others))


WEAKER = {"evaluation.test_set": "mentioned", "method.primary": "unclear"}
"""Values that say less than any other reading of the fact, and contradict none."""
SHARES = ("evaluation.target", "evaluation.baseline")
"""Facts of which 0.8 and 80 are the same."""


def agree(pointed: Fact, known: Fact) -> bool:
    """True when a pointer says nothing against a reading of the same fact."""
    a, b = pointed.value, known.value
    if same(a, b) or a == WEAKER.get(pointed.name):
        return True
    return pointed.name in SHARES and (same(a, _percent(b)) or same(_percent(a), b))


def _percent(value: Any) -> Any:
    return 100 * value if isinstance(value, (int, float)) and 0 < value <= 1 else value


def same(a: Any, b: Any) -> bool:
    """True when two values of one fact agree: numbers within 1%, texts but for case, lists but for order."""
    if isinstance(a, bool) or isinstance(b, bool) or a is None or b is None:
        return bool(a == b)
    if _numeric(a) and _numeric(b):
        return close(a, b)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return sorted(map(str, a)) == sorted(map(str, b))
    return str(a).casefold() == str(b).casefold()


def _numeric(value: Any) -> bool:
    parts = value if isinstance(value, (list, tuple)) else (value,)
    return bool(parts) and all(isinstance(v, (int, float)) for v in parts)


def _kept(facts: Facts, keep: Any) -> Facts:
    kept = {name: f for name, f in facts.items() if keep(f)}
    return Facts({n: f.model_copy(update={"others": tuple(o for o in f.others if keep(o))}) for n, f in kept.items()})
