"""Puts one mutant into the running process, a child that ends with it: code swapped in place, caches emptied."""

from __future__ import annotations

import ast
import functools
import gc
import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from evals.mutants.points import Point, changed, points

ROOT = Path(__file__).parents[2]
CODE = ("agent/rules", "agent/facts")
_NOT_JUDGED = ("__init__.py", "docs.py", "write_docs.py", "wording.py", "trace.py")
_UNDER = ("__wrapped__", "func", "fget", "__func__")
"""Where caches, properties and methods keep the function that they wrap."""
CUES = {"knowledge/reading": "agent.facts.lexicon", "agent/rules": "agent.rules.words"}


class NoSuchPlace(Exception):
    """The mutant cannot be put in: what it changes is not to be found in the running process."""


@dataclass(frozen=True)
class Mutant:
    """A change of one file: of its code at a point, or of its words by a cue that is left out."""

    path: str
    point: Point | None = None
    key: str = ""
    cue: str = ""

    @property
    def group(self) -> str:
        """`rules`, `readers` or `cues`."""
        return "cues" if self.point is None else "rules" if "rules" in self.path else "readers"

    @property
    def name(self) -> str:
        """What it changes, without line numbers, so that it stays the same while the file moves around it."""
        if self.point is None:
            return f"{self.path} {self.key} without {self.cue!r}"
        return f"{self.path} {self.point.owner or '(module)'} {self.point.says}"

    def put(self) -> None:
        """Changes the running process.

        Raises:
            NoSuchPlace: what it changes is not there.
        """
        if self.point is None:
            _leave_out(self)
            _forget("agent", "knowledge")
        else:
            _swap(self.path, self.point)
            _forget(self.path.removesuffix(".py").replace("/", "."))


def of_code() -> list[Mutant]:
    """Every mutant of the rules' and readers' code, in the files' order."""
    files = sorted(p for folder in CODE for p in (ROOT / folder).rglob("*.py") if p.name not in _NOT_JUDGED)
    paths = [str(p.relative_to(ROOT)) for p in files]
    return [Mutant(path, point) for path in paths for point in points((ROOT / path).read_text("utf-8"))]


def of_cues() -> list[Mutant]:
    """Every cue of the rules' and readers' word files, each left out once."""
    files = sorted(p for folder in CUES for p in (ROOT / folder).glob("*.toml"))
    return [
        Mutant(str(p.relative_to(ROOT)), key=key, cue=cue)
        for p in files
        for key, cues in _lists(_words(p.stem, str(p.parent.relative_to(ROOT))))
        for cue in dict.fromkeys(cues)
        if len(cues) > 1
    ]


def _words(stem: str, folder: str) -> dict[str, Any]:
    """The table as the running process holds it."""
    if folder == "agent/rules":
        import tomllib

        return tomllib.loads((ROOT / folder / f"{stem}.toml").read_text("utf-8"))
    from agent.facts.lexicon import table

    return table(stem)


def _lists(table: dict[str, Any], path: str = "") -> Iterator[tuple[str, list[str]]]:
    for key, value in table.items():
        inner = f"{path}.{key}".lstrip(".")
        if isinstance(value, dict):
            yield from _lists(value, inner)
        elif isinstance(value, list) and value and all(isinstance(v, str) for v in value):
            yield inner, value


def _leave_out(mutant: Mutant) -> None:
    folder, file = mutant.path.rsplit("/", 1)
    if folder == "agent/rules":
        _leave_out_of_rules(mutant)
        return
    found = dict(_lists(_words(file.removesuffix(".toml"), folder)))
    found[mutant.key].remove(mutant.cue)


def _leave_out_of_rules(mutant: Mutant) -> None:
    """The rules read their words when a pattern is first wanted: then they are given another table."""
    words = importlib.import_module("agent.rules.words")
    table = _words("words", "agent/rules")
    dict(_lists(table))[mutant.key].remove(mutant.cue)
    words.tomllib = type("Given", (), {"loads": staticmethod(lambda _: table)})  # type: ignore[attr-defined]


def _swap(path: str, point: Point) -> None:
    source = (ROOT / path).read_text("utf-8")
    module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    tree = changed(source, point)
    owner = point.owner
    if owner and _is_function(tree, owner):
        function = _function(module, owner)
        function.__code__ = _code(compile(tree, str(ROOT / path), "exec"), owner.split("."))
        return
    if owner == "Thresholds":
        _threshold(module, tree)
        return
    _constant(module, tree, point, str(ROOT / path))


def _is_function(tree: ast.Module, owner: str) -> bool:
    body: list[ast.stmt] = tree.body
    found: ast.stmt | None = None
    for name in owner.split("."):
        found = next((s for s in body if isinstance(s, (ast.FunctionDef, ast.ClassDef)) and s.name == name), None)
        if found is None:
            raise NoSuchPlace(owner)
        body = found.body
        if isinstance(found, ast.FunctionDef):
            return True
    return isinstance(found, ast.FunctionDef)


def _function(module: ModuleType, owner: str) -> FunctionType:
    """The live function under its caches and properties; of a nested one, the function around it."""
    found: Any = module
    for name in owner.split("."):
        found = found.__dict__.get(name) if isinstance(found, (type, ModuleType)) else None
        while found is not None and not isinstance(found, (FunctionType, type)):
            found = next(
                (g for a in ("__wrapped__", "func", "fget", "__func__") if (g := getattr(found, a, None))), None
            )
        if isinstance(found, FunctionType):
            return found
    raise NoSuchPlace(owner)


def _code(code: CodeType, path: list[str]) -> CodeType:
    """The code object of a function (or of the one around it) inside a compiled module."""
    for name in path:
        inner = next((c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == name), None)
        if inner is None:
            raise NoSuchPlace(".".join(path))
        code = inner
        if code.co_flags & 0x2 and "self" not in path[:1]:
            return code
    return code


def _threshold(module: ModuleType, tree: ast.Module) -> None:
    """Default values of the one model whose fields are figures that rules turn on."""
    before = module.Thresholds()
    made = ModuleType(module.__name__)
    exec(compile(tree, module.__file__ or "", "exec"), made.__dict__)  # our own source, one figure changed
    after = made.Thresholds()
    for name, field in module.Thresholds.model_fields.items():
        if getattr(before, name) != getattr(after, name):
            field.default = getattr(after, name)
            module.Thresholds.model_rebuild(force=True)
            return
    raise NoSuchPlace("no default changed")


def _constant(module: ModuleType, tree: ast.Module, point: Point, file: str) -> None:
    """A module's own value: made anew, and put wherever another module holds the old one under that name."""
    statement = next((s for s in tree.body if s.lineno <= point.line <= (s.end_lineno or s.lineno)), None)
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            pass
        case _:
            raise NoSuchPlace(f"line {point.line}")
    old = module.__dict__[name]
    space = dict(module.__dict__)
    exec(compile(ast.Module([statement], []), file, "exec"), space)  # our own source, one value changed
    for other in [m for n, m in sys.modules.items() if n.split(".")[0] in ("agent", "knowledge", "tests")]:
        if other.__dict__.get(name) is old:
            other.__dict__[name] = space[name]


def _forget(*modules: str) -> None:
    """Empties the caches of these modules' functions, which may hold what was made before the change."""
    for found in gc.get_objects():
        if isinstance(found, functools._lru_cache_wrapper) and _kept_by(found, modules):
            found.cache_clear()


def _kept_by(found: Any, modules: tuple[str, ...]) -> bool:
    module, name = str(getattr(found, "__module__", "")), getattr(found, "__name__", "")
    return name not in ("rules", "table", "guide", "required") and f"{module}.".startswith(
        tuple(f"{m}." for m in modules)
    )
