"""Decides of each file whether it counts: at most one of a learner, and none that is not what it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec

from checkday.errors import BadSetting
from checkday.plain import plain
from checkday.roster import Learner, Roster
from checkday.submission.chain import goes_on
from checkday.submission.hostile import Refused
from checkday.submission.keys import Keys
from checkday.submission.ledger import Accepted, Ledger, Outcome
from checkday.submission.reading import File, Submission, read
from checkday.submission.tokens import Wanted, verified

_CLOCKS = timedelta(minutes=5)


@dataclass(slots=True)
class Desk:
    """Receives the files of one call; `live` tells whether the run looks at AWS or at a sandbox."""

    ledger: Ledger
    roster: Roster
    wanted: Wanted
    keys: Keys
    live: bool
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    outcomes: list[Outcome] = field(default_factory=list)
    _learners: dict[str, Learner] = field(default_factory=dict)
    _counts: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Learner -> the digest that counts and which outcome of this call it has."""

    def receive(self, files: Iterable[File]) -> list[Outcome]:
        """What becomes of each, in their order.

        Raises:
            BadSetting: one bears a token, and what verifies tokens is not installed.
            Unwritable: the disk is full, or gone.

        """
        self._learners = {one.id: one for one in self.roster.learners}
        with self.ledger.writing():
            for file in files:
                self._take(file)
            self.ledger.keep(self.outcomes)
        return self.outcomes

    def _take(self, file: File) -> None:
        if isinstance(file.content, Refused):
            self._tell(file, None, file.content)
            return
        try:
            submission = read(file.content)
        except Refused as refused:
            self._tell(file, None, refused)
            return
        try:
            learner = self._owner(submission)
            trust, note = self._trust(submission, learner)
            self._rank(file, submission, trust, note)
        except Refused as refused:
            self._tell(file, submission, refused)

    def _owner(self, submission: Submission) -> Learner:
        """The learner of the roster whose this claims to be."""
        learner = self._learners.get(submission.learner)
        if learner is None:
            raise Refused("stranger", value=submission.learner)
        if submission.account != learner.account:
            raise Refused("wrong_account", actual=submission.account, wanted=learner.account)
        if (submission.origin == "live") != self.live:
            raise Refused("simulated" if self.live else "not_simulated")
        if datetime.fromisoformat(submission.made) > self.now + _CLOCKS:
            raise Refused("future", made=submission.made)
        return learner

    def _trust(self, submission: Submission, learner: Learner) -> tuple[str, Refused | None]:
        """How far it can be trusted; and why no further, if only we are the reason."""
        if submission.token is None or not self.live:
            return "claimed", None
        if find_spec("jwt") is None or find_spec("cryptography") is None:
            raise BadSetting("submission.not_installed")
        try:
            bound = verified(submission, learner, self.wanted, self.keys)
        except Refused as refused:
            if refused.code == "no_keys":
                return "claimed", refused
            raise
        if (code := self.ledger.use(bound, submission.digest)) is not None:
            raise Refused(code)
        return "bound", None

    def _rank(self, file: File, submission: Submission, trust: str, note: Refused | None) -> None:
        """Whether it counts, beside what counted until now."""
        now, here = self.ledger.accepted(submission.learner), self._counts.get(submission.learner)
        if here is not None and here[0] == submission.digest:
            raise Refused("twin", other=self.outcomes[here[1]].name)
        if now is not None and (now.digest, now.trust) == (submission.digest, "bound"):
            trust, note = "bound", None  # AWS vouched for it before, whether or not its keys are still here
        if now is not None and not _comes_before(now, submission, trust):
            raise Refused("weaker" if now.trust == "bound" and trust != "bound" else "older", newer=now.made)
        if here is not None:
            older = self.outcomes[here[1]]
            self.outcomes[here[1]] = replace(
                older, code="older", trust=None, facts={"newer": submission.made}
            )
        if now is None or (now.digest, now.trust) != (submission.digest, trust):
            self.ledger.accept(submission, trust)
        self._counts[submission.learner] = submission.digest, len(self.outcomes)
        self._tell(file, submission, note or Refused(trust), trust)
        if now is not None and not _go_on(now, submission):
            self._tell(file, submission, Refused("rewritten", earlier=now.made))

    def _tell(
        self, file: File, submission: Submission | None, why: Refused, trust: str | None = None
    ) -> None:
        owner = submission.learner if submission and submission.learner in self._learners else None
        made = submission.made if submission else None
        facts = {key: plain(str(value)) for key, value in why.facts.items()}
        self.outcomes.append(Outcome(plain(file.name), why.code, owner, trust, made, facts))


def _comes_before(now: Accepted, submission: Submission, trust: str) -> bool:
    """What AWS vouches for comes before what it does not; then the newer one."""
    if now.digest == submission.digest:
        return True
    if now.trust != trust:
        return trust == "bound"
    return submission.made > now.made


def _go_on(now: Accepted, submission: Submission) -> bool:
    chains = sorted((now.payload["record"]["chain"], submission.chain), key=len)
    return goes_on(*chains)
