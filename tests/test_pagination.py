"""Lists come whole, or not at all."""

import json

import pytest

from checkday.account import Account, Look
from checkday.account.live import Live
from checkday.model import Blocked
from wire import _respond

LOOK = Look("ap-southeast-1", "glue", "list_crawlers", "{}")


def source(pages):
    """A Data Catalog whose list of crawlers has this many pages."""

    def page(request):
        token = int(json.loads(request.body).get("NextToken", "0"))
        body = {"CrawlerNames": [f"crawler-{token}"]}
        return 200, json.dumps(body | ({"NextToken": str(token + 1)} if token + 1 < pages else {}))

    live = Live(endpoint="http://127.0.0.1:9", credentials=("k", "s"))
    _respond(live, "glue", "ListCrawlers", page, lambda _: True)
    return live


@pytest.mark.parametrize("pages", [1, 3, 100])
def test_all_pages_are_joined(pages):
    account = Account(source(pages))
    assert account.response(LOOK)["CrawlerNames"] == [f"crawler-{number}" for number in range(pages)]
    assert account.answer(LOOK).sent == pages


def test_half_a_list_is_no_evidence():
    with pytest.raises(Blocked, match="too_long"):
        Account(source(101)).response(LOOK)
