"""What Day 7 leaves behind: functions, what feeds them, what calls them, and where what fails goes."""

from __future__ import annotations

from collections.abc import Iterator

from checkday.leftovers.items import Found, Place
from checkday.leftovers.lookup import lookup
from checkday.leftovers.owner import mine
from checkday.names import name as name_of

_PLACE_OF_NAME = 6
"""In arn:aws:lambda:REGION:ACCOUNT:function:NAME."""


def mappings(place: Place) -> Iterator[Found]:
    """Event source mappings; they outlive the function that they feed."""
    for one in place.aws.lambda_.list_event_source_mappings()["EventSourceMappings"]:
        parts = one.get("FunctionArn", "").split(":")
        fed = parts[_PLACE_OF_NAME] if len(parts) > _PLACE_OF_NAME else ""
        if mine(place.learner, fed) and one.get("State") != "Deleting":
            yield Found(one["UUID"], place.arn("lambda", f"event-source-mapping:{one['UUID']}"))


def apis(place: Place) -> Iterator[Found]:
    """HTTP APIs: anybody in the world may call one that is open."""
    for one in place.aws.apigatewayv2.get_apis()["Items"]:
        if mine(place.learner, one["Name"]):
            yield Found(one["ApiId"], f"arn:aws:apigateway:{place.region}::/apis/{one['ApiId']}", "open")


def functions(place: Place) -> Iterator[Found]:
    """Functions; one that nobody calls costs nothing."""
    for one in place.aws.lambda_.list_functions()["Functions"]:
        if mine(place.learner, one.get("FunctionName", "")):
            yield Found(one["FunctionName"], one["FunctionArn"])


def queues(place: Place) -> Iterator[Found]:
    """The queue for what is given up."""
    name = name_of("dlq", learner=place.learner, account=place.account_id, region=place.region)
    if lookup(place.aws.sqs.get_queue_url, QueueName=name):
        yield Found(name, place.arn("sqs", name))


def replicas(place: Place) -> Iterator[Found]:
    """What other Regions hold of the global tables of this one: it goes before its source can."""
    for name in place.aws.dynamodb.list_tables()["TableNames"]:
        if not mine(place.learner, name):
            continue
        found = lookup(place.aws.dynamodb.describe_table, TableName=name)
        for one in found["Table"].get("Replicas", []) if found else []:
            region = one.get("RegionName", "-")
            if one.get("ReplicaStatus") != "DELETING":
                arn = f"arn:aws:dynamodb:{region}:{place.account_id}:table/{name}"
                yield Found(name, arn, region=region)
