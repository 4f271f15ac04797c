"""Day 6, the log: 20,000 items on demand, and an index whose writes are spread over ten shards."""

from __future__ import annotations

from checkday.checks.indexes import Asked, Index, counted, existing_table, key_names, ready_index
from checkday.checks.traces import event_keys, index_in, table_made, tables_made
from checkday.lab import Event, Evidence, Lab, NotYet
from checkday.names import INDEX_BY_SHARD

_KEYS = (("PK", "S"),)
_BY_SHARD = Index("log", INDEX_BY_SHARD, ("ShardKey", "StatusTime"))
_SHARDS = 10
_SKEWED = 0.2
"""A share of all items that one of ten shards must not reach."""

_PROJECTION = "KEYS_ONLY"


def log_table(lab: Lab) -> Evidence:
    """The log's table has its key, and is on demand with a limit that a mistake cannot exceed."""
    name, found = lab.name("log"), existing_table(lab, "log")
    if (actual := key_names(found)) != [key for key, _ in _KEYS]:
        raise NotYet("wrong_keys", table=name, actual=", ".join(actual), wanted="PK")
    if found.get("BillingModeSummary", {}).get("BillingMode") != "PAY_PER_REQUEST":
        raise NotYet("provisioned", table=name)
    if found.get("OnDemandThroughput", {}).get("MaxWriteRequestUnits", -1) <= 0:
        raise NotYet("no_limit", table=name)
    return {"table": name, "id": found["TableId"], "keys": actual}


def gsi_shard(lab: Lab) -> Evidence:
    """The index by-shard has its two keys, and copies nothing else."""
    index = ready_index(lab, _BY_SHARD)
    if (projection := index["Projection"].get("ProjectionType", "-")) != _PROJECTION:
        raise NotYet("projection", index=INDEX_BY_SHARD, actual=projection, wanted=_PROJECTION)
    return {"index": index["IndexArn"], "projection": projection}


def shard_spread(lab: Lab) -> Evidence:
    """All ten shards hold their part, and together all items; shard 0 is one that nobody queries."""
    ready_index(lab, _BY_SHARD)
    there = lab.golden["patterns"]["there"]
    outside, *shards = counted(lab, _BY_SHARD, [Asked(f"shard#{number}") for number in range(_SHARDS + 1)])
    total, wanted = sum(shards), there["log"]
    if total + outside == 0:
        raise NotYet("empty", index=INDEX_BY_SHARD, wanted=wanted)
    if outside or not all(shards):
        lacking = [f"shard#{at}" for at, number in enumerate(shards, 1) if not number]
        raise NotYet("shard_range", outside=outside, lacking=", ".join(lacking) or "-", wanted=_SHARDS)
    if max(shards) > total * _SKEWED:
        shard = f"shard#{shards.index(max(shards)) + 1}"
        raise NotYet("skew", shard=shard, actual=max(shards), total=total)
    if total < wanted:
        raise NotYet("partial", actual=total, wanted=wanted)
    if total > wanted + there["stream"]:
        raise NotYet("too_many", actual=total, wanted=wanted)
    return {"items": total, "shards": shards}


def log_table_trace(lab: Lab) -> Evidence | None:
    """The log's table was made with its key."""
    return table_made(lab, "log", _KEYS)


def gsi_shard_trace(lab: Lab) -> Evidence | None:
    """The index was made as agreed, with the table or later."""
    later = lab.history.events("dynamodb", "UpdateTable", {"tableName": lab.name("log")})
    made = [one for one in (*tables_made(lab, "log"), *later) if index_in(one, INDEX_BY_SHARD)]
    right = next((one for one in made if _is_right(one)), None)
    if right is None:
        if made:
            raise lab.proof_gone()
        return None
    arn = f"arn:aws:dynamodb:{lab.region}:{lab.account}:table/{lab.name('log')}/index/{INDEX_BY_SHARD}"
    return {"index": arn, "projection": _PROJECTION, "event": right.id, "at": right.time}


def _is_right(event: Event) -> bool:
    index = index_in(event, INDEX_BY_SHARD) or {}
    projection = (index.get("projection") or {}).get("projectionType")
    return event_keys(index) == list(_BY_SHARD.keys) and projection == _PROJECTION
