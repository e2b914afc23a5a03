"""Where a source can be changed by one thing, and the changed source as a syntax tree. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
_GROUP_OPENS = re.compile(r"\(\?(?:[:=!>]|<[=!]|P<\w+>|[aiLmsux-]+:)?")


@dataclass(frozen=True)
class Point:
    """One change: which node (by its place in the walk), at which comparison or alternative, and how it reads.

    `owner` is the function that holds it (`Class.method`), empty for a module's own statement.
    """

    kind: str
    node: int
    index: int
    owner: str
    line: int
    says: str


def points(source: str) -> list[Point]:
    """Every change of a module that leaves it valid; docstrings, annotations, decorators and messages stay."""
    tree = ast.parse(source)
    nodes = {id(node): number for number, node in enumerate(ast.walk(tree))}
    return [point for owner, node in _open(tree, "") for point in _of(node, nodes[id(node)], owner)]


def changed(source: str, point: Point) -> ast.Module:
    """The module with that one change made."""
    tree = deepcopy(ast.parse(source))
    node = next(n for number, n in enumerate(ast.walk(tree)) if number == point.node)
    _CHANGES[point.kind](node, point.index)
    return ast.fix_missing_locations(tree)


def alternatives(pattern: str) -> list[tuple[int, int]]:
    """The stretches of a regular expression that can be cut out, each an alternative with one bar."""
    found: list[tuple[int, int]] = []
    opened: list[list[int]] = [[0]]
    at, in_class = 0, False
    while at < len(pattern):
        character = pattern[at]
        if character == "\\":
            at += 2
            continue
        if in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
            at += pattern[at + 1 : at + 2] in ("]", "^")
        elif character == "(":
            inner = _GROUP_OPENS.match(pattern, at)
            at = inner.end() - 1 if inner else at
            opened.append([at + 1])
        elif character == "|":
            opened[-1].append(at + 1)
        elif character == ")" and len(opened) > 1:
            found += _cuts([*opened.pop(), at + 1])
        at += 1
    return sorted(found + (_cuts([*opened[0], len(pattern) + 1]) if len(opened) == 1 else []))


def _cuts(starts: list[int]) -> list[tuple[int, int]]:
    """From the starts of alternatives (and one past the end) to what is cut: each with the bar behind it."""
    count = len(starts) - 1
    if count < 2:
        return []
    cuts = [(starts[i], starts[i + 1]) for i in range(count - 1)]
    return [*cuts, (starts[-2] - 1, starts[-1] - 1)]


def _open(node: ast.AST, owner: str) -> Iterator[tuple[str, ast.AST]]:
    """The nodes that may change, with the function that holds each."""
    for name, value in ast.iter_fields(node):
        if name in ("decorator_list", "annotation", "returns", "args", "bases", "keywords") and _declares(node):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _says_only(child):
                continue
            inner = owner
            if isinstance(child, (ast.FunctionDef, ast.ClassDef)):
                inner = f"{owner}.{child.name}".lstrip(".")
            yield inner, child
            yield from _open(child, inner)


def _declares(node: ast.AST) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AnnAssign))


def _says_only(node: ast.AST) -> bool:
    """A docstring, or text for readers: none of them is judged."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    return isinstance(node, ast.JoinedStr)


def _of(node: ast.AST, number: int, owner: str) -> Iterator[Point]:
    for kind, index, says in _says(node):
        yield Point(kind, number, index, owner, getattr(node, "lineno", 0), says)


def _says(node: ast.AST) -> Iterator[tuple[str, int, str]]:
    """Kind, index and wording of each change of one node."""
    match node:
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp():
            yield "bool", 0, f"{ast.unparse(node)}: → {'or' if isinstance(node.op, ast.And) else 'and'}"
        case ast.UnaryOp(op=ast.Not()):
            yield "not", 0, f"{ast.unparse(node)}: without not"
        case ast.BinOp() if type(node.op) in _COMPUTED and not _is_text(node):
            yield "arithmetic", 0, f"{ast.unparse(node)}: → {_COMPUTED[type(node.op)].__name__}"
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            yield "number", 0, f"{node.value} → {_other_number(node.value)}"
        case ast.Call(func=ast.Attribute(attr="compile"), args=[ast.Constant(value=str(text)), *_]):
            yield from _shorter(text)


def _comparisons(node: ast.Compare) -> Iterator[tuple[str, int, str]]:
    said = ast.unparse(node)
    for index, op in enumerate(node.ops):
        yield "compare", index, f"{said}: {type(op).__name__} → {_COMPARED[type(op)].__name__}"
    for index, side in enumerate(node.comparators):
        if _is_word(side):
            yield "word", index, f"{said}: another word"


def _shorter(pattern: str) -> Iterator[tuple[str, int, str]]:
    for index, (a, b) in enumerate(alternatives(pattern)):
        if _compiles(pattern[:a] + pattern[b:]):
            yield "alternative", index, f"without {pattern[a:b].strip('|')!r}"


def _is_word(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > 1


def _is_text(node: ast.BinOp) -> bool:
    return any(isinstance(n, (ast.JoinedStr, ast.List, ast.Tuple)) or _is_word(n) for n in ast.walk(node))


def _other_number(value: float) -> float:
    return value * 1.5 if isinstance(value, float) and not value.is_integer() else value + 1


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _compare(node: ast.AST, index: int) -> None:
    assert isinstance(node, ast.Compare)
    node.ops[index] = _COMPARED[type(node.ops[index])]()


def _word(node: ast.AST, index: int) -> None:
    assert isinstance(node, ast.Compare)
    node.comparators[index] = ast.Constant("another word")


def _bool(node: ast.AST, _: int) -> None:
    assert isinstance(node, ast.BoolOp)
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()


def _not(node: ast.AST, _: int) -> None:
    assert isinstance(node, ast.UnaryOp)
    node.operand = ast.UnaryOp(ast.Not(), node.operand)


def _arithmetic(node: ast.AST, _: int) -> None:
    assert isinstance(node, ast.BinOp)
    node.op = _COMPUTED[type(node.op)]()


def _number(node: ast.AST, _: int) -> None:
    assert isinstance(node, ast.Constant)
    assert isinstance(node.value, (int, float))
    node.value = _other_number(node.value)


def _alternative(node: ast.AST, index: int) -> None:
    assert isinstance(node, ast.Call)
    pattern = node.args[0]
    assert isinstance(pattern, ast.Constant)
    assert isinstance(pattern.value, str)
    start, end = alternatives(pattern.value)[index]
    pattern.value = pattern.value[:start] + pattern.value[end:]


_CHANGES: dict[str, Callable[[ast.AST, int], None]] = {
    "compare": _compare,
    "word": _word,
    "bool": _bool,
    "not": _not,
    "arithmetic": _arithmetic,
    "number": _number,
    "alternative": _alternative,
}
