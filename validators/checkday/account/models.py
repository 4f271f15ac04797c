"""Makes botocore's clients fast to create: a copy of its data cut down to the operations we use.

The copy is made on the user's machine; whatever it cannot serve comes from botocore's own data, silently.
"""

import hashlib
import json
import marshal
import os
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import botocore
from botocore import xform_name
from botocore.exceptions import DataNotFoundError
from botocore.loaders import Loader, create_loader
from botocore.session import Session

from checkday.resources import cache_folder

Data = dict[str, Any]
Reads = Mapping[str, Iterable[str]]

_FORMAT = 1  # raise it whenever the cut changes, so that older copies are no longer looked at
_MODEL = "service-2"
_COMMON = "_common"
# What botocore itself calls: to find a bucket's Region after a redirect, to become a profile's role.
_OWN_CALLS = {"s3": {"HeadBucket"}, "sts": {"AssumeRole", "AssumeRoleWithWebIdentity"}}


def install(session: Session, reads: Reads) -> None:
    """Let a session create its clients from the copy, as far as there is one."""
    folder = _folder(reads)

    def loader() -> Loader:
        plain = create_loader(session.get_config_variable("data_path"))
        # Who keeps models of their own wants those, and they can be of any service.
        theirs = set(plain.search_paths) - {Loader.BUILTIN_DATA_PATH}
        return plain if any(map(os.path.isdir, theirs)) else _CutLoader(folder)

    session.lazy_register_component("data_loader", loader)


def ready(reads: Reads) -> bool:
    """Whether the copy is complete; a damaged file is removed when it is met, so this tells of it too."""
    return all((_folder(reads) / name).is_file() for name in (_COMMON, *reads))


def build(reads: Reads) -> None:
    """Make the copy, each file at once or not at all; a cache that cannot be written stays as it is."""
    with suppress(OSError):
        (folder := _folder(reads)).mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, data in _cut_files(reads):
            _write(folder / name, data)


class _CutLoader(Loader):
    """botocore's loader with the copy before it."""

    def __init__(self, folder: Path) -> None:
        super().__init__([Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
        self._file = cache(lambda name: _read(folder / name))

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        data = self._file(service_name)
        if type_name in data and api_version in {None, data[_MODEL]["metadata"]["apiVersion"]}:
            return data[type_name]
        return super().load_service_model(service_name, type_name, api_version)

    def load_data_with_path(self, name: str) -> tuple[Any, str]:
        data = self._file(_COMMON)
        if name in data:  # the place tells botocore that these are its own
            return data[name], f"{self.BUILTIN_DATA_PATH}{os.sep}{name}"
        return super().load_data_with_path(name)


def _folder(reads: Reads) -> Path:
    wanted = json.dumps([_FORMAT, {service: sorted(reads[service]) for service in sorted(reads)}])
    digest = hashlib.sha256(wanted.encode()).hexdigest()[:12]
    return cache_folder() / f"models-{botocore.__version__}-{sys.implementation.cache_tag}-{digest}"


def _read(path: Path) -> Data:
    with suppress(OSError):
        content = path.read_bytes()
        # marshal must never see damaged bytes: they can bring the interpreter down.
        if content[:4] == zlib.crc32(content[4:]).to_bytes(4):
            return dict(marshal.loads(content[4:]))  # noqa: S302 - the user's own file, written by us
        path.unlink()
    return {}


def _write(path: Path, data: Data) -> None:
    content = marshal.dumps(json.loads(json.dumps(data)))  # marshal refuses botocore's ordered dictionaries
    new = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        new.write_bytes(zlib.crc32(content).to_bytes(4) + content)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _cut_files(reads: Reads) -> Iterator[tuple[str, Data]]:
    loader = Loader([Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
    endpoints = {"sts", "portal.sso", "oidc", "signin"}  # where botocore turns profiles into credentials
    for service, operations in reads.items():
        data: Data = {}
        with suppress(DataNotFoundError):  # an older botocore may not know the service: neither do we then
            for kind in (_MODEL, "endpoint-rule-set-1", "paginators-1"):
                data[kind] = loader.load_service_model(service, kind)
        if _MODEL in data:
            endpoints.add(data[_MODEL]["metadata"]["endpointPrefix"])
            data[_MODEL] = _cut_model(data[_MODEL], {*operations, *_OWN_CALLS.get(service, ())})
        yield service, data
    common = ("endpoints", "partitions", "sdk-default-configuration", "_retry")
    data = {name: loader.load_data(name) for name in common}
    for partition in data["endpoints"]["partitions"]:
        partition["services"] = {k: v for k, v in partition["services"].items() if k in endpoints}
    yield _COMMON, data


def _cut_model(model: Data, names: set[str]) -> Data:
    """The operations of these names with every shape they reach, and all exceptions: clients list those."""
    operations = {n: _bare(each) for n, each in model["operations"].items() if {n, xform_name(n)} & names}
    wanted = [name for name, shape in model["shapes"].items() if shape.get("exception")]
    wanted += [shape for operation in operations.values() for shape in _shapes_of(operation)]
    shapes: Data = {}
    while wanted:
        if (name := wanted.pop()) not in shapes:
            shapes[name] = _bare(model["shapes"][name])
            wanted += _shapes_of(shapes[name])
    return {**_bare(model), "operations": operations, "shapes": shapes}


def _shapes_of(entry: Data) -> list[str]:
    """The shapes that an operation or a shape names."""
    named = [entry[key] for key in ("input", "output", "member", "key", "value") if key in entry]
    return [each["shape"] for each in (*named, *entry.get("errors", ()), *entry.get("members", {}).values())]


def _bare(entry: Data) -> Data:
    """The entry without its prose."""
    members = {name: _bare(member) for name, member in entry.get("members", {}).items()}
    return {key: members if key == "members" else entry[key] for key in entry if key != "documentation"}
