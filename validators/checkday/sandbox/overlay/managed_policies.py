"""Managed policies that AWS publishes and the emulator lacks; each by what follows `policy/` in its ARN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def _allow(actions: list[str], *resources: str, **more: Any) -> Mapping[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": list(resources), **more}


_TABLES = "arn:aws:dynamodb:*:*:table/*"

_OF_GLUE = {"ForAllValues:StringEquals": {"aws:TagKeys": ["aws-glue-service-resource"]}}

POLICIES: Mapping[str, Mapping[str, Any]] = {
    # Of AWS Backup's two, what concerns DynamoDB: the sandbox backs up nothing else.
    "service-role/AWSBackupServiceRolePolicyForBackup": {
        "Version": "2012-10-17",
        "Statement": [
            _allow(["dynamodb:DescribeTable", "dynamodb:CreateBackup"], _TABLES),
            _allow(["dynamodb:DescribeBackup", "dynamodb:DeleteBackup"], f"{_TABLES}/backup/*"),
            _allow(["dynamodb:StartAwsBackupJob", "dynamodb:ListTagsOfResource"], _TABLES),
            _allow(
                ["backup:DescribeBackupVault", "backup:CopyIntoBackupVault"],
                "arn:aws:backup:*:*:backup-vault:*",
            ),
        ],
    },
    "service-role/AWSBackupServiceRolePolicyForRestores": {
        "Version": "2012-10-17",
        "Statement": [
            _allow(
                [
                    "dynamodb:Scan",
                    "dynamodb:Query",
                    "dynamodb:UpdateItem",
                    "dynamodb:PutItem",
                    "dynamodb:GetItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:BatchWriteItem",
                    "dynamodb:DescribeTable",
                ],
                _TABLES,
            ),
            _allow(["dynamodb:RestoreTableFromBackup"], f"{_TABLES}/backup/*"),
            _allow(["dynamodb:RestoreTableFromAwsBackup"], _TABLES),
        ],
    },
    "service-role/AWSGlueServiceRole": {
        "Version": "2012-10-17",
        "Statement": [
            _allow(
                [
                    "glue:*",
                    "s3:GetBucketLocation",
                    "s3:ListBucket",
                    "s3:ListAllMyBuckets",
                    "s3:GetBucketAcl",
                    "ec2:DescribeVpcEndpoints",
                    "ec2:DescribeRouteTables",
                    "ec2:CreateNetworkInterface",
                    "ec2:DeleteNetworkInterface",
                    "ec2:DescribeNetworkInterfaces",
                    "ec2:DescribeSecurityGroups",
                    "ec2:DescribeSubnets",
                    "ec2:DescribeVpcAttribute",
                    "iam:ListRolePolicies",
                    "iam:GetRole",
                    "iam:GetRolePolicy",
                    "cloudwatch:PutMetricData",
                ],
                "*",
            ),
            _allow(["s3:CreateBucket"], "arn:aws:s3:::aws-glue-*"),
            _allow(
                ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
                "arn:aws:s3:::aws-glue-*/*",
                "arn:aws:s3:::*/*aws-glue-*/*",
            ),
            _allow(["s3:GetObject"], "arn:aws:s3:::crawler-public*", "arn:aws:s3:::aws-glue-*"),
            _allow(
                ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                "arn:aws:logs:*:*:*:/aws-glue/*",
            ),
            _allow(
                ["ec2:CreateTags", "ec2:DeleteTags"],
                "arn:aws:ec2:*:*:network-interface/*",
                "arn:aws:ec2:*:*:security-group/*",
                "arn:aws:ec2:*:*:instance/*",
                Condition=_OF_GLUE,
            ),
        ],
    },
}
