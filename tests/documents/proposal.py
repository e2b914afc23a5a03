"""One made-up proposal, written as Markdown, DOCX (python-docx), PDF (reportlab) and HTML from the same parts."""

from __future__ import annotations

import html
from io import BytesIO
from typing import NamedTuple


class Part(NamedTuple):
    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    level: int = 0


TITLE = "Proposal: invoice field extraction"
PARTS: tuple[Part, ...] = (
    Part("heading", TITLE, level=1),
    Part("pair", "Owner: Priya Raman, Platform team"),
    Part("pair", "Status: draft for architecture review"),
    Part("heading", "1. Problem and goal", level=2),
    Part(
        "paragraph",
        "We receive 42,000 supplier invoices a month and a team of eleven clerks copies nine fields from each of "
        "them into the ledger by "
        "hand, which is slow, tiresome and costs about $61,000 a month. We propose fine-tuning a small "
        "open model so that the fields are filled in before a clerk looks at the page; an efficient workflow offers a "
        "five-fold saving.",
    ),
    Part(
        "paragraph",
        "Prompting the current API model with eight examples reached 84.5 % field accuracy on the locked test set, and "
        "retrieval did not help because nothing about the task is knowledge that changes. The target is 93 %.",
    ),
    Part("heading", "2. Plan", level=2),
    Part("item", "Train LoRA adapters (r = 16) on Qwen2.5-7B-Instruct with 6,200 labelled invoices."),
    Part(
        "item",
        "Hold out 900 invoices, drawn before any training and held by the controller, as the locked test set.",
    ),
    Part(
        "item",
        "Compare LoRA with QLoRA and with the prompted baseline, on the same metric and the same held-out invoices.",
    ),
    Part("heading", "2.1 Budget and hardware", level=3),
    Part(
        "table",
        rows=(
            ("Item", "Hardware", "Hours", "Cost (USD)"),
            ("LoRA runs", "1 x A100-80GB", "36", "90"),
            ("QLoRA runs", "1 x A10G", "40", "40"),
            ("Evaluation and error analysis", "1 x A100-80GB", "12", "30"),
            ("Total", "", "88", "160"),
        ),
    ),
    Part(
        "paragraph",
        "Costs are list prices of our provider as of October; no reservation is needed for runs this short.",
    ),
    Part("heading", "2.2 Risks", level=3),
    Part("paragraph", "Suppliers change their layouts. We re-train every quarter, on a fixed budget of two days."),
    Part(
        "table",
        rows=(
            ("Rollback", "The clerks' queue stays in place for 8 weeks"),
            ("Volume", "42,000 pages per month"),
            ("Go-live", "2027-03-01"),
        ),
    ),
    Part("heading", "3. Serving", level=2),
    Part(
        "paragraph",
        "The adapter is served unmerged with vLLM on one A10G that the team already owns. Quality at parity is "
        "checked for two "
        "weeks in shadow mode before any ledger entry depends on the model, and a switch in the console "
        "turns it off at once.",
    ),
)


def _bullets(parts: tuple[Part, ...]) -> list[list[Part]]:
    """Parts in groups: consecutive items and pairs stand together."""
    groups: list[list[Part]] = []
    for part in parts:
        if groups and part.kind in ("item", "pair") and groups[-1][0].kind == part.kind:
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def as_markdown(parts: tuple[Part, ...] = PARTS) -> bytes:
    out: list[str] = []
    for group in _bullets(parts):
        part = group[0]
        if part.kind == "heading":
            out.append("#" * part.level + " " + part.text)
        elif part.kind == "item":
            out.append("\n".join(f"- {p.text}" for p in group))
        elif part.kind == "pair":
            out.append("\n".join("**{}:** {}".format(*p.text.split(": ", 1)) for p in group))
        elif part.kind == "table":
            rows = [f"| {' | '.join(row)} |" for row in part.rows]
            out.append("\n".join([rows[0], "|" + " --- |" * len(part.rows[0]), *rows[1:]]))
        else:
            out.append(part.text)
    return "\n\n".join(out).encode()


def as_html(parts: tuple[Part, ...] = PARTS) -> bytes:
    style = "table,td,th{border:1px solid #444;border-collapse:collapse;padding:4px}body{font:11pt serif}"
    out = [f"<!doctype html><html><meta charset='utf-8'><title>{TITLE}</title><style>{style}</style><body>"]
    for group in _bullets(parts):
        part = group[0]
        if part.kind == "heading":
            out.append(f"<h{part.level}>{html.escape(part.text)}</h{part.level}>")
        elif part.kind == "item":
            out.append("<ul>" + "".join(f"<li>{html.escape(p.text)}</li>" for p in group) + "</ul>")
        elif part.kind == "table":
            out.append(_html_table(part))
        else:
            out += [f"<p>{html.escape(p.text)}</p>" for p in group]
    return "\n".join([*out, "</body></html>"]).encode()


def _html_table(part: Part) -> str:
    rows = []
    for r, row in enumerate(part.rows):
        tag = "th" if r == 0 and len(row) > 2 else "td"
        rows.append("<tr>" + "".join(f"<{tag}>{html.escape(c)}</{tag}>" for c in row) + "</tr>")
    return "<table>" + "".join(rows) + "</table>"


def as_docx(parts: tuple[Part, ...] = PARTS) -> bytes:
    import docx

    document = docx.Document()
    for part in parts:
        if part.kind == "heading":
            document.add_heading(part.text, level=part.level - 1)
        elif part.kind == "item":
            document.add_paragraph(part.text, style="List Bullet")
        elif part.kind == "table":
            table = document.add_table(rows=0, cols=len(part.rows[0]), style="Table Grid")
            for r, row in enumerate(part.rows):
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.paragraphs[0].add_run(text).bold = r == 0 and len(row) > 2
        elif part.kind == "pair":
            label, value = part.text.split(": ", 1)
            paragraph = document.add_paragraph()
            paragraph.add_run(f"{label}: ").bold = True
            paragraph.add_run(value)
        else:
            document.add_paragraph(part.text)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def as_pdf(parts: tuple[Part, ...] = PARTS, *, grid: bool = True, footer: str = "Internal - page {}") -> bytes:
    from reportlab.lib.pagesizes import A5
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import ListFlowable, ListItem, Paragraph, SimpleDocTemplate, Spacer, Table

    sheet = getSampleStyleSheet()
    story: list[object] = []
    for group in _bullets(parts):
        part = group[0]
        if part.kind == "heading":
            story.append(Paragraph(html.escape(part.text), sheet[f"Heading{part.level}"]))
        elif part.kind == "item":
            items = [ListItem(Paragraph(html.escape(p.text), sheet["BodyText"])) for p in group]
            story.append(ListFlowable(items, bulletType="bullet"))
        elif part.kind == "table":
            bold = [("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold")] if len(part.rows[0]) > 2 else []
            lines = [("GRID", (0, 0), (-1, -1), 0.5, "black")] if grid else []
            story += [Table(part.rows, style=[*lines, *bold], repeatRows=1), Spacer(1, 8)]
        else:
            story += [Paragraph(html.escape(p.text), sheet["BodyText"]) for p in group]
    out = BytesIO()
    template = SimpleDocTemplate(out, pagesize=A5, title=TITLE)

    def foot(canvas: object, _: object) -> None:
        canvas.drawString(60, 30, footer.format(canvas.getPageNumber()))  # type: ignore[attr-defined]

    template.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()
