"""The form of the prepare page that reads reports, and what the pages then show, for the tests of both."""

from __future__ import annotations

import json
from pathlib import Path

LAB = "day1/bucket.html"
COURSE = Path(__file__).parents[1] / "docs/_theme/overrides/workshop/course.vi.json"
TASKS = json.loads(COURSE.read_text(encoding="utf-8"))["tasks"]
LATER = "2026-01-16T08:00:00Z"


def give(tab, *texts, language="vi"):
    """Choose files on the prepare page; what the page answers, line by line."""
    tab.goto(f"{language}/prepare.html")
    return choose(tab, *texts)


def choose(tab, *texts):
    bodies = [text if isinstance(text, bytes) else text.encode() for text in texts]
    files = [
        {"name": f"report-{i}.json", "mimeType": "application/json", "buffer": body}
        for i, body in enumerate(bodies, 1)
    ]
    before = tab.locator(".ws-answer").inner_html()
    tab.set_input_files("#ws-files", files)
    tab.wait_for_function("before => document.querySelector('.ws-answer').innerHTML !== before", arg=before)
    return tab.locator(".ws-answer p").all_text_contents()


def stored(tab):
    return json.loads(tab.evaluate("localStorage.getItem('fcj-workshop')"))


def states(tab, page=f"vi/{LAB}"):
    """What stands right under each milestone's heading."""
    tab.goto(page)
    read = "found => found.map(p => [p.previousElementSibling.id, p.innerText])"
    return dict(tab.locator(".ws-state:not(.ws-state--next)").evaluate_all(read))
