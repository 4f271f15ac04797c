"""Day 5, exploring: what is read is understood, and what was written stands once and rightly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkday.checks.items import Item, item, mistyped, number, table
from checkday.lab import Evidence, Lab, NotYet, Pending
from checkday.names import INDEX_BY_POSTER

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import GlobalSecondaryIndexDescriptionTypeDef

_DAY = 5
_OWN_ITEM: Item = {"Id": {"N": "201"}}
_FORUM, _THREAD = "Xe đạp cuối tuần", "Chào hỏi và giới thiệu"
_INDEX_KEYS = ["PostedBy", "ReplyDateTime"]
_MOST = 100
"""Entries of the index that one look reads: five times what the busiest poster has written."""


def read(lab: Lab) -> Evidence:
    """Enough of the quiz's questions are answered right; only the learner's own reads answer them."""
    score = lab.score(_DAY)
    if score is None:
        raise NotYet("not_answered", day=_DAY)
    if score.right < score.wanted:
        raise NotYet("wrong_answers", right=score.right, total=score.total, wanted=score.wanted, day=_DAY)
    return {"right": score.right, "total": score.total}


def write(lab: Lab) -> Evidence:
    """The learner's own item is in the catalog, each attribute with its type and value."""
    name, found = lab.name("catalog"), item(lab, "catalog", _OWN_ITEM)
    if found is None:
        raise NotYet("missing", table=name, key=_OWN_ITEM["Id"]["N"])
    for attribute, kind in (("Owner", "S"), ("Price", "N"), ("Tags", "SS")):
        if attribute not in found:
            raise NotYet("no_attribute", table=name, attribute=attribute, wanted=kind)
        fault = mistyped(attribute, kind, found[attribute], table=name)
        if fault is not None:
            raise fault
    if (actual := found["Owner"]["S"]) != lab.learner:
        raise NotYet("wrong_owner", table=name, actual=actual, wanted=lab.learner)
    return {"item": name, "owner": lab.learner}


def condition(lab: Lab) -> Evidence:
    """The forum's counter is one more than in the sample: the conditional update worked once, not twice."""
    found = item(lab, "forum", {"Name": {"S": _FORUM}})
    if found is None:
        raise NotYet("missing", table=lab.name("forum"), forum=_FORUM)
    sample = next(one for one in lab.golden["tables"]["forum"] if one["Name"]["S"] == _FORUM)
    before, actual = int(sample["Messages"]["N"]), number(found.get("Messages"))
    if actual is None:
        raise NotYet("not_a_number", forum=_FORUM, attribute="Messages")
    if actual == before:
        raise NotYet("unchanged", forum=_FORUM, actual=actual, wanted=before + 1)
    if actual != before + 1:
        raise NotYet("wrong_count", forum=_FORUM, actual=actual, wanted=before + 1)
    return {"forum": _FORUM, "messages": actual}


def transaction(lab: Lab) -> Evidence:
    """The learner's reply and the thread's counter came together, each exactly once."""
    thread = item(lab, "thread", {"ForumName": {"S": _FORUM}, "Subject": {"S": _THREAD}})
    if thread is None or table(lab, "reply") is None:
        raise NotYet("missing", thread=_THREAD)
    replies, counter = _replies(lab), number(thread.get("Replies"))
    if counter is None:
        raise NotYet("not_a_number", thread=_THREAD, attribute="Replies")
    if not replies and counter == 0:
        raise NotYet("nothing_yet", thread=_THREAD)
    if len(replies) != counter:
        raise NotYet("half", thread=_THREAD, replies=len(replies), counter=counter)
    if counter > 1:
        raise NotYet("twice", thread=_THREAD, counter=counter)
    if (actual := _poster(replies[0])) != lab.learner:
        raise NotYet("wrong_poster", thread=_THREAD, actual=actual, wanted=lab.learner)
    return {"thread": _THREAD, "replies": counter}


def gsi(lab: Lab) -> Evidence:
    """The index by-poster of the replies is ready, ordered by time for each poster, and holds whole items."""
    name, found = lab.name("reply"), table(lab, "reply")
    if found is None:
        raise NotYet("no_table", table=name)
    indexes = {one["IndexName"]: one for one in found.get("GlobalSecondaryIndexes", [])}
    index = indexes.pop(INDEX_BY_POSTER, None)
    if index is None or index["IndexStatus"] == "DELETING":
        if others := [one for one in indexes if _index_keys(indexes[one]) == _INDEX_KEYS]:
            raise NotYet("wrong_name", table=name, actual=others[0], wanted=INDEX_BY_POSTER)
        raise NotYet("missing", table=name, wanted=INDEX_BY_POSTER)
    if (actual := _index_keys(index)) != _INDEX_KEYS:
        raise NotYet(
            "wrong_keys", index=INDEX_BY_POSTER, actual=", ".join(actual), wanted=", ".join(_INDEX_KEYS)
        )
    if (projection := index["Projection"].get("ProjectionType", "-")) != "ALL":
        raise NotYet("projection", index=INDEX_BY_POSTER, actual=projection, wanted="ALL")
    if index.get("Backfilling"):
        raise Pending("backfilling", 30, index=INDEX_BY_POSTER)
    if index["IndexStatus"] == "CREATING":
        raise Pending("creating", 30, index=INDEX_BY_POSTER)
    return {"index": INDEX_BY_POSTER, "projection": projection}


def gsi_query(lab: Lab) -> Evidence:
    """A query of the index finds as many replies of one poster as the sample has."""
    name, found = lab.name("reply"), table(lab, "reply")
    indexes = found.get("GlobalSecondaryIndexes", []) if found else []
    status = {one["IndexName"]: one["IndexStatus"] for one in indexes}.get(INDEX_BY_POSTER, "DELETING")
    if status == "DELETING":
        raise NotYet("missing", table=name, index=INDEX_BY_POSTER)
    if status == "CREATING":
        raise Pending("backfilling", 30, index=INDEX_BY_POSTER)
    tables = lab.golden["tables"]
    poster, wanted = tables["asked"]["poster"], tables["right"]["posted"]
    actual = _count(lab, name, poster)
    if actual < wanted:
        raise NotYet("too_few", index=INDEX_BY_POSTER, poster=poster, actual=actual, wanted=wanted)
    if actual > wanted:
        raise NotYet("too_many", index=INDEX_BY_POSTER, poster=poster, actual=actual, wanted=wanted)
    return {"poster": poster, "count": actual}


def _replies(lab: Lab) -> list[Item]:
    """The replies in the thread that the sample leaves empty."""
    found = lab.find(
        lab.aws.dynamodb.query,
        TableName=lab.name("reply"),
        KeyConditionExpression="Id = :id",
        ExpressionAttributeValues={":id": {"S": f"{_FORUM}#{_THREAD}"}},
        ConsistentRead=True,
        Limit=_MOST,
    )
    return list(found["Items"]) if found else []


def _poster(reply: Item) -> str:
    return str(reply.get("PostedBy", {}).get("S", "-"))


def _count(lab: Lab, name: str, poster: str) -> int:
    found = lab.find(
        lab.aws.dynamodb.query,
        TableName=name,
        IndexName=INDEX_BY_POSTER,
        KeyConditionExpression="PostedBy = :poster",
        ExpressionAttributeValues={":poster": {"S": poster}},
        Select="COUNT",
        Limit=_MOST,
    )
    return found["Count"] if found else 0


def _index_keys(index: GlobalSecondaryIndexDescriptionTypeDef) -> list[str]:
    """The partition key, then the sort key."""
    keys: list[Any] = sorted(index.get("KeySchema", []), key=lambda one: one["KeyType"])
    return [str(one["AttributeName"]) for one in keys]
