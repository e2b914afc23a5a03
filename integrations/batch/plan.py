"""The plan of a batch: every document with the name of its files, duplicates marked. It is kept in OUT."""

from __future__ import annotations

import json
import re
import unicodedata
import uuid
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from agent.commands.output import write
from agent.documents import LIMITS
from agent.documents.opening import contents
from agent.errors import DocumentError, UsageError
from integrations.batch import archives
from integrations.batch.items import Found, Item

STATE = ".batch"
"""The folder in OUT that holds the plan and the journals."""
_FILE = "plan.jsonl"
_LONGEST = 80
"""Characters of a file's name."""
_RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}


class Plan(NamedTuple):
    """`batch` is random and never shown: the ids of reviews follow from it, so that doing one twice changes nothing."""

    batch: str
    items: tuple[Item, ...]

    def review_id(self, item: Item) -> str:
        """The id of an item's review: random to others, the same each time it is made."""
        return f"rf-{sha256(f'{self.batch}/{item.name}'.encode()).hexdigest()[:20]}"


def make(found: list[Found], known: Plan | None = None) -> Plan:
    """Names for all documents; those of an earlier plan keep theirs."""
    names = {(i.found.path, i.found.member): i.name for i in known.items} if known else {}
    taken = {name.casefold() for name in names.values()}
    first: dict[str, str] = {}
    twins = _twins(found)
    items = []
    for one in found:
        place = (one.path, one.member)
        name = names.get(place) or _free(_stem(one), taken)
        taken.add(name.casefold())
        content = twins.get(place)
        same_as = first.setdefault(content, name) if content else name
        items.append(Item(one, name, "" if same_as == name else same_as))
    return Plan(known.batch if known else uuid.uuid4().hex, tuple(items))


def save(plan: Plan, output: Path) -> None:
    """Writes the plan whole or not at all.

    Raises:
        UsageError: the folder cannot be written.
    """
    lines = [json.dumps({"batch": plan.batch}), *(json.dumps(i._asdict()) for i in plan.items)]
    write(output / STATE / _FILE, "\n".join(lines) + "\n")


def load(output: Path) -> Plan | None:
    """The plan that OUT holds, or None.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        head, *lines = (output / STATE / _FILE).read_text("utf-8").splitlines()
        items = [json.loads(line) for line in lines]
        made = tuple(Item(Found(*i["found"]), i["name"], i["same_as"]) for i in items)
        return Plan(json.loads(head)["batch"], made)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{output}", "its plan cannot be read", "Give another folder with -o.") from error


def read(found: Found) -> bytes:
    """The bytes of a document, from its file or its archive.

    Raises:
        DocumentError: it cannot be opened, or is too large.
    """
    if found.member:
        return archives.contents(Path(found.path), found.member)
    return contents(Path(found.path), LIMITS)


def _twins(found: Iterable[Found]) -> dict[tuple[str, str], str]:
    """The content's hash of every document that has the size of another; the rest cannot be a duplicate."""
    everything = list(found)
    sizes = Counter(one.size for one in everything)
    hashes = {}
    for one in everything:
        if sizes[one.size] > 1 and 0 < one.size <= LIMITS.bytes:
            try:
                hashes[one.path, one.member] = sha256(read(one)).hexdigest()
            except DocumentError:
                continue
    return hashes


def _stem(found: Found) -> str:
    """A file name that every system takes, from the document's own."""
    stem = PurePosixPath(found.member).stem if found.member else Path(found.path).stem
    plain = "".join(c if c.isalnum() or c in "-_. ()" else "-" for c in unicodedata.normalize("NFC", stem))
    short = re.sub(r"[\s-]+", "-", plain)[:_LONGEST].strip("-. ") or "document"
    return f"{short}-document" if short.casefold() in _RESERVED else short


def _free(stem: str, taken: set[str]) -> str:
    if stem.casefold() not in taken:
        return stem
    number = 2
    while f"{stem}-{number}".casefold() in taken:
        number += 1
    return f"{stem}-{number}"
