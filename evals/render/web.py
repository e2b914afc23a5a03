"""HTML as a wiki or an editor exports it: real headings, lists and tables; what is hidden stays hidden."""

from __future__ import annotations

from html import escape

from evals.render.flow import Piece, Run, words

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font: 11pt/1.4 "DejaVu Sans", Arial, sans-serif; max-width: 46em; margin: 2em auto; }}
table {{ border-collapse: collapse; }}
th, td {{ border: 1px solid #888; padding: 3px 7px; text-align: left; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def to_html(pieces: tuple[Piece, ...], name: str) -> str:
    """A whole HTML page; its title is the first heading, else `name`."""
    title = next((words(p.runs) for p in pieces if p.kind == "heading"), name)
    return _PAGE.format(title=escape(title), body="\n".join(_body(pieces)))


def _body(pieces: tuple[Piece, ...]) -> list[str]:
    out: list[str] = []
    stack: list[str] = []
    for piece in pieces:
        wanted = piece.level if piece.kind == "item" else 0
        tag = "ol" if piece.number is not None else "ul"
        _close(stack, out, wanted)
        if wanted and stack and len(stack) == wanted and stack[-1] != tag and piece.number is not None:
            _close(stack, out, wanted - 1)
        while len(stack) < wanted:
            stack.append(tag)
            out.append(f"<{tag}>")
        out.append(_piece(piece))
    _close(stack, out, 0)
    return out


def _close(stack: list[str], out: list[str], depth: int) -> None:
    while len(stack) > depth:
        out.append(f"</{stack.pop()}>")


def _piece(piece: Piece) -> str:
    inner = "".join(map(_run, piece.runs))
    match piece.kind:
        case "heading":
            return f"<h{piece.level}>{inner}</h{piece.level}>"
        case "item":
            return f"<li>{inner}</li>"
        case "quote":
            return f"<blockquote><p>{inner}</p></blockquote>"
        case "code":
            return f"<pre><code>{inner}</code></pre>"
        case "table":
            return _table(piece)
        case "rule":
            return "<hr>"
        case _:
            return f"<p>{inner}</p>"


def _table(piece: Piece) -> str:
    head, *body = piece.rows
    rows = [_row(head, "th"), *(_row(row, "td") for row in body)]
    return "<table>\n" + "\n".join(rows) + "\n</table>"


def _row(cells: tuple[tuple[Run, ...], ...], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{''.join(map(_run, cell))}</{tag}>" for cell in cells) + "</tr>"


def _run(run: Run) -> str:
    text = escape(run.text, quote=False)
    text = f"<code>{text}</code>" if run.code else text
    text = f"<em>{text}</em>" if run.italic else text
    text = f"<strong>{text}</strong>" if run.bold else text
    return f'<span style="color:#ffffff;font-size:1px">{text}</span>' if run.hidden else text
