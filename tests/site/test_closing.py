"""The last page multiplies with the course's own prices, and adds up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checkday import prices

DOCS = Path(__file__).parents[2] / "docs"
PRICES = (
    ("dynamodb_million_writes", 8),
    ("dynamodb_million_reads", 8),
    ("dynamodb_pitr_gb_month", 10),
    ("lambda_million", 5),
    ("firehose_gb", 1000),
    ("s3_gb_month", 1000),
    ("glue_dpu_hour", 100),
    ("athena_tb_scanned", 1),
    ("quicksight_author_month", 1),
)
"""The figures behind the rows of the page, and how many of each it takes."""


def rows(lang: str, section: str) -> list[list[str]]:
    """The cells of the section's table, without its head."""
    text = (DOCS / lang / "closing.md").read_text().partition(f"{{ #{section} }}")[2].partition("\n##")[0]
    return [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")][2:]


def dollars(cell: str) -> int:
    return int(re.search(r"(\d+) USD", cell)[1])


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_its_prices_are_those_of_the_course(lang):
    told = [dollars(cells[-1]) for cells in rows(lang, "assumptions")]
    assert told == [pytest.approx(prices.figure(name, "us-east-1").usd * many) for name, many in PRICES]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_each_table_and_all_three_add_up(lang):
    sums = []
    for section in ("lake", "application", "counting"):
        *parts, total = [dollars(cells[-1]) for cells in rows(lang, section) if "USD" in cells[-1]]
        assert sum(parts) == total
        sums.append(total)
    said = f"{' + '.join(map(str, sums))} = **{sum(sums)} USD"
    assert said in (DOCS / lang / "closing.md").read_text()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_its_largest_lines_are_what_the_prices_come_to(lang):
    usd = {name: prices.figure(name, "us-east-1").usd for name, _ in PRICES}
    write, firehose = usd["dynamodb_million_writes"], usd["firehose_gb"]
    assert dollars(rows(lang, "application")[0][-1]) == round(write * 300)
    assert dollars(rows(lang, "lake")[1][-1]) == round(firehose * 1500)
    assert dollars(rows(lang, "counting")[-1][-1]) == round(
        write * (150 + 600 + 114) + 6 * usd["lambda_million"]
    )
