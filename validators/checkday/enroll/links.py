"""The link with which a learner creates the stack, its parameters filled in."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlencode

from checkday.enroll.grader import Instructor
from checkday.errors import BadSetting
from checkday.roster import Learner
from checkday.settings import REGION

STACK: Final = "checkday-grader"

_BUCKET = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_HOST = rf"(?:{_BUCKET}\.)?s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com"
_TEMPLATE = re.compile(rf"https://{_HOST}(?:/[A-Za-z0-9!_.*'()-]+)+", re.ASCII)
_LONGEST = 1024


def checked(template_url: str) -> str:
    """The template's address, if CloudFormation's console can open it.

    Raises:
        BadSetting: it is no plain https address of an object in S3; one that is signed would soon be none.

    """
    if len(template_url) > _LONGEST or not _TEMPLATE.fullmatch(template_url):
        raise BadSetting("enroll.bad_template_url", value=template_url)
    return template_url


def link(learner: Learner, instructor: Instructor, template_url: str) -> str:
    """The address of the console's page that asks for one click. It carries this learner's ExternalId."""
    region = learner.region or REGION
    given = {"templateURL": template_url, "stackName": STACK}
    given |= {f"param_{name}": value for name, value in parameters(learner, instructor).items()}
    # In a fragment a plus sign is no space.
    asked = urlencode(given, quote_via=quote, safe="")
    host = f"{region}.console.aws.amazon.com"
    return f"https://{host}/cloudformation/home?region={region}#/stacks/create/review?{asked}"


def parameters(learner: Learner, instructor: Instructor) -> dict[str, str]:
    """The stack's parameters, for whoever fills them in by hand."""
    return {
        "InstructorAccountId": instructor.account,
        "InstructorRoleName": instructor.role,
        "ExternalId": str(learner.external_id),
        "LearnerId": learner.id,
    }
