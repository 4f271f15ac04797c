"""The two configurations agree with each other, with the course and with the theme they lean on."""

from __future__ import annotations

import re
from pathlib import Path

import material
import pytest
import yaml

ROOT = Path(__file__).parents[2]
THEME = ROOT / "docs" / "_theme" / "overrides"


def load(name):
    """Safe loading: a tag that runs Python would tie the site to one builder."""
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def vi():
    return load("mkdocs.yml")


@pytest.fixture(scope="module")
def en():
    return load("mkdocs.en.yml")


def leaves(tree, path=""):
    """The dotted names of all values."""
    if not isinstance(tree, dict):
        return {path}
    return {leaf for key, value in tree.items() for leaf in leaves(value, f"{path}.{key}")}


def pages(nav):
    """The files of a navigation, in order."""
    for entry in nav:
        values = entry.values() if isinstance(entry, dict) else [entry]
        for value in values:
            yield from [value] if isinstance(value, str) else pages(value)


def test_every_word_is_said_in_both_languages(vi, en):
    assert leaves(vi["extra"]["words"]) == leaves(en["extra"]["words"])


def test_every_word_is_used(vi):
    sources = "".join(p.read_text(encoding="utf-8") for p in THEME.rglob("*") if p.suffix in {".html", ".js"})
    assert [word for word in vi["extra"]["words"] if f"words.{word}" not in sources] == []


def test_navigation_has_the_same_pages_in_the_same_order(vi, en):
    assert list(pages(vi["nav"])) == list(pages(en["nav"]))


def test_a_choice_of_colours_has_a_name_in_both_languages(vi, en):
    def without_names(config):
        return [{**p, "toggle": p["toggle"]["icon"]} for p in config["theme"]["palette"]]

    assert without_names(vi) == without_names(en)


def test_addresses_are_those_that_check_day_prints(vi, en):
    course = load("validators/checkday/curriculum/course.yaml")
    assert [c["site_url"] for c in (vi, en)] == [f"{course['site']}/{code}/" for code in ("vi", "en")]


def test_nothing_ties_the_site_to_one_builder(vi, en):
    assert "hooks" not in vi | en
    assert set(vi["plugins"]) == {"search"}
    assert "plugins" not in en


def test_the_theme_still_ships_the_file_that_search_folding_replaces():
    ours = next(THEME.rglob("lunr.*"))
    assert (Path(material.__file__).parent / "templates" / ours.relative_to(THEME)).is_file()


def test_scripts_hold_nothing_that_the_template_engine_would_read():
    for script in (THEME / "workshop").iterdir():
        assert re.findall(r"\{[{%#]", script.read_text(encoding="utf-8")) == [], script.name


def test_abbreviations_are_the_same_in_both_languages():
    texts = [(ROOT / f"docs/_shared/abbr/{code}.md").read_text(encoding="utf-8") for code in ("vi", "en")]
    names = [re.findall(r"^\*\[(.+?)\]: .+$", text, re.MULTILINE) for text in texts]
    assert names[0] == names[1] != []
