"""Day 4, the dashboard: the page's commands for QuickSight are what AWS takes, and what the checks pass."""

import json
import subprocess
import sys
from pathlib import Path

import botocore.session
import pytest
from botocore.validate import ParamValidator

from checkday import resources
from worlds import World, variables

MILESTONES = ["day4.bi_source", "day4.bi_dataset", "day4.bi_dashboard"]
HERE = {}


def arguments_of(function, environment):
    """The arguments of every aws command that the function would run where nothing is there yet."""
    script = resources.shared() / "cmd" / "day4" / "dashboard.sh"
    told = f"""
        workshop() {{ :; }}
        aws() {{
          case "$2" in
            create-*) printf '%s\\036' "$@" >&3; printf '\\035' >&3; echo CREATION_SUCCESSFUL ;;
            *) return 1 ;;
          esac
        }}
        . "{script}"
        {function} || true
    """
    done = subprocess.run(
        ["bash", "-c", f"exec 3>&1 1>/dev/null\n{told}"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return [one.split("\x1e")[:-1] for one in done.stdout.split("\x1d")[:-1]]


@pytest.mark.parametrize(
    ("function", "call", "option", "parameter"),
    [
        ("create_dataset", "CreateDataSet", "--physical-table-map", "PhysicalTableMap"),
        ("create_dashboard", "CreateDashboard", "--definition", "Definition"),
    ],
)
def test_the_documents_of_the_script_are_what_aws_takes(environment, function, call, option, parameter):
    (arguments,) = arguments_of(function, {"PATH": "/usr/bin:/bin"} | environment)
    document = json.loads(arguments[arguments.index(option) + 1])
    model = botocore.session.Session().get_service_model("quicksight").operation_model(call)
    report = ParamValidator().validate(document, model.input_shape.members[parameter])
    assert not report.has_errors(), report.generate_report()


def test_the_way_with_quicksight_passes_by_the_commands_of_the_page(sandbox, tmp_path):
    world = World(sandbox)
    world.client("athena").create_work_group(Name="fcj-an01-wg")
    world.client("glue").create_database(DatabaseInput={"Name": "fcj_an01_db"})
    world.client("quicksight").create_account_subscription(
        AwsAccountId=world.account,
        AccountName=f"fcj-{world.account}",
        Edition="ENTERPRISE",
        AuthenticationMethod="IAM_AND_QUICKSIGHT",
        NotificationEmail="an@example.com",
    )
    script = resources.shared() / "cmd" / "day4" / "dashboard.sh"
    told = (
        f'workshop() {{ :; }}; . "{script}"; quicksight_state && draw_with_quicksight && draw_with_quicksight'
    )
    shell = variables(sandbox, str(tmp_path), world.account)
    shell["PATH"] = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    subprocess.run(["bash", "-euo", "pipefail", "-c", told], env=shell, check=True)
    assert [world.said(milestone, answers=HERE) for milestone in MILESTONES] == [None] * 3
    assert world.said("day4.clean_bi") == "still_there"
