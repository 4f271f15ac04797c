"""What is said of a finding, where names could be confused."""

from checkday import curriculum
from checkday.model import Finding, Verdict
from checkday.outputs.sentences import explanation
from checkday.words import Words


def test_a_cause_that_bears_the_name_of_a_code_is_still_a_cause():
    crawl = curriculum.load([2]).milestones["day2.crawl"]
    facts = {"permission": "glue:GetCrawler"}
    said = explanation(
        Finding(crawl, Verdict.BLOCKED, "denied", facts, cause="denied"), Words("en"), "http://x"
    )
    assert "glue:GetCrawler" in said.seen
    assert said.link.endswith("reference/messages.html#cause.denied")
