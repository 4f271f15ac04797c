"""reads.yaml: everything that is read is allowed there, and nothing is allowed that nobody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkday.authoring.code import Read, reads
from checkday.authoring.tree import PACKAGE, Module, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkday.authoring.problem import Problem

_READERS = ("checks", "lab", "engine", "leftovers", "doctor", "traces")
"""The parts of the package that look at an account."""


def problems(tree: Tree) -> Iterator[Problem]:
    declared = {(service, name) for service, names in tree.reads.data.items() for name in names}
    found = list(_found(tree))
    for module, read in found:
        if read.operation is None:
            yield module.problem(read.node, "lint.bare_service", service=read.service)
        elif (read.service, read.operation) not in declared:
            yield module.problem(read.node, "lint.undeclared_read", call=f"{read.service}.{read.operation}")
    for service, operation in sorted(declared - {(read.service, read.operation) for _, read in found}):
        yield tree.reads.problem("lint.unused_read", service, operation, call=f"{service}.{operation}")


def _found(tree: Tree) -> Iterator[tuple[Module, Read]]:
    services = set(tree.reads.data)
    for module in tree.modules:
        if module.path.relative_to(PACKAGE).parts[0].removesuffix(".py") in _READERS:
            yield from ((module, read) for read in reads(module, services))
