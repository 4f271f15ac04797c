"""What is the learner's in QuickSight, and the subscription that pays for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from checkday.checks import bi
from checkday.lab import Lab
from checkday.leftovers import shell
from checkday.leftovers.items import Found, Place
from checkday.prices import cost


def dashboards(place: Place) -> Iterator[Found]:
    """Dashboards of the learner's data sets, and the analyses that they were made of."""
    lab = _lab(place)
    if bi.is_subscribed(lab):
        arns = [one["Arn"] for one in bi.our_datasets(lab)]
        for shown in bi.our_dashboards(lab, arns):
            yield _found(place, shown.name, shown.arn, _DELETE_DASHBOARD)
        for draft in bi.our_analyses(lab, arns):
            yield _found(place, draft.get("Name", "-"), draft["Arn"], _DELETE_ANALYSIS)


def datasets(place: Place) -> Iterator[Found]:
    """Data sets fed by the learner's sources or database."""
    lab = _lab(place)
    if bi.is_subscribed(lab):
        for one in bi.our_datasets(lab):
            yield _found(place, one.get("Name", "-"), one["Arn"], _DELETE_DATA_SET)


def sources(place: Place) -> Iterator[Found]:
    """Data sources that ask through the learner's workgroup."""
    lab = _lab(place)
    if bi.is_subscribed(lab):
        for one in bi.our_sources(lab):
            yield _found(place, one.get("Name", "-"), one["Arn"], _DELETE_DATA_SOURCE)


def subscriptions(place: Place) -> Iterator[Found]:
    """The account's subscription: told with its price, and never with a command.

    Ending it deletes everything of everybody in it, in all Regions, for good; and it may be the employer's.
    """
    if bi.is_subscribed(_lab(place)):
        price = cost(place.region, quicksight_author_month=1)
        arn = place.arn("quicksight", f"account/{place.account_id}")
        yield Found("QuickSight", arn, "subscription", {"usd": f"{price.usd_month:.2f}"}, price)


def _lab(place: Place) -> Lab:
    return Lab(place.account, place.settings, known={}, now=datetime.now(UTC))


def _found(place: Place, name: str, arn: str, command: str) -> Found:
    filled = shell.fill((command,), account=place.account_id, id=arn.rpartition("/")[2], region=place.region)
    return Found(name, arn, first=filled)


_DELETE_DASHBOARD = (
    "aws quicksight delete-dashboard --aws-account-id {account} --dashboard-id {id} --region {region}"
    " --query DashboardId --output text"
)
_DELETE_ANALYSIS = (
    "aws quicksight delete-analysis --aws-account-id {account} --analysis-id {id} --region {region}"
    " --force-delete-without-recovery --query AnalysisId --output text"
)
_DELETE_DATA_SET = (
    "aws quicksight delete-data-set --aws-account-id {account} --data-set-id {id} --region {region}"
    " --query DataSetId --output text"
)
_DELETE_DATA_SOURCE = (
    "aws quicksight delete-data-source --aws-account-id {account} --data-source-id {id} --region {region}"
    " --query DataSourceId --output text"
)
