"""What a person asks of the bot in a comment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

Kind = Literal["review", "explain", "ignore", "unknown"]
_ASK = re.compile(
    r"\s*[,:]?\s*(?:please\s+)?(?:(?P<review>re-?review|review)\b"
    r"|explain\s+(?P<explain>[A-Za-z]+\d+)\b"
    r"|(?:ignore|waive)\s+(?P<ignore>[A-Za-z]+\d+)\s*(?:,|:|-)?\s*(?:because|since|as)?\s*:?\s*(?P<reason>.*))",
    re.IGNORECASE | re.DOTALL,
)
_ANSWER = re.compile(r"^\s*`?([a-z]+(?:-[a-z]+)*(?::\d+)?)`?\s*:\s*(.*)$")


class Ask(NamedTuple):
    """One request: a code and a reason where it has them."""

    kind: Kind
    code: str = ""
    reason: str = ""


def asked(text: str, names: Iterable[str]) -> Ask | None:
    """The request in a post that names the bot; None when it is not named.

    Args:
        text: of the post.
        names: how the bot is called.
    """
    called = [m.end() for name in names if name for m in re.finditer(re.escape(name), text, re.IGNORECASE)]
    if not called:
        return None
    found = _ASK.match(text, min(called))
    if not found:
        return Ask("unknown")
    if found["review"]:
        return Ask("review")
    if found["explain"]:
        return Ask("explain", found["explain"].upper())
    return Ask("ignore", found["ignore"].upper(), " ".join(found["reason"].split()))


def answers(text: str, questions: Iterable[str]) -> dict[str, str]:
    """Answers by question, from lines `ID: answer`; a line without an id goes on with the one before."""
    known, found, now = set(questions), dict[str, list[str]](), ""
    for line in text.splitlines():
        match = _ANSWER.match(line)
        if match and match[1] in known:
            now = match[1]
            found.setdefault(now, []).append(match[2])
        elif now:
            found[now].append(line)
    return {k: "\n".join(v).strip() for k, v in found.items() if "\n".join(v).strip()}
