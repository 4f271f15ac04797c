"""The Glue Data Catalog: databases, their tables, and a table's columns and partitions."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError
from starlette.responses import Response

from checkday.console.problems import Lost
from checkday.console.visit import Visit

_PAGE = 50


def databases(visit: Visit) -> Response:
    """The databases of the Region."""
    answer = visit.client("glue").get_databases(MaxResults=_PAGE, **_start(visit))
    return visit.page("databases.html", databases=answer["DatabaseList"], after=answer.get("NextToken"))


def database(visit: Visit) -> Response:
    """The tables of one database."""
    name = visit.need("database")
    answer = _ask(visit, "get_tables", DatabaseName=name, MaxResults=_PAGE, **_start(visit))
    return visit.page(
        "database.html", database=name, tables=answer["TableList"], after=answer.get("NextToken")
    )


def table(visit: Visit) -> Response:
    """One table of the catalog: where its data lie, how they are read, which partitions are known."""
    database, name = visit.need("database"), visit.need("table")
    found = _ask(visit, "get_table", DatabaseName=database, Name=name)["Table"]
    answer = _ask(
        visit, "get_partitions", DatabaseName=database, TableName=name, MaxResults=_PAGE, **_start(visit)
    )
    return visit.page(
        "catalog_table.html",
        database=database,
        table=found,
        stored=found.get("StorageDescriptor", {}),
        partitions=answer["Partitions"],
        after=answer.get("NextToken"),
    )


def _start(visit: Visit) -> dict[str, str]:
    after = visit.asked.get("after")
    return {"NextToken": after} if after else {}


def _ask(visit: Visit, operation: str, **parameters: Any) -> Any:
    try:
        return getattr(visit.client("glue"), operation)(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] == "EntityNotFoundException":
            raise Lost from error
        raise
