"""Each kind of leftover in one account in memory: whose it is, what it costs, how it would be deleted."""

import json
from pathlib import Path

import botocore.session
import jsonschema
import pytest
from botocore.validate import ParamValidator

from checkday import leftovers
from checkday.account import Account, Answer
from checkday.account.answers import Page
from checkday.leftovers.owner import mine, other_owner
from checkday.settings import Settings
from checkday.words import Words
from worlds import LEARNER, REGION, REPLICA

ACCOUNT = "111122223333"
SETTINGS = Settings(learner=LEARNER, region=REGION, replica_region=REPLICA)
MODELS = botocore.session.Session()

EMPTY = {
    "sts.get_caller_identity": {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/an"},
    "dynamodb.list_tables": {"TableNames": []},
    "dynamodb.list_backups": {"BackupSummaries": []},
    "backup.list_backup_vaults": {"BackupVaultList": []},
    "lambda.list_event_source_mappings": {"EventSourceMappings": []},
    "lambda.list_functions": {"Functions": []},
    "apigatewayv2.get_apis": {"Items": []},
    "glue.list_sessions": {"Ids": [], "Sessions": []},
    "glue.list_crawlers": {"CrawlerNames": []},
    "glue.list_jobs": {"JobNames": []},
    "firehose.list_delivery_streams": {"DeliveryStreamNames": [], "HasMoreDeliveryStreams": False},
    "logs.describe_log_groups": {"logGroups": []},
    "s3.list_buckets": {"Buckets": []},
    "iam.list_roles": {"Roles": []},
    "iam.list_policies": {"Policies": []},
}


class Canned:
    """A source whose answers a test writes; each is checked against botocore's model first."""

    def __init__(self, **answers):
        self.answers = EMPTY | {name.replace("__", "."): said for name, said in answers.items()}

    def fetch(self, look):
        said = self.answers.get(f"{look.service}.{look.operation}")
        if said is None:
            return Answer(look, [Page({"Error": {"Code": "gone"}}, "", "")], absent="gone")
        model = MODELS.get_service_model(look.service).operation_model(look.call.partition(":")[2])
        report = ParamValidator().validate(said, model.output_shape)
        assert not report.has_errors(), report.generate_report()
        return Answer(look, [Page(said, "", "")])


def found_in(**answers):
    return leftovers.find(Account(Canned(**answers)), SETTINGS)


def table(name="fcj-an01-log", **changes):
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"
    described = {"TableName": name, "TableArn": arn, "TableStatus": "ACTIVE", "TableSizeBytes": 0} | changes
    return {"dynamodb__list_tables": {"TableNames": [name]}, "dynamodb__describe_table": {"Table": described}}


def units(reads, writes):
    return {"ReadCapacityUnits": reads, "WriteCapacityUnits": writes}


def kinds(found):
    return [one.kind for one in found.counted]


def test_an_empty_account_is_clean():
    assert found_in().clean


def test_provisioned_capacity_counts_the_indexes_too():
    index = {"IndexName": "by-poster", "ProvisionedThroughput": units(3000, 5000)}
    found = found_in(**table(ProvisionedThroughput=units(5000, 5000), GlobalSecondaryIndexes=[index]))
    first = found.items[0]
    assert (first.why, first.facts["writes"], first.facts["reads"]) == ("capacity", 10000, 8000)
    assert first.urgent
    assert first.cost.usd_month > 5000


def test_an_on_demand_table_costs_its_storage():
    mode = {"BillingMode": "PAY_PER_REQUEST"}
    found = found_in(
        **table(BillingModeSummary=mode, ProvisionedThroughput=units(0, 0), TableSizeBytes=2**30)
    )
    first = found.items[0]
    assert (first.why, first.urgent, round(first.cost.usd_month, 3)) == ("on_demand", False, 0.285)


def test_what_is_on_its_way_out_is_not_left_over():
    assert found_in(**table(TableStatus="DELETING")).clean


def backup(table, **changes):
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}/backup/0123"
    one = {"TableName": table, "BackupArn": arn, "BackupName": "fcj-an01-catalog-bk1", "BackupType": "USER"}
    return {"dynamodb__list_backups": {"BackupSummaries": [one | changes]}}


def test_a_backup_on_demand_outlives_its_table():
    found = found_in(**backup("fcj-an01-catalog", BackupSizeBytes=2**30))
    assert {one.kind for one in found.items} == {"backup"}
    assert "delete-backup" in found.commands[0]
    assert found.usd_month > 0


def test_a_backup_of_somebody_else_is_nobodys_business():
    assert found_in(**backup("other-catalog")).items == []


def test_a_vault_is_emptied_before_it_goes():
    arn = f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:fcj-an01-vault"
    vault = {"BackupVaultName": "fcj-an01-vault", "BackupVaultArn": arn}
    points = {"RecoveryPoints": [{"RecoveryPointArn": "p", "BackupSizeInBytes": 1024}]}
    found = found_in(
        backup__list_backup_vaults={"BackupVaultList": [vault]},
        backup__list_recovery_points_by_backup_vault=points,
    )
    assert {one.kind for one in found.items} == {"vault"}
    assert "delete-recovery-point" in found.commands[0]


def test_a_protected_table_is_unprotected_first():
    found = found_in(**table(DeletionProtectionEnabled=True))
    assert "--no-deletion-protection-enabled" in found.commands[0]
    assert "delete-table" in found.commands[1]


SESSION = {"Id": "fcj-an01-session", "Status": "READY"}


def sessions(*listed):
    return {"glue__list_sessions": {"Ids": [one["Id"] for one in listed], "Sessions": list(listed)}}


@pytest.mark.parametrize(
    ("session", "dpu", "hours"),
    [
        (SESSION | {"NumberOfWorkers": 2, "WorkerType": "G.1X", "IdleTimeout": 15}, "2", "0.25"),
        (SESSION | {"NumberOfWorkers": 2, "WorkerType": "G.2X", "IdleTimeout": 60}, "4", "1"),
        (SESSION | {"MaxCapacity": 5.0}, "5", "48"),
        (SESSION, "5", "48"),
    ],
)
def test_a_live_session_costs_until_it_stops_by_itself(session, dpu, hours):
    first = found_in(**sessions(session)).items[0]
    assert (first.facts["dpu"], first.facts["hours"], first.urgent) == (dpu, hours, True)
    assert first.cost.usd_month == pytest.approx(0.44 * float(dpu) * float(hours))


def test_a_stopped_session_is_nothing():
    assert found_in(**sessions(SESSION | {"Status": "STOPPED"})).clean


def test_a_session_is_known_by_its_role_too():
    role = f"arn:aws:iam::{ACCOUNT}:role/fcj-an01-session-role"
    found = found_in(**sessions({"Id": "5f3a", "Status": "READY", "Role": role}))
    assert kinds(found) == ["session", "session"]


def crawler(**changes):
    described = {"Name": "fcj-an01-crawler", "State": "READY"} | changes
    return {
        "glue__list_crawlers": {"CrawlerNames": [described["Name"]]},
        "glue__get_crawler": {"Crawler": described},
    }


@pytest.mark.parametrize(
    ("expression", "runs"),
    [
        ("cron(0 * * * ? *)", 730),
        ("cron(0/15 8-17 ? * 2-6 *)", 870),
        ("cron(0 6,18 1 * ? *)", 2),
        ("nonsense", 0),
    ],
)
def test_a_scheduled_crawler_costs_ten_minutes_a_run(expression, runs):
    schedule = {"ScheduleExpression": expression, "State": "SCHEDULED"}
    first = found_in(**crawler(Schedule=schedule)).items[0]
    assert first.facts["runs"] == pytest.approx(runs, abs=1)
    assert first.cost.usd_month == pytest.approx(runs * 0.44 / 3, rel=0.01)


def test_a_running_crawler_is_stopped_first():
    assert found_in(**crawler(State="RUNNING")).commands[0].startswith("aws glue stop-crawler")


def stream(role):
    arn = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/fcj-an01-stream"
    target = {
        "RoleARN": role, "BucketARN": "arn:aws:s3:::b", "BufferingHints": {}, "CompressionFormat": "GZIP",
        "EncryptionConfiguration": {},
    }  # fmt: skip
    described = {
        "DeliveryStreamName": "fcj-an01-stream", "DeliveryStreamARN": arn, "DeliveryStreamStatus": "ACTIVE",
        "DeliveryStreamType": "DirectPut", "VersionId": "1", "HasMoreDestinations": False,
        "Destinations": [{"DestinationId": "d", "ExtendedS3DestinationDescription": target}],
    }  # fmt: skip
    listed = {"DeliveryStreamNames": ["fcj-an01-stream"], "HasMoreDeliveryStreams": False}
    return {
        "firehose__list_delivery_streams": listed,
        "firehose__describe_delivery_stream": {"DeliveryStreamDescription": described},
    }


def role(arn, attached=()):
    path, _, name = arn.partition(":role")[2].rpartition("/")
    described = {
        "RoleName": name, "Arn": arn, "Path": f"{path}/", "RoleId": "AROA1234567890123456", "CreateDate": 0,
    }  # fmt: skip
    return {
        "iam__get_role": {"Role": described},
        "iam__list_role_policies": {"PolicyNames": []},
        "iam__list_attached_role_policies": {"AttachedPolicies": list(attached)},
    }


WIZARD = f"arn:aws:iam::{ACCOUNT}:role/service-role/KinesisFirehoseServiceRole-fcj-an01-ap-1"
SCHOOL = f"arn:aws:iam::{ACCOUNT}:role/prepared-for-firehose"


def test_a_role_made_by_a_wizard_is_found_by_its_link_with_its_policy():
    arn = f"arn:aws:iam::{ACCOUNT}:policy/service-role/KinesisFirehoseServicePolicy-x"
    policy = {"PolicyName": "KinesisFirehoseServicePolicy-x", "PolicyArn": arn}
    listed = {"Policies": [{"PolicyName": policy["PolicyName"], "Arn": arn}]}
    found = found_in(**stream(WIZARD), **role(WIZARD, [policy]), iam__list_policies=listed)
    by_wizard = [one for one in found.counted if one.why == "by_wizard"]
    assert [one.kind for one in by_wizard] == ["role", "policy"]
    assert by_wizard[0].commands[0].startswith("aws iam detach-role-policy")


def test_a_role_made_by_a_wizard_outlives_its_stream_in_the_record():
    found = leftovers.find(Account(Canned(**role(WIZARD))), SETTINGS, roles=[WIZARD])
    assert kinds(found) == ["role"]


def test_a_role_that_the_school_prepared_stays():
    assert "role" not in kinds(found_in(**stream(SCHOOL), **role(SCHOOL)))


@pytest.mark.parametrize(
    ("learner", "name", "other"),
    [
        ("an", "fcj-an-stream", None),
        ("an", "fcj-an-01-stream", "an-01"),
        ("an", "fcj-an-01-lake-111122223333-us-east-1", "an-01"),
        ("an", "fcj-an-log-copy", None),
        ("an", "fcj-an-catalog-od", None),
        ("an", "fcj-an-glue-role", None),
        ("an", "fcj-an-binh-glue-role", "an-binh"),
        ("an", "fcj-an-whatever", None),
    ],
)
def test_whose_name_it_is(learner, name, other):
    assert mine(learner, name)
    assert other_owner(learner, name) == other


def test_a_name_of_another_learner_is_not_even_listed():
    assert found_in(**table("fcj-an011-log")).items == []


def test_what_may_be_of_another_learner_is_shown_and_left_alone():
    found = found_in(**table("fcj-an01-b-log", ProvisionedThroughput=units(1, 1)))
    assert {one.keep for one in found.items} == {"other_learner"}
    assert found.clean
    assert found.commands == []


def test_urgent_things_come_first_then_the_dearest():
    schedule = {"ScheduleExpression": "cron(0 * * * ? *)", "State": "SCHEDULED"}
    found = found_in(**table(ProvisionedThroughput=units(1, 1)), **crawler(Schedule=schedule))
    assert kinds(found) == ["table", "table", "crawler", "crawler"]


def test_the_report_takes_the_list():
    schema = json.loads(
        (Path(__file__).parents[1] / "validators/checkday/outputs/report.schema.json").read_text()
    )
    listed = found_in(**table(ProvisionedThroughput=units(1, 1))).document()
    jsonschema.validate(listed, schema["properties"]["leftovers"])
    assert [one["why"] for one in listed] == ["capacity", "capacity"]


# QuickSight


def subscribed(**answers):
    arns = {name: f"arn:aws:quicksight:{REGION}:{ACCOUNT}:{name}/x-1" for name in ("datasource", "dataset")}
    table = {
        "DataSourceArn": arns["datasource"],
        "Schema": "fcj_an01_db",
        "Name": "processed_data",
        "InputColumns": [{"Name": "uuid", "Type": "STRING"}],
    }
    source = {"Arn": arns["datasource"], "Name": "My source", "Type": "ATHENA"}
    source["DataSourceParameters"] = {"AthenaParameters": {"WorkGroup": "fcj-an01-wg"}}
    dataset = {"Arn": arns["dataset"], "DataSetId": "x-1", "Name": "My; rm -rf / set"}
    declared = [{"Identifier": "d", "DataSetArn": arns["dataset"]}]
    board = {"Arn": f"arn:aws:quicksight:{REGION}:{ACCOUNT}:dashboard/b-1", "DashboardId": "b-1", "Name": "B"}
    draft = {"Arn": f"arn:aws:quicksight:{REGION}:{ACCOUNT}:analysis/a-1", "AnalysisId": "a-1", "Name": "A"}
    said = {
        "describe_account_subscription": {"AccountInfo": {"AccountSubscriptionStatus": "ACCOUNT_CREATED"}},
        "list_data_sources": {"DataSources": [source]},
        "list_data_sets": {"DataSetSummaries": [{"DataSetId": "x-1"}]},
        "describe_data_set": {"DataSet": dataset | {"PhysicalTableMap": {"t": {"RelationalTable": table}}}},
        "list_dashboards": {"DashboardSummaryList": [board]},
        "describe_dashboard_definition": {
            "DashboardId": "b-1",
            "Definition": {"DataSetIdentifierDeclarations": declared},
        },
        "list_analyses": {"AnalysisSummaryList": [{"AnalysisId": "a-1"}]},
        "describe_analysis": {"Analysis": draft | {"DataSetArns": [arns["dataset"]]}},
    } | answers
    return {f"quicksight__{name}": one for name, one in said.items()}


EMPTY_QUICKSIGHT = {
    "list_data_sources": {"DataSources": []},
    "list_data_sets": {"DataSetSummaries": []},
    "list_dashboards": {"DashboardSummaryList": []},
    "list_analyses": {"AnalysisSummaryList": []},
}


def test_quicksight_is_taken_apart_from_the_dashboard_back_to_the_source():
    found = found_in(**subscribed())
    assert kinds(found) == ["bi_dashboard", "bi_dashboard", "bi_dataset", "bi_source"]
    steps = ["delete-dashboard", "delete-analysis", "delete-data-set", "delete-data-source"]
    assert [one.split()[2] for one in found.commands] == steps
    assert all(ACCOUNT in one and "rm -rf" not in one for one in found.commands)


def test_a_subscription_has_a_price_and_no_command():
    found = found_in(**subscribed(**EMPTY_QUICKSIGHT))
    (item,) = found.items
    assert (item.kind, item.keep, item.cost.usd_month) == ("bi_subscription", "subscription", 24)
    assert not item.commands
    assert not found.commands
    assert found.clean


def test_the_subscription_s_words_say_what_ending_it_does():
    for language, word in (("vi", "không lấy lại được"), ("en", "for good")):
        assert word in Words(language)("leftovers.keep.subscription", kind="-", usd="24.00")
