"""The first page: what there is to explore."""

from __future__ import annotations

from starlette.responses import Response

from checkday.console.visit import Visit

SERVICES = {
    "dynamodb": "DynamoDB",
    "s3": "S3",
    "glue": "Glue Data Catalog",
    "lambda": "Lambda",
    "cloudtrail": "CloudTrail",
}
"""The services of the sandbox that have pages here, and their names, which are the same in every language."""


def home(visit: Visit) -> Response:
    visit.client("dynamodb").list_tables(Limit=1)  # so that a sandbox that is gone is told of here
    return visit.page("home.html", services=SERVICES)
