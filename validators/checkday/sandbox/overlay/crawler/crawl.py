"""One crawl, from the list of objects to the tables in the catalog."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from checkday.sandbox.overlay.crawler import folders, tables
from checkday.sandbox.overlay.crawler.catalog import Catalog, Changes, Failed
from checkday.sandbox.overlay.crawler.folders import Folder
from checkday.sandbox.overlay.crawler.parquet import MAGIC
from checkday.sandbox.overlay.crawler.tables import Look
from checkday.sandbox.overlay.lake import Place, place, visible
from checkday.sandbox.overlay.roles import arn_of, can_assume
from checkday.sandbox.overlay.wire import Emulator, Stored

SERVICE = "glue.amazonaws.com"
_PATIENCE = 120.0
_LARGEST_FOOTER = 16 * 1024 * 1024
_TAIL = 8
_WORKER = (sys.executable, "-P", "-m", "checkday.sandbox.overlay.crawler.worker")
_DENIED = "(Service: Amazon S3; Status Code: 403; Error Code: AccessDenied)"


async def crawl(crawler: Mapping[str, Any], emulator: Emulator) -> Changes:
    """Crawl all S3 targets and say what changed in the catalog.

    Raises:
        Failed: something is not there, or the role may not do it.

    """
    role = arn_of(crawler["Role"], emulator.account)
    arn = f"arn:aws:glue:{emulator.region}:{emulator.account}:crawler/{crawler['Name']}"
    if not await can_assume(role, SERVICE, arn, emulator):
        raise Failed(f"Service is unable to assume role {role}. Please verify role's TrustPolicy")
    catalog = Catalog(crawler, role, emulator)
    await catalog.check()
    targets = [
        _listed(target, role, emulator) for target in (crawler.get("Targets") or {}).get("S3Targets") or []
    ]
    looks = await _look([(at.bucket, root) for at, root in targets], role, emulator)
    for (at, root), seen in zip(targets, looks, strict=True):
        await catalog.write(at, await asyncio.to_thread(tables.find, root, seen))
    return catalog.changes


def _listed(target: Mapping[str, Any], role: str, emulator: Emulator) -> tuple[Place, Folder]:
    at = place(target["Path"])
    if at is None:
        raise Failed(f"{target['Path']} is no path in S3.")
    context = {"s3:prefix": at.prefix}
    denial = emulator.role_denial(role, "s3:ListBucket", f"arn:aws:s3:::{at.bucket}", **context)
    if denial is not None:
        raise Failed(f"{denial} {_DENIED}")
    objects = emulator.objects(at.bucket, at.prefix)
    if objects is None:
        raise Failed(
            f"The specified bucket does not exist: {at.bucket}"
            " (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket)"
        )
    return at, folders.tree(visible(objects, at.prefix, target.get("Exclusions") or ()), at.prefix)


async def _look(
    targets: Sequence[tuple[str, Folder]], role: str, emulator: Emulator
) -> list[Mapping[str, Look | None]]:
    """What samples of each target's objects show, by key."""
    samples = [(bucket, folders.samples([root])) for bucket, root in targets]
    every = [(bucket, one) for bucket, several in samples for one in several]
    for bucket, one in every:
        denial = emulator.role_denial(role, "s3:GetObject", f"arn:aws:s3:::{bucket}/{one.key}")
        if denial is not None:
            raise Failed(f"{denial} {_DENIED} retrieving file at s3://{bucket}/{one.key}")
    shown = iter(await _shown(every, emulator) if every else [])
    return [{one.key: tables.look(next(shown)) for one in several} for _, several in samples]


async def _shown(objects: Sequence[tuple[str, Stored]], emulator: Emulator) -> Iterable[Any]:
    with tempfile.TemporaryDirectory(prefix="crawl-") as name:
        spooling = asyncio.create_task(asyncio.to_thread(_spool, objects, Path(name), emulator))
        try:
            folder = await asyncio.shield(spooling)
        except asyncio.CancelledError:
            # A thread cannot be stopped, and this one still writes into the folder that goes with us.
            await asyncio.wait({spooling})
            raise
        return await _work(folder)


def _spool(objects: Sequence[tuple[str, Stored]], folder: Path, emulator: Emulator) -> Path:
    """Copy the beginning of each object into the folder, and an index; say where that really is."""
    length = folders.head_size(len(objects))
    for number, (bucket, one) in enumerate(objects):
        head = emulator.piece(bucket, one.key, 0, length)
        with (folder / str(number)).open("wb") as file:
            file.write(head)
            if head.startswith(MAGIC) and one.size > len(head):
                _spool_end(bucket, one, file, emulator)
    index = [{"file": str(number), "size": one.size} for number, (_, one) in enumerate(objects)]
    (folder / "index.json").write_text(json.dumps(index), encoding="utf-8")
    return folder.resolve()


def _spool_end(bucket: str, one: Stored, file: Any, emulator: Emulator) -> None:
    """Parquet tells its schema at its end: the file gets that too, and a hole in between."""
    tail = emulator.piece(bucket, one.key, one.size - _TAIL, _TAIL)
    length = int.from_bytes(tail[:4], "little") + _TAIL
    if tail.endswith(MAGIC) and length <= min(one.size, _LARGEST_FOOTER):
        file.seek(one.size - length)
        file.write(emulator.piece(bucket, one.key, one.size - length, length))


async def _work(folder: Path) -> Iterable[Any]:
    process = await asyncio.create_subprocess_exec(
        *_WORKER, str(folder), stdout=asyncio.subprocess.PIPE, cwd=folder, env=dict(os.environ)
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            output, _ = await process.communicate()
    except TimeoutError:
        raise Failed("Internal Service Exception") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise Failed("Internal Service Exception")
    found: Iterable[Any] = json.loads(output)
    return found
