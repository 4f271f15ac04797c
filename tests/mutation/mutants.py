"""Mutants of functions: one small mistake each, put into the running function and taken out again."""

import ast
import copy
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType

import checkday
from mutation.mistakes import OUTCOMES, changes, code_of, name_of, told

SOURCE = Path(checkday.__file__).parent

_TELLING = {*OUTCOMES, "hidden", "proof_gone", "other_path"}
"""Calls whose named arguments only choose what is told to the learner."""


@dataclass(frozen=True)
class Mutant:
    """One mistake. `where` and `change` name it whatever the line it stands on."""

    module: str
    function: str
    """Qualified name; empty where a constant of the module is changed."""
    line: int
    change: str
    node: int
    variant: int

    @property
    def key(self) -> str:
        """Stays the same when lines move."""
        return f"{self.module}:{self.function or '(module)'}: {self.change}"


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every mutant of a module of `checkday`; those that would read alike are numbered."""
    module = ".".join(("checkday", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")
    tree, seen = _parsed(path), {}
    codes = sorted({code for node in ast.walk(tree) if (code := code_of(node))})
    for number, node, function in _places(tree):
        for variant, changed in enumerate(changes(node, codes)):
            change = f"{told(node)} -> {told(changed)}"
            count = seen[function, change] = seen.get((function, change), 0) + 1
            change += f" ({count})" if count > 1 else ""
            mutant = Mutant(module, function, _line(node), change, number, variant)
            if function or _loads(path, mutant):
                yield mutant


@contextmanager
def active(mutant: Mutant):
    """The mistake is in the running program for as long as the block lasts."""
    module = importlib.import_module(mutant.module)
    code = compile(_mutated(Path(module.__file__), mutant), module.__file__, "exec")
    if not mutant.function:
        with _constants(module, code):
            yield
        return
    function = _function(module, mutant.function)
    original = function.__code__
    function.__code__ = _inside(code, mutant.function)
    try:
        yield
    finally:
        function.__code__ = original


def _loads(path: Path, mutant: Mutant) -> bool:
    """Whether the module can be imported at all with its constant changed: if not, nobody could miss it."""
    code = compile(_mutated(path, mutant), str(path), "exec")
    try:
        exec(code, {"__name__": mutant.module})  # noqa: S102 - our own source, with one mistake in it
    except Exception:  # noqa: BLE001 - whatever a wrong constant leads to
        return False
    return True


def _function(module, name: str) -> FunctionType:
    found = module
    for part in name.split("."):
        found = found.__dict__[part]
    found = getattr(found, "fget", None) or getattr(found, "__func__", found)
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    return found


def _inside(code: CodeType, name: str) -> CodeType:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            if one.co_qualname == name:
                return one
            if name.startswith(f"{one.co_qualname}."):
                return _inside(one, name)
    raise LookupError(name)


@contextmanager
def _constants(module, code: CodeType):
    """New values of a module's constants, there and in every module of ours that imported them."""
    fresh = {"__name__": module.__name__, "__package__": module.__package__, "__file__": module.__file__}
    exec(code, fresh)  # noqa: S102 - our own source, with one mistake in it
    changed = [
        (other, name, fresh[name], value)
        for home, name, value in [(module, *item) for item in vars(module).copy().items()]
        if name in fresh and _is_constant(value) and fresh[name] != value
        for other in _holders(home, name, value)
    ]
    for other, name, new, _ in changed:
        setattr(other, name, new)
    try:
        yield
    finally:
        for other, name, _, old in changed:
            setattr(other, name, old)


def _is_constant(value) -> bool:
    plain = (str, int, float, bytes, tuple, list, dict, set, frozenset)
    return isinstance(value, plain) or type(value).__module__ in {"datetime", "re", "decimal"}


def _holders(home, name: str, value):
    ours = [one for key, one in sys.modules.copy().items() if key.startswith("checkday.")]
    return [one for one in ours if one is home or one.__dict__.get(name) is value]


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _mutated(path: Path, mutant: Mutant) -> ast.Module:
    tree = copy.deepcopy(_parsed(path))
    codes = sorted({code for node in ast.walk(tree) if (code := code_of(node))})
    node = next(node for number, node, _ in _places(tree) if number == mutant.node)
    changed = list(changes(node, codes))[mutant.variant]
    return ast.fix_missing_locations(_Swap(node, changed).visit(tree))


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return ast.copy_location(self._new, node) if node is self._old else self.generic_visit(node)


# Where a mistake may be made


def _places(tree: ast.Module) -> Iterator[tuple[int, ast.AST, str]]:
    """(number, node, function) of everything that decides something."""
    for number, (node, function) in enumerate(_walk(tree, ())):
        yield number, node, function


def _walk(node: ast.AST, inside: tuple[str, ...]) -> Iterator[tuple[ast.AST, str]]:
    for child in _children(node):
        if isinstance(child, (ast.FunctionDef, ast.ClassDef)) and not _is_function(node):
            yield from _walk(child, (*inside, child.name))
        elif not isinstance(node, ast.ClassDef) or isinstance(child, ast.FunctionDef):
            yield child, ".".join(inside)
            yield from _walk(child, inside)


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Those that run when a check does, and decide."""
    yield from (one for one in _parts(node) if not _is_idle(one))


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """Without annotations, told facts, defaults of `get`, and names that end in a KeyError when wrong."""
    if isinstance(node, ast.FunctionDef):
        yield from node.body
    elif isinstance(node, ast.AnnAssign):
        yield from [node.value] if node.value else []
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Dict):
        yield from node.value.values
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        yield node.value
    elif isinstance(node, ast.Call) and name_of(node.func) == "get":
        yield from (node.func, *node.args[:1])
    elif isinstance(node, ast.Call) and name_of(node.func) in _TELLING:
        yield from () if code_of(node) else node.args[:1]
    elif not (isinstance(node, ast.Call) and name_of(node.func) in {"name", "TypeVar", "ParamSpec"}):
        yield from ast.iter_child_nodes(node)


def _is_idle(node: ast.AST) -> bool:
    """A docstring, an import, a list of exports, what only type checkers read."""
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    typing = isinstance(node, ast.If) and name_of(node.test) == "TYPE_CHECKING"
    exports = isinstance(node, ast.Assign) and name_of(node.targets[0]) == "__all__"
    return text or typing or exports or isinstance(node, (ast.Import, ast.ImportFrom))


def _line(node: ast.AST) -> int:
    return node.target.lineno if isinstance(node, ast.comprehension) else node.lineno
