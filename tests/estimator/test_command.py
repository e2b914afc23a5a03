from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from agent.cli import main
from agent.models import Estimate, Project

PLAIN = ["estimate", "--model", "Llama 3.1 8B", "--gpu", "A100", "--examples", "5000"]


def test_the_tables(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")  # at 80 the longer labels wrap
    assert main([*PLAIN, "--budget", "300", "--requests-per-month", "1e6", "--api-price", "2.5,10"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    for words in ("Llama 3.1 8B", "weights", "Hours a run", "Experiments that the budget buys", "Saving a month", "█"):
        assert words in said.out


def test_the_json_is_the_contracts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*PLAIN, "--format", "json", "--experiments", "10-30"]) == 0
    read = json.loads(capsys.readouterr().out)
    made = Estimate.model_validate(read["estimate"])
    assert made.experiments == (10, 30)
    assert sum(made.memory_breakdown_gib.values()) == pytest.approx(made.memory_gib_per_gpu[1])
    Project.model_validate(read["project"])
    assert read["inverse"]["longest_sequence"] > 2048


def test_without_a_gpu_the_usual_smallest_set_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", "--model", "70b", "--method", "full", "--format", "json"]) == 0
    made = json.loads(capsys.readouterr().out)["estimate"]
    assert made["fits"] == "yes"
    assert made["gpus"] > 1


def test_a_hugging_face_config_stands_for_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "config.json"
    fields = {"hidden_size": 2048, "num_hidden_layers": 24, "num_attention_heads": 16, "vocab_size": 32000}
    config.write_text(json.dumps({**fields, "intermediate_size": 8192}))
    assert main(["estimate", "--config", str(config), "--gpu", "L4", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["estimate"]["model"] == "config.json"
    config.write_text("[1, 2")
    assert main(["estimate", "--config", str(config)]) == 2
    assert "is not JSON" in capsys.readouterr().err


def test_the_charts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*PLAIN, "--format", "svg"]) == 0
    picture = ET.fromstring(capsys.readouterr().out)
    assert picture.tag.endswith("svg")
    assert "weights" in "".join(picture.itertext())
    target = tmp_path / "chart.png"
    assert main([*PLAIN, "--format", "png", "-o", str(target)]) == 0
    assert target.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (["--model", "Lama"], "Did you mean Llama"),
        (["--model", "8b", "--gpu", "H10"], "Did you mean H100"),
        ([], "--model"),
        (["--model", "8b", "--rank", "9999"], "hidden size"),
        (["--model", "Llama 2 7B", "--sequence-length", "9000"], "context"),
        (["--model", "8b", "--micro-batch", "0"], "at least 1"),
        (["--model", "8b", "--examples", "-5"], "at least 1"),
        (["--model", "8b", "--epochs", "0"], "above 0"),
        (["--model", "8b", "--experiments", "many"], "number or a range"),
        (["--model", "8b", "--price", "-2"], "above 0"),
        (["--model", "8b", "--budget", "-2"], "at least 0"),
        (["--model", "8b", "--api-price", "3"], "two prices"),
        (["--model", "0b"], "above zero"),
        (["--config", "nowhere.json"], "cannot read"),
        (["--rows", "nowhere.csv"], "cannot read"),
    ],
)
def test_bad_input_is_one_clear_line(wrong: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", *wrong]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert words in said.err
