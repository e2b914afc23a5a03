"""The memory breakdown as a bar chart: lines for a terminal, SVG, PNG."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import NamedTuple
from xml.sax.saxutils import escape

from agent.models import Estimate

LEFT, RIGHT, ROW, TOP, WIDTH = 190, 90, 26, 56, 720
INK, BAR, LIMIT, PAPER = "#1f2430", "#3b6ea5", "#b3261e", "#ffffff"
EIGHTHS = " ▏▎▍▌▋▊▉"


class Bar(NamedTuple):
    """One part: its name and GiB."""

    label: str
    gib: float


def bars(made: Estimate) -> tuple[Bar, ...]:
    """The parts from the largest, then their sum."""
    parts = sorted(made.memory_breakdown_gib.items(), key=lambda p: -p[1])
    return (*(Bar(name, gib) for name, gib in parts), Bar("sum", made.memory_gib_per_gpu[1]))


def title(made: Estimate) -> str:
    """What the chart shows."""
    return f"{made.model}, {made.method}, {made.gpus} × {made.gpu}: GiB per GPU at the peak"


def lines(found: Sequence[Bar], width: int = 80) -> tuple[str, ...]:
    """One line a bar, for a terminal of so many columns."""
    column = max(len(b.label) for b in found)
    room = max(8, width - column - 10)
    most = max(b.gib for b in found) or 1.0
    return tuple(f"{b.label:<{column}} {_blocks(b.gib / most, room)} {b.gib:.1f}" for b in found)


def _blocks(share: float, room: int) -> str:
    eighths = max(1, round(share * room * 8))
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def _scale(found: Sequence[Bar], usable_gib: float) -> float:
    return (WIDTH - LEFT - RIGHT) / max(*(b.gib for b in found), usable_gib)


def svg(made: Estimate, usable_gib: float) -> str:
    """The chart as SVG, with a line where the GPU's usable memory ends."""
    found, name = bars(made), escape(title(made))
    unit, height = _scale(found, usable_gib), TOP + ROW * len(found) + 30
    limit = LEFT + usable_gib * unit
    rows = "".join(_svg_row(bar, n, unit) for n, bar in enumerate(found))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="{name}" font-family="sans-serif" font-size="13" fill="{INK}">'
        f'<rect width="100%" height="100%" fill="{PAPER}"/><text x="16" y="26" font-size="15">{name}</text>{rows}'
        f'<line x1="{limit:.1f}" x2="{limit:.1f}" y1="{TOP - 10}" y2="{height - 26}" stroke="{LIMIT}" '
        f'stroke-dasharray="4 3"/><text x="{limit:.1f}" y="{height - 10}" text-anchor="end" fill="{LIMIT}">'
        f"usable {usable_gib:.1f}</text></svg>\n"
    )


def _svg_row(bar: Bar, place: int, unit: float) -> str:
    y, wide = TOP + place * ROW, max(1.0, bar.gib * unit)
    colour = INK if bar.label == "sum" else BAR
    return (
        f'<text x="{LEFT - 10}" y="{y + 13}" text-anchor="end">{escape(bar.label)}</text>'
        f'<rect x="{LEFT}" y="{y}" width="{wide:.1f}" height="{ROW - 8}" fill="{colour}"/>'
        f'<text x="{LEFT + wide + 6:.1f}" y="{y + 13}">{bar.gib:.1f}</text>'
    )


def png(made: Estimate, usable_gib: float) -> bytes:
    """The chart as PNG, at twice the size of the SVG."""
    from PIL import Image, ImageDraw, ImageFont

    found, k = bars(made), 2
    unit, height = _scale(found, usable_gib) * k, (TOP + ROW * len(found) + 30) * k
    picture = Image.new("RGB", (WIDTH * k, height), PAPER)
    draw, font, large = ImageDraw.Draw(picture), ImageFont.load_default(26), ImageFont.load_default(30)
    draw.text((16 * k, 10 * k), title(made).replace("×", "x"), fill=INK, font=large)
    for place, bar in enumerate(found):
        y, wide = (TOP + place * ROW) * k, max(2.0, bar.gib * unit)
        draw.text(((LEFT - 10) * k, y), bar.label, fill=INK, font=font, anchor="ra")
        box = (LEFT * k, y, LEFT * k + wide, y + (ROW - 8) * k)
        draw.rectangle(box, fill=INK if bar.label == "sum" else BAR)
        draw.text((LEFT * k + wide + 12, y), f"{bar.gib:.1f}", fill=INK, font=font)
    limit = LEFT * k + usable_gib * unit
    draw.line((limit, (TOP - 10) * k, limit, height - 26 * k), fill=LIMIT, width=2)
    draw.text((limit, height - 24 * k), f"usable {usable_gib:.1f}", fill=LIMIT, font=font, anchor="ra")
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
