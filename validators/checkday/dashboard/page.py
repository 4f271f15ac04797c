"""The page: one HTML file that carries both languages, loads nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from checkday.dashboard import charts
from checkday.dashboard.asking import Answer
from checkday.dashboard.figures import Figures, steps
from checkday.dashboard.place import Cost, Place
from checkday.words import KNOWN, Words

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

FIRST_ROWS = 10
"""Rows of a table that are seen without asking."""

_THOUSANDS = {"vi": ".", "en": ","}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Whose numbers these are, from where, and when."""

    learner: str
    place: Place
    origin: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart of the page: its pictures for both widths, its shades, and all of its rows."""

    narrow: Markup
    wide: Markup
    shades: Sequence[tuple[str, str]]
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def render(
    figures: Figures, origin: Origin, queries: Sequence[tuple[str, Answer]], cost: Cost, language: str
) -> str:
    """The whole document; it opens in this language, and a switch shows the other one."""
    saying = _Saying(language)
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=PackageLoader("checkday.dashboard", ""),
    )
    environment.globals["say"] = saying
    return environment.get_template("page.html").render(
        language=language,
        languages=KNOWN,
        policy=POLICY,
        style=Markup(files(__package__).joinpath("page.css").read_text(encoding="utf-8")),  # noqa: S704
        figures=figures,
        origin=origin,
        heat=_chart("heat", figures, saying),
        tree=_chart("tree", figures, saying),
        first=FIRST_ROWS,
        most_tracks=charts.MOST_TRACKS,
        most_devices=charts.MOST_DEVICES,
        queries=queries,
        cost=cost,
    )


class _Saying:
    """A sentence in every language, of which the page's style shows one."""

    def __init__(self, language: str) -> None:
        self._default = language
        self._words = {one: Words(one) for one in KNOWN}

    def __call__(self, name: str, /, **facts: Any) -> Markup:
        """Markup with the sentence `dashboard.page.<name>` in each language."""
        spans = (
            Markup('<span lang="{}">{}</span>').format(one, self._said(one, name, facts)) for one in KNOWN
        )
        return Markup("").join(spans)

    def plainly(self, name: str, language: str | None = None) -> str:
        """In one language, where there is no room for markup; without one, in the page's first."""
        return self._said(language or self._default, name, {})

    def both(self, name: str) -> str:
        """In the page's first language, then in the other."""
        order = sorted(KNOWN, key=lambda one: one != self._default)
        return " / ".join(self.plainly(name, one) for one in order)

    def _said(self, language: str, name: str, facts: Mapping[str, Any]) -> str:
        shown = {key: _number(value, language) for key, value in facts.items()}
        return self._words[language](f"dashboard.page.{name}", **shown)


def _number(value: Any, language: str) -> Any:
    return f"{value:,}".replace(",", _THOUSANDS[language]) if isinstance(value, int) else value


def _chart(name: str, figures: Figures, saying: _Saying) -> Chart:
    draw = charts.heat_map if name == "heat" else charts.tree_map
    label = charts.Label(
        saying.both(f"{name}.title"), saying.both(f"{name}.text"), f"{name}-title {name}-text"
    )
    narrow, wide = (Markup(draw(figures, width, label)) for width in (charts.NARROW, charts.WIDE))  # noqa: S704
    if name == "heat":
        rows: Sequence[Sequence[Any]] = figures.cells
        columns = ["device", "track", "plays"]
    else:
        rows, columns = figures.artists, ["artist", "plays"]
    return Chart(narrow, wide, _legend([row[-1] for row in rows]), columns, rows)


def _legend(plays: Sequence[int]) -> list[tuple[str, str]]:
    """Colour and range of each shade."""
    starts = steps(plays)
    lows = [min(plays), *starts[1:]]
    ends = [*(start - 1 for start in starts[1:]), max(plays)]
    ranges = [str(low) if low == end else f"{low}–{end}" for low, end in zip(lows, ends, strict=True)]  # noqa: RUF001
    return list(zip(charts.shades(starts), ranges, strict=True))
