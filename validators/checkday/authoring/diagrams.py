"""One drawing, one file a language: the labels of `<name>.yaml` put into `<name>.svg.in`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

from checkday.authoring.problem import BadSources
from checkday.authoring.source import read

DIAGRAMS = Path("docs/_shared/diagrams")

_LABEL = re.compile(r"\{\{(\w+)\}\}")


def diagrams(root: Path, languages: list[str]) -> Iterator[tuple[Path, str]]:
    """Path and content of every drawing.

    Raises:
        BadSources: a label of the drawing has no words.

    """
    for template in sorted((root / DIAGRAMS).glob("*.svg.in")):
        name = template.name.removesuffix(".svg.in")
        labels = read(root, DIAGRAMS / f"{name}.yaml")
        drawing = template.read_text(encoding="utf-8")
        missing = [label for label in _LABEL.findall(drawing) if label not in labels.data]
        if missing:
            raise BadSources([labels.problem("lint.missing_field", name=missing[0])])
        for language in languages:
            own = {label: escape(text[language]) for label, text in labels.data.items()}
            yield DIAGRAMS / f"{name}.{language}.svg", _filled(drawing, own)


def _filled(drawing: str, labels: Mapping[str, str]) -> str:
    return _LABEL.sub(lambda found: labels[found[1]], drawing)
