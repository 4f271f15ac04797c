"""After the pages' clean-ups: no grade is erased, and none can be had by cleaning up nothing."""

import pytest

from checkday import curriculum
from worlds import World

COURSE = curriculum.load(curriculum.days())
ABSENCES = [one.id for one in COURSE.milestones.values() if one.lasts == "absence"]
DONE = [one.id for one in COURSE.milestones.values() if one.lasts != "local"]


@pytest.fixture(scope="module")
def first_look(cleaned_by_pages):
    """What somebody finds who never looked before: an instructor, or a learner on another machine."""
    return World(cleaned_by_pages.world.endpoint, cleaned_by_pages.world.account).findings()


@pytest.fixture(scope="module")
def second_look(cleaned_by_pages):
    """What the learner finds, whose Record knows what was there before."""
    world = World(cleaned_by_pages.world.endpoint, cleaned_by_pages.world.account)
    return world.findings(cleaned_by_pages.home)


@pytest.mark.parametrize("milestone", DONE)
def test_what_was_proven_stays_proven(second_look, milestone):
    found = second_look[milestone]
    assert (found.verdict, found.code) == ("passed", found.code), found
    assert found.proof in {"live", "trace", "record"}


@pytest.mark.parametrize("milestone", DONE)
def test_a_first_look_after_the_cleanup_never_gives_a_zero(first_look, milestone):
    found = first_look[milestone]
    assert (found.verdict, found.cause) in {("passed", None), ("blocked", "proof_gone")}, found


@pytest.mark.parametrize("milestone", ABSENCES)
def test_a_cleanup_that_happened_passes(first_look, milestone):
    assert first_look[milestone].verdict == "passed", first_look[milestone]


@pytest.mark.parametrize("milestone", [one.id for one in COURSE.milestones.values() if one.proof == "full"])
def test_a_full_trace_passes_alone(first_look, milestone):
    found = first_look[milestone]
    assert (found.verdict, found.proof) in {("passed", "trace"), ("passed", "live")}, found


@pytest.mark.parametrize("milestone", ABSENCES)
def test_an_account_in_which_nothing_was_built_passes_no_cleanup(sandbox, milestone):
    finding = World(sandbox).finding(milestone)
    assert (finding.verdict, finding.code) == ("failed", "nothing_was_built")
