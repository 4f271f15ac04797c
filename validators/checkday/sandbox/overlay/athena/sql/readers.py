"""A table's objects as something that DuckDB can select from, each SerDe in its own manner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from checkday.sandbox.overlay.athena.sql import jsonlines
from checkday.sandbox.overlay.athena.sql.catalog import OPENX_JSON, PATH_COLUMN, Format, TableInfo
from checkday.sandbox.overlay.athena.sql.errors import QueryError
from checkday.sandbox.overlay.athena.sql.kinds import from_hive, identifier, literal

_LONGEST_OBJECT = 16 * 1024 * 1024
_LONGEST_LINE = 2 * 1024 * 1024
_BUFFER = 4 * _LONGEST_LINE
_NO_DELIMITER, _NO_NULL = "\x02", "\x03"
"""What no text holds."""
_MANY = 100


@dataclass(frozen=True, slots=True)
class File:
    """An object, its copy on disk and the partition that it is in."""

    uri: str
    path: str
    values: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the query needs besides the table's own columns: to know where a row came from costs time."""

    keys: bool
    path: bool


def select_from(
    database: duckdb.DuckDBPyConnection, info: TableInfo, files: Sequence[File], wanted: Wanted
) -> str:
    """The query that gives the table's rows.

    Raises:
        QueryError: the objects are not what the catalog says.

    """
    kinds = {name: _engine_type(info, name, kind) for name, kind in info.all_columns}
    if not files:
        return empty(kinds, wanted)
    located = wanted.path or (wanted.keys and bool(info.keys))
    paths = [file.path for file in files]
    if info.format is Format.JSON:
        forgiving = info.serde_parameters.get("ignore.malformed.json", "").lower() == "true"
        uris = [file.uri for file in files]
        if info.serde == OPENX_JSON or forgiving:
            paths = jsonlines.readable(database, paths, uris, forgiving=forgiving)
    rows = _READERS[info.format](database, info, paths, located)
    if located:
        return _located(info, list(zip(files, paths, strict=True)), rows, kinds, wanted)
    return f"SELECT {_names(info)} FROM {rows}"  # noqa: S608


def empty(kinds: Mapping[str, str], wanted: Wanted) -> str:
    """No rows of these columns."""
    columns = [f"CAST(NULL AS {kind}) AS {identifier(name)}" for name, kind in kinds.items()]
    columns += [f"CAST(NULL AS VARCHAR) AS {identifier(PATH_COLUMN)}"] if wanted.path else []
    return f"SELECT {', '.join(columns)} WHERE false"


def _engine_type(info: TableInfo, column: str, kind: str) -> str:
    try:
        return from_hive(kind)
    except ValueError as error:
        message = f"Unsupported Hive type {kind} of column {column} in table {info.database}.{info.name}"
        raise QueryError("HIVE_UNSUPPORTED_FORMAT", message) from error


def _names(info: TableInfo) -> str:
    return ", ".join(identifier(name) for name, _ in info.columns)


def _located(
    info: TableInfo, files: Sequence[tuple[File, str]], rows: str, kinds: Mapping[str, str], wanted: Wanted
) -> str:
    """The rows beside the partition values and the path of the object they are in."""
    keys = [identifier(name) for name, _ in info.keys]
    places = ", ".join(f"({', '.join(map(literal, (path, file.uri, *file.values)))})" for file, path in files)
    columns = [identifier(name) for name, _ in info.columns]
    columns += [
        f"CAST(place_.{key} AS {kinds[name]}) AS {key}"
        for key, (name, _) in zip(keys, info.keys, strict=True)
    ]
    columns += [f"place_.uri_ AS {identifier(PATH_COLUMN)}"] if wanted.path else []
    named = ", ".join(("path_", "uri_", *keys))
    return (
        f"SELECT {', '.join(columns)} FROM {rows} AS row_ "  # noqa: S608
        f"JOIN (VALUES {places}) AS place_({named}) ON row_.filename = place_.path_"
    )


def _list(paths: Sequence[str]) -> str:
    return f"[{', '.join(map(literal, paths))}]"


def _json(_database: duckdb.DuckDBPyConnection, info: TableInfo, paths: Sequence[str], located: bool) -> str:
    keys = {name: info.serde_parameters.get(f"mapping.{name}", name).lower() for name, _ in info.columns}
    columns = ", ".join(f"{literal(keys[name])}: {literal(from_hive(kind))}" for name, kind in info.columns)
    rows = (
        f"read_json({_list(paths)}, format='newline_delimited', columns={{{columns}}}, auto_detect=false, "
        f"maximum_object_size={_LONGEST_OBJECT}{', filename=true' if located else ''})"
    )
    if all(name == key for name, key in keys.items()):
        return rows
    renamed = ", ".join(f"{identifier(key)} AS {identifier(name)}" for name, key in keys.items())
    return f"(SELECT {renamed}{', filename' if located else ''} FROM {rows})"  # noqa: S608


def _parquet(
    database: duckdb.DuckDBPyConnection, info: TableInfo, paths: Sequence[str], located: bool
) -> str:
    rows = f"read_parquet({_list(paths)}, union_by_name=true{', filename=true' if located else ''})"
    held = {
        name.lower(): (name, str(kind))
        for name, kind, *_ in database.execute(f"SELECT * FROM {rows} LIMIT 0").description  # noqa: S608
    }
    columns = [_parquet_column(info, name, kind, held.get(name)) for name, kind in info.columns]
    return f"(SELECT {', '.join(columns)}{', filename' if located else ''} FROM {rows})"  # noqa: S608


def _parquet_column(info: TableInfo, name: str, kind: str, held: tuple[str, str] | None) -> str:
    wanted = from_hive(kind)
    if held is None:
        return f"CAST(NULL AS {wanted}) AS {identifier(name)}"
    written, found = held
    if found == wanted:
        return f"{identifier(written)} AS {identifier(name)}"
    if (found == "VARCHAR") != (wanted == "VARCHAR"):
        message = (
            f"Field {name}'s type {'BINARY' if found == 'VARCHAR' else found} in parquet file below "
            f"{info.location} is incompatible with type {kind} defined in table schema"
        )
        raise QueryError("HIVE_BAD_DATA", message)
    return f"CAST({identifier(written)} AS {wanted}) AS {identifier(name)}"


def _header_lines(info: TableInfo) -> int:
    count = info.parameters.get("skip.header.line.count", "0")
    return int(count) if count.isdigit() else 0


def _csv(_database: duckdb.DuckDBPyConnection, info: TableInfo, paths: Sequence[str], located: bool) -> str:
    """OpenCSVSerde: quotes count, and what is between them may go over several lines."""
    settings = info.serde_parameters
    spare = max(_MANY - len(info.columns), 0)
    names = [name for name, _ in info.columns] + [f"spare_{index}" for index in range(spare)]
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    separator, quote = (literal(settings.get(*pair)) for pair in (("separatorChar", ","), ("quoteChar", '"')))
    rows = (
        f"read_csv({_list(paths)}, auto_detect=false, header=false, skip={_header_lines(info)}, "
        f"delim={separator}, quote={quote}, "
        f"columns={{{columns}}}, null_padding=true, strict_mode=false, parallel=false, "
        f"max_line_size={_LONGEST_LINE}, buffer_size={_BUFFER}, "
        f"nullstr={literal(_NO_NULL)}{', filename=true' if located else ''})"
    )
    return _tried(info, [identifier(name) for name, _ in info.columns], rows, located)


def _text(_database: duckdb.DuckDBPyConnection, info: TableInfo, paths: Sequence[str], located: bool) -> str:
    """LazySimpleSerDe: a line is cut at every delimiter, and what is no value of the type is NULL."""
    settings = info.serde_parameters
    delimiter = settings.get("field.delim") or settings.get("serialization.format") or "\x01"
    missing = settings.get("serialization.null.format", r"\N")
    rows = (
        f"(SELECT string_split(line, {literal(delimiter)}) AS cells_{', filename' if located else ''} "  # noqa: S608
        f"FROM read_csv({_list(paths)}, columns={{'line': 'VARCHAR'}}, delim='{_NO_DELIMITER}', quote='', "
        "escape='', "
        f"header=false, auto_detect=false, strict_mode=false, null_padding=true, skip={_header_lines(info)}, "
        f"nullstr='{_NO_NULL}', max_line_size={_LONGEST_LINE}, "
        f"buffer_size={_BUFFER}{', filename=true' if located else ''}))"
    )
    cells = [f"nullif(cells_[{index}], {literal(missing)})" for index in range(1, len(info.columns) + 1)]
    return _tried(info, cells, rows, located)


def _tried(info: TableInfo, cells: Sequence[str], rows: str, located: bool) -> str:
    columns = ", ".join(
        f"TRY_CAST({cell} AS {from_hive(kind)}) AS {identifier(name)}"
        for cell, (name, kind) in zip(cells, info.columns, strict=True)
    )
    return f"(SELECT {columns}{', filename' if located else ''} FROM {rows})"  # noqa: S608


_READERS: Mapping[Format, Callable[[duckdb.DuckDBPyConnection, TableInfo, Sequence[str], bool], str]] = {
    Format.JSON: _json,
    Format.PARQUET: _parquet,
    Format.CSV: _csv,
    Format.TEXT: _text,
}
