"""Builds documents as the Docs API gives them: indexes in UTF-16 code units, counted as Google counts them."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def text(content: str, **more: Any) -> Json:
    """A text run; `inserted="s1"` and `deleted="s1"` make it a pending suggestion."""
    run: Json = {"content": content, "textStyle": more.get("style", {})}
    return {"textRun": _suggested(run, more)}


def person(name: str, email: str) -> Json:
    return {"person": {"personId": "p1", "personProperties": {"name": name, "email": email}}}


def dropdown(value: str) -> Json:
    return {"dropdown": {"dropdownId": "d1", "dropdownProperties": {"displayValue": value}}}


def date(shown: str) -> Json:
    return {"dateElement": {"dateId": "x1", "dateElementProperties": {"displayText": shown}}}


def link(title: str) -> Json:
    return {"richLink": {"richLinkId": "l1", "richLinkProperties": {"title": title, "uri": "https://example.com"}}}


def footnote_reference(footnote: str) -> Json:
    return {"footnoteReference": {"footnoteId": footnote, "footnoteNumber": "1"}}


def paragraph(*elements: Json | str, style: str = "NORMAL_TEXT", bullet: int | None = None) -> Json:
    """A paragraph; its last run ends with the newline."""
    listed = [text(e) if isinstance(e, str) else e for e in elements]
    made: Json = {"elements": [*listed, text("\n")], "paragraphStyle": {"namedStyleType": style}}
    if bullet is not None:
        made["bullet"] = {"listId": "kix.list", "nestingLevel": bullet}
    return {"paragraph": made}


def table(*rows: list[str | list[Json]], header: bool = False) -> Json:
    """A table; a cell is a text or a list of structural elements."""
    made = []
    for n, row in enumerate(rows):
        cells = [{"content": [paragraph(c)] if isinstance(c, str) else c, "tableCellStyle": {}} for c in row]
        made.append({"tableCells": cells, "tableRowStyle": {"tableHeader": header and n == 0}})
    return {"table": {"rows": len(rows), "columns": len(rows[0]), "tableRows": made}}


def tab(identity: str, title: str, *content: Json, footnotes: dict[str, list[Json]] | None = None) -> Json:
    """A tab with its indexes counted."""
    body = [{"sectionBreak": {"sectionStyle": {}}}, *content]
    count(body, 0)
    notes = {k: {"footnoteId": k, "content": v} for k, v in (footnotes or {}).items()}
    for note in notes.values():
        count(note["content"], 0)
    inner: Json = {"body": {"content": body}}
    if notes:
        inner["footnotes"] = notes
    return {"tabProperties": {"tabId": identity, "title": title, "index": 0}, "documentTab": inner}


def document(*tabs: Json, title: str = "Proposal") -> Json:
    return {"title": title, "tabs": list(tabs), "suggestionsViewMode": "SUGGESTIONS_INLINE"}


def count(content: list[Json], at: int) -> int:
    """Sets startIndex and endIndex throughout; gives the index after the last."""
    for node in content:
        start = at
        if "sectionBreak" in node:
            at += 1
        elif "paragraph" in node:
            at = _count_paragraph(node["paragraph"], at)
        elif "table" in node:
            at = _count_table(node["table"], at)
        node |= {"startIndex": start, "endIndex": at}
    return at


def _count_paragraph(inner: Json, at: int) -> int:
    for element in inner["elements"]:
        width = units(element["textRun"]["content"]) if "textRun" in element else 1
        element |= {"startIndex": at, "endIndex": at + width}
        at += width
    return at


def _count_table(inner: Json, at: int) -> int:
    at += 1
    for row in inner["tableRows"]:
        row["startIndex"], at = at, at + 1
        for cell in row["tableCells"]:
            cell["startIndex"] = at
            at = count(cell["content"], at + 1)
            cell["endIndex"] = at
        row["endIndex"] = at
    return at + 1


def units_between(made: Json, tab_id: str, start: int, end: int, segment: str = "") -> str:
    """What a person sees between two indexes: the truth against which ranges are held."""
    found = next(t for t in all_tabs(made["tabs"]) if t["tabProperties"]["tabId"] == tab_id)["documentTab"]
    content = found["footnotes"][segment]["content"] if segment else found["body"]["content"]
    seen: list[str] = []
    for element in _elements(content):
        if "textRun" in element:
            encoded = element["textRun"]["content"].encode("utf-16-le")
            low, high = max(start - element["startIndex"], 0), end - element["startIndex"]
            seen.append(encoded[2 * low : 2 * max(high, 0)].decode("utf-16-le") if high > low else "")
        elif start <= element["startIndex"] < end:
            seen.append("\ue907")
    return "".join(seen)


def all_tabs(tabs: list[Json]) -> list[Json]:
    return [one for t in tabs for one in (t, *all_tabs(t.get("childTabs", [])))]


def _elements(content: list[Json]) -> list[Json]:
    found: list[Json] = []
    for node in content:
        if "paragraph" in node:
            found += node["paragraph"]["elements"]
        for row in node.get("table", {}).get("tableRows", []):
            for cell in row["tableCells"]:
                found += _elements(cell["content"])
    return found


def _suggested(run: Json, more: dict[str, Any]) -> Json:
    for key, field in (("inserted", "suggestedInsertionIds"), ("deleted", "suggestedDeletionIds")):
        if key in more:
            run[field] = [more[key]]
    return run


def from_markdown(source: str) -> list[Json]:
    """Paragraphs, headings and list items of a small Markdown text."""
    made = []
    for line in filter(None, (x.strip() for x in source.splitlines())):
        if line.startswith("#"):
            made.append(paragraph(line.lstrip("# "), style=f"HEADING_{len(line) - len(line.lstrip('#'))}"))
        elif line.startswith(("- ", "* ")):
            made.append(paragraph(line[2:], bullet=0))
        else:
            made.append(paragraph(line))
    return made


def pages(count: int, proposal: str) -> Json:
    """A document of so many pages (3,000 characters and a table each), with a proposal's paragraphs spread over it."""
    flawed, content = from_markdown(proposal), list[Json]()
    step = max(1, count // len(flawed))
    for n in range(count):
        if n % step == 0 and n // step < len(flawed):
            content.append(flawed[n // step])
        rows = [[f"Product {n}-{r}", str(1000 + n * 7 + r), str(n + r)] for r in range(5)]
        content.append(paragraph(f"Chapter {n} 😀", style="HEADING_1"))
        content += [paragraph(f"Section {n}.{k}: {'. '.join(_turned(n + k))}. See case {n * 9 + k}.") for k in range(8)]
        content.append(table(["Line", "Claims", "Open"], *rows, header=True))
    return document(tab("t.0", "Tab 1", *content), title="Warranty replies")


def _turned(n: int) -> list[str]:
    return [*_FILLING[n % len(_FILLING) :], *_FILLING[: n % len(_FILLING)]]


_FILLING = (
    "Agents read each draft before it is sent and mark what they changed",
    "The queue is sorted by product line and by the age of the claim",
    "Every week the team leads compare the marks of some drafts and write down what differs",
    "Parts that are out of stock are named with the expected day",
    "A claim without a receipt is answered with the form and the list of dealers",
)


def shown_between(made: Json, tab_id: str, start: int, end: int, segment: str = "") -> str:
    """What a person reads between two indexes, the words of chips among it and pending insertions not."""
    found = next(t for t in all_tabs(made["tabs"]) if t["tabProperties"]["tabId"] == tab_id)["documentTab"]
    content = found["footnotes"][segment]["content"] if segment else found["body"]["content"]
    seen: list[str] = []
    for element in _elements(content):
        if "textRun" not in element:
            seen.append(_chip(element) if start <= element["startIndex"] < end else "")
        elif not element["textRun"].get("suggestedInsertionIds"):
            encoded = element["textRun"]["content"].encode("utf-16-le")
            low, high = max(start - element["startIndex"], 0), max(end - element["startIndex"], 0)
            seen.append(encoded[2 * low : 2 * high].decode("utf-16-le"))
    return "".join(seen)


def _chip(element: Json) -> str:
    names = ("personProperties", "name"), ("richLinkProperties", "title"), ("dropdownProperties", "displayValue")
    inner = next(v for v in element.values() if isinstance(v, dict))
    return next((str(inner[kind][name]) for kind, name in names if kind in inner), "")
