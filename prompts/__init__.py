"""Prompts as data: one Markdown file a prompt (none is used without a model)."""
