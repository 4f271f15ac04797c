"""What the checks do, read from their syntax trees: codes raised, evidence returned, reads of AWS."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from checkday.authoring.tree import Module, Tree

_OUTCOMES = {"NotYet", "Pending"}


@dataclass(frozen=True, slots=True)
class Raised:
    """One NotYet(...) or Pending(...); None for what cannot be read from the source."""

    module: Module
    node: ast.Call
    code: str | None
    facts: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Function:
    """One function of a day's checks."""

    module: Module
    node: ast.FunctionDef

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def mentions(self) -> set[str]:
        """Every plain name in it, so also the functions it hands its work to."""
        return {node.id for node in ast.walk(self.node) if isinstance(node, ast.Name)}

    def calls(self, *names: str) -> Iterator[ast.Call]:
        for node in ast.walk(self.node):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield node

    def raised(self, callers: Iterable[Function]) -> Iterator[Raised]:
        """What it raises; a code that is a parameter is what each caller passes."""
        for call in self.calls(*_OUTCOMES):
            code = call.args[0] if call.args else None
            if isinstance(code, ast.Name) and code.id in self._parameters:
                for caller in callers:
                    for passing in caller.calls(self.name):
                        yield Raised(caller.module, passing, self._passed(passing, code.id), keywords(call))
            else:
                yield Raised(self.module, call, literal(code), keywords(call))

    @property
    def _parameters(self) -> list[str]:
        arguments = self.node.args
        return [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]

    def _passed(self, call: ast.Call, parameter: str) -> str | None:
        named = {keyword.arg: keyword.value for keyword in call.keywords}
        positional = dict(zip(self._parameters, call.args, strict=False))
        return literal(named.get(parameter, positional.get(parameter)))


@dataclass(frozen=True, slots=True)
class Returned:
    """One `return` of evidence; keys are None when they cannot be read from the source."""

    module: Module
    node: ast.Return
    keys: frozenset[str] | None


@dataclass(frozen=True)
class DayCode:
    """The functions of one day's checks, and those that all days share."""

    functions: Mapping[str, Function]
    day: int

    @property
    def public(self) -> list[Function]:
        return [
            function
            for name, function in self.functions.items()
            if function.module.day == self.day and not name.startswith("_")
        ]

    def reached(self, name: str) -> list[Function]:
        """The function and everything it leads to, except other milestones' functions."""
        others = {function.name for function in self.public} - {name}
        found: dict[str, Function] = {}
        waiting = [name]
        while waiting:
            function = self.functions.get(waiting.pop())
            if function and function.name not in found:
                found[function.name] = function
                waiting.extend(sorted(function.mentions - others))
        return list(found.values())

    def raised(self, name: str) -> list[Raised]:
        reached = self.reached(name)
        return [one for function in reached for one in function.raised(reached)]

    def returned(self, name: str) -> Iterator[Returned]:
        """What every path of a check returns; a `return f(...)` is followed into f."""
        function = self.functions[name]
        for node in _own_nodes(function.node):
            if isinstance(node, ast.Return):
                yield from self._keys(function, node)

    def _keys(self, function: Function, node: ast.Return) -> Iterator[Returned]:
        value = node.value
        if isinstance(value, ast.Call) and getattr(value.func, "attr", "") == "other_path":
            return  # another way leaves other evidence
        if isinstance(value, ast.Constant) and value.value is None:
            return  # a trace that shows nothing
        if (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Name)
            and value.func.id in self.functions
        ):
            yield from self.returned(value.func.id)
        else:
            yield Returned(function.module, node, _dict_keys(value))


def day_code(tree: Tree, day: int) -> DayCode:
    shared_or_own = (module for module in tree.checks if module.day in {None, day})
    functions = {
        node.name: Function(module, node)
        for module in shared_or_own
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef)
    }
    return DayCode(functions, day)


@dataclass(frozen=True, slots=True)
class Read:
    """One read of AWS that a module names; `operation` is None when only the service is."""

    node: ast.AST
    service: str
    operation: str | None


def reads(module: Module, services: set[str]) -> Iterator[Read]:
    """Every `lab.aws.<service>.<operation>`, `lab.at(region).…`, and call with both names as texts."""
    inner: set[int] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and _service(node.value):
            inner.add(id(node.value))
            yield Read(node, _service(node.value) or "", node.attr)
        elif isinstance(node, ast.Attribute) and _service(node) and id(node) not in inner:
            yield Read(node, node.attr, None)
        elif isinstance(node, ast.Call):
            yield from _named(node, services)


def literal(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def keywords(call: ast.Call) -> frozenset[str] | None:
    """The names of a call's keywords; None if some come from a mapping."""
    names = [keyword.arg for keyword in call.keywords]
    return None if None in names else frozenset(name for name in names if name)


def _own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The function's nodes, without those of functions defined inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop(0)
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(node))


def _dict_keys(value: ast.expr | None) -> frozenset[str] | None:
    keys = [literal(key) for key in value.keys] if isinstance(value, ast.Dict) else [None]
    return None if None in keys else frozenset(key for key in keys if key)


def _service(node: ast.expr) -> str | None:
    """The service, if the node is `<window>.<service>`."""
    if not isinstance(node, ast.Attribute):
        return None
    window = node.value
    if isinstance(window, ast.Call):
        return node.attr if isinstance(window.func, ast.Attribute) and window.func.attr == "at" else None
    name = window.attr if isinstance(window, ast.Attribute) else getattr(window, "id", "")
    return node.attr if name == "aws" else None


def _named(call: ast.Call, services: set[str]) -> Iterator[Read]:
    texts = [literal(argument) for argument in call.args]
    for service, operation in pairwise(texts):
        # `("glue", "CreateTable")` is an event of CloudTrail.
        if service in services and operation and operation.islower():
            yield Read(call, service, operation)
