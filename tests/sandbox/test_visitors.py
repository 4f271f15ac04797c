"""Programs are served; web pages of other sites are not, by whatever name they come."""

from __future__ import annotations

import http.client

import pytest


@pytest.fixture
def status(server):
    """Asks for the list of buckets with some headers, and returns the status."""

    def ask(**headers):
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        connection.request(
            "GET", "/", headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    return ask


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost:4566"},
        {"Host": "some-bucket.s3.localhost:4566"},
        {"Host": "[::1]:4566"},
        {"Origin": "http://127.0.0.1:8000"},
        {"Sec_Fetch_Site": "none"},
    ],
)
def test_this_machine_is_served(status, headers):
    assert status(**headers) != 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.com"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1.example.com"},
        {"Host": "rebound.example.com"},
        {"Host": "["},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
def test_other_sites_are_not(status, headers):
    assert status(**headers) == 403
