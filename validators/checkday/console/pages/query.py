"""A query by form: partition key, sort key condition, filter, order; and what DynamoDB was asked and took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from checkday.console import dynamo_json, notation
from checkday.console.pages.items import PAGE, after, listed
from checkday.console.pages.tables import Index, described
from checkday.console.problems import BadInput
from checkday.console.visit import Visit

CONDITIONS = ("", "=", "<", "<=", ">", ">=", "between", "begins_with")
FILTERS = ("", "=", "<>", "<", "<=", ">", ">=", "contains", "begins_with", "exists", "not_exists")
FILTER_TYPES = ("S", "N", "BOOL", "B", "NULL")
_MOST = 100
_FUNCTIONS = {
    "between": "{name} BETWEEN {value} AND {second}",
    "begins_with": "begins_with({name}, {value})",
    "contains": "contains({name}, {value})",
    "exists": "attribute_exists({name})",
    "not_exists": "attribute_not_exists({name})",
}


def query(visit: Visit) -> Response:
    """The form, and under it the answer if it has been sent."""
    table = described(visit, visit.need("table"))
    index = table.index(visit.asked.get("index", ""))
    facts: dict[str, Any] = {"table": table, "index": index, "answer": None, "problem": None, "sent": ""}
    facts |= {
        "conditions": CONDITIONS,
        "filters": FILTERS,
        "types": FILTER_TYPES,
        "default_limit": PAGE,
        "again": _again,
    }
    if "partition" in visit.asked:
        try:
            asked = _asked(visit.asked, index)
            start = {"ExclusiveStartKey": visit.key("after")} if visit.asked.get("after") else {}
        except BadInput as problem:
            return visit.page("query.html", 422, **facts | {"problem": problem})
        answer = visit.client("dynamodb").query(
            TableName=table.name, ReturnConsumedCapacity="TOTAL", **asked, **start
        )
        facts |= {"answer": answer, "sent": dynamo_json.dumps(asked, indent=2)}
        facts |= listed(table, answer["Items"]) | after(answer)
    return visit.page("query.html", **facts)


def _again(visit: Visit, start: str) -> str:
    """The address of the same query, from a place on."""
    return visit.link("/dynamodb/query", **{**visit.asked, "after": start})


def _asked(form: Mapping[str, str], index: Index) -> dict[str, Any]:
    """The parameters of the request.

    Raises:
        BadInput: a value is not of its type.

    """
    names, values = {"#p": index.partition}, {":p": _key_value(index, index.partition, form["partition"])}
    condition = "#p = :p"
    sort, operator = index.sort, form.get("condition", "")
    if sort and operator in CONDITIONS[1:]:
        names["#s"], values[":s"] = sort, _key_value(index, sort, form.get("sort", ""))
        if operator == "between":
            values[":t"] = _key_value(index, sort, form.get("second", ""))
        condition += " AND " + _clause(operator, "#s", ":s", ":t")
    asked: dict[str, Any] = {"KeyConditionExpression": condition, "Limit": _limit(form)}
    attribute, operator = form.get("attribute", ""), form.get("filter", "")
    if attribute and operator in FILTERS[1:]:
        names["#f"] = attribute
        if not operator.endswith("exists"):
            values[":f"] = notation.read(form.get("type", "S"), form.get("value", ""), attribute)
        asked["FilterExpression"] = _clause(operator, "#f", ":f")
    if index.name:
        asked["IndexName"] = index.name
    if form.get("order") == "down":
        asked["ScanIndexForward"] = False
    return asked | {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}


def _clause(operator: str, name: str, value: str, second: str = "") -> str:
    return _FUNCTIONS.get(operator, f"{{name}} {operator} {{value}}").format(
        name=name, value=value, second=second
    )


def _key_value(index: Index, name: str, text: str) -> dict[str, Any]:
    if not text:
        raise BadInput("empty_key", where=name)
    return notation.read(index.keys[name], text, name)


def _limit(form: Mapping[str, str]) -> int:
    text = form.get("limit", "").strip() or str(PAGE)
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and 0 < int(text) <= _MOST):  # noqa: PLR2004
        raise BadInput("limit", most=_MOST)
    return int(text)
