"""A built site without what no page needs: style rules for unused parts of the theme, and indentation.

With an empty cache a page costs what its files weigh together; the theme's styles are a quarter of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_KEPT_AS_WRITTEN = re.compile(r"(<(pre|script|style|textarea)\b.*?</\2>)", re.DOTALL)
_LINE_BREAK = re.compile(r"\s*\n\s*")
_COMMENT = re.compile(r"(?:^|(?<=[;{}(),]))[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*$", re.DOTALL | re.MULTILINE)
_PLAIN_MARK = re.compile(r"<span class=\"[wn]\">([^<]*)</span>")
"""White space and plain names of a program: the theme gives them no colour of their own."""

_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ANCHOR_TITLE = re.compile(r"(<a class=\"headerlink\" href=\"[^\"]*\") title=\"[^\"]*\"")
"""The same few words a hundred times over; the sign of the link says as much."""
_ESCAPED = re.compile(r"(?<!\\)\\u([0-9a-f]{4})")
_AROUND = re.compile(r"\s*([{};,])\s*")
_NAME = re.compile(r"[\w-]+")
_NEGATED = re.compile(r":not\([^()]*(?:\([^()]*\)[^()]*)*\)")
_SELECTED = re.compile(r"[.#]([A-Za-z_][\w-]*)|\[data-md-color-\w+=\"?([\w-]+)")
_QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")
_READ = re.compile(r"var\(\s*(--[\w-]+)")
_VARIABLE = re.compile(
    rf"(?<=[{{;}}])(--[\w-]+):(?:{_QUOTED.pattern}|\((?:{_QUOTED.pattern}|[^()\"'])*\)|[^;{{}}()\"'])*(?:;|(?=}}))"
)
_NESTING = ("@media", "@supports", "@layer")


def slim(folder: Path) -> None:
    """Rewrite the pages and the theme's style sheets of one language's build in place."""
    pages = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}
    scripts = (path.read_text(encoding="utf-8") for path in folder.glob("assets/javascripts/*.js"))
    names = {name for text in (*pages.values(), *scripts) for name in _NAME.findall(text)}
    sheets = {path: path.read_text(encoding="utf-8") for path in folder.glob("assets/**/*.css")}
    theme = {path: prune(css, names) for path, css in sheets.items() if path.parent.name == "stylesheets"}
    read = names | {name for css in (sheets | theme).values() for name in _READ.findall(css)}
    for path, css in theme.items():
        path.write_text(without_unread(css, read), encoding="utf-8")
    for sheet in folder.glob("assets/*.css"):
        sheet.write_text(tight(sheet.read_text(encoding="utf-8")), encoding="utf-8")
    for path, text in pages.items():
        path.write_text(lighter(text), encoding="utf-8")


def lighter(html: str) -> str:
    """The page without white space around line breaks, unless it is shown as written, or comments."""
    parts = _KEPT_AS_WRITTEN.split(html)
    # The pattern has two groups: of every three parts the first stands between blocks, the second is a block.
    return "".join(
        text
        for pair in zip(map(_between, parts[::3]), [*map(_block, parts[1::3]), ""], strict=True)
        for text in pair
    )


def _between(html: str) -> str:
    # In HTML a drawing needs no namespace.
    drawn = html.replace(' xmlns="http://www.w3.org/2000/svg"', "")
    return _LINE_BREAK.sub("\n", _ANCHOR_TITLE.sub(r"\1", drawn))


def _block(html: str) -> str:
    """A script of ours without comments and indentation; code without marks that no colour follows."""
    if html.startswith("<script"):
        html = _ESCAPED.sub(_letter, html)
    if html.startswith("<script>"):
        return _LINE_BREAK.sub("\n", _COMMENT.sub("", html))
    return _PLAIN_MARK.sub(r"\1", html)


def tight(css: str) -> str:
    """A style sheet of ours, which quotes no signs, without comments and indentation."""
    return _AROUND.sub(r"\1", _CSS_COMMENT.sub("", css).strip()).replace(";}", "}")


def _letter(escaped: re.Match[str]) -> str:
    """The template engine writes accented letters as six characters; signs such as `<` must stay so."""
    letter = chr(int(escaped[1], 16))
    return letter if letter.isalpha() and not letter.isascii() else escaped[0]


def prune(css: str, names: set[str]) -> str:
    """The style sheet without selectors that ask for a class or id which is in no page and in no script."""
    return "".join(_kept(css, names))


def without_unread(css: str, read: set[str]) -> str:
    """The style sheet without variables that nothing reads: most are pictures."""
    return _VARIABLE.sub(lambda found: found[0] if found[1] in read else "", css)


def _kept(css: str, names: set[str]) -> Iterator[str]:
    for head, body in _rules(css):
        if head.startswith(_NESTING):
            inner = prune(body, names)
            yield f"{head}{{{inner}}}" if inner else ""
        elif head.startswith("@") or not body:
            yield f"{head}{{{body}}}" if body else head
        else:
            used = [one for one in _selectors(head) if _asked_for(one) <= names]
            yield f"{','.join(used)}{{{body}}}" if used else ""


def _asked_for(selector: str) -> set[str]:
    """The classes, ids and colours without which the selector matches nothing."""
    found = _SELECTED.findall(_QUOTED.sub("", _NEGATED.sub("", selector)))
    return {name for names in found for name in names if name}


def _selectors(head: str) -> Iterator[str]:
    """What stands between the commas that are in no bracket."""
    depth = start = 0
    for at, letter in enumerate(head):
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            yield head[start:at]
            start = at + 1
    yield head[start:]


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """What stands before each outermost pair of braces, and in it; a statement without braces has no body."""
    quoted = {at for match in _QUOTED.finditer(css) for at in range(*match.span())}
    depth = start = opened = 0
    for at, letter in enumerate(css):
        if at in quoted or letter not in "{};":
            continue
        if letter == "{":
            depth += 1
            opened = at if depth == 1 else opened
        elif letter == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened], css[opened + 1 : at]
                start = at + 1
        elif depth == 0:
            yield css[start : at + 1], ""
            start = at + 1
    yield css[start:], ""
