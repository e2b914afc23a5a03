"""The commands by name; a command's module is imported only when it is chosen, so that `--help` answers at once.

A module has `add_arguments(parser)` and `run(args) -> int`, the exit code.
"""

from __future__ import annotations

from typing import NamedTuple


class Command(NamedTuple):
    """One command: where it lives, and what it does in a line."""

    module: str
    summary: str


COMMANDS = {
    "review": Command("agent.commands.review", "review proposals: verdict, questions, findings with quotes, numbers"),
    "batch": Command("integrations.batch.command", "review every document of folders, archives and lists"),
    "worker": Command("integrations.batch.worker", "take jobs of batches from the shared queue, on any machine"),
    "text": Command("agent.commands.text", "show a document as the reviewer sees it, with the place of each block"),
    "estimate": Command("agent.commands.estimate", "compute memory, hours, cost and weeks of a fine-tuning run"),
    "guide": Command("agent.commands.guide", "read or search the guide"),
    "rules": Command("agent.commands.rules", "list the rules, or explain one"),
    "eval": Command("agent.commands.evaluate", "run the evals (from a source checkout)"),
    "doctor": Command("agent.commands.doctor", "say what is configured and what is missing, and how to mend it"),
    "completion": Command("agent.commands.completion", "print a completion script for bash, zsh or fish"),
}
