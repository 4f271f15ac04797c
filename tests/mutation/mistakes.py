"""What mistakes can be made in one node of a program, and how they are told."""

import ast
import copy
from collections.abc import Iterator

_COMPARED = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_COMPUTED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
_CALLED = {"any": "all", "all": "any", "min": "max", "max": "min"}
OUTCOMES = {"NotYet", "Pending", "Blocked"}

_NOTHING = "-"
"""What facts say where there is nothing to tell: another sign would do."""


def name_of(node: ast.AST) -> str:
    return getattr(node, "id", None) or getattr(node, "attr", None) or ""


def code_of(node: ast.AST) -> str | None:
    """The code that an outcome is made with."""
    if isinstance(node, ast.Call) and name_of(node.func) in OUTCOMES and node.args:
        first = node.args[0]
        return first.value if isinstance(first, ast.Constant) else None
    return None


def changes(node: ast.AST, codes: list[str]) -> Iterator[ast.AST]:
    made = _BY_KIND.get(type(node))
    if made is not None:
        yield from made(node, codes)


def _compare(node: ast.Compare, _) -> Iterator[ast.AST]:
    for at, operator in enumerate(node.ops):
        for other in _COMPARED[type(operator)]:
            changed = copy.copy(node)
            changed.ops = [*node.ops[:at], other(), *node.ops[at + 1 :]]
            yield changed


def _boolean(node: ast.BoolOp, _) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)


def _denied(node: ast.UnaryOp, _) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not):
        yield node.operand


def _condition(node, _) -> Iterator[ast.AST]:
    if not isinstance(node.test, (ast.Compare, ast.BoolOp, ast.UnaryOp)):
        changed = copy.copy(node)
        changed.test = ast.UnaryOp(ast.Not(), node.test)
        yield changed


def _filter(node: ast.comprehension, _) -> Iterator[ast.AST]:
    for at in range(len(node.ifs)):
        changed = copy.copy(node)
        changed.ifs = [*node.ifs[:at], *node.ifs[at + 1 :]]
        yield changed


def _constant(node: ast.Constant, _) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, (int, float)):
        yield from (ast.Constant(value + 1), ast.Constant(value - 1))
    elif isinstance(value, str) and value != _NOTHING:
        yield ast.Constant(f"{value}~")


def _computed(node: ast.BinOp, _) -> Iterator[ast.AST]:
    if other := _COMPUTED.get(type(node.op)):
        yield ast.BinOp(node.left, other(), node.right)


def _called(node: ast.Call, codes: list[str]) -> Iterator[ast.AST]:
    if code := code_of(node):
        other = codes[(codes.index(code) + 1) % len(codes)]
        changed = copy.copy(node)
        changed.args = [ast.Constant(other if other != code else f"{code}~"), *node.args[1:]]
        yield changed
    elif isinstance(node.func, ast.Name) and node.func.id in _CALLED:
        changed = copy.copy(node)
        changed.func = ast.Name(_CALLED[node.func.id], ast.Load())
        yield changed


def _removed(node: ast.stmt, _) -> Iterator[ast.AST]:
    yield ast.Pass()


_BY_KIND = {
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _denied,
    ast.If: _condition,
    ast.IfExp: _condition,
    ast.While: _condition,
    ast.comprehension: _filter,
    ast.Constant: _constant,
    ast.BinOp: _computed,
    ast.Call: _called,
    ast.Raise: _removed,
    ast.Expr: _removed,
}


def told(node: ast.AST) -> str:
    if isinstance(node, ast.Pass):
        return "nothing"
    if isinstance(node, (ast.If, ast.While)):
        return f"if {ast.unparse(node.test)}"
    if isinstance(node, ast.comprehension):
        return ast.unparse(ast.fix_missing_locations(node)).strip()
    return " ".join(ast.unparse(ast.fix_missing_locations(node)).split())[:120]
