"""Checks judge and do nothing else: no error handling, no input or output of their own."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkday.authoring.problem import Problem
    from checkday.authoring.tree import Module, Tree

_FORBIDDEN = {"boto3", "botocore", "os", "pathlib", "socket", "subprocess", "time", "urllib"}


def problems(tree: Tree) -> Iterator[Problem]:
    for module in tree.checks:
        for node in _run(module.tree):
            if isinstance(node, (ast.Try, ast.TryStar)):
                yield module.problem(node, "lint.try_in_check")
            yield from _imports(module, node)


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but the imports that only a type checker follows."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and getattr(child.test, "id", "") == "TYPE_CHECKING"):
            yield child
            yield from _run(child)


def _imports(module: Module, node: ast.AST) -> Iterator[Problem]:
    names: list[str] = []
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [node.module or ""]
    for name in names:
        if name.partition(".")[0] in _FORBIDDEN:
            yield module.problem(node, "lint.import_in_check", module=name)
