"""What a build leaves out is what nobody can see or use."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkday.site.slim import lighter, prune, tight, without_unread

SCRIPTS = Path(__file__).parents[2] / "docs/_theme/overrides/workshop"
NAMES = {"md-nav", "md-tabs", "ws-about", "indigo"}


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".md-nav{color:red}", ".md-nav{color:red}"),
        (".md-lost{color:red}", ""),
        (".md-nav,.md-lost{color:red}", ".md-nav{color:red}"),
        (".md-lost .md-nav{color:red}", ""),
        (".md-nav:not(.md-lost){color:red}", ".md-nav:not(.md-lost){color:red}"),
        (":is(.md-nav,.md-tabs) a{color:red}", ":is(.md-nav,.md-tabs) a{color:red}"),
        ("#md-lost>a{color:red}", ""),
        ("a,b>c{color:red}", "a,b>c{color:red}"),
        ("@media print{.md-lost{color:red}.md-nav{top:0}}", "@media print{.md-nav{top:0}}"),
        ("@media print{.md-lost{color:red}}", ""),
        ('@charset "UTF-8";.md-nav{top:0}', '@charset "UTF-8";.md-nav{top:0}'),
        ("@keyframes x{0%{top:0}to{top:1px}}", "@keyframes x{0%{top:0}to{top:1px}}"),
        ('.md-nav:after{content:"};{"}', '.md-nav:after{content:"};{"}'),
        (':root{--i:url("data:image/svg+xml;a{b}")}', ':root{--i:url("data:image/svg+xml;a{b}")}'),
        ("[data-md-color-primary=indigo]{top:0}", "[data-md-color-primary=indigo]{top:0}"),
        ("[data-md-color-primary=teal]{top:0}", ""),
        ('a[href$=".pdf"]{top:0}', 'a[href$=".pdf"]{top:0}'),
        (".md-nav{margin:.6rem 1.2rem}", ".md-nav{margin:.6rem 1.2rem}"),
    ],
)
def test_only_rules_that_can_match_stay(css, kept):
    assert prune(css, NAMES) == kept


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (":root{--a:1;--b:2;top:0}", ":root{--a:1;top:0}"),
        (":root{--b:2;--a:1}", ":root{--a:1}"),
        (":root{--a:1;--b:2}", ":root{--a:1;}"),
        (":root{--b:url('data:x;y}')}", ":root{}"),
        (":root{--b:url(data:x;y);--a:1}", ":root{--a:1}"),
        (":root{--b:hsla(var(--c),1);--a:1}", ":root{--b:hsla(var(--c),1);--a:1}"),  # nested: rather kept
        ("p{color:var(--b)}", "p{color:var(--b)}"),
    ],
)
def test_only_variables_that_are_read_stay(css, kept):
    assert without_unread(css, {"--a"}) == kept


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<p>\n    a\n\n    <b>c</b>\n</p>", "<p>\na\n<b>c</b>\n</p>"),
        ("<p>a  b</p>", "<p>a  b</p>"),
        ("<pre>\n  a\n    b</pre>\n  <p>", "<pre>\n  a\n    b</pre>\n<p>"),
        ('<pre>a<span class="w"> </span>b</pre>', "<pre>a b</pre>"),
        ('<script type="x">\n  a\n</script>', '<script type="x">\n  a\n</script>'),
        ("<script>\n  /* why\n  so */\n  f();\n</script>", "<script>\nf();\n</script>"),
        (
            r'<script type="x">"Tr\u1ea3 l\u1eddi \u003c\u2026 \\u1ea3"</script>',
            r'<script type="x">"Trả lời \u003c\u2026 \\u1ea3"</script>',
        ),
        ("<script>f(); /* a */\n g();</script>", "<script>f();\ng();</script>"),
        ("<script>f(); /* a */ g(); /* b */\n</script>", "<script>f(); /* a */ g();\n</script>"),
        ('<script>f("/* a */");\ng()</script>', '<script>f("/* a */");\ng()</script>'),
    ],
)
def test_only_what_is_not_seen_is_left_out(html, left):
    assert lighter(html) == left


def test_scripts_of_ours_hold_no_text_over_several_lines():
    """Their indentation goes, so none of it may be part of a text."""
    for script in SCRIPTS.glob("*.js"):
        for line in script.read_text(encoding="utf-8").splitlines():
            assert line.count("`") % 2 == 0, f"{script.name}: {line}"


def test_a_style_sheet_of_ours_loses_what_only_people_read():
    assert (
        tight("/* why */\na,\nb {\n  color: red;\n  margin: 0 1rem;\n}\n") == "a,b{color: red;margin: 0 1rem}"
    )


def test_drawings_and_plain_names_are_as_light_as_html_allows():
    assert lighter('<svg xmlns="http://www.w3.org/2000/svg"></svg>') == "<svg></svg>"
    assert lighter('<pre><span class="n">x</span><span class="k">if</span></pre>') == (
        '<pre>x<span class="k">if</span></pre>'
    )
