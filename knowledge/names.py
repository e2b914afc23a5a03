"""Names as people write them: a key that ignores case, spaces and punctuation, and the nearest known names."""

from __future__ import annotations

from collections.abc import Iterable


def key(name: str) -> str:
    """The letters, digits and full stops of a name, in lower case: `Llama-3.1-8B` and `llama 3.1 8b` are one."""
    return "".join(c for c in name.casefold() if c.isalnum() or c in ".+")


def nearest(name: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The known names most like a name, the most alike first; empty when none is alike."""
    from difflib import get_close_matches

    by_key = {key(k): k for k in known}
    return tuple(by_key[k] for k in get_close_matches(key(name), by_key, limit, 0.6))
