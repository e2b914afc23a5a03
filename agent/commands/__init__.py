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
    "answer": Command("agent.commands.answer", "answer the questions of a review, and see the verdict move"),
    "show": Command("agent.commands.show", "show a stored review, or what happened to it"),
    "list": Command("agent.commands.listing", "list the stored reviews"),
    "diff": Command("agent.commands.diff", "compare two reviews or documents: resolved, new, still open"),
    "correct": Command("agent.commands.correct", "correct a fact that was misread"),
    "dispute": Command("agent.commands.dispute", "dispute a finding"),
    "waive": Command("agent.commands.waive", "waive a finding, as an approver"),
    "export": Command("agent.commands.export", "export stored reviews, or disputes as eval cases"),
    "delete": Command("agent.commands.delete", "delete stored reviews for good"),
    "batch": Command("integrations.batch.command", "review every document of folders, archives and lists"),
    "worker": Command("integrations.batch.worker", "take jobs of batches from the shared queue, on any machine"),
    "serve": Command("integrations.web.command", "serve the upload page and the REST API, as one web process"),
    "mcp": Command("integrations.mcp.command", "offer the read-only tools as an MCP server on standard input"),
    "gdocs": Command("integrations.google_docs.command", "review and answer in Google Docs, by polling"),
    "slack": Command("integrations.slack.command", "the Slack app over Socket Mode, without a public address"),
    "text": Command("agent.commands.text", "show a document as the reviewer sees it, with the place of each block"),
    "estimate": Command("agent.commands.estimate", "compute memory, hours, cost and weeks of a fine-tuning run"),
    "guide": Command("agent.commands.guide", "read or search the guide"),
    "rules": Command("agent.commands.rules", "list the rules, or explain one"),
    "eval": Command("agent.commands.evaluate", "run the evals (from a source checkout)"),
    "doctor": Command("agent.commands.doctor", "say what is configured and what is missing, and how to mend it"),
    "completion": Command("agent.commands.completion", "print a completion script for bash, zsh or fish"),
}
SLACK_CHECK = "integrations.slack.check"
"""Looks at the Slack app: `check(config, online=False)`, an iterator of state, what, said."""
GOOGLE_DOCS = "integrations.google_docs.source"
"""Reads the address of a Google Doc: `read_address(address, config)`, `check(config)`."""
