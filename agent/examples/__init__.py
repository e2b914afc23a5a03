"""A proposal to try the reviewer on: fictional, of our own writing, with the flaws that reviewers meet most."""

from __future__ import annotations

from pathlib import Path

PROPOSAL = Path(__file__).with_name("warranty-replies.pdf")
