"""The built site as one file: a zip that a class can pass around, and the archive that a release carries."""

from __future__ import annotations

import io
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checkday import resources
from checkday.errors import BadSetting, Unwritable
from checkday.model import LANGUAGES
from checkday.site import index
from checkday.words import Words

TOP = "seven-days"
"""The one folder in the zip: unpacked it lies together, wherever it lands."""

_TIME = (1980, 1, 1, 0, 0, 0)
"""The same content is the same file, so its digest can be published."""


def pack(folder: Path, path: Path) -> int:
    """Write the built site in `folder` into the zip `path`, at once or not at all; its size in bytes.

    Raises:
        BadSetting: nothing is built there.
        Unwritable: the disk is full, or the place is not ours to write.

    """
    if not (folder / "index.html").is_file():
        raise BadSetting("site.not_built", folder=str(folder))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        _add(archive, "README.txt", _read_me().encode())
        for file in sorted(one for one in folder.rglob("*") if one.is_file() and one.name != index.SCRIPT):
            _add(archive, *_entry(folder, file))
    try:
        resources.put(str(path), content.getvalue())
    except OSError as error:
        raise Unwritable("site.unwritable", path=str(path), reason=error.strerror or "") from error
    return content.tell()


def _read_me() -> str:
    return "\n".join(Words(language)("site.read_me") for language in LANGUAGES)


def _entry(folder: Path, file: Path) -> tuple[str, bytes]:
    """A file's name in the zip and its content; the index is a script only: nothing fetches from file://."""
    if file.name == index.DATA:
        script = index.as_script(file.read_text(encoding="utf-8"))
        return file.with_name(index.SCRIPT).relative_to(folder).as_posix(), script.encode()
    return file.relative_to(folder).as_posix(), file.read_bytes()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(f"{TOP}/{name}", _TIME)
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    archive.writestr(entry, content)


@contextmanager
def released() -> Iterator[Path]:
    """A folder with the pages that came with the package, for as long as they are needed.

    Raises:
        BadSetting: this installation is no release.
        Unwritable: the pages cannot be unpacked.

    """
    packed = resources.packed_site()
    if not packed.is_file():
        raise BadSetting("site.not_built", folder="./site")
    with tempfile.TemporaryDirectory(prefix="checkday-site-") as folder:
        try:
            with tarfile.open(packed) as archive:
                # Python 3.11 knows this filter from 3.11.4 on; the archive is our own either way.
                archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
                archive.extractall(folder)  # noqa: S202 - filtered above
        except OSError as error:
            raise Unwritable("site.unwritable", path=folder, reason=error.strerror or "") from error
        yield Path(folder)
