"""A link that one click is enough for, and that says nothing of anybody else."""

import csv
from urllib.parse import parse_qs, urlsplit

import pytest

from checkday.enroll import grader, links
from checkday.enroll.grader import Instructor
from checkday.errors import BadSetting
from checkday.roster import Learner

URL = "https://my-class.s3.ap-southeast-1.amazonaws.com/2026/template.yaml"
ME = Instructor("999988887777", "aws-reserved/sso.amazonaws.com/Teacher_0a+b@c")
AN = Learner("an01", "An", "000000000001", external_id="x=+.@:/-" * 3)


def asked(link):
    return {name: found[0] for name, found in parse_qs(urlsplit(link).fragment.partition("?")[2]).items()}


def test_the_link_fills_in_every_parameter_of_the_template():
    found = asked(links.link(AN, ME, URL))
    given = {name.removeprefix("param_"): value for name, value in found.items() if name.startswith("param_")}
    assert given == links.parameters(AN, ME)
    assert given.keys() == grader.template(grader.reads())["Parameters"].keys()
    assert (found["templateURL"], found["stackName"]) == (URL, "checkday-grader")


def test_no_parameter_is_one_that_such_a_link_leaves_empty():
    parameters = grader.template(grader.reads())["Parameters"].values()
    assert not any("NoEcho" in one for one in parameters)


def test_the_console_of_the_learners_own_region():
    one = Learner("bi02", "Bi", "000000000002", external_id="x" * 20, region="eu-west-1")
    link = urlsplit(links.link(one, ME, URL))
    assert (link.scheme, link.netloc) == ("https", "eu-west-1.console.aws.amazon.com")
    assert link.query == "region=eu-west-1"


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "https://my-class.s3.amazonaws.com/template.yaml",
        "https://s3.eu-west-1.amazonaws.com/my-class/template.yaml",
    ],
)
def test_an_address_of_s3_will_do(url):
    assert links.checked(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://my-class.s3.amazonaws.com/template.yaml",
        URL + "?X-Amz-Signature=1",
        URL + "#x",
        "https://my-class.s3.amazonaws.com.evil.example/template.yaml",
        "https://s3.amazonaws.com@evil.example/template.yaml",
        "https://evil.example/s3.amazonaws.com/template.yaml",
        "javascript:alert(1)//my-class.s3.amazonaws.com/x",
        "https://my-class.s3.amazonaws.com/a b",
        "https://my-class.s3.amazonaws.com/\x1b[2J",
        URL + "\n",
        URL + "a" * 1024,
        "",
    ],
)
def test_any_other_address_is_refused(url):
    with pytest.raises(BadSetting, match="bad_template_url"):
        links.checked(url)


def test_the_table_is_whole_and_cannot_compute(enroll):
    rows = ["an01,\"=cmd|' /C calc'!A0\",000000000001,=1+1@x", "bi02,<b>;=1,000000000002,bi@example.com"]
    enroll(*rows, header="id,name,account,email", more=("--template-url", URL))
    with (enroll.folder / "links.csv").open(newline="") as file:
        found = {row["id"]: row for row in csv.DictReader(file)}
    assert found["an01"]["name"].startswith("'=")
    assert found["an01"]["email"].startswith("'=")
    assert found["bi02"]["name"] == "<b>;'=1"
    for row in found.values():
        assert asked(row["link"])["param_ExternalId"] == row["external_id"]
        others = [one["external_id"] for one in found.values() if one is not row]
        assert not any(one in row["link"] for one in others)


def test_without_an_address_the_steps_by_hand(enroll):
    code, _, err = enroll("an01,An,000000000001")
    assert code == 0
    assert "--template-url" in err
    assert "Upload a template file" in (enroll.folder / "invitation.en.txt").read_text()
    enroll("an01,An,000000000001", more=("--template-url", URL))
    assert "Upload a template file" not in (enroll.folder / "invitation.en.txt").read_text()
    enroll("an01,An,000000000001", account=None)
    assert "stacks/create/review" in (enroll.folder / "links.csv").read_text()
