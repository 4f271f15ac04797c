"""Every place from which a text goes to somebody's eyes or into a file, found by reading the source."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import checkday

APART = {
    "sandbox": "answers the programs of the learner's own machine, as AWS would",
    "authoring": "shows its own source to an author",
    "checks": "judge: they neither show nor keep anything, which import-linter and their own lint hold",
}
"""Folder -> why nothing is looked for there."""

PACKAGE = Path(checkday.__file__).parent

WRITES = {
    *("print", "write", "writelines", "write_text", "write_bytes", "writerow", "writerows", "put"),
    *("paint", "tell", "warn", "render", "excepthook", "__excepthook__", "print_exc", "print_exception"),
    *("Response", "HTMLResponse", "PlainTextResponse", "JSONResponse", "StreamingResponse"),
    *("getLogger", "basicConfig", "set_stream_logger", "log", "startfile"),
}
"""Names of what shows or keeps a text, wherever it is called."""

_OPENS = {"open", "fdopen"}
_SAFE = {"words", "_words", "plain", "inert"}
"""What gives nothing but our own words, with every fact in them made plain."""


class Printed(NamedTuple):
    """One argument of a call that prints, which is not plainly a sentence of ours."""

    module: str
    function: str
    text: str


@cache
def modules() -> dict[str, ast.Module]:
    """Module, as a path below the package -> its tree."""
    files = {str(one.relative_to(PACKAGE)): one for one in sorted(PACKAGE.rglob("*.py"))}
    ours = {name: one for name, one in files.items() if name.partition("/")[0] not in APART}
    return {name: ast.parse(one.read_text(encoding="utf-8")) for name, one in ours.items()}


@cache
def writers() -> dict[str, set[str]]:
    """Module -> the names by which it shows or keeps something."""
    found = {
        module: {name for node in ast.walk(tree) if (name := _write(node))}
        for module, tree in modules().items()
    }
    return {module: names for module, names in found.items() if names}


def printed(module: str) -> Iterator[Printed]:
    """What the module prints without its being a sentence of ours."""
    for function, node in _calls(modules()[module]):
        if name_of(node.func) == "print" or ast.unparse(node.func) in {
            "sys.stdout.write",
            "sys.stderr.write",
        }:
            for argument in node.args:
                if not is_ours(argument):
                    yield Printed(module, function, ast.unparse(argument))


def is_ours(node: ast.AST) -> bool:
    """Whether the expression can only be our own words, or a text that was made plain."""
    match node:
        case ast.Call():
            return name_of(node.func) in _SAFE
        case ast.BinOp(left=one, right=other) | ast.IfExp(body=one, orelse=other):
            return is_ours(one) and is_ours(other)
        case ast.JoinedStr():
            return all(is_ours(one) for one in node.values)
        case ast.FormattedValue():
            return is_ours(node.value)
    return isinstance(node, ast.Constant)


def name_of(node: ast.AST) -> str:
    return getattr(node, "id", None) or getattr(node, "attr", None) or ""


def _write(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Call):
        return None
    name = name_of(node.func)
    if name in _OPENS:
        modes = [
            one.value
            for one in (*node.args[1:], *(word.value for word in node.keywords))
            if isinstance(one, ast.Constant)
        ]
        return (
            name
            if any(isinstance(mode, str) and set(mode) & set("wax+") and len(mode) < 4 for mode in modes)
            else None
        )
    return name if name in WRITES else None


def _calls(tree: ast.AST, function: str = "") -> Iterator[tuple[str, ast.Call]]:
    for node in ast.iter_child_nodes(tree):
        inside = node.name if isinstance(node, ast.FunctionDef) else function
        if isinstance(node, ast.Call):
            yield inside, node
        yield from _calls(node, inside)
