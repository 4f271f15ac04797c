"""Compiles the sources to the files that the command, the site and the grader read."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from checkday.authoring import parity, schema
from checkday.authoring.diagrams import diagrams
from checkday.authoring.notebooks import notebooks
from checkday.authoring.policy import policy, session_policies
from checkday.authoring.prepared_roles import prepared_roles
from checkday.authoring.problem import BadSources
from checkday.authoring.quizzes import quizzes
from checkday.authoring.reference import Reference, names
from checkday.authoring.theme import theme
from checkday.authoring.tree import CHECKS, CURRICULUM, DOCS, PACKAGE, Tree, load
from checkday.model import Unwritable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

GENERATED = PACKAGE / "generated"


def generate(root: Path, *, check: bool) -> list[Path]:
    """Write what has changed, or with `check` only say what would.

    Returns the files that were stale, relative to the root.

    Raises:
        BadSources: the sources have not the agreed shape.
        Unwritable: a file cannot be written.

    """
    tree = load(root)
    if problems := schema.problems(tree):
        raise BadSources(problems)
    wanted = outputs(tree)
    stale = [path for path, text in wanted.items() if _bytes(root / path) != text.encode()]
    left_over = [path for path in _compiled(root) if path not in wanted]
    translations = list(_translations(root))
    if not check:
        _write(root, {path: wanted[path] for path in stale}, left_over)
        parity.refresh_source_hashes(root / DOCS)
    return sorted({*stale, *left_over, *translations})


def outputs(tree: Tree) -> dict[Path, str]:
    """Every generated file."""
    data = {
        "course": _course(tree),
        "reads": _sorted(tree.reads.data),
        "causes": _sorted({code: cause for cause, codes in tree.causes.data.items() for code in codes}),
        "policy": policy(tree.reads.data),
        "session_policies": session_policies(tree.reads.data),
        "prepared_roles": prepared_roles(tree.root),
    }
    data |= {f"day{number}": source.data for number, source in tree.listed.items()}
    data |= dict(quizzes(tree.root))
    data |= {f"words.{language}": _words(tree, language) for language in tree.languages}
    compiled = {GENERATED / f"{name}.json": _json(value) for name, value in data.items()}
    drawn = dict(diagrams(tree.root, tree.languages)) | dict(notebooks(tree.root))
    return compiled | _pages(tree) | drawn | dict(theme(tree))


def version(tree: Tree) -> str:
    """What decides a mark, as one digest: two reports of the same version can be compared."""
    # words.yaml is left out: a better wording of the interface must not unpin a cohort.
    sources = [tree.course.path, tree.reads.path, *(source.path for source in tree.listed.values())]
    sources += [path.relative_to(tree.root) for path in (tree.root / CURRICULUM).glob("quiz*.yaml")]
    sources += [path.relative_to(tree.root) for path in (tree.root / CHECKS).rglob("*.py")]
    digest = hashlib.sha256()
    for path in sorted(sources):
        # Git may have checked the file out with other line ends.
        content = (tree.root / path).read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.as_posix()} {len(content)}\n".encode() + content)
    return f"sha256:{digest.hexdigest()}"


def _course(tree: Tree) -> dict[str, Any]:
    days = {str(number): _index(source.data) for number, source in tree.listed.items()}
    course = tree.course.data
    kept = {name: course[name] for name in ("title", "site", "languages")}
    return {"version": version(tree), **kept, "days": days}


def _index(day: Mapping[str, Any]) -> dict[str, Any]:
    tasks = {task["id"]: [milestone["id"] for milestone in task["milestones"]] for task in day["tasks"]}
    return {"title": day["title"], "tasks": tasks}


def _words(tree: Tree, language: str) -> dict[str, str]:
    return {key: text[language] for key, text in sorted(tree.words.data.items()) if language in text}


def _pages(tree: Tree) -> dict[Path, str]:
    source, *_ = tree.languages
    pages: dict[Path, str] = {}
    for name in names(tree):
        first = Reference(tree, source).page(name, None)
        for language in tree.languages:
            own = first if language == source else Reference(tree, language).page(name, parity.digest(first))
            pages[DOCS / language / "reference" / f"{name}.md"] = own
    return pages


def _sorted(value: Any) -> Any:
    """The value with the keys of every mapping in order."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _translations(root: Path) -> Iterator[Path]:
    """The written pages that name another text than their source has now."""
    docs = root / DOCS
    for path in (docs / parity.TRANSLATION).rglob("*.md"):
        name = path.relative_to(docs / parity.TRANSLATION).as_posix()
        source = docs / parity.SOURCE / name
        if not name.startswith(parity.GENERATED) and source.is_file():
            known = parity.load(docs, parity.TRANSLATION, name).meta.get("source_hash")
            if known != parity.digest(source.read_bytes().decode()):
                yield path.relative_to(root)


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _compiled(root: Path) -> list[Path]:
    return [path.relative_to(root) for path in (root / GENERATED).glob("*.json")]


def _write(root: Path, texts: Mapping[Path, str], left_over: list[Path]) -> None:
    for path, text in texts.items():
        try:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(text.encode())
        except OSError as error:
            reason = error.strerror or ""
            raise Unwritable("author.unwritable", path=path.as_posix(), reason=reason) from error
    for path in left_over:
        (root / path).unlink()
