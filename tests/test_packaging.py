"""The wheel holds everything and works from another folder; what is imported is declared, and the reverse."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest

from agent import __version__

ROOT = Path(__file__).parents[1]
PACKAGES = ("agent", "knowledge", "prompts", "integrations")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without the network."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files in a folder, as an installer would lay them out."""
    folder = tmp_path_factory.mktemp("site")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def test_every_file_of_the_packages_is_in_the_wheel_and_nothing_else(wheel: Path) -> None:
    names = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    files = (p for package in PACKAGES for p in (ROOT / package).rglob("*") if p.is_file())
    assert names == {str(p.relative_to(ROOT)) for p in files if "__pycache__" not in p.parts}
    assert any(n.endswith("guide/situations.toml") for n in names)
    assert any(n.endswith("templates/review.html.j2") for n in names)
    assert any(n.endswith("warranty-replies.pdf") for n in names)


def test_the_wheel_has_one_command_and_its_licence(unpacked: Path) -> None:
    info = next(unpacked.glob("*.dist-info"))
    assert (info / "entry_points.txt").read_text("utf-8").split() == [
        "[console_scripts]",
        "review-finetune",
        "=",
        "agent.cli:main",
    ]
    assert list(info.rglob("LICENSE"))


def test_it_works_from_another_folder(unpacked: Path, tmp_path: Path) -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(unpacked)!r}); import agent.cli; sys.exit(agent.cli.main(sys.argv[1:]))"
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-P", "-c", program, *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=120, check=True)
        assert done.stderr == b""
        return done.stdout.decode()

    example = unpacked / "agent" / "examples" / "warranty-replies.pdf"
    assert json.loads(run(str(example), "--format", "json"))["verdict"]["value"] == "revise"
    assert "<!doctype html>" in run(str(example), "--format", "html").lower()
    assert str(unpacked) in run("doctor")
    assert "AP1" in run("rules", "AP1")
    assert run("guide", "--search", "overfitting")


def test_evals_say_that_they_need_a_checkout(unpacked: Path, tmp_path: Path) -> None:
    program = f"import sys; sys.path.insert(0, {str(unpacked)!r}); import agent.cli; sys.exit(agent.cli.main(['eval']))"
    command = [sys.executable, "-P", "-c", program]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_the_version_is_one() -> None:
    assert PROJECT["version"] == __version__
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


GIVEN = {"openai", "python-docx", "slack-bolt"}
"""In the base install by the owner's word, whether imported under these names or not."""


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    declared, optional = (
        _names(d) for d in (PROJECT["dependencies"], chain(*PROJECT["optional-dependencies"].values()))
    )
    owners = packages_distributions()
    used = [{_normal(owner) for owner in owners[name]} for name in _imported()]
    assert [one for one in used if not one & (declared | optional)] == []
    assert declared - set().union(*used) <= GIVEN


def test_the_lock_files_hold_what_is_declared_with_hashes() -> None:
    for name, wanted in (("requirements.lock", "langgraph"), ("requirements-dev.lock", "pytest")):
        text = (ROOT / name).read_text("utf-8")
        pinned = set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))
        assert wanted in pinned
        assert {_normal(re.split(r"[\[<>=~ ]", d)[0]) for d in PROJECT["dependencies"]} <= pinned
        assert text.count("--hash=sha256:") >= len(pinned)
        assert "://" not in text


def _names(requirements: Iterable[str]) -> set[str]:
    return {_normal(re.split(r"[\[<>=~ ]", one)[0]) for one in requirements}


def _imported() -> set[str]:
    """The top-level modules that the packages import, the standard library left out."""
    names: set[str] = set()
    for path in (p for package in PACKAGES for p in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module)
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "import_module":
                names |= {a.value for a in node.args if isinstance(a, ast.Constant)}
    return {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - {*PACKAGES, "evals"}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
