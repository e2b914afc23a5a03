"""`review-finetune rules [CODE]`: the catalogue of rules, or one of them explained."""

from __future__ import annotations

import argparse
from itertools import groupby
from typing import TYPE_CHECKING

from agent.commands.output import say, screen

if TYPE_CHECKING:
    from agent.reports.console import Page
    from agent.rules.registry import Rule
    from agent.settings import Settings

LABELS = 20
"""Columns of the labels of one rule."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("code", nargs="?", metavar="CODE", help="code or name of a rule, such as AP1")


def run(args: argparse.Namespace) -> int:
    """Shows the catalogue, or one rule with why, redirect, guide entries and the change that the policy makes to it.

    Raises:
        UsageError: there is no such rule.
    """
    from agent.reports.console import Page
    from agent.rules.registry import rule_of, rules
    from agent.settings import load

    settings = load(args.config)
    color, width = screen()
    page = Page(color=color, width=width)
    if args.code:
        _rule(page, rule_of(args.code), settings)
    else:
        _list(page, rules(), settings)
    say(page.text())
    return 0


def _list(page: Page, every: tuple[Rule, ...], settings: Settings) -> None:
    width = max(len(f"{r.code} {r.name}") for r in every) + 1
    from agent.rules.docs import GROUP_NAMES

    for group, found in groupby(every, key=lambda r: r.group):
        page.heading(GROUP_NAMES[group])
        for one in found:
            page.line(f"{one.code:<5} {one.name}", "bold", f"{_grade(one, settings)}: {one.description}", 2, width)
    page.blank()
    page.say("One rule in full: review-finetune rules CODE", style="dim")


def _rule(page: Page, one: Rule, settings: Settings) -> None:
    from agent.reports import labels
    from agent.rules.registry import HEADINGS

    page.lead(f"{one.code} {one.name}", "bold", f"· {_grade(one, settings)}")
    page.say(one.description)
    for heading in HEADINGS:
        page.blank()
        page.say(f"{heading}:", style="bold")
        text = one.part(heading)
        page.say(text[:1].upper() + text[1:], 2)
    page.blank()
    for ref in one.guide:
        page.line("Guide:", "dim", f"{labels.guide_title(ref)} ({ref})", 0, LABELS)
    page.line("Questions:", "dim", ", ".join(one.questions), 0, LABELS)
    page.line("Facts it looks at:", "dim", ", ".join(labels.fact_label(name) for name in one.needs), 0, LABELS)


def _grade(one: Rule, settings: Settings) -> str:
    """How severe a rule is, and what the organisation's policy makes of it."""
    change = settings.policy.rules.get(one.code)
    usual = f"{one.severity} or {one.milder}" if one.milder else one.severity
    if change is None:
        return usual
    changed = "switched off" if change.off else f"{change.severity} instead of {usual}"
    return f"{changed} ({change.reason})"
