"""PDF files written byte by byte."""

from __future__ import annotations

import random
import zlib

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
HELLO = b"BT /F1 12 Tf 72 700 Td (Budget: 4,000 USD for LoRA) Tj ET"
_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
_RESOURCES = b"<< /Font << /F1 5 0 R >> >>"


def file(objects: dict[int, bytes]) -> bytes:
    """Objects by number, with a true cross-reference table; object 1 is the catalogue."""
    out, offsets = bytearray(b"%PDF-1.7\n"), {}
    for number, content in sorted(objects.items()):
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 65535 f \n"
    return bytes(out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start))


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), extra, data)


def page(resources: bytes = _RESOURCES) -> bytes:
    return b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources %s /Contents 4 0 R >>" % resources


def one_page(content: bytes, more: dict[int, bytes] | None = None, resources: bytes = _RESOURCES) -> bytes:
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return file({1: _CATALOG, 2: pages, 3: page(resources), 4: content, 5: FONT, **(more or {})})


def good() -> bytes:
    return one_page(stream(HELLO))


def truncated() -> bytes:
    return one_page(stream(HELLO * 500))[:9000]


def garbage() -> bytes:
    return b"%PDF-1.7\n" + random.Random(1).randbytes(50_000)


def bomb(megabytes: int) -> bytes:
    """A content stream of spaces, packed some hundredfold."""
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()
    return one_page(stream(packed, b"/Filter /FlateDecode"))


def forms_calling_forms(depth: int) -> bytes:
    """Each form draws the next one twice: 2 to the power of `depth` drawings."""
    kind = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources "
    forms = {10 + i: stream(b"/X Do /X Do", kind + b"<< /XObject << /X %d 0 R >> >>" % (11 + i)) for i in range(depth)}
    forms[10 + depth] = stream(HELLO, kind + _RESOURCES)
    return one_page(stream(b"/X Do"), forms, b"<< /XObject << /X 10 0 R >> >>")


def page_tree_that_holds_itself() -> bytes:
    return file(
        {1: _CATALOG, 2: b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>", 3: page(), 4: stream(HELLO), 5: FONT}
    )


def many_pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (6 + i) for i in range(count))
    pages = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)
    return file({1: _CATALOG, 2: pages, 4: stream(HELLO), 5: FONT, **{6 + i: page() for i in range(count)}})


def deep_array() -> bytes:
    return one_page(stream(HELLO), {6: b"[" * 100_000 + b"]" * 100_000})


def cloud_of_words(count: int) -> bytes:
    places = random.Random(2)
    words = b"".join(
        b"1 0 0 1 %d %d Tm (w%d) Tj\n" % (places.randrange(600), places.randrange(780), i) for i in range(count)
    )
    return one_page(stream(b"BT /F1 3 Tf\n" + words + b"ET"))


def launching() -> bytes:
    """Opens a program and runs a script when a viewer opens it."""
    actions = (
        b"/OpenAction << /S /Launch /F (/bin/touch) /P (/tmp/opened) >> /AA << /WC << /S /JavaScript /JS (x) >> >>"
    )
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    catalog = b"<< /Type /Catalog /Pages 2 0 R %s >>" % actions
    return file({1: catalog, 2: pages, 3: page(), 4: stream(HELLO), 5: FONT})
