"""The Content-Security-Policy of the pages: each script in a page is named by its digest, no other runs."""

from __future__ import annotations

import re

import pytest

from checkday.site.policy import digest, sealed

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">')
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def pages(built):
    return [path.read_text(encoding="utf-8") for path in built.glob("*/**/*.html")]


def scripts_named(page):
    return set(re.findall(r"'(sha256-[^']+)'", POLICY.search(page)[1]))


def test_the_policy_of_a_page_names_the_scripts_that_stand_in_it_and_no_other(built):
    assert len(pages(built)) > 60
    for page in pages(built):
        assert scripts_named(page) == {digest(script) for script in SCRIPT.findall(page)} != set()


def test_a_page_that_has_changed_is_sealed_anew():
    page = (
        "<meta content=\"script-src 'self' 'unsafe-inline'; x\"><script>one</script><script src=two></script>"
    )
    assert sealed(page).startswith(f"<meta content=\"script-src 'self' '{digest('one')}'; x\">")


def test_the_policy_stands_before_anything_that_loads(built):
    heads = [page.partition("<meta http-equiv")[0] for page in pages(built)]
    assert [head for head in heads if re.search(r"<(script|link|style)", head)] == []


def test_nothing_is_allowed_but_what_the_pages_need(built):
    rules = dict(
        rule.split(" ", 1) for rule in POLICY.search(pages(built)[0])[1].replace("; ", ";").split(";")
    )
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["connect-src"] == "'self'"
    assert "unsafe" not in rules["script-src"]
    assert "http" not in " ".join(rules.values())


@pytest.mark.browser
def test_a_script_that_was_slipped_into_a_page_does_not_run(tab):
    tab.goto("vi/day1/bucket.html")
    tab.seen.known = ("Content Security Policy",)
    tab.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'pwned = 1'}))"
    )
    tab.evaluate("document.body.insertAdjacentHTML('beforeend', '<details open ontoggle=\"pwned = 1\">')")
    tab.wait_for_timeout(200)
    assert tab.evaluate("typeof pwned") == "undefined"
