"""Sound proposals composed from independent wordings; every sentence has a known role, so one fact can be changed."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "phrasings"
_HEADINGS = {
    "purpose": ("Purpose", "Why", "Background", "What this is for"),
    "approach": ("Approach", "Method", "What we propose", "Plan"),
    "evidence": ("Results so far", "What has been tried", "Measurements", "Where we stand"),
    "data": ("Data", "Data and labels", "Material", "Examples"),
    "resources": ("Resources", "Means", "Effort and cost", "Budget and time"),
    "operation": ("Operation", "After training", "Going live", "Running it"),
}
SECTIONS = tuple(_HEADINGS)
_COMMON = (
    "purpose stability method rationale no_full prompting retrieval target data testset hardware experiments cap weeks "
    "serving rollout rollback owner"
)
_STYLES = ("prose", "bullets", "labelled", "table", "numbered", "prose")


@dataclass(frozen=True)
class Line:
    """One role's words: a sentence or two, and how its figure reads in a table (empty: never in a table)."""

    text: str
    label: str = ""
    value: str = ""


@dataclass(frozen=True)
class Plan:
    """A composed proposal. `choices` fixes each role's wording, so that changed fields keep the words around them."""

    slug: str
    shape: str
    title: str
    style: str
    fields: Mapping[str, Any]
    choices: Mapping[str, int]
    headings: Mapping[str, str]
    order: tuple[str, ...]
    sections: tuple[str, ...] = SECTIONS
    replaced: Mapping[str, Line] = field(default_factory=dict)
    extra: tuple[tuple[str, str], ...] = ()
    """Sentences added at the end of a section, as (section, sentence)."""

    def line(self, role: str) -> Line:
        """The words of one role."""
        return self.replaced[role] if role in self.replaced else _line(role, self.choices[role], self.fields)

    def with_fields(self, **changed: Any) -> Plan:
        """The same wording with other figures; what is computed from them follows."""
        return replace(self, fields=_computed({**self.fields, **changed}))

    def without(self, *roles: str) -> Plan:
        """The plan that does not say these things."""
        return replace(self, order=tuple(r for r in self.order if r not in roles))

    def saying(self, role: str, text: str) -> Plan:
        """The plan with other words for one role, which then is never in a table."""
        return replace(self, replaced={**self.replaced, role: Line(fill(text, self.fields))})

    def adding(self, section: str, text: str) -> Plan:
        """The plan with one more sentence at the end of a section."""
        return replace(self, extra=(*self.extra, (section, fill(text, self.fields))))


def bases(count: int | None = None) -> tuple[Plan, ...]:
    """All bases, always the same; with `count`, that many spread over the shapes."""
    plans = tuple(_plan(shape, number) for shape in _data("shapes")["shape"] for number in range(shape["bases"]))
    if count is None or count >= len(plans):
        return plans
    return tuple(plans[i * len(plans) // count] for i in range(count))


def sections(plan: Plan) -> dict[str, list[tuple[str, Line]]]:
    """The lines of each section in order, as (role, line); added sentences have the role `extra`."""
    found: dict[str, list[tuple[str, Line]]] = {name: [] for name in plan.sections}
    homes = _homes()
    for role in plan.order:
        found[homes[role]].append((role, plan.line(role)))
    for section, text in plan.extra:
        found[section].append(("extra", Line(text)))
    return found


def markdown(plan: Plan) -> str:
    """The proposal as Markdown in the plan's style."""
    parts = [f"# {plan.title}"]
    for index, (name, lines) in enumerate(sections(plan).items(), 1):
        if lines:
            number = f"{index}. " if plan.style == "numbered" else ""
            parts.append(f"## {number}{plan.headings[name]}")
            parts.append(_section(lines, plan.style))
    return "\n\n".join(parts) + "\n"


def fill(text: str, fields: Mapping[str, Any]) -> str:
    """A wording with its fields; whole numbers get thousands separators, a sentence begins with a capital."""
    done = _filled(text, fields)
    return done[:1].upper() + done[1:]


@cache
def roles() -> dict[str, dict[str, Any]]:
    """The roles by id, as in roles.toml."""
    return {role["id"]: role for role in _data("roles")["role"]}


def _filled(text: str, fields: Mapping[str, Any]) -> str:
    return text.format_map({k: f"{v:,}" if isinstance(v, int) else v for k, v in fields.items()})


def _section(lines: list[tuple[str, Line]], style: str) -> str:
    tabled = [line for _, line in lines if line.label] if style == "table" else []
    plain = [(role, line) for role, line in lines if line not in tabled]
    rows = [f"| {line.label} | {line.value} |" for line in tabled]
    table = "\n".join(["| Item | Figure |", "|---|---|", *rows]) if rows else ""
    match style:
        case "bullets":
            body = "\n".join(f"- {line.text}" for _, line in plain)
        case "labelled":
            body = "\n\n".join(f"**{line.label}.** {line.text}" if line.label else line.text for _, line in plain)
        case _:
            body = " ".join(line.text for _, line in plain)
    return "\n\n".join(part for part in (table, body) if part)


def _plan(shape: Mapping[str, Any], number: int) -> Plan:
    chance = random.Random(f"{shape['id']}-{number}")
    domains = _data("domains")["domain"]
    start = [s["id"] for s in _data("shapes")["shape"]].index(shape["id"])
    domain = domains[(number + start * 5) % len(domains)]
    said = {*_COMMON.split(), *shape.get("roles", ())} - {*shape.get("without", ())}
    wanted = [r for r in roles() if r in said]
    return Plan(
        slug=f"{shape['id']}-{number + 1:02}-{domain['id']}",
        shape=shape["id"],
        title=chance.choice(
            ("Proposal: {unit}", "Drafting {unit} with a tuned model", "{org}: help with {unit}")
        ).format(**domain),
        style=_STYLES[(number + start) % len(_STYLES)],
        fields=_computed(_fields(shape, domain, chance)),
        choices={role: chance.randrange(len(roles()[role]["say"])) for role in wanted},
        headings={name: chance.choice(options) for name, options in _HEADINGS.items()},
        order=tuple(wanted),
    )


def _fields(shape: Mapping[str, Any], domain: Mapping[str, str], chance: random.Random) -> dict[str, Any]:
    p = chance.randint(56, 64)
    return {
        **{k: v for k, v in domain.items() if k != "id"},
        "model": chance.choice(shape["models"]),
        "small": shape.get("small", ""),
        "method": shape["method"],
        "gpu": shape["gpu"],
        "examples": _round(chance.randint(*shape["examples"])),
        "count": chance.randint(*shape["count"]),
        "each": _round(chance.randint(*shape["each"])),
        "weeks": chance.randint(*shape["weeks"]),
        "serve": chance.choice(shape["serve"]),
        "serve_usd": _round(chance.randint(*shape["serve_usd"])),
        "api_usd": _round(chance.randint(*shape.get("api_usd", (0, 0)))),
        "tenants": chance.randint(*shape.get("tenants", (0, 0))),
        "rank": chance.choice((8, 16, 32)),
        "gap": chance.randint(3, 5),
        "p": p,
        "r": p + chance.randint(3, 6),
        "s": p + chance.randint(7, 9),
        "t": chance.randint(82, 88),
        "n": chance.choice((400, 450, 500, 600, 800)),
        "short": chance.randint(*shape["short"]) if "short" in shape else 0,
    }


def _computed(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        **fields,
        "total": fields["count"] * fields["each"],
        "saving_usd": fields["api_usd"] - fields["serve_usd"],
        "p2": fields["p"] - 3,
        "p3": fields["p"] - 5,
        "t2": fields["t"] + 2,
        "l": fields["t"] - fields["short"],
        "people_c": fields["people"][:1].upper() + fields["people"][1:],
    }


def _round(number: int) -> int:
    """Two significant digits, as people plan."""
    scale = int(10 ** max(len(str(number)) - 2, 0))
    return number // scale * scale


def _line(role: str, choice: int, fields: Mapping[str, Any]) -> Line:
    given = roles()[role]
    texts = given["say"]
    return Line(
        fill(texts[choice % len(texts)], fields), given.get("label", ""), _filled(given.get("value", ""), fields)
    )


@cache
def _homes() -> dict[str, str]:
    return {role: given["section"] for role, given in roles().items()}


@cache
def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))
