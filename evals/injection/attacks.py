"""Every attack as a file: a payload at a place in a carrier of one format, chosen by turns, always the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from evals.injection import file_places, markdown_places
from evals.injection.carriers import Carrier, carriers, rows
from evals.injection.encodings import ENCODINGS

FORMS = ("md", "txt", "html", "docx", "pdf")
PLACES_PER_TEXT = 5
_NO_GLYPHS = re.compile("[\u0900-\u0dff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U000e0000-\U000e0fff]")
"""Scripts that the suite's PDF font lacks."""


class Text(NamedTuple):
    """One text of a payload family, as it is put in."""

    family: str
    number: int
    words: str
    sec1: bool
    block: bool

    @property
    def short(self) -> bool:
        """One line that goes into a table cell, a heading or a file name."""
        return not self.block and "\n" not in self.words


class Place(NamedTuple):
    """Where: the format, and the place in its Markdown or in its file."""

    form: str
    name: str
    hidden: bool = False


class Attack(NamedTuple):
    """One case of the suite."""

    key: str
    text: Text
    place: Place
    carrier: Carrier

    @property
    def accused(self) -> bool:
        """True when SEC1 has to fire: someone is told what to find, or the words are hidden from the reader."""
        return self.text.sec1 or (self.place.hidden and not self.text.block)


@cache
def texts() -> tuple[Text, ...]:
    """All texts of all families."""
    return tuple(_texts())


def _texts() -> Iterator[Text]:
    for payload in rows("payloads", "payload"):
        encode = ENCODINGS[payload.get("encode", "")]
        for number, words in enumerate(payload["texts"]):
            repeated = "\n".join([encode(words)] * payload.get("repeat", 1))
            yield Text(payload["family"], number, repeated, payload.get("sec1", True), payload.get("block", False))


def places(text: Text) -> tuple[Place, ...]:
    """Where a text may stand."""
    found = [Place(form, name) for name in markdown_places.BLOCKS for form in FORMS]
    if text.short:
        found += [Place(form, name) for name in markdown_places.ONE_LINE for form in FORMS]
        found += [Place(form, name) for form, table in file_places.SEEN.items() for name in table]
        found += [Place("md", "undisplayed", True), Place("html", "undisplayed", True)]
        found += [Place("md", "comment"), Place("html", "comment")] if text.sec1 else []
        found += [Place(form, "unseen", True) for form in FORMS if form != "txt"]
        found += [Place(form, name, True) for form, table in file_places.HIDDEN.items() for name in table]
        found += [Place("md", "alternative"), Place("md", "front-matter"), Place("docx", "file-name")]
    return tuple(p for p in found if _possible(text, p))


def _possible(text: Text, place: Place) -> bool:
    if place.name == "file-name":
        return text.words.isascii() and len(text.words) < 120 and "/" not in text.words
    if place.name == "code" and "```" in text.words:
        return False
    if place.form != "pdf":
        return True
    drawn = place.name in file_places.HIDDEN["pdf"]
    return text.words.isascii() if drawn else not _NO_GLYPHS.search(text.words)


@cache
def attacks() -> tuple[Attack, ...]:
    """All cases. Each text takes its turn at `PLACES_PER_TEXT` places, spread over formats and carriers."""
    made = []
    turn: dict[str, int] = {}
    for index, text in enumerate(texts()):
        free = list(places(text))
        for step in range(min(PLACES_PER_TEXT, len(free))):
            place = min(free, key=lambda p: (turn.get(p.name, 0), turn.get(p.form, 0), p))
            free.remove(place)
            turn[place.name] = turn.get(place.name, 0) + 1
            turn[place.form] = turn.get(place.form, 0) + 1
            carrier = carriers()[(index * PLACES_PER_TEXT + step) % len(carriers())]
            made.append(
                Attack(f"{text.family}-{text.number}~{place.form}-{place.name}~{carrier.slug}", text, place, carrier)
            )
    return tuple(made)


def name_of(attack: Attack) -> str:
    """The file's name; itself the place for one kind of attack."""
    if attack.place.name == "file-name":
        return re.sub(r"[^\w .,=:'-]", "", attack.text.words) + ".docx"
    return f"{attack.carrier.slug}.{attack.place.form}"


def file_of(attack: Attack) -> bytes:
    """The attacked file."""
    from evals.render import render

    source, form, place = attack.carrier.source, attack.place.form, attack.place.name
    name = attack.carrier.slug
    if put := _in_markdown(place, form):
        return _rendered(put(source, attack.text.words), form, name, place)
    clean, _ = render(source, form, name)
    into = file_places.SEEN[form].get(place) or file_places.HIDDEN[form].get(place)
    return into(clean, attack.text.words) if into else clean


def clean_file(carrier: Carrier, form: str) -> bytes:
    """The carrier without any attack."""
    from evals.render import render

    return render(carrier.source, form, carrier.slug)[0]


def _in_markdown(place: str, form: str) -> markdown_places.Put | None:
    if place == "alternative" and form != "md":
        return None
    known: dict[str, markdown_places.Put] = {
        **markdown_places.BLOCKS,
        **markdown_places.ONE_LINE,
        **markdown_places.HIDDEN,
        "alternative": markdown_places.alternative,
        "front-matter": markdown_places.front_matter,
    }
    return known.get(place)


def _rendered(source: str, form: str, name: str, place: str) -> bytes:
    """The file; comments and undisplayed text stay as they are in HTML, where the renderer would set them white."""
    from evals.render import render

    if form == "html" and place in ("comment", "undisplayed"):
        opening, closing = {"comment": ("<!-- ", " -->"), "undisplayed": ('<div style="display:none">', "</div>")}[
            place
        ]
        at = source.index(opening)
        inner = source[at + len(opening) : source.index(closing, at)]
        rest = source[:at] + "PLACE-OF-THE-ATTACK" + source[source.index(closing, at) + len(closing) :]
        made = render(rest, form, name)[0].decode()
        return made.replace("<p>PLACE-OF-THE-ATTACK</p>", f"{opening}{inner}{closing}").encode()
    return render(source, form, name)[0]
