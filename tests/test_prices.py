"""The price table: every figure says where it is from, and an old one says so itself."""

from datetime import date, timedelta

import pytest

from checkday import prices

REGIONS = ("ap-southeast-1", "us-east-1")
EVERY = [(region, figure) for region, figure in prices.everything()]


@pytest.mark.parametrize(("region", "figure"), EVERY, ids=[f"{one.name}-{region}" for region, one in EVERY])
def test_every_figure_has_a_source_and_is_dated_or_believed(region, figure):
    assert region in REGIONS
    assert figure.usd > 0
    assert ("believed" in figure.source) is (figure.checked is None)


def test_every_figure_stands_for_both_regions():
    assert len(EVERY) == 2 * len({figure.name for _, figure in EVERY})


def test_the_dearest_thing_to_forget():
    left = prices.cost("us-east-1", dynamodb_wcu_month=5000 + 5000, dynamodb_rcu_month=5000 + 3000)
    assert left.usd_month == pytest.approx(5504, abs=2)


def test_nothing_costs_nothing_and_rests_on_no_figure():
    assert prices.cost("us-east-1", s3_gb_month=0) == prices.Cost()


def test_another_region_takes_the_dearest_known():
    assert prices.figure("kinesis_stream_month", "eu-west-1").usd == 36


def test_a_figure_is_stale_after_180_days_and_a_believed_one_always():
    known = prices.figure("dynamodb_wcu_month", "us-east-1")
    believed = prices.figure("dynamodb_wcu_month", "ap-southeast-1")
    last_good = known.checked + timedelta(days=180)
    assert prices.stale([known, believed], last_good) == [believed]
    assert prices.stale([known], last_good + timedelta(days=1)) == [known]
    assert prices.stale([known], date(2020, 1, 1)) == []
