"""The page of costs says what the course's table of prices says, and when each figure was compared."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from checkday import prices

DOCS = Path(__file__).parents[2] / "docs"
ROWS = (
    "glue_dpu_hour",
    "s3_gb_month",
    "firehose_gb",
    "athena_tb_scanned",
    "logs_gb_month",
    "quicksight_author_month",
    "dynamodb_million_writes",
    "dynamodb_million_reads",
    "dynamodb_wcu_month",
    "dynamodb_rcu_month",
    "dynamodb_backup_gb_month",
    "dynamodb_pitr_gb_month",
    "lambda_million",
)
"""The figures behind the rows of the page, in their order."""


@pytest.mark.parametrize(
    ("lang", "cent", "never"), [("vi", "cent", "chưa đối chiếu"), ("en", "cents", "not compared")]
)
def test_the_page_of_costs_agrees_with_the_prices(lang, cent, never):
    section = (DOCS / lang / "cost.md").read_text().partition("{ #prices }")[2]
    rows = [
        line.strip("| ").split(" | ")
        for line in section.partition("\n\n##")[0].splitlines()
        if line[:1] == "|"
    ]
    said = [
        (price.removeprefix("khoảng ").removeprefix("about "), compared) for _, price, compared in rows[2:]
    ]
    figures = [prices.figure(name, "us-east-1") for name in ROWS]
    assert said == [(amount(one.usd, cent), str(one.checked or never)) for one in figures]


def amount(usd, cent):
    """As the page writes it: whole dollars, or cents without a fraction."""
    cents = Decimal(str(usd)) * 100
    return f"{usd:g} USD" if usd >= 1 else f"{cents.quantize(Decimal(1), ROUND_HALF_UP)} {cent}"
