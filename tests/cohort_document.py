"""The cohort's page as a browser without a script reads it."""

import json
from html.parser import HTMLParser

import pytest


class Document(HTMLParser):
    """The page's elements and texts; a script or style ends where a browser ends it."""

    def __init__(self, shown):
        super().__init__()
        self.tags, self.attributes, self.texts, self.scripts = [], [], [], []
        self._inside = []
        self.feed(shown)
        assert not self._inside or self._inside == ["html"], self._inside

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in {"meta", "input"}:
            self._inside.append(tag)
        if tag == "script":
            self.scripts.append((dict(attrs), []))

    def handle_endtag(self, tag):
        assert self._inside.pop() == tag

    def handle_data(self, data):
        if self._inside and self._inside[-1] == "script":
            self.scripts[-1][1].append(data)
        self.texts.append(data)

    def handle_comment(self, data):
        pytest.fail(data)

    def data(self, kind):
        return [json.loads("".join(text)) for attrs, text in self.scripts if attrs.get("class") == kind]
