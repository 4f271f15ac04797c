"""What an engine may ask of the world: the tables of a catalog, and the objects behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from checkday.sandbox.overlay.athena.sql.kinds import Column


@dataclass(frozen=True, slots=True)
class Object:
    """An object of S3 as a listing shows it."""

    uri: str
    size: int
    tag: str


class CatalogError(Exception):
    """What the catalog refused: `code` is Glue's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Lake(Protocol):
    """Everything is asked with the rights of whoever started the query."""

    def glue(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Glue's answer, all of its pages.

        Raises:
            CatalogError: Glue refused.

        """

    def objects(self, locations: Sequence[str]) -> list[list[Object]]:
        """What lies below each location, in the order of the keys; a location without objects has none."""

    def fetch(self, objects: Sequence[Object]) -> list[str]:
        """The objects as files that nobody will change."""

    def put(self, uri: str, path: str) -> None:
        """Make an object of a file."""

    def scanned(self, total: int) -> None:
        """Tell how many bytes are about to be read.

        Raises:
            QueryError: that is more than the work group allows.

        """


@dataclass(frozen=True, slots=True)
class Settings:
    """What a query has besides its text."""

    query_id: str
    database: str
    output: str
    """Where the result goes, with a slash at its end; where tables go that name no place of their own."""

    scratch: str
    """A folder of this query's own."""

    parameters: Sequence[str] = ()
    enforced: bool = False
    """Whether the work group says where results go, and nothing else may."""


@dataclass(slots=True)
class Outcome:
    """What a statement gave, besides what it changed."""

    columns: Sequence[Column] = ()
    path: str | None = None
    """The file of the rows, without a header; none for a statement without rows."""

    rows: int = 0
    rows_read: int = 0
    written: Sequence[str] = ()
    """The objects that a statement wrote, for its manifest."""

    def facts(self) -> Mapping[str, Any]:
        columns = [(one.name, one.type, one.precision, one.scale) for one in self.columns]
        return {
            "columns": columns,
            "path": self.path,
            "rows": self.rows,
            "rows_read": self.rows_read,
            "written": list(self.written),
        }
