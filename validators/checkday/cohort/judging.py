"""The judgement of a snapshot: the same engine without AWS, and how far each mark can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from checkday.account import Account, Answer, Look
from checkday.engine import Claims, Entry, OneByOne, Run, examine
from checkday.engine.run import selection
from checkday.model import Course, Finding, Proof, Verdict
from checkday.settings import Settings
from checkday.snapshot import Snapshot

_OBSERVED = {Proof.LIVE, Proof.SNAPSHOT}

Judge = Callable[[Claims | None], Run]
"""One look or snapshot, judged with what was handed in or without."""


@dataclass(frozen=True, slots=True)
class Known:
    """An account as the source of another look at it: nothing is asked twice."""

    account: Account

    def fetch(self, look: Look) -> Answer:
        """What the account answers, or has answered."""
        return self.account.answer(look)


def judged(
    course: Course,
    days: Sequence[int],
    taken: Snapshot,
    settings: Settings,
    *,
    earlier: Mapping[str, Entry],
    golden: Mapping[str, Any] | None = None,
    claims: Claims | None = None,
) -> Run:
    """The run over this snapshot; `earlier` is what earlier snapshots of the account have proven."""

    def judge(given: Claims | None) -> Run:
        return examine(
            course,
            selection(course, days, ()),
            taken,
            settings,
            origin=lambda: taken.origin,
            replayed=taken.taken,
            mode="grade",
            snapshot=earlier.get,
            golden=golden,
            pool=OneByOne(),
            **handed_in(given),
        )

    return joined(judge(None), judge, claims)


def handed_in(claims: Claims | None) -> dict[str, Any]:
    """Claims as `examine` takes them."""
    if claims is None:
        return {}
    return {"answers": claims.answers, "chart": claims.chart, "record": claims.record.get}


def joined(seen: Run, judge: Judge, claims: Claims | None) -> Run:
    """The run that counts, with the trust of each mark.

    What was passed without the claims stays as it was: nothing that is handed in can lower what was seen.
    """
    if claims is None:
        return _with(seen, (replace(one, trust=trust(one)) for one in seen.report.findings))
    full, vouched = _anchored(seen, judge, claims)
    own = {one.milestone.id: one for one in seen.report.findings if one.verdict is Verdict.PASSED}
    findings = (
        replace(own[name], trust=trust(own[name]))
        if (name := one.milestone.id) in own
        else replace(one, trust=_of_claim(one, vouched, claims.trust))
        for one in full.report.findings
    )
    return replace(_with(seen, findings), answers=claims.answers, chart=claims.chart)


def trust(finding: Finding) -> str | None:
    """Who vouches for a mark: the instructor's own look, AWS's memory, or only the learner."""
    if finding.verdict is not Verdict.PASSED:
        return None
    if finding.proof in _OBSERVED:
        return "observed"
    if finding.proof is Proof.TRACE or finding.anchored:
        return "corroborated"
    return "claimed"


def _of_claim(finding: Finding, vouched: Collection[str], level: str) -> str | None:
    """The same where nobody would have the mark without the claims."""
    if finding.verdict is not Verdict.PASSED:
        return None
    return "corroborated" if finding.milestone.id in vouched else level


def _anchored(seen: Run, judge: Judge, claims: Claims) -> tuple[Run, set[str]]:
    """The judgement with the claims, and the milestones that the handed-in Record proves in it.

    A Record may speak only where the thing once existed and nothing shows any more that it was right, and
    only if a trace of AWS agrees with it: it lies on a machine that the learner owns.
    """
    gone = {one.milestone.id for one in seen.report.findings if one.code == "proof_gone"}
    record = {name: entry for name, entry in claims.record.items() if name in gone}
    while True:
        run = judge(replace(claims, record=record))
        kept = {one.milestone.id for one in run.report.findings if one.proof is Proof.RECORD and one.anchored}
        if kept == record.keys():
            return run, kept
        record = {name: record[name] for name in kept}


def _with(run: Run, findings: Iterable[Finding]) -> Run:
    return replace(run, report=replace(run.report, findings=tuple(findings)))
