"""The notebook of the console path, made of the very program that the pages explain and the tests run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROGRAMS = Path("docs/_shared/py")

_SECTION = re.compile(r"# --8<-- \[start:(\w+)\]\n(.*?)# --8<-- \[end:\1\]\n", re.DOTALL)
_ANNOTATION = re.compile(r"  # \(\d+\)!$", re.MULTILINE)

_LIMITS = "%idle_timeout 15\n%glue_version 5.0\n%worker_type G.1X\n%number_of_workers 2"
"""The first cell: what keeps a forgotten session from costing a hundred dollars."""

_BUCKET = 'bucket = "fcj-an01-lake-123456789012-ap-southeast-1"'
"""The second cell: a sample that the page tells to replace."""

_KERNEL = {"display_name": "Glue PySpark", "language": "python", "name": "glue_pyspark"}


def notebooks(root: Path) -> Iterator[tuple[Path, str]]:
    """Path and content of a notebook for every ETL program: its sections are the cells."""
    for program in sorted((root / PROGRAMS).rglob("etl.py")):
        text = program.read_text(encoding="utf-8")
        cells = [_LIMITS, _BUCKET, *(_cell(body) for _, body in _SECTION.findall(text))]
        notebook = {
            "cells": [_code(number, cell) for number, cell in enumerate(cells, start=1)],
            "metadata": {"kernelspec": _KERNEL, "language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        path = program.with_suffix(".ipynb").relative_to(root)
        yield path, json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _cell(body: str) -> str:
    return _ANNOTATION.sub("", body).strip()


def _code(number: int, text: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"cell-{number}",
        "metadata": {},
        "outputs": [],
        "source": text.splitlines(keepends=True),
    }
