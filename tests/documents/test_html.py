"""HTML."""

from __future__ import annotations

import pytest

from agent.documents import parse


def test_lists_quotes_and_code() -> None:
    source = (
        "<body><ul><li>One<ul><li>Two</li></ul></li></ul><blockquote><p>Said</p></blockquote>"
        "<pre>a\n  b</pre><nav>Menu</nav>"
    )
    document = parse(source.encode(), "it.html")
    assert [(b.kind, b.level, document.quote(b)) for b in document.blocks] == [
        ("list_item", 0, "One"),
        ("list_item", 1, "Two"),
        ("quote", 0, "Said"),
        ("code", 0, "a\n  b"),
        ("header", 0, "Menu"),
    ]


def test_table_spans() -> None:
    source = (
        "<table><tr><th rowspan=2>Item</th><th colspan=2>Cost</th></tr><tr><th>low</th><th>high</th></tr>"
        "<tr><td>GPU</td><td>$5</td><td>$9</td></tr></table>"
    )
    document = parse(source.encode(), "it.html")
    cells = {document.quote(b): b for b in document.blocks}
    assert cells["$9"].headers == ("Cost", "high")
    assert cells["$9"].label == "GPU"
    assert (cells["high"].row, cells["high"].column, cells["high"].is_header) == (1, 2, True)


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ('<p style="display:none">X1 Y1</p>', "display:none"),
        ('<p style="visibility: hidden">X1 Y1</p>', "visibility:hidden"),
        ("<p hidden>X1 Y1</p>", "hidden attribute"),
        ('<p style="font-size:0">X1 Y1</p>', "tiny text"),
        ('<p style="color:#fff">X1 Y1</p>', "white text"),
        ('<p style="opacity:0">X1 Y1</p>', "transparent text"),
        ('<p style="position:absolute;left:-9999px">X1 Y1</p>', "text off the page"),
        ("<style>.n{display:none}</style><p class=n>X1 Y1</p>", "display:none"),
        ("<p>Seen <span style='display:none'>X1 Y1</span></p>", "display:none"),
        ("<div style='display:none'><p>X1 <b>Y1</b></p></div>", "display:none"),
        ("<!-- X1 Y1 -->", "HTML comment"),
    ],
)
def test_hidden(markup: str, reason: str) -> None:
    document = parse(f"<body><p>Plan</p>{markup}<p>End</p>".encode(), "it.html")
    hidden = [b for b in document.blocks if b.hidden]
    assert [(document.quote(b), b.hidden) for b in hidden] == [("X1 Y1", reason)]
    assert not any(b.is_body for b in hidden)


@pytest.mark.parametrize(
    "markup",
    [
        '<div style="background:#123"><p style="color:white">Seen text</p></div>',
        '<table bgcolor="navy"><tr><td><font color="white">Seen text</font></td><td>b</td></tr></table>',
        '<p style="font-size:10px;opacity:0.9">Seen text</p>',
        "<p hidden=until-found>Seen text</p>",
    ],
)
def test_not_hidden(markup: str) -> None:
    document = parse(f"<body><p>Plan</p>{markup}".encode(), "it.html")
    assert "Seen text" in [document.quote(b) for b in document.body]


def test_scripts_and_titles_are_no_text() -> None:
    document = parse(
        b"<html><head><title>Our plan</title></head><body><script>var a='x'</script><p>Body</p></body>", "it.html"
    )
    assert (document.title, document.text) == ("Our plan", "Body")


def test_bold_by_style_heads_a_section() -> None:
    source = (
        "<style>.b{font-weight:700}</style><p><span class=b>Budget</span></p><p>It is <span class=b>small</span>.</p>"
    )
    document = parse(f"<body>{source}".encode(), "it.html")
    assert [(b.kind, document.quote(b)) for b in document.blocks] == [
        ("heading", "Budget"),
        ("paragraph", "It is small."),
    ]
