"""BM25 over the guide's entries. Imported only when someone searches: the index is built in memory in milliseconds."""

from __future__ import annotations

import re
from collections.abc import Sequence

import bm25s

from knowledge.entries import Entry
from knowledge.files import data_file, read_toml


def rank(entries: Sequence[Entry], words: str, limit: int) -> list[tuple[Entry, float]]:
    """The entries that share meaning words with a query, best first.

    Args:
        entries: what to search.
        words: a question or keywords in plain English.
        limit: at most so many results.
    """
    query = _terms(words)
    if not query or limit < 1:
        return []
    index = bm25s.BM25()  # type: ignore[no-untyped-call]
    index.index([_terms(_searchable(e)) for e in entries], show_progress=False)
    found, scores = index.retrieve([query], k=min(limit, len(entries)), show_progress=False)
    pairs = zip(found[0], scores[0], strict=True)
    return [(entries[int(i)], float(score)) for i, score in pairs if score > 0]


def _searchable(entry: Entry) -> str:
    # The title and id say what the entry is about, so they weigh three times the running text.
    head = f"{entry.title} {entry.id.replace('/', ' ').replace('-', ' ')} " * 3
    return " ".join([head, entry.text, entry.reasons])


def _terms(text: str) -> list[str]:
    same = read_toml(data_file("guide", "search_words.toml"))
    stop, synonyms = set(same["stop"]), same["synonyms"]
    tokens = re.findall(r"[a-z]+|\d+[kb]?", text.casefold().replace("fine-tun", "finetun").replace("'", ""))
    return [synonyms.get(stem, stem) for t in tokens if t not in stop for stem in [_stem(t)]]


def _stem(token: str) -> str:
    for ending in ("ing", "ies", "ed", "es", "s"):
        if token.endswith(ending) and len(token) - len(ending) >= 3:
            return token[: -len(ending)]
    return token
