"""The shape of the sources, by curriculum.schema.json, told by file and line."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checkday.model import BadSetting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

    from checkday.authoring.problem import Problem
    from checkday.authoring.source import Source
    from checkday.authoring.tree import Tree

_FILE = Path(__file__).parent.parent / "curriculum" / "curriculum.schema.json"


def problems(tree: Tree) -> list[Problem]:
    """Everything in the sources that has not the agreed shape."""
    named = [("course", tree.course), ("words", tree.words), ("reads", tree.reads), ("causes", tree.causes)]
    named += [("day", source) for source in tree.days.values()]
    return [problem for kind, source in named for problem in _of(kind, source)]


def _of(kind: str, source: Source) -> Iterator[Problem]:
    for error in _validator(kind).iter_errors(source.data):
        yield from _told(source, error)


def _told(source: Source, error: ValidationError) -> Iterator[Problem]:
    place = tuple(error.absolute_path)
    found: Any = error.instance
    schema: Any = error.schema
    rule: Any = error.validator_value
    if error.validator == "required":
        # jsonschema reports each missing field by itself, but its name stands only in the prose.
        name = next(name for name in rule if name not in found and repr(name) in error.message)
        yield source.problem("lint.missing_field", *place, name=name)
    elif error.validator == "additionalProperties":
        for name in sorted(set(found) - set(schema.get("properties", ()))):
            yield source.problem("lint.unknown_field", *place, name, name=name)
    else:
        told = _short(f"{error.validator}: {json.dumps(rule)}")
        yield source.problem("lint.bad_value", *place, value=_short(_shown(found)), rule=told)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _short(text: str, longest: int = 80) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


@cache
def _validator(kind: str) -> Validator:
    try:
        import jsonschema  # noqa: PLC0415 - an author's tool only; learners install without it
    except ModuleNotFoundError as error:
        raise BadSetting("author.needs_dev", module="jsonschema") from error
    schema = json.loads(_FILE.read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator({"$defs": schema["$defs"], "$ref": f"#/$defs/{kind}"})
