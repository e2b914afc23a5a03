"""A case's Markdown becomes the file that a reader is given: Markdown, text, HTML, DOCX, or PDF by three producers."""

from __future__ import annotations

from collections.abc import Callable

from evals.render.flow import parse
from evals.render.plain import to_text
from evals.render.programs import Missing, chromium, chromium_pdf, libreoffice, libreoffice_pdf
from evals.render.web import to_html

__all__ = ["FORMATS", "Missing", "available", "render"]


def _markdown(source: str, name: str) -> bytes:
    return source.encode()


def _text(source: str, name: str) -> bytes:
    return to_text(parse(source)).encode()


def _wrapped(source: str, name: str) -> bytes:
    return to_text(parse(source), width=76).encode()


def _html(source: str, name: str) -> bytes:
    return to_html(parse(source), name).encode()


def _docx(source: str, name: str) -> bytes:
    from evals.render.word import to_docx

    return to_docx(parse(source), name)


def _reportlab(source: str, name: str) -> bytes:
    from evals.render.paper import to_pdf

    return to_pdf(parse(source), name)


def _chromium(source: str, name: str) -> bytes:
    return chromium_pdf(_html(source, name))


def _libreoffice(source: str, name: str) -> bytes:
    return libreoffice_pdf(_docx(source, name))


_MAKERS: dict[str, tuple[str, Callable[[str, str], bytes]]] = {
    "md": ("md", _markdown),
    "txt": ("txt", _text),
    "txt-wrapped": ("txt", _wrapped),
    "html": ("html", _html),
    "docx": ("docx", _docx),
    "pdf": ("pdf", _reportlab),
    "pdf-chromium": ("pdf", _chromium),
    "pdf-libreoffice": ("pdf", _libreoffice),
}
FORMATS = tuple(_MAKERS)


def available() -> tuple[str, ...]:
    """The formats that this machine can make."""
    found = {"pdf-chromium": chromium(), "pdf-libreoffice": libreoffice()}
    lacking = {form for form, program in found.items() if program is None}
    return tuple(f for f in FORMATS if f not in lacking)


def render(source: str, form: str, name: str) -> tuple[bytes, str]:
    """The file of one proposal.

    Args:
        source: its Markdown.
        form: one of `FORMATS`.
        name: its name without ending.

    Returns:
        The bytes and the file's name. Equal bytes each time, but for the two PDF makers that are outside programs.

    Raises:
        Missing: the format's program is not installed.
        KeyError: unknown format.
    """
    ending, make = _MAKERS[form]
    return make(source, name), f"{name}.{ending}"
