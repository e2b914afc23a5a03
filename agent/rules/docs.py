"""The pages of `docs/rules/`: written from the rules themselves, never by hand."""

from __future__ import annotations

from agent.rules.registry import HEADINGS, Rule, rules

GROUP_NAMES = {
    "anti_patterns": "Anti-patterns",
    "not_fine_tuning": "When not to fine-tune",
    "fit": "Fit",
    "estimates": "Estimates",
    "operations": "Operations",
    "evidence": "Evidence",
    "security": "Security",
}


def page(one: Rule) -> str:
    """The Markdown page of one rule, as it stands in `docs/rules/`."""
    parts = [
        f"# {one.code} {one.name}",
        one.description,
        f"**Severity:** {one.severity}{_milder(one)} · **Group:** {GROUP_NAMES[one.group]}",
        *(f"## {heading}\n{_sentence(one.part(heading))}" for heading in HEADINGS),
    ]
    if one.guide:
        parts.append("## In the guide\n" + "\n".join(f"- {_entry(ref)}" for ref in one.guide))
    if one.questions:
        parts.append("## Questions that it asks\n" + "\n".join(f"- `{q}`" for q in one.questions))
    parts.append("## Facts that it reads\n" + ", ".join(f"`{n}`" for n in one.needs))
    parts.append(f"Examples, with what must and must not fire: `tests/rules/{one.code}.md`.")
    return "\n\n".join(parts) + "\n"


def index() -> str:
    """The table of all rules, as it stands in `docs/rules/README.md`."""
    rows = [f"| [{r.code}]({r.code}.md) | {r.name} | {r.severity}{_milder(r)} | {r.description} |" for r in rules()]
    head = ["# Rules", "", "Written by `python -m agent.rules.write_docs`; do not edit.", ""]
    return "\n".join([*head, "| code | name | severity | fires when |", "|---|---|---|---|", *rows]) + "\n"


def pages() -> dict[str, str]:
    """All pages by file name."""
    return {"README.md": index()} | {f"{one.code}.md": page(one) for one in rules()}


def _milder(one: Rule) -> str:
    return f" or {one.milder}" if one.milder else ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _entry(ref: str) -> str:
    from knowledge import guide

    return f"`{ref}`: {guide().entry(ref).title}"
