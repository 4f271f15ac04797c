"""Which folders are tables and which are partitions of one, as a crawler decides by what lies in them.

Folders side by side whose content is alike become partitions of a table that is their common folder; others
become tables of their own. So it goes from the innermost folders outwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from checkday.sandbox.overlay.crawler import shapes
from checkday.sandbox.overlay.crawler.folders import Folder
from checkday.sandbox.overlay.crawler.shapes import Columns

UNKNOWN = "UNKNOWN"
_ALIKE = 0.7
"""The part of all columns that two files share if they are rows of one table."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a sample of objects showed; `plain` and `used` are bytes, unpacked and as stored."""

    format: str
    compression: str
    columns: Columns
    records: int
    plain: float
    used: float
    details: Mapping[str, str]


NOTHING = Look(UNKNOWN, "none", {}, 0, 0.0, 0.0, {})


@dataclass(frozen=True, slots=True)
class Part:
    """A folder of objects: a partition, or all of a table without any."""

    values: tuple[str, ...]
    path: str
    objects: int
    size: int
    look: Look


@dataclass(frozen=True, slots=True)
class Table:
    """A table; a key without a name of its own is None."""

    path: str
    look: Look
    keys: tuple[str | None, ...]
    parts: tuple[Part, ...]


def find(root: Folder, looks: Mapping[str, Look | None]) -> list[Table]:
    """The tables under a folder; of what was looked into, by key."""
    order = [root]
    for folder in order:
        order += folder.folders.values()
    found: dict[str, list[Table]] = {}
    for folder in reversed(order):
        inner = [(child.name, found.pop(child.path)) for child in folder.folders.values()]
        found[folder.path] = _of_folder(folder, [pair for pair in inner if pair[1]], looks)
    return found[root.path]


def merged(looks: Iterable[Look]) -> Look:
    """One look at all that was seen; what is unknown adds nothing."""
    result = NOTHING
    for look in looks:
        if result.format == UNKNOWN:
            result = look
        elif look.format != UNKNOWN:
            result = replace(
                result,
                columns=shapes.merged_columns(result.columns, look.columns),
                records=result.records + look.records,
                plain=result.plain + look.plain,
                used=result.used + look.used,
            )
    return result


def _of_folder(
    folder: Folder, inner: Sequence[tuple[str, list[Table]]], looks: Mapping[str, Look | None]
) -> list[Table]:
    own = _of_objects(folder, looks)
    tables = [table for _, several in inner for table in several]
    if own and tables:
        return _mixed(folder, own, tables)
    if own or len(tables) > len(inner):
        return own + tables
    joined = _joined(folder.path, [name for name, _ in inner], tables) if tables else None
    return [joined] if joined else tables


def _mixed(folder: Folder, own: list[Table], inner: list[Table]) -> list[Table]:
    """Files beside folders: all one table if they are alike, but without partitions; else apart."""
    looks = [table.look for table in own + inner]
    if len(_alike_to(own[0].look, looks)) == len(looks):
        parts = [part for table in own + inner for part in table.parts]
        objects, size = sum(part.objects for part in parts), sum(part.size for part in parts)
        return [_table(folder.path, merged(looks), objects, size)]
    if len(folder.objects) == 1:
        own = [_table(folder.objects[0].key, own[0].look, 1, folder.objects[0].size)]
    return own + inner


def _of_objects(folder: Folder, looks: Mapping[str, Look | None]) -> list[Table]:
    """One table of all objects of a folder, or, if most are not alike, one of each that was looked into."""
    if not folder.objects:
        return []
    seen = [(one, looks[one.key] or NOTHING) for one in folder.objects if one.key in looks]
    known = [look for _, look in seen if look.format != UNKNOWN]
    largest = max((_alike_to(look, known) for look in known), key=len, default=[])
    if known and 2 * len(largest) <= len(known):
        return [_table(one.key, look, 1, one.size) for one, look in seen]
    size = sum(one.size for one in folder.objects)
    return [_table(folder.path, merged(largest), len(folder.objects), size)]


def _table(path: str, look: Look, objects: int, size: int) -> Table:
    return Table(path, look, (), (Part((), path, objects, size, look),))


def _alike_to(look: Look, looks: Iterable[Look]) -> list[Look]:
    return [each for each in looks if _alike(look, each)]


def _alike(one: Look, other: Look) -> bool:
    if UNKNOWN in {one.format, other.format}:
        return True
    if (one.format, one.compression, one.details) != (other.format, other.compression, other.details):
        return False
    common, both = one.columns.keys() & other.columns.keys(), one.columns.keys() | other.columns.keys()
    return len(common) >= _ALIKE * len(both)


def _joined(path: str, names: Sequence[str], tables: Sequence[Table]) -> Table | None:
    """One table of those in the folders of these names, if they are alike; else None."""
    known = next((table.look for table in tables if table.look.format != UNKNOWN), NOTHING)
    keys = {(_key(name), *table.keys) for name, table in zip(names, tables, strict=True)}
    if len(keys) > 1 or not all(_alike(known, table.look) for table in tables):
        return None
    parts = (
        replace(part, values=(_value(name), *part.values))
        for name, table in zip(names, tables, strict=True)
        for part in table.parts
    )
    return Table(path, merged(table.look for table in tables), keys.pop(), tuple(parts))


def _key(folder: str) -> str | None:
    key, equals, _ = folder.partition("=")
    return key.lower() if key and equals else None


def _value(folder: str) -> str:
    return unquote(folder.partition("=")[2]) if _key(folder) else folder


def look(found: Mapping[str, Any] | None) -> Look | None:
    """What the worker says of one object."""
    return None if found is None else Look(**found)
