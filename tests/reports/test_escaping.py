"""Text of a document stays text: checked by reading each format back with a real parser."""

import io
import json
import re
import unicodedata

import pytest
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.cells import cell_len

from agent.reports import render
from agent.reports.markdown import escape, fenced
from agent.reports.plain import KEPT, plain, plain_lines, shorten
from tests.reports import samples
from tests.reports.parts import NASTY

ALLOWED_TAGS = set(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "header",
        "nav",
        "section",
        "article",
        "footer",
        "h1",
        "h2",
        "h3",
        "p",
        "span",
        "strong",
        "a",
        "bdi",
        "ol",
        "ul",
        "li",
        "dl",
        "dt",
        "dd",
        "div",
        "blockquote",
        "cite",
        "figure",
        "figcaption",
        "svg",
        "line",
        "rect",
        "text",
        "tspan",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "details",
        "summary",
        "pre",
        "br",
    ]
)
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def page() -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(render(samples.hostile(), "html"))


def test_html_holds_only_our_elements(page: lxml_html.HtmlElement) -> None:
    assert {e.tag for e in page.iter() if isinstance(e.tag, str)} <= ALLOWED_TAGS
    assert not [e for e in page.iter() if not isinstance(e.tag, str)], "a comment came in"


def test_html_has_no_handler_no_address_and_no_inline_style(page: lxml_html.HtmlElement) -> None:
    names = {name for e in page.iter() for name in e.attrib}
    assert not {n for n in names if n.startswith("on")} | names & {"src", "srcset", "action", "style", "xlink:href"}
    assert {h[0] for e in page.iter() if (h := e.get("href"))} == {"#"}


def test_html_loads_nothing(page: lxml_html.HtmlElement) -> None:
    metas = page.findall(".//meta[@http-equiv]")
    assert [m.get("http-equiv") for m in metas] == ["Content-Security-Policy"]
    assert metas[0].get("content").startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    style = page.findtext(".//style") or ""
    assert "url(" not in style
    assert "@import" not in style


def test_html_shows_hostile_text_as_it_stands(page: lxml_html.HtmlElement) -> None:
    shown = " ".join(page.find("body").itertext())
    for text in (NASTY[0], NASTY[1], NASTY[2], NASTY[3]):
        assert text in shown


def test_html_keeps_direction_of_foreign_text_inside_its_quote(page: lxml_html.HtmlElement) -> None:
    quotes = page.findall(".//blockquote/span")
    assert quotes
    assert {q.get("dir") for q in quotes} == {"auto"}


def tokens(markdown: str) -> list[Token]:
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": True})
    return [t for block in parser.parse(markdown) for t in (block, *(block.children or ()))]


def test_markdown_holds_no_link_image_html_or_code_of_the_document() -> None:
    found = {t.type for t in tokens(render(samples.hostile(), "markdown"))}
    assert not found & {
        "link_open",
        "image",
        "html_inline",
        "html_block",
        "code_inline",
        "code_block",
        "s_open",
        "em_open",
    }
    assert "table_open" in found


def test_markdown_tables_keep_their_columns() -> None:
    rows: list[list[int]] = [[]]
    for token in tokens(render(samples.hostile(), "markdown")):
        if token.type == "table_open":
            rows.append([])
        elif token.type == "tr_open":
            rows[-1].append(0)
        elif token.type in ("td_open", "th_open"):
            rows[-1][-1] += 1
    assert len(rows) == 5
    assert all(len(set(table)) == 1 for table in rows[1:])


def test_markdown_headings_are_ours_alone() -> None:
    one = tokens(render(samples.hostile(), "markdown"))
    titles = [one[n + 1].content for n, t in enumerate(one) if t.type == "heading_open" and t.tag == "h2"]
    assert titles[:2] == ["Answer these questions", "Findings"]
    assert len(titles) == 10
    assert len([t for t in one if t.type == "ordered_list_open"]) == 1


def test_markdown_has_one_code_block_with_the_counter_plan() -> None:
    blocks = [t for t in tokens(render(samples.hostile(), "markdown")) if t.type == "fence"]
    assert len(blocks) == 1
    assert "```three```" in blocks[0].content
    assert "A" * 700 in blocks[0].content


def test_a_fence_is_longer_than_what_it_holds() -> None:
    text = "```\ncode\n```\n````` five"
    assert [t.content for t in tokens(fenced(text)) if t.type == "fence"] == [text + "\n"]


@pytest.mark.parametrize("text", [plain(t) for t in NASTY])
def test_escaped_text_reads_back_as_it_was(text: str) -> None:
    (inline,) = [t for t in tokens(escape(text)) if t.type == "inline"]
    assert {t.type for t in inline.children or ()} <= {"text", "text_special"}
    assert "".join(t.content for t in inline.children or ()).replace("\u200b", "") == text


@pytest.mark.parametrize("text", ["@everyone", "team@acme.example", "#12", "https://a.example", "see www.a.example"])
def test_what_would_be_found_after_parsing_is_broken(text: str) -> None:
    (inline,) = [t for t in tokens(escape(text)) if t.type == "inline"]
    shown = "".join(t.content for t in inline.children or ())
    assert not re.search(r"@\w|#\d|://|www\.a", shown)


def test_money_stays_money() -> None:
    assert escape("$25,000 and $50–$300") == "$25,000 and $50–$300"
    assert escape("$x$ is maths") == r"\$x\$ is maths"


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("width", [20, 40, 80, 100, 200])
def test_terminal_holds_no_control_character_and_keeps_its_width(color: bool, width: int) -> None:
    text = render(samples.hostile(), "terminal", color=color, width=width)
    bare = ANSI.sub("", text)
    assert (bare != text) is color
    bad = {c for c in bare if c not in KEPT + "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co")}
    assert not bad
    assert max(map(cell_len, bare.split("\n"))) <= max(width, 40)


def test_terminal_shows_rich_markup_and_emoji_codes_as_they_stand() -> None:
    bare = " ".join(render(samples.hostile(), "terminal", width=2000).split())
    assert NASTY[4] in bare


def test_terminal_ignores_what_the_environment_says_of_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    plainly = render(samples.fintech(), "terminal")
    for name, value in (("FORCE_COLOR", "1"), ("TERM", "dumb"), ("COLUMNS", "30"), ("NO_COLOR", "1")):
        monkeypatch.setenv(name, value)
    assert render(samples.fintech(), "terminal") == plainly
    assert ANSI.search(render(samples.fintech(), "terminal", color=True))


def test_json_keeps_quotes_verbatim_and_is_safe_to_print() -> None:
    text = render(samples.hostile(), "json")
    words = json.load(io.StringIO(text))["facts"]["base_model.name"]["evidence"][0]["quote"]
    assert words == "\n".join(NASTY)
    assert not {c for c in text if c not in KEPT + "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs")}


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a\x1b[31mb\x00\x9bc", "a[31mbc"),
        ("\u202eabc\u202c\u200bd\ufeff", "abcd"),
        ("tag\U000e0041\U000e0042 var\ufe01 filler\u3164", "tag var filler"),
        ("two\n lines\t of  it", "two lines of it"),
        ("क्‍ष می‌شود ✔️ 👩‍👩‍👧", "क्‍ष می‌شود ✔️ 👩‍👩‍👧"),
        (None, ""),
        (3, "3"),
    ],
)
def test_plain(given: object, shown: str) -> None:
    assert plain(given) == shown


def test_plain_lines_keeps_indentation() -> None:
    assert plain_lines("\n- a\x1b\n   - b\r\n\n") == "- a\n   - b"


@pytest.mark.parametrize(
    ("text", "limit", "shown"), [("one two three", 13, "one two three"), ("one two three", 12, "one two […]")]
)
def test_shorten_cuts_between_words(text: str, limit: int, shown: str) -> None:
    assert shorten(text, limit) == shown


def test_shorten_cuts_a_word_without_end() -> None:
    assert shorten("A" * 50, 20) == "A" * 16 + " […]"
