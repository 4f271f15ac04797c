"""Events as only AWS writes them, for tests: what the console of a service does is told in another form."""

import json
import time
import uuid
from typing import Any

import botocore.session
from botocore.validate import ParamValidator

_MODEL = botocore.session.Session().get_service_model("cloudtrail")


def service_event(
    name: str,
    details: dict[str, Any],
    *,
    source: str = "quicksight.amazonaws.com",
    region: str = "ap-southeast-1",
    account: str = "123456789012",
    at: float | None = None,
) -> dict[str, Any]:
    """An event of a service's console, as `LookupEvents` lists it.

    It has no request parameters: its data are in `serviceEventDetails.eventRequestDetails`. Its user may be
    one that IAM does not know, and then has not even a type.
    """
    moment, number = int(at or time.time()), str(uuid.uuid4())
    event = {
        "eventVersion": "1.08",
        "userIdentity": {
            "principalId": "unknown",
            "accountId": account,
            "invokedBy": source,
            "userName": "unknown",
        },
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment)),
        "eventSource": source,
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": source,
        "userAgent": source,
        "requestParameters": None,
        "responseElements": None,
        "eventID": number,
        "readOnly": False,
        "eventType": "AwsServiceEvent",
        "managementEvent": True,
        "recipientAccountId": account,
        "serviceEventDetails": {"eventRequestDetails": details},
        "eventCategory": "Management",
    }
    shown = {
        "EventId": number,
        "EventName": name,
        "ReadOnly": "false",
        "EventTime": moment,
        "EventSource": source,
        "Username": "unknown",
        "Resources": [],
        "CloudTrailEvent": json.dumps(event),
    }
    report = ParamValidator().validate(shown, _MODEL.shape_for("Event"))
    assert not report.has_errors(), report.generate_report()
    return shown
