"""The summary page in a real browser: it sorts, filters, opens a report, prints, and runs nothing of a document."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from integrations.batch.items import Row
from integrations.batch.page import render_page
from tests.batch.test_tables import row

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ATTACK = '<img src=x onerror="document.title=1">"\'><script>document.title="owned"</script></th></tr>\u202e'
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


def rows(number: int) -> list[Row]:
    """Rows with figures that differ, the first with an attack in every text."""
    verdicts = ("revise", "approve_with_conditions", "approve", "do_not_fine_tune", "not_a_proposal")
    made = [
        row(
            document=f"in/{n:04}.pdf",
            title=f"Proposal {n}",
            verdict=verdicts[n % 5],
            blockers=n % 3,
            codes=("AP1 NF2", "OPS1", "")[n % 3],
            report=f"reviews/{n:04}.html",
            asked_usd_low=float(n + 1),
            asked_usd_high=float(n + 1),
            computed_usd_low=10.0,
            computed_usd_high=50.0,
            asked_gpus=n % 9 or None,
        )
        for n in range(number)
    ]
    made[0] |= {"title": ATTACK, "document": f"in/{ATTACK}", "codes": "AP1", "asked_gpu": ATTACK, "same_as": ""}
    return made


FAILED: list[Row] = [{"document": f"in/{ATTACK}", "reason": ATTACK, "what_to_do": ATTACK}]


def test_it_needs_nothing_from_outside() -> None:
    page = render_page(rows(5), FAILED)
    assert "<script>document" not in page
    assert page.count("<script>") == 1
    assert "default-src 'none'" in unescape(page)
    assert not [word for word in ("http://", "https://", "@import", "url(") if word in page]


def test_nothing_could_be_reviewed() -> None:
    page = render_page([], FAILED)
    assert "None could be reviewed." in page
    assert "Could not be reviewed" in page


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@needs_chromium
@pytest.mark.slow
def test_in_a_browser(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "summary.html"
    (tmp_path / "reviews").mkdir()
    (tmp_path / "reviews" / "0003.html").write_text("<title>The report</title>", "utf-8")
    path.write_text(render_page(rows(2_000), FAILED), "utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(path.as_uri())
    assert page.title() == "2,000 documents reviewed: fine-tuning proposals"
    assert page.locator("#documents-body tr:visible").count() == 2_000
    assert page.locator("img").count() == 0

    page.get_by_role("button", name="Asked", exact=True).click()
    assert page.locator("#documents-body tr").first.get_attribute("data-asked") == "2000.0"
    page.get_by_role("button", name="Asked", exact=True).click()
    assert page.locator("#documents-body tr").first.get_attribute("data-asked") == "1.0"
    page.get_by_role("button", name="GPUs").click()
    assert page.locator("#documents-body tr").last.get_attribute("data-gpus") == ""

    page.locator("#by-verdict").select_option("approve")
    assert page.locator("#shown").inner_text() == "400 of 2,000 documents"
    page.get_by_role("button", name="AP1").click()
    assert page.locator("#documents-body tr:visible").count() == 133
    page.locator("#find").fill("no such words")
    assert page.locator("#nothing").is_visible()
    page.get_by_role("button", name="Show all").click()
    assert page.locator("#documents-body tr:visible").count() == 2_000

    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("tr[data-report='reviews/0003.html'] td").nth(1).click()
    page.wait_for_url("**/reviews/0003.html")
    assert page.title() == "The report"
    assert problems == []
