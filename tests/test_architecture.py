"""The directions of imports, and the size that files and functions keep."""

from __future__ import annotations

import ast
import socket
import statistics
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("agent", "knowledge", "prompts", "integrations")
SOURCES = sorted(chain.from_iterable((ROOT / p).rglob("*.py") for p in (*PACKAGES, "evals")))
BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try)
VAGUE = {"utils", "util", "helper", "helpers", "manager", "handler", "handlers", "common", "misc"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_imports_keep_their_direction() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("heavy", ["langgraph", "openai", "rich", "jinja2", "pypdfium2", "pypdf", "bm25s"])
def test_a_review_function_is_imported_without(heavy: str) -> None:
    program = f"import sys, agent.review, agent.documents, knowledge; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0


def test_files_are_short() -> None:
    lines = {path.relative_to(ROOT): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert statistics.median(lines.values()) <= 120
    assert {path: n for path, n in lines.items() if n > 400} == {}


def test_functions_are_short() -> None:
    lines = {name: (node.end_lineno or 0) - node.lineno + 1 for name, node in functions()}
    assert statistics.median(lines.values()) <= 10
    assert {name: n for name, n in lines.items() if n > 60} == {}


def test_nesting_is_shallow() -> None:
    depths = {name: depth(node) for name, node in functions()}
    assert {name: n for name, n in depths.items() if n > 4} == {}
    assert sum(n > 3 for n in depths.values()) <= 0.01 * len(depths)


def test_names_say_something() -> None:
    parts = {part for path in SOURCES for part in path.relative_to(ROOT).with_suffix("").parts}
    assert parts & VAGUE == set()


def test_tests_have_no_network() -> None:
    with pytest.raises((RuntimeError, UserWarning), match=r"192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_nothing_is_left_to_do() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "X" + "XX:")
    assert [p for p in SOURCES if any(mark in p.read_text("utf-8") for mark in marks)] == []


def functions() -> Iterator[tuple[str, Function]]:
    """Every function with a name that tells where it is."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, Function):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


def depth(node: ast.AST) -> int:
    """How deep blocks stand in each other; an `elif` is no deeper than its `if`."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef | ast.Lambda):
            continue
        chained = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        deepest = max(deepest, depth(child) + (isinstance(child, BLOCKS) and not chained))
    return deepest
