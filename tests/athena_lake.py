"""A lake in a folder, for tests of the Athena engine: a catalog in memory and objects on disk."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from checkday.sandbox.overlay.athena.sql import engine, execution
from checkday.sandbox.overlay.athena.sql.errors import QueryError
from checkday.sandbox.overlay.athena.sql.lake import CatalogError, Object, Outcome, Settings
from checkday.sandbox.overlay.athena.sql.queries import Session


class LocalLake:
    """What `Lake` promises, for one database `db` and a bucket `b`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tables: dict[tuple[str, str], dict[str, Any]] = {}
        self.partitions: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.databases = {"db"}
        self.total = 0

    def write(self, key: str, *rows: Mapping[str, Any], body: bytes = b"") -> int:
        """An object of JSON lines, or of these bytes; its size."""
        path = self.folder / "b" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body or "".join(f"{json.dumps(row)}\n" for row in rows).encode())
        return path.stat().st_size

    def glue(self, operation: str, **said: Any) -> dict[str, Any]:
        answer: dict[str, Any] = getattr(self, f"_{operation}")(said)
        return answer

    def _GetTable(self, said: Any) -> dict[str, Any]:  # noqa: N802 - named as Glue's operations
        return {"Table": self._known(said["DatabaseName"], said["Name"])}

    def _known(self, database: str, name: str) -> dict[str, Any]:
        if (database, name) not in self.tables:
            raise CatalogError("EntityNotFoundException", name)
        return self.tables[database, name]

    def _GetTables(self, said: Any) -> dict[str, Any]:  # noqa: N802
        return {
            "TableList": [
                one for (database, _), one in self.tables.items() if database == said["DatabaseName"]
            ]
        }

    def _GetDatabase(self, said: Any) -> dict[str, Any]:  # noqa: N802
        if said["Name"] not in self.databases:
            raise CatalogError("EntityNotFoundException", said["Name"])
        return {}

    def _GetDatabases(self, _said: Any) -> dict[str, Any]:  # noqa: N802
        return {"DatabaseList": [{"Name": name} for name in self.databases]}

    def _CreateDatabase(self, said: Any) -> dict[str, Any]:  # noqa: N802
        if said["DatabaseInput"]["Name"] in self.databases:
            raise CatalogError("AlreadyExistsException", "")
        self.databases.add(said["DatabaseInput"]["Name"])
        return {}

    def _DeleteDatabase(self, said: Any) -> dict[str, Any]:  # noqa: N802
        self.databases.remove(said["Name"])
        return {}

    def _CreateTable(self, said: Any) -> dict[str, Any]:  # noqa: N802
        key = (said["DatabaseName"], said["TableInput"]["Name"])
        if key in self.tables:
            raise CatalogError("AlreadyExistsException", "")
        self.tables[key] = {**said["TableInput"], "DatabaseName": key[0]}
        self.partitions[key] = []
        return {}

    def _UpdateTable(self, said: Any) -> dict[str, Any]:  # noqa: N802
        key = (said["DatabaseName"], said["TableInput"]["Name"])
        self.tables[key] = {**said["TableInput"], "DatabaseName": key[0]}
        return {}

    def _DeleteTable(self, said: Any) -> dict[str, Any]:  # noqa: N802
        del self.tables[said["DatabaseName"], said["Name"]]
        return {}

    def _GetPartitions(self, said: Any) -> dict[str, Any]:  # noqa: N802
        return {"Partitions": self.partitions[said["DatabaseName"], said["TableName"]]}

    def _BatchCreatePartition(self, said: Any) -> dict[str, Any]:  # noqa: N802
        held = self.partitions[said["DatabaseName"], said["TableName"]]
        known = [one["Values"] for one in held]
        new = [one for one in said["PartitionInputList"] if one["Values"] not in known]
        held += new
        return {"Errors": [{} for _ in range(len(said["PartitionInputList"]) - len(new))]}

    def _DeletePartition(self, said: Any) -> dict[str, Any]:  # noqa: N802
        held = self.partitions[said["DatabaseName"], said["TableName"]]
        held[:] = [one for one in held if one["Values"] != said["PartitionValues"]]
        return {}

    def objects(self, locations: Sequence[str]) -> list[list[Object]]:
        return [self._below(self._path(location)) for location in locations]

    def _below(self, folder: Path) -> list[Object]:
        found = [path for path in sorted(folder.rglob("*")) if path.is_file() and "data" not in path.suffix]
        return [
            Object(f"s3://{path.relative_to(self.folder)}", path.stat().st_size, "")
            for path in found
            if ".good" not in path.name and ".mended" not in path.name
        ]

    def _path(self, uri: str) -> Path:
        return self.folder / uri.removeprefix("s3://")

    def fetch(self, objects: Sequence[Object]) -> list[str]:
        return [str(self._path(one.uri)) for one in objects]

    def put(self, uri: str, path: str) -> None:
        self._path(uri).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, self._path(uri))

    def scanned(self, total: int) -> None:
        self.total = total


class Athena:
    """The engine over a lake of its own."""

    def __init__(self, folder: Path) -> None:
        self.lake = LocalLake(folder / "lake")
        self._scratch = folder / "scratch"
        self._scratch.mkdir()
        self._number = 0
        (folder / "lake").mkdir()
        self.database = engine.connect(
            [str(folder / "lake"), str(self._scratch)], 256, str(self._scratch / "spill")
        )

    def run(self, text: str, *parameters: str, enforced: bool = False) -> Outcome:
        self._number += 1
        settings = Settings(f"q{self._number}", "db", "s3://b/out/", str(self._scratch), parameters, enforced)
        self.lake.total = 0
        return execution.execute(Session(self.database, self.lake, settings), text)

    def lines(self, text: str, *parameters: str) -> list[str]:
        """The lines of the result as they stand in its file."""
        path = self.run(text, *parameters).path
        return Path(path).read_text(encoding="utf-8").splitlines() if path else []

    def scanned(self, text: str) -> int:
        self.run(text)
        return self.lake.total


JSON = "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"
FORGIVING = f"{JSON} WITH SERDEPROPERTIES ('ignore.malformed.json' = 'true')"

DAYS = {
    "2026-01-01": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}],
    "2026-01-02": [{"a": 3, "b": "z"}],
    "2026-01-03": [{"a": 4, "b": "x"}, {"a": 5, "b": "x"}],
}


def failure(athena, text, **settings):
    with pytest.raises(QueryError) as caught:
        athena.run(text, **settings)
    return caught.value.reason
