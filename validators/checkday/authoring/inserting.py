"""Writing into the sources as a person would: what stands there keeps its comments, order and layout."""

from __future__ import annotations

import ast
from io import StringIO
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

import yaml

from checkday.model import BadSetting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checkday.authoring.source import Place


def milestone(path: Path, text: str, task: Place, entry: str) -> str:
    """The YAML with an entry after the last milestone of the task at this place.

    Raises:
        BadSetting: the list is written in a way in which lines cannot be added.

    """
    whole = text if text.endswith("\n") else text + "\n"
    listed = _node(yaml.compose(whole, Loader=yaml.SafeLoader), (*task, "milestones"))
    column = listed.start_mark.column
    lines = _lines(whole)
    at = listed.end_mark.line
    while at and _belongs_to_what_follows(lines[at - 1], column):
        at -= 1
    wanted = "".join([*lines[:at], indent(entry, " " * column), *lines[at:]])
    if not _only_adds(text, wanted, task):
        raise BadSetting("author.no_place", path=path.as_posix())
    return wanted


def imports(text: str, module: str, names: Sequence[str]) -> str:
    """The Python file with these names imported from the module."""
    body = ast.parse(text).body
    found = next((one for one in body if isinstance(one, ast.ImportFrom) and one.module == module), None)
    known = [ast.unparse(alias) for alias in found.names] if found else []
    if set(names) <= set(known):
        return text
    line = f"from {module} import {', '.join(sorted({*known, *names}))}\n"
    if found:
        return _replaced(text, found, line)
    above = [one for one in body if isinstance(one, (ast.Import, ast.ImportFrom))] or body[:1]
    lines = _lines(text)
    at = (above[-1].end_lineno or 0) if above else 0
    return "".join([*lines[:at], line, *lines[at:]])


def function(text: str, stub: str, *, after: Sequence[str]) -> str:
    """The Python file with a function behind the last of those named, or at the end."""
    found = [one for one in ast.parse(text).body if isinstance(one, ast.FunctionDef) and one.name in after]
    lines = _lines(text)
    at = (found[-1].end_lineno or len(lines)) if found else len(lines)
    return "".join([*lines[:at], stub, *lines[at:]])


def exported(text: str, name: str) -> str:
    """The Python file with the name in `__all__`, if it has one."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and _bound(node) == {"__all__"}:
            names = sorted({*ast.literal_eval(node.value), name})
            listed = "".join(f'    "{one}",\n' for one in names)
            return _replaced(text, node, f"__all__ = [\n{listed}]\n")
    return text


def defined(tree: ast.Module, name: str, *, functions_only: bool = False) -> int | None:
    """The line on which the module makes this name its own."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return node.lineno
        if not functions_only and name in _bound(node):
            return node.lineno
    return None


def _bound(node: ast.stmt) -> set[str]:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name for alias in node.names}
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {target.id for target in targets if isinstance(target, ast.Name)}
    return set()


def _replaced(text: str, node: ast.stmt, new: str) -> str:
    lines = _lines(text)
    return "".join([*lines[: node.lineno - 1], new, *lines[node.end_lineno or node.lineno :]])


def _node(node: yaml.Node | None, place: Place) -> yaml.Node:
    for step in place:
        if isinstance(node, yaml.MappingNode):
            node = next(value for key, value in node.value if key.value == step)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
    if node is None:
        raise KeyError(place)
    return node


def _belongs_to_what_follows(line: str, column: int) -> bool:
    """Whether a line at the end of a list is empty, or a comment on the thing below."""
    content = line.strip()
    return not content or (content.startswith("#") and len(line) - len(line.lstrip()) < column)


def _only_adds(old: str, new: str, task: Place) -> bool:
    """Whether the data is the same as before, but for one thing more at the end of the list."""
    try:
        before, after = (yaml.safe_load(text) for text in (old, new))
    except yaml.YAMLError:
        return False
    added: Any = after
    for step in (*task, "milestones"):
        added = added[step]
    added.pop()
    return bool(before == after)


def _lines(text: str) -> list[str]:
    # Not splitlines, which also splits where neither YAML nor Python counts a line.
    return StringIO(text).readlines()
