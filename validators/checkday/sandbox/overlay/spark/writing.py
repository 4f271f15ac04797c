# ruff: noqa: A002, N802, N803, S608, SLF001 - Spark's names, and sqlframe's own way with its insides
"""`frame.write`: files in S3 under the names that Spark gives them."""

from __future__ import annotations

import re
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sqlframe.duckdb import DuckDBDataFrame
from sqlframe.duckdb.readwriter import DuckDBDataFrameWriter

from checkday.sandbox.overlay.spark.bucket import Bucket, split
from checkday.sandbox.overlay.spark.errors import AnalysisException, IllegalArgumentException, from_java
from checkday.sandbox.overlay.spark.formats import quoted
from checkday.sandbox.overlay.spark.shapes import named

_FORMATS = {
    "parquet": ("FORMAT parquet, COMPRESSION {codec}", "{codec}.parquet"),
    "json": ("FORMAT json", "json"),
    "csv": ("FORMAT csv, HEADER {header}, DELIMITER {sep}", "csv"),
}
_CODECS = {"snappy": "snappy", "gzip": "gz", "zstd": "zstd", "none": "", "uncompressed": ""}
_ESCAPED = re.compile(r"[\x00-\x1f\x7f\"#%'*/:=?\\\[\]^{}]")
_MODES = {"append", "overwrite", "error", "errorifexists", "ignore", "default"}
_NARROWER = {
    "HUGEINT": "BIGINT",
    "UBIGINT": "BIGINT",
    "UINTEGER": "BIGINT",
    "UUID": "VARCHAR",
    "JSON": "VARCHAR",
}
"""Types of the engine that Spark does not have, and what Spark has instead."""


class Writer:
    """A description of how to write a frame, and the writing."""

    def __init__(self, frame: DuckDBDataFrame, bucket: Bucket) -> None:
        self._frame, self._bucket = frame, bucket
        self._format, self._mode = "parquet", "error"
        self._options: dict[str, Any] = {}
        self._keys: list[str] = []

    def format(self, source: str) -> Writer:
        self._format = source.lower()
        return self

    def mode(self, saveMode: str | None) -> Writer:
        mode = (saveMode or "error").lower()
        if mode not in _MODES:
            raise IllegalArgumentException(f"Unknown save mode: {saveMode}.")
        self._mode = mode
        return self

    def option(self, key: str, value: Any) -> Writer:
        self._options[key.lower()] = value
        return self

    def options(self, **options: Any) -> Writer:
        for key, value in options.items():
            if value is not None:
                self.option(key, value)
        return self

    def partitionBy(self, *cols: Any) -> Writer:
        self._keys = list(cols[0]) if cols and isinstance(cols[0], (list, tuple)) else list(cols)
        return self

    def parquet(self, path: str, mode: str | None = None, partitionBy: Any = None, **options: Any) -> None:
        self.save(path, "parquet", mode, partitionBy, **options)

    def json(self, path: str, mode: str | None = None, **options: Any) -> None:
        self.save(path, "json", mode, **options)

    def csv(self, path: str, mode: str | None = None, **options: Any) -> None:
        self.save(path, "csv", mode, **options)

    def saveAsTable(self, name: str, mode: str | None = None, **_: Any) -> None:
        DuckDBDataFrameWriter(self._frame).saveAsTable(name, mode=mode or self._mode)

    def save(
        self,
        path: str,
        format: str | None = None,
        mode: str | None = None,
        partitionBy: Any = None,
        **options: Any,
    ) -> None:
        self.options(**options)
        if mode is not None:
            self.mode(mode)
        if partitionBy is not None:
            self.partitionBy(partitionBy)
        self._save(path, (format or self._format).lower())

    def _save(self, path: str, kind: str) -> None:
        place = split(path)
        if place is None:
            raise from_java("save", f"java.lang.IllegalArgumentException: {path} is no path in S3.")
        if kind not in _FORMATS:
            raise AnalysisException(f"[DATA_SOURCE_NOT_FOUND] Failed to find the data source: {kind}.")
        bucket, prefix = place[0], place[1].strip("/")
        prefix = prefix and prefix + "/"
        before = [each.key for each in self._bucket.listed(bucket, prefix, kind)]
        if before and self._mode == "ignore":
            return
        if before and self._mode not in {"append", "overwrite"}:
            message = f'Path {path} already exists. Set mode as "overwrite" to overwrite the existing path.'
            raise AnalysisException(f"[PATH_ALREADY_EXISTS] {message}")
        folder = Path(tempfile.mkdtemp(prefix="output-"))
        try:
            files = list(self._written(folder, kind))
            if self._mode == "overwrite":
                self._bucket.delete(bucket, before, kind)
            self._bucket.put(bucket, [(prefix + key, file) for key, file in files], kind)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _written(self, folder: Path, kind: str) -> Iterator[tuple[str, Path]]:
        """The rows as files, each with its key, and at last the mark that all is there."""
        settings, ending = self._settings(kind)
        rows, identity = self._rows(), uuid.uuid4()
        target = folder / "rows"
        if self._keys:
            keys = ", ".join(named(key) for key in self._keys)
            settings += f", PARTITION_BY ({keys}), WRITE_PARTITION_COLUMNS false"
        self._frame.session._execute(f"COPY ({rows}) TO {quoted(str(target))} ({settings})")
        if target.is_file():
            yield f"part-00000-{identity}-c000.{ending}", target
        for number, file in enumerate(sorted(each for each in target.rglob("*") if each.is_file())):
            parts = file.relative_to(target).parts[:-1]
            place = "".join(f"{_folder(part)}/" for part in parts)
            yield f"{place}part-{number:05}-{identity}.c000.{ending}", file
        mark = folder / "mark"
        mark.touch()
        yield "_SUCCESS", mark

    def _settings(self, kind: str) -> tuple[str, str]:
        codec = str(self._options.get("compression", "snappy")).lower()
        if kind == "parquet" and codec not in _CODECS:
            raise IllegalArgumentException(f"Codec [{codec}] is not available.")
        settings, ending = _FORMATS[kind]
        values = {
            "codec": "uncompressed" if codec == "none" else codec,
            "header": str(self._options.get("header", "false")).lower(),
            "sep": quoted(str(self._options.get("sep", ","))),
        }
        return settings.format(**values), ending.format(codec=_CODECS.get(codec, "")).lstrip(".")

    def _rows(self) -> str:
        """The query behind the frame, without types that only the engine has."""
        session, frame = self._frame.session, self._frame
        *before, last = frame._get_expressions(optimize=False)
        for each in before:
            session._execute(session._to_sql(each))
        query = session._to_sql(last)
        session._execute(f"DESCRIBE {query}")
        found = session._cur.fetchall()
        narrower = [
            f"CAST({named(name)} AS {_NARROWER[kind]}) AS {named(name)}"
            for name, kind, *_ in found
            if kind in _NARROWER
        ]
        unknown = [key for key in self._keys if key.lower() not in {str(name).lower() for name, *_ in found}]
        if unknown:
            raise AnalysisException(f"Partition column `{unknown[0]}` not found in schema.")
        return f"SELECT * REPLACE ({', '.join(narrower)}) FROM ({query})" if narrower else query


def _folder(part: str) -> str:
    """A folder that names a value, escaped as Spark does."""
    key, _, value = part.partition("=")
    return f"{key}={_ESCAPED.sub(lambda found: f'%{ord(found[0]):02X}', unquote(value))}"
