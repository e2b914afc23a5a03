from __future__ import annotations

import re
from pathlib import Path

import pytest

import knowledge

POLICY = """
[[policy]]
id = "policy/eu-data-stays-in-the-eu"
title = "Data of EU customers stays in the EU"
text = "Training and serving of models on EU customer data run in our Frankfurt region."
codes = ["FIT6"]
refs = ["situation/compliance-on-prem"]
"""
PRICES = """
[[gpu]]
name = "H100 SXM"
usd = 2.10
source = "Reserved contract"
date = "2026-10-01"

[[gpu]]
name = "L40S"
usd_low = 0.8
usd_typical = 0.9
usd_high = 1.0
source = "Reserved contract"
date = "2026-10"

[[hosted]]
name = "GPT-4o"
usd_in_per_1m = 2.0
usd_out_per_1m = 8.0
source = "Enterprise agreement"
date = "2026-09"

[[currency]]
name = "eur"
usd = 1.1
source = "Treasury plan rate"
date = "2026"
"""


def folder(path: Path, **files: str) -> Path:
    for name, text in files.items():
        (path / f"{name}.toml").write_text(text, encoding="utf-8")
    return path


def test_policies_join_the_guide(tmp_path: Path) -> None:
    organisation = knowledge.load_organisation(folder(tmp_path, policies=POLICY))
    guide = organisation.guide()
    entry = guide.entry("policy/eu-data-stays-in-the-eu")
    assert entry.provenance == "organisation"
    assert entry.sources[0].title == "policies.toml"
    assert entry.quotes == (entry.text,)
    assert guide.entries("policy") == (entry,)
    assert guide.search("Frankfurt region")[0].entry is entry
    assert len(guide.entries()) == len(knowledge.guide().entries()) + 1
    assert not knowledge.guide().entries("policy")


def test_prices_are_laid_over_the_list_prices_and_cited(tmp_path: Path) -> None:
    organisation = knowledge.load_organisation(folder(tmp_path, prices=PRICES))
    gpus = {g.name: g for g in organisation.gpus()}
    assert gpus["H100"].usd_per_hour == (2.1, 2.1, 2.1)
    assert gpus["H100"].usd_typical_source == "Reserved contract, 2026-10-01"
    assert gpus["L40S"].usd_per_hour == (0.8, 0.9, 1.0)
    listed = knowledge.gpu("A100-80GB")
    assert gpus["A100-80GB"] is listed
    hosted = {h.name: h for h in organisation.hosted()}
    assert (hosted["gpt-4o"].usd_in_per_1m, hosted["gpt-4o"].price_date) == (2.0, "2026-09")
    assert hosted["gpt-4o-mini"] in knowledge.hosted()
    assert organisation.fx()["EUR"].usd == 1.1
    assert organisation.fx()["GBP"] == knowledge.fx()["GBP"]
    assert knowledge.fx()["EUR"].usd != 1.1


def test_a_folder_with_one_file_is_enough(tmp_path: Path) -> None:
    organisation = knowledge.load_organisation(str(folder(tmp_path, policies=POLICY)))
    assert organisation.gpus() == knowledge.gpus()
    assert organisation.name == tmp_path.name


GPU = '[[gpu]]\nname = "H100"\nusd = 2\nsource = "x"\ndate = "2026"\n'
BAD = {
    "no TOML": ({"policies": "[[policy"}, "policies.toml: not valid TOML"),
    "unknown table": ({"policies": '[[rule]]\nid = "x"'}, "policies.toml: unknown 'rule'"),
    "single table": ({"policies": '[policy]\nid = "policy/x"'}, r"policies.toml: 'policy' must be written as \[\["),
    "wrong kind": ({"policies": POLICY.replace("policy/eu", "principle/eu")}, "must start with 'policy/'"),
    "no id": ({"policies": '[[policy]]\ntitle = "x"\ntext = "y"'}, "entry: the id must start with 'policy/'"),
    "no title": ({"policies": POLICY.replace("title", "heading")}, "policy/eu-data-stays-in-the-eu: title"),
    "capitals": ({"policies": POLICY.replace("policy/eu", "policy/EU")}, "id: String should match pattern"),
    "unknown reference": ({"policies": POLICY.replace("compliance-on-prem", "compliance")}, "nearest: situation/comp"),
    "twice": ({"policies": POLICY + POLICY}, "the id is used twice"),
    "unknown GPU": ({"prices": GPU.replace("H100", "H900")}, "prices.toml: H900: not in the catalogue"),
    "price below zero": ({"prices": GPU.replace("usd = 2", "usd = -2")}, "H100: usd_low: Input should be greater"),
    "no price": ({"prices": GPU.replace("usd = 2\n", "")}, "H100: usd_low: Field required"),
    "no source": ({"prices": GPU.replace('source = "x"\n', "")}, "H100: source: Field required"),
    "no date": ({"prices": GPU.replace('"2026"', '"soon"')}, "H100: date: String should match"),
    "falling prices": (
        {"prices": GPU.replace("usd = 2", "usd_low = 3\nusd_typical = 2\nusd_high = 4")},
        "H100: prices must rise",
    ),
    "price twice": ({"prices": GPU + GPU}, "H100: the price is given twice"),
    "unknown currency": (
        {"prices": '[[currency]]\nname = "XYZ"\nusd = 1\nsource = "x"\ndate = "2026"'},
        "XYZ: not in the catalogue",
    ),
    "name is a number": ({"prices": GPU.replace('"H100"', "100")}, "name: Input should be a valid string"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_gives_one_clear_line(tmp_path: Path, case: str) -> None:
    files, message = BAD[case]
    with pytest.raises(knowledge.BadKnowledge, match=message) as caught:
        knowledge.load_organisation(folder(tmp_path, **files))
    assert "\n" not in str(caught.value)


def test_a_missing_or_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(knowledge.BadKnowledge, match="not a folder"):
        knowledge.load_organisation(tmp_path / "nowhere")
    with pytest.raises(knowledge.BadKnowledge, match=r"has neither policies.toml nor prices.toml"):
        knowledge.load_organisation(tmp_path)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "prices.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(knowledge.BadKnowledge, match=r"prices\.toml: not valid TOML"):
        knowledge.load_organisation(tmp_path)


def test_the_examples_of_the_readme_load(tmp_path: Path) -> None:
    readme = (Path(knowledge.__file__).parent / "README.md").read_text(encoding="utf-8")
    policies, prices = re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)
    organisation = knowledge.load_organisation(folder(tmp_path, policies=policies, prices=prices))
    assert [p.id for p in organisation.policies] == ["policy/eu-data-stays-in-the-eu"]
    assert [p.name for p in organisation.gpu_prices] == ["H100"]
    assert organisation.fx()["EUR"].usd == 1.1
