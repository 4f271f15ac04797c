"""A table with a stream, a function that notes what it gets, and a mapping between them, of one test."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile

from dynamodb_tables import Dynamo

STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}

NOTING = """
import boto3, os, time
dynamo = boto3.client("dynamodb")
def name(record):
    image = record["dynamodb"].get("NewImage", {})
    return record["dynamodb"]["Keys"]["id"]["S"] + image.get("turn", {}).get("S", "")
def note(event):
    names = [name(record) for record in event["Records"]]
    dynamo.put_item(TableName=os.environ["NOTES"], Item={
        "id": {"S": str(time.time_ns())}, "batch": {"S": ",".join(names)}})
    return names
"""
GOOD = NOTING + "def handler(event, context):\n    note(event)\n"
POISONED = NOTING + "def handler(event, context):\n    assert 'bad' not in note(event)\n"
PARTIAL = NOTING + (
    "def handler(event, context):\n"
    "    note(event)\n"
    "    return {'batchItemFailures': [{'itemIdentifier': r['dynamodb']['SequenceNumber']}\n"
    "        for r in event['Records'] if r['dynamodb']['Keys']['id']['S'] == 'bad']}\n"
)


def zipped(source):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", source)
    return packed.getvalue()


class Flow(Dynamo):
    """Records flow from the table `source` to the function, which notes every batch in the table `notes`."""

    def __init__(self, aws, until, role, test):
        super().__init__(aws("dynamodb"), until, test)
        self.functions, self.queues, self.role = aws("lambda"), aws("sqs"), role

    def begin(self, source=GOOD, **settings):
        """Make all three, and wait until the mapping is enabled."""
        self.create(StreamSpecification=STREAM)
        self.create("notes")
        self.function(source)
        return self.map(**settings)

    def function(self, source, **settings):
        wanted = {"Runtime": "python3.13", "Handler": "index.handler", "Role": self.role, "Timeout": 20}
        self.functions.create_function(
            FunctionName=self.prefix,
            Code={"ZipFile": zipped(source)},
            Environment={"Variables": {"NOTES": self.name("notes")}},
            **wanted | settings,
        )

    def map(self, wait=True, **settings):
        wanted = {"StartingPosition": "TRIM_HORIZON", "EventSourceArn": self.stream()} | settings
        made = self.functions.create_event_source_mapping(FunctionName=self.prefix, **wanted)
        if wait:
            self.until(lambda: self.mapping(made["UUID"])["State"] == "Enabled")
        return made["UUID"]

    def stream(self):
        return self.describe()["LatestStreamArn"]

    def switch_stream(self, **specification):
        self.client.update_table(TableName=self.name(), StreamSpecification=specification)

    def mapping(self, uuid):
        return self.functions.get_event_source_mapping(UUID=uuid)

    def update(self, uuid, **settings):
        self.functions.update_event_source_mapping(UUID=uuid, **settings)
        self.until(lambda: self.mapping(uuid)["State"] in {"Enabled", "Disabled"})

    def result(self, uuid):
        return self.mapping(uuid)["LastProcessingResult"]

    def batches(self):
        """What the function got so far, the oldest first."""
        items = self.client.scan(TableName=self.name("notes"))["Items"]
        return [item["batch"]["S"] for item in sorted(items, key=lambda one: one["id"]["S"])]

    def names(self):
        """The records in them, as noted."""
        return [name for batch in self.batches() for name in batch.split(",")]

    def queue(self):
        """The ARN of a queue for what is given up."""
        url = self.queues.create_queue(QueueName=self.prefix)["QueueUrl"]
        answer = self.queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return answer["Attributes"]["QueueArn"]

    def given_up(self):
        """The messages in that queue, which are taken from it."""
        url = self.queues.get_queue_url(QueueName=self.prefix)["QueueUrl"]
        answer = self.queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [json.loads(one["Body"]) for one in answer.get("Messages", [])]

    def mappings(self):
        answer = self.functions.list_event_source_mappings(FunctionName=self.prefix)
        return answer["EventSourceMappings"]

    def close(self):
        for mapping in self.mappings():
            with contextlib.suppress(self.functions.exceptions.ResourceInUseException):
                self.functions.delete_event_source_mapping(UUID=mapping["UUID"])
        with contextlib.suppress(self.functions.exceptions.ResourceNotFoundException):
            self.functions.delete_function(FunctionName=self.prefix)
