"""The configuration is found, read and said."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.settings import FILE, load
from knowledge import BadKnowledge

OFF = '[rules.EST2]\noff = true\nreason = "Agreed elsewhere."\n'
PRICES = '[[gpu]]\nname = "A100-80GB"\nusd = 1.25\nsource = "Framework contract 7"\ndate = "2026-10"\n'


def test_without_a_file_nothing_is_changed(tmp_path: Path) -> None:
    found = load(environ={"HOME": str(tmp_path)}, folder=tmp_path)
    assert found.path is None
    assert found.policy.notes() == ()
    assert found.organisation is None
    assert found.model is None


def test_the_nearest_file_is_taken(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / FILE).write_text(OFF)
    assert load(environ={}, folder=deep).path == tmp_path / FILE
    (deep / FILE).write_text("")
    assert load(environ={}, folder=deep).path == deep / FILE


def test_the_users_own_file_comes_last(tmp_path: Path) -> None:
    own = tmp_path / "config" / "review-finetune" / FILE
    own.parent.mkdir(parents=True)
    own.write_text(OFF)
    (tmp_path / "work").mkdir()
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert load(environ=environ, folder=tmp_path / "work").policy.off("EST2") == "Agreed elsewhere."
    (tmp_path / "work" / FILE).write_text("")
    assert load(environ=environ, folder=tmp_path / "work").policy.off("EST2") is None


def test_a_named_file_wins_the_argument_over_the_environment(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("")
    (tmp_path / "one.toml").write_text(OFF)
    (tmp_path / "two.toml").write_text("")
    environ = {"REVIEW_FINETUNE_CONFIG": str(tmp_path / "one.toml")}
    assert load(environ=environ, folder=tmp_path).path == tmp_path / "one.toml"
    assert load(str(tmp_path / "two.toml"), environ, tmp_path).path == tmp_path / "two.toml"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[rules.AP1\n", "not TOML"),
        ('[rules.AP1]\nseverity = "minor"\n', "reason"),
        ('[rules.XX1]\noff = true\nreason = "No such rule."\n', "XX1"),
        ("colour = 3\n", "colour"),
        ("knowledge = 3\n", "knowledge"),
        ('[prices.Z9]\nusd_per_hour = 1\nreason = "Contract."\n', "Z9"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(UsageError) as caught:
        load(environ={}, folder=tmp_path)
    assert said in str(caught.value)


def test_a_missing_file_that_was_named_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        load(str(tmp_path / "none.toml"), {}, tmp_path)


@pytest.mark.parametrize("by_variable", [False, True])
def test_the_organisations_prices_count_and_are_said(tmp_path: Path, by_variable: bool) -> None:
    own = tmp_path / "conf" / "ours"
    own.mkdir(parents=True)
    (own / "prices.toml").write_text(PRICES)
    (tmp_path / "conf" / FILE).write_text("" if by_variable else 'knowledge = "ours"\n')
    environ = {"REVIEW_FINETUNE_KNOWLEDGE": str(own)} if by_variable else {}
    found = load(environ=environ, folder=tmp_path / "conf")
    assert found.policy.usd_per_hour() == {"A100-80GB": 1.25}
    assert "Framework contract 7, 2026-10" in found.policy.notes()[0]
    assert found.organisation is not None


def test_the_files_own_price_wins_over_the_price_list(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "prices.toml").write_text(PRICES)
    own = '[prices.A100-80GB]\nusd_per_hour = 1.1\nreason = "Reserved."\n'
    (tmp_path / FILE).write_text(f'knowledge = "ours"\n{own}')
    assert load(environ={}, folder=tmp_path).policy.usd_per_hour() == {"A100-80GB": 1.1}


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('knowledge = "nowhere"\n')
    with pytest.raises(BadKnowledge, match="nowhere"):
        load(environ={}, folder=tmp_path)


def test_a_key_is_seen_and_never_kept(tmp_path: Path) -> None:
    found = load(environ={"OPENAI_API_KEY": "sk-secret"}, folder=tmp_path)
    assert found.model is not None
    assert found.model.key == "sk-secret"
    assert "sk-secret" not in repr(found)
