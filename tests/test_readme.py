"""What the README says is so: its example is a run, its commands work, its links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
import shlex
import tomllib
import zipfile
from pathlib import Path

import pytest

from agent import cli
from agent.examples import PROPOSAL
from agent.llm import configured
from agent.llm.configuration import Limits
from agent.policy import parse
from agent.settings import read
from evals.scripted import serving
from tests.cli.conftest import SOUND
from tests.llm.test_review import investigator

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
SHELL = [line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]
COMMANDS = [line for line in SHELL if line.startswith("review-finetune ")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the README names, and no configuration."""
    import docx

    shown = docx.Document()
    for line in SOUND.splitlines():
        shown.add_paragraph(line)
    shown.save(str(tmp_path / "second.docx"))
    (tmp_path / "first.md").write_text(SOUND, "utf-8")
    for name in ("proposals", "drafts"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "second.docx").write_bytes((tmp_path / "second.docx").read_bytes())
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("third.md", SOUND)
    (tmp_path / "proposal.pdf").write_bytes(PROPOSAL.read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_works(line: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = shlex.split(line)[1:]
    code = cli.main(arguments)
    out, err = capsys.readouterr()
    assert code == (1 if "--fail-on" in arguments else 0)
    assert err == "" or arguments[0] == "batch"
    assert out or any(p.name.startswith("review") for p in folder.iterdir())


WITH_MODEL = [line for line in SHELL if re.match(r"[A-Z_]+=\S+ .*review-finetune ", line)]


@pytest.mark.parametrize("line", WITH_MODEL)
def test_every_command_with_a_model_works(
    line: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given, _, command = line.partition("review-finetune ")
    for pair in given.split():
        monkeypatch.setenv(*pair.split("=", 1))
    with serving(investigator) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert cli.main(shlex.split(command)) == 0
    assert server.asked
    assert "Read by rules and by" in " ".join(capsys.readouterr().out.split())


def test_the_models_table_is_valid() -> None:
    (table,) = (t for t in re.findall(r"```toml\n(.*?)```", README, re.DOTALL) if t.startswith("[model]"))
    settings = configured(tomllib.loads(table)["model"], {"OPENAI_API_KEY": "sk-..."})
    assert settings is not None
    assert settings.limits == Limits(name="gpt-6-luna"), "the defaults, as the README says"


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = [line.split()[1] for line in SHELL if line.startswith("make ")]
    assert len(targets) >= 5
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)


def test_the_example_is_a_run() -> None:
    spec = importlib.util.spec_from_file_location("write_readme", ROOT / "docs" / "write_readme.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.text(README) == README, "run: make docs"


def test_the_configuration_is_valid(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(re.findall(r"```toml\n(.*?)```", README, re.DOTALL)[1], "utf-8")
    table = read(tmp_path / "own.toml")
    assert table.pop("knowledge") == "our-knowledge"
    for ours in ("store", "signoff"):
        assert table.pop(ours)
    assert len(parse(table, "own.toml").notes()) == 4


def test_the_python_example_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[0]
    exec(program, {})
    assert capsys.readouterr().out.startswith("revise ['AP1'")


def test_the_evals_have_their_place(tmp_path: Path) -> None:
    from evals.run import put_into

    changed = tmp_path / "README.md"
    changed.write_text(README, "utf-8")
    put_into(changed, [])
    before, after = (text.split("<!-- evals -->")[0] for text in (README, changed.read_text("utf-8")))
    assert before == after
    assert before.rstrip().endswith("interval.")
    assert changed.read_text("utf-8").split("<!-- /evals -->")[1] == README.split("<!-- /evals -->")[1]


def test_links_lead_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_rule_of_the_count_exists() -> None:
    from agent.rules.registry import rules

    assert f"The {len(rules())} rules" in README
