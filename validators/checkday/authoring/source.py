"""A YAML file as plain data, with the line on which each value stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from checkday.authoring.problem import BadSources, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Place = tuple[str | int, ...]
"""The way to a value: keys and positions from the top of the file."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS = {"true": True, "false": False, "null": None, "": None}
_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")


@dataclass(frozen=True, slots=True)
class Source:
    """One file that was read."""

    path: Path
    data: Any
    lines: Mapping[Place, int]

    def line(self, *place: str | int) -> int:
        """The line of a value, or of the nearest thing around it that stands in the file."""
        while place not in self.lines:
            place = place[:-1]
        return self.lines[place]

    def problem(self, key: str, *place: str | int, **facts: str) -> Problem:
        return Problem(self.path, self.line(*place), key, facts)


def read(root: Path, path: Path) -> Source:
    """The file's data.

    Raises:
        BadSources: it is not there, or not the plain YAML that a curriculum is written in.

    """
    text = _text(root, path)
    lines: dict[Place, int] = {(): 1}
    try:
        _forbid_aliases(path, text)
        node = _LOADER(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadSources([Problem(path, line, "lint.yaml", {"detail": error.problem or ""})]) from error
    except yaml.YAMLError as error:
        raise BadSources([Problem(path, 1, "lint.yaml", {"detail": str(error)})]) from error
    return Source(path, _built(path, node, (), lines), lines)


def _text(root: Path, path: Path) -> str:
    try:
        return (root / path).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise BadSources([Problem(path, 1, "lint.no_file", {"file": path.as_posix()})]) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise BadSources([Problem(path, line, "lint.yaml", {"detail": error.reason})]) from error


def _forbid_aliases(path: Path, text: str) -> None:
    # An alias would make one line stand for two places: no message could point at the right one.
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise BadSources([Problem(path, line, "lint.alias", {"name": str(event.anchor)})])


def _built(path: Path, node: yaml.Node | None, place: Place, lines: dict[Place, int]) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(path, node, place, lines)
    if isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            lines[*place, position] = item.start_mark.line + 1
        return [_built(path, item, (*place, position), lines) for position, item in enumerate(node.value)]
    return _scalar(node) if isinstance(node, yaml.ScalarNode) else None


def _mapping(path: Path, node: yaml.MappingNode, place: Place, lines: dict[Place, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value in node.value:
        # The key's own letters: YAML 1.1 would make a boolean of `on`, `off` and `no`.
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in found:
            raise BadSources([Problem(path, line, "lint.duplicate_key", {"name": key})])
        lines[*place, key] = line
        found[key] = _built(path, value, (*place, key), lines)
    return found


def _scalar(node: yaml.ScalarNode) -> Any:
    """Text, unless it is unquoted and reads as JSON does: no dates, no base 60, no `yes`."""
    text: str = node.value
    if node.style not in {None, ""}:  # libyaml says "" where the Python parser says None
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
