"""A Markdown proposal as a Google Doc with everything in it that moves indexes: runs that break anywhere, emoji,
combining characters, right-to-left text, tables, chips that stand for words, footnotes, tabs, pending suggestions.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.google_docs.documents import (
    Json,
    document,
    dropdown,
    footnote_reference,
    link,
    paragraph,
    person,
    tab,
    table,
    text,
)

ASIDES = (
    "😀 e\u0301te\u0301 \U0001f469\u200d\U0001f680",
    "שלום עולם",
    "مرحبا",
    "🏳️‍🌈\tTabbed\there",
    "\U00020bb7野家 ①",
)
CHIPS: tuple[Any, ...] = (dropdown, link, lambda name: person(name, "jane@example.com"))


class Converter:
    """One document; what varies is drawn from the seed."""

    def __init__(self, source: str, seed: int) -> None:
        self._tokens, self._chance = MarkdownIt("commonmark").enable("table").parse(source), random.Random(seed)
        self._notes: dict[str, list[Json]] = {}

    def document(self) -> Json:
        blocks = list(self._blocks())
        cut = len(blocks) // 2 if self._chance.random() < 0.5 else len(blocks)
        first = tab("t.0", "Plan", *blocks[:cut], footnotes=self._notes)
        if blocks[cut:]:
            first["childTabs"] = [tab("t.child", "More", *blocks[cut:])]
        return document(first, title="Proposal")

    def _blocks(self) -> Iterator[Json]:
        depth, n = 0, 0
        while n < len(self._tokens):
            token = self._tokens[n]
            depth += {"bullet_list_open": 1, "ordered_list_open": 1}.get(token.type, 0)
            depth -= {"bullet_list_close": 1, "ordered_list_close": 1}.get(token.type, 0)
            if token.type == "table_open":
                end = next(k for k in range(n, len(self._tokens)) if self._tokens[k].type == "table_close")
                yield self._table(self._tokens[n:end])
                n = end
            elif token.type in ("fence", "code_block"):
                yield from (paragraph(line) for line in token.content.splitlines() if line.strip())
            elif token.type == "inline":
                yield from self._paragraph(token, self._tokens[n - 1], depth)
            n += 1

    def _paragraph(self, token: Token, opened: Token, depth: int) -> Iterator[Json]:
        style = f"HEADING_{opened.tag[1:]}" if opened.type == "heading_open" else "NORMAL_TEXT"
        yield paragraph(
            *self._runs(token, plain=style != "NORMAL_TEXT"), style=style, bullet=depth - 1 if depth else None
        )
        if self._chance.random() < 0.3:
            yield paragraph(self._chance.choice(ASIDES))

    def _table(self, tokens: list[Token]) -> Json:
        rows: list[list[str | list[Json]]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append([paragraph(*self._runs(token, plain=False))])
        return table(*rows, header=True)

    def _runs(self, token: Token, *, plain: bool) -> list[Json | str]:
        """The words of a paragraph, in runs that break anywhere, and now and then in a chip."""
        words = "".join(" " if t.type in ("softbreak", "hardbreak") else t.content for t in token.children or ())
        if plain:
            return [words]
        runs: list[Json | str] = []
        for part in re.findall(r"\s*\S+", words):
            draw = self._chance.random()
            if draw < 0.03 and re.fullmatch(r"\s[A-Za-z]{3,}", part):
                runs += [" ", self._chance.choice(CHIPS)(part.strip())]
            elif draw < 0.06:
                cut = self._chance.randint(0, len(part))
                runs += [text(part[:cut], style={"bold": True}), text(part[cut:])]
            elif draw < 0.08:
                runs += [text(part), text(" maybe 99 GPUs", inserted=f"s{len(runs)}")]
            elif draw < 0.09:
                runs += [text(part), footnote_reference(self._note())]
            else:
                runs.append(text(part))
        return [r for r in runs if r != "" and not (isinstance(r, dict) and r.get("textRun", {}).get("content") == "")]

    def _note(self) -> str:
        name = f"kix.f{len(self._notes)}"
        self._notes[name] = [paragraph("See the wiki 😀.")]
        return name
