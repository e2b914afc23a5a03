"""A review as a page: for the terminal, as Markdown, as HTML, as the contract's JSON; and one rule explained.

Whatever comes from the document is escaped for the format, in the one file of that format.
"""

from __future__ import annotations

from typing import Literal

from agent.models import Review

Format = Literal["terminal", "markdown", "json", "html"]


def render(review: Review, format: Format, *, color: bool = False, width: int = 100) -> str:
    """A review in one of four formats, with a final newline.

    Args:
        review: the review to show.
        format: `terminal` and `markdown` are for people, `html` is one self-contained page, `json` is the contract's.
        color: ANSI colours, for `terminal` only.
        width: columns, for `terminal` only; at least 40 are used.
    """
    if format == "json":
        from agent.reports.json import render_json

        return render_json(review)
    if format == "markdown":
        from agent.reports.markdown import render_markdown

        return render_markdown(review)
    if format == "html":
        from agent.reports.html import render_html

        return render_html(review)
    from agent.reports.terminal import render_terminal

    return render_terminal(review, color=color, width=width)
