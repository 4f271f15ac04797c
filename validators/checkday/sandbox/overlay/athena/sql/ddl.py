"""Statements about the catalog, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Name:
    """A table's name; the database may be left to the query's context."""

    database: str | None
    table: str


@dataclass(frozen=True, slots=True)
class CreateTable:
    table: Name
    if_absent: bool
    columns: Sequence[Mapping[str, str]]
    keys: Sequence[Mapping[str, str]]
    storage: Mapping[str, Any]
    """What was said of the storage, by the names of sqlglot's properties."""

    location: str
    parameters: Mapping[str, str]
    comment: str = ""
    kind: ClassVar = "DDL"
    substatement: ClassVar = "CREATE_TABLE"


@dataclass(frozen=True, slots=True)
class CreateDatabase:
    name: str
    if_absent: bool
    location: str | None
    comment: str
    kind: ClassVar = "DDL"
    substatement: ClassVar = "CREATE_DATABASE"


@dataclass(frozen=True, slots=True)
class DropTable:
    table: Name
    if_present: bool
    is_view: bool
    kind: ClassVar = "DDL"
    substatement: ClassVar = "DROP_TABLE"


@dataclass(frozen=True, slots=True)
class DropDatabase:
    name: str
    if_present: bool
    cascade: bool
    kind: ClassVar = "DDL"
    substatement: ClassVar = "DROP_DATABASE"


@dataclass(frozen=True, slots=True)
class AddPartitions:
    table: Name
    if_absent: bool
    partitions: Sequence[tuple[Mapping[str, str], str | None]]
    """Values by key, and the location if one is given."""

    kind: ClassVar = "DDL"
    substatement: ClassVar = "ALTER_TABLE_ADD_PARTITION"


@dataclass(frozen=True, slots=True)
class DropPartition:
    table: Name
    if_present: bool
    values: Mapping[str, str]
    kind: ClassVar = "DDL"
    substatement: ClassVar = "ALTER_TABLE_DROP_PARTITION"


@dataclass(frozen=True, slots=True)
class AddColumns:
    table: Name
    columns: Sequence[Mapping[str, str]]
    replace: bool = False
    kind: ClassVar = "DDL"
    substatement: ClassVar = "ALTER_TABLE_ADD_COLUMNS"


@dataclass(frozen=True, slots=True)
class SetProperties:
    table: Name
    properties: Mapping[str, str] = field(default_factory=dict)
    location: str | None = None
    kind: ClassVar = "DDL"
    substatement: ClassVar = "ALTER_TABLE_SET_PROPERTIES"


@dataclass(frozen=True, slots=True)
class Repair:
    table: Name
    kind: ClassVar = "DDL"
    substatement: ClassVar = "MSCK_REPAIR_TABLE"


@dataclass(frozen=True, slots=True)
class Show:
    """`what` is TABLES, VIEWS, PARTITIONS, DATABASES, COLUMNS, CREATE TABLE, CREATE VIEW or TBLPROPERTIES."""

    what: str
    subject: Name | None
    pattern: str | None
    kind: ClassVar = "UTILITY"

    @property
    def substatement(self) -> str:
        return f"SHOW_{self.what.replace(' ', '_')}"


@dataclass(frozen=True, slots=True)
class Describe:
    table: Name
    formatted: bool
    kind: ClassVar = "UTILITY"
    substatement: ClassVar = "DESC_TABLE"
