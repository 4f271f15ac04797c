"""What the checks of several days ask of the data lake's bucket."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from checkday.lab import Lab
from checkday.names import RAW_PREFIX

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectTypeDef

_DATED = re.compile(r"data/raw/\d{4}/\d{2}/\d{2}/\d{2}/.+")


def bucket_is_there(lab: Lab) -> bool:
    """Whether the learner's bucket exists and is the learner's own."""
    return lab.find_owned(lab.aws.s3.head_bucket, Bucket=lab.name("bucket")) is not None


def objects_under(lab: Lab, prefix: str) -> list[ObjectTypeDef]:
    """What lies under a prefix of the learner's bucket, folders left out; nothing if there is no bucket."""
    answer = lab.find_owned(lab.aws.s3.list_objects_v2, Bucket=lab.name("bucket"), Prefix=prefix)
    listed = answer.get("Contents", []) if answer else []
    return [one for one in listed if one["Size"] > 0]


def raw_objects(lab: Lab) -> list[ObjectTypeDef]:
    """The objects that a stream has delivered: data/raw/YYYY/MM/DD/HH/..."""
    return [one for one in objects_under(lab, RAW_PREFIX) if _DATED.fullmatch(one["Key"])]
