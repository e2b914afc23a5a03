"""Who may come in, as the configuration says it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agent.errors import UsageError
from agent.settings import load
from integrations.web.configuration import configured, fingerprint
from tests.cli.conftest import Run

TOKEN = "a-token-of-more-than-24-characters"


def test_a_new_token_opens_the_door_that_its_line_makes(run: Run, tmp_path: Path) -> None:
    done = run("serve", "--new-token", "ada")
    token = done.out.splitlines()[0].rpartition(" ")[2]
    (tmp_path / "review-finetune.toml").write_text(f"[web.people]\n{done.out.splitlines()[-1]}\n", "utf-8")
    known = configured(load(environ={}, folder=tmp_path).web, {})
    assert known.person(token) == "ada"
    assert known.person(token + "x") is None
    assert token not in (tmp_path / "review-finetune.toml").read_text("utf-8")


def test_people_of_the_environment_are_added() -> None:
    listed = {"people": {"bob": f"sha256:{fingerprint(TOKEN)}"}, "url": "https://Reviews.example.org/"}
    known = configured(listed, {"REVIEW_FINETUNE_TOKENS": f"ada={TOKEN}2 cfo={TOKEN}3"})
    assert [known.person(t) for t in (TOKEN, f"{TOKEN}2", f"{TOKEN}3")] == ["bob", "ada", "cfo"]
    assert known.url == "https://reviews.example.org"


@pytest.mark.parametrize(
    ("table", "tokens"),
    [
        ({"peple": {}}, ""),
        ({"people": ["ada"]}, ""),
        ({"people": {"ada": TOKEN}}, ""),
        ({"people": {"a b": f"sha256:{fingerprint(TOKEN)}"}}, ""),
        ({"url": "reviews.example.org"}, ""),
        ({"url": "https://example.org/reviews"}, ""),
        ({}, "ada"),
        ({}, "ada=short"),
    ],
)
def test_what_cannot_be_used_is_refused_without_repeating_a_token(table: dict[str, Any], tokens: str) -> None:
    with pytest.raises(UsageError) as caught:
        configured(table, {"REVIEW_FINETUNE_TOKENS": tokens})
    assert "\n" not in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert "short" not in str(caught.value)


def test_a_web_table_that_is_none_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "review-finetune.toml").write_text('web = "yes"\n', "utf-8")
    assert "web is not a table" in run("rules").err
