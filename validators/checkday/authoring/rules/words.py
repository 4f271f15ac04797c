"""words.yaml and causes.yaml: what the program names has its sentences, and no sentence is left over."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from checkday.authoring.code import keywords, literal
from checkday.authoring.sentences import BadSentenceError, placeholders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkday.authoring.problem import Problem
    from checkday.authoring.tree import Module, Tree

_ONE = ("",)
_TWO = (".seen", ".todo")
_SENTENCES = {
    "words": _ONE, "add": _ONE, "problem": _ONE, "Problem": _ONE,
    "tell": _TWO, "warn": _TWO, "_warn": _TWO,
    "CheckdayError": _TWO, "BadSetting": _TWO, "Unwritable": _TWO, "WriteRefused": _TWO,
    "NotSent": _TWO, "_note": _ONE,
}  # fmt: skip
"""Calls that take a word key, and what the key's sentences end in."""


def problems(tree: Tree) -> Iterator[Problem]:
    yield from _causes(tree)
    for module in tree.modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                yield from _call(tree, module, node)
    yield from _unused(tree)


def _causes(tree: Tree) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for cause, codes in tree.causes.data.items():
        for end in _TWO:
            if f"cause.{cause}{end}" not in tree.words.data:
                yield tree.causes.problem("lint.unknown_word", cause, name=f"cause.{cause}{end}")
        for at, code in enumerate(codes):
            if owner.setdefault(code, cause) != cause:
                yield tree.causes.problem("lint.duplicate_id", cause, at, id=code)


def _call(tree: Tree, module: Module, call: ast.Call) -> Iterator[Problem]:
    called = getattr(call.func, "id", getattr(call.func, "attr", ""))
    node = _key_node(call, called)
    key = literal(node)
    if called == "Blocked" and key:
        yield from _named(tree, module, call, [f"cause.{key}{end}" for end in _TWO])
    elif called in _SENTENCES and key:
        yield from _named(tree, module, call, [key + end for end in _SENTENCES[called]])
    elif called in _SENTENCES and isinstance(node, ast.JoinedStr):
        pattern = _pattern(node)
        if not any(pattern.fullmatch(word) for word in tree.words.data):
            yield module.problem(call, "lint.unknown_word", name=ast.unparse(node))


def _key_node(call: ast.Call, called: str) -> ast.expr | None:
    """The word key among a call's arguments: the first text, or what is passed as `key`."""
    if called == "add":
        return next((keyword.value for keyword in call.keywords if keyword.arg == "key"), None)
    texts = (one for one in call.args if literal(one) is not None or isinstance(one, ast.JoinedStr))
    return next(texts, None)


def _named(tree: Tree, module: Module, call: ast.Call, keys: list[str]) -> Iterator[Problem]:
    for key in keys:
        if key not in tree.words.data:
            yield module.problem(call, "lint.unknown_word", name=key)
        elif lacking := _lacking(tree, call, key):
            yield module.problem(call, "lint.lacking_facts", name=key, facts=", ".join(lacking))


def _lacking(tree: Tree, call: ast.Call, key: str) -> list[str]:
    given = keywords(call)
    if given is None or _takes_a_mapping(call):
        return []
    try:
        return sorted({name for text in tree.words.data[key].values() for name in placeholders(text)} - given)
    except BadSentenceError:
        return []  # told by the rule of sentences


def _takes_a_mapping(call: ast.Call) -> bool:
    """Whether the facts come as one value, of which the source does not say what it holds."""
    return getattr(call.func, "id", getattr(call.func, "attr", "")) in {"warn", "_warn", "Problem"}


def _unused(tree: Tree) -> Iterator[Problem]:
    nodes = [node for module in tree.modules for node in ast.walk(module.tree)]
    named = {literal(node) for node in nodes if isinstance(node, ast.Constant)}
    built = [_pattern(node) for node in nodes if isinstance(node, ast.JoinedStr) and _begins_as_key(node)]
    for key in tree.words.data:
        stem = key.removesuffix(".seen").removesuffix(".todo")
        subject, _, cause = stem.partition(".")
        if subject == "cause":  # said by f"cause.{...}", so only its own name shows whether it ever is
            used = cause in tree.causes.data or cause in named
        else:
            used = bool({key, stem} & named) or any(pattern.fullmatch(key) for pattern in built)
        if not used:
            yield tree.words.problem("lint.unused_word", key, name=key)


def _begins_as_key(node: ast.JoinedStr) -> bool:
    return re.fullmatch(r"[a-z_]+\..*", literal(node.values[0]) or "") is not None


def _pattern(node: ast.JoinedStr) -> re.Pattern[str]:
    return re.compile("".join(re.escape(literal(part) or "") or ".+" for part in node.values))
