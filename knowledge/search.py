"""BM25 over the guide's entries. Imported only when someone searches: the index is built in memory in milliseconds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import bm25s

from knowledge.entries import Entry
from knowledge.files import data_file, read_toml


class _Words(NamedTuple):
    stop: frozenset[str]
    same: dict[str, str]
    also: dict[str, str]


def rank(entries: Sequence[Entry], words: str, limit: int) -> list[tuple[Entry, float]]:
    """The entries that share meaning words with a query, best first.

    Args:
        entries: what to search.
        words: a question or keywords in plain English.
        limit: at most so many results.
    """
    query = terms(words)
    if not (query and entries and limit > 0):
        return []
    index = bm25s.BM25()  # type: ignore[no-untyped-call]
    index.index([terms(_searchable(e)) for e in entries], show_progress=False)
    found, scores = index.retrieve([query], k=min(limit, len(entries)), show_progress=False)
    pairs = zip(found[0], scores[0], strict=True)
    return [(entries[int(i)], float(score)) for i, score in pairs if score > 0]


def terms(text: str) -> list[str]:
    """The words of a text that carry meaning here, stemmed, synonyms made one."""
    words = _words()
    tokens = re.findall(r"[^\W\d_]+\d*|\d+[kmb]?", text.casefold().replace("fine-tun", "finetun").replace("'", ""))
    plain = (words.same.get(t, t) for t in tokens if t not in words.stop)
    return [words.same.get(stem, stem) for stem in map(_stem, plain)]


def _searchable(entry: Entry) -> str:
    # What an entry is about weighs three times what it also mentions.
    subject = f"{entry.title} {entry.id.replace('/', ' ').replace('-', ' ')} {_words().also.get(entry.id, '')} " * 3
    return f"{subject} {entry.text} {entry.reasons}"


@cache
def _words() -> _Words:
    table = read_toml(data_file("guide", "search_words.toml"))
    return _Words(frozenset(table["stop"]), table["same"], table["also"])


def _stem(token: str) -> str:
    for ending in ("ing", "ies", "ed", "es", "s"):
        if token.endswith(ending) and len(token) - len(ending) >= 3:
            token = token.removesuffix(ending)
            break
    return token[:-1] if len(token) > 3 and token[-1] == token[-2] and token[-1] not in "aeiouls" else token
