"""What a check may see, and the four names its author needs: Lab, Evidence, NotYet, Pending."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, ParamSpec, Protocol, TypeVar

from checkday import names
from checkday.account import Absent, Account, Look, Window
from checkday.account.events import Event
from checkday.chart import Chart
from checkday.model import Blocked, Evidence, NotYet, OtherPath, Pending
from checkday.quiz import Answers, Score, score
from checkday.quiz import load as load_quiz
from checkday.settings import Settings

__all__ = ["Event", "Evidence", "Lab", "NotYet", "Pending"]

P = ParamSpec("P")
T = TypeVar("T")

_NEIGHBOURS = ("us-east-1", "us-west-2", "ap-southeast-1", "eu-west-1")
"""Where a resource usually is when a console was left in another Region."""


class History(Protocol):
    """The management events of the account; see `traces`."""

    def events(
        self, service: str, name: str, where: Mapping[str, Any] | None = None, *, region: str | None = None
    ) -> list[Event]: ...

    def first(
        self, service: str, name: str, where: Mapping[str, Any] | None = None, *, region: str | None = None
    ) -> Event | None: ...


class Lab:
    """One learner's account, seen by one check."""

    history: History
    """What AWS remembers of what was made and deleted."""

    def __init__(
        self,
        account: Account,
        settings: Settings,
        *,
        known: Mapping[str, Evidence],
        now: datetime,
        golden: Mapping[str, Any] | None = None,
        answers: Mapping[int, Answers] | None = None,
        chart: Chart | None = None,
        pool: Callable[[int], Executor] = ThreadPoolExecutor,
    ) -> None:
        """`pool` makes what asks so many questions at once."""
        self._account = account
        self._settings = settings
        self.looks: set[Look] = set()
        self.seconds = 0.0
        self.known = known
        self.now = now
        self.golden = {} if golden is None else golden
        self._answers = answers
        self._chart = chart
        self._pool = pool

    @property
    def aws(self) -> Window:
        """The account in the first Region."""
        return self.at(self.region)

    def at(self, region: str) -> Window:
        """The account in another Region."""
        return self._account.window(region, self.looks)

    @property
    def learner(self) -> str:
        return self._settings.named(sandbox=True)

    @property
    def region(self) -> str:
        return self._settings.region

    @property
    def replica_region(self) -> str:
        return self._settings.replica_region

    @cached_property
    def account(self) -> str:
        """The 12 digits."""
        return self.aws.sts.get_caller_identity()["Account"]

    @property
    def prefix(self) -> str:
        """P, with which every name of this learner begins."""
        return names.prefix(self.learner)

    def name(self, what: str) -> str:
        """The name of one resource of this learner, for example `bucket`."""
        account = self.account if what == "bucket" else ""
        return names.name(what, learner=self.learner, account=account, region=self.region)

    def score(self, day: int) -> Score | None:
        """How well the learner answered a day's quiz; None if not at all.

        Raises:
            Blocked: `not_submitted`, where answers cannot come from this machine.

        """
        if self._answers is None:
            raise Blocked("not_submitted")
        given, quiz = self._answers.get(day), load_quiz(day)
        return score(quiz, given, self.golden) if quiz and given else None

    @property
    def submitted(self) -> bool:
        """Whether answers and charts that a learner keeps on the own machine can be seen here."""
        return self._answers is not None

    def require_submitted(self) -> None:
        """Say so where what a learner keeps on the own machine cannot be seen here.

        Raises:
            Blocked: `not_submitted`.

        """
        if not self.submitted:
            raise Blocked("not_submitted")

    def chart(self) -> Chart | None:
        """The numbers behind the learner's own charts; None if none were drawn.

        Raises:
            Blocked: `not_submitted`, where charts cannot come from this machine.

        """
        if self._answers is None:
            raise Blocked("not_submitted")
        return self._chart

    @staticmethod
    def other_path(**facts: Any) -> Evidence:
        """To be returned where the milestone is reached in another accepted way."""
        return OtherPath(facts)

    @staticmethod
    def proof_gone(**facts: Any) -> Blocked:
        """To be raised by a trace: the thing was once there, and nothing shows any more what it was like."""
        return Blocked("proof_gone", **facts)

    def find(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What AWS answers, or None when it answers that there is no such thing."""
        try:
            return read(*args, **kwargs)
        except Absent:
            return None

    def find_owned(self, read: Callable[..., T], **parameters: Any) -> T | None:
        """The same of a bucket, which must be the learner's own.

        A bucket's name is free again once it is deleted: somebody else may have taken it since, and S3
        then refuses us. That is no missing right; the learner's bucket is gone.
        """
        try:
            return self.find(read, **parameters, ExpectedBucketOwner=self.account)
        except Blocked as refused:
            if refused.code != "denied" or self._owns(parameters["Bucket"]):
                raise
            return None

    def _owns(self, bucket: str) -> bool:
        return any(one["Name"] == bucket for one in self.aws.s3.list_buckets(Prefix=bucket)["Buckets"])

    def in_identity_region(
        self, read: Callable[[Window], Callable[P, T]], *args: P.args, **kwargs: P.kwargs
    ) -> T | None:
        """What AWS answers in the first Region, or in the one that it names instead as the users' own.

        None means that there is no such thing, as with `find`.
        """
        try:
            return self.find(read(self.aws), *args, **kwargs)
        except Blocked as why:
            if why.code != "identity_region":
                raise
            home = str(why.facts["region"])
        return self.find(read(self.at(home)), *args, **kwargs)

    def found_by(self, milestone: str, fact: str) -> str | None:
        """One fact of another milestone's evidence; None if that was not judged here, or shows nothing."""
        try:
            return str(self.known[milestone][fact])
        except (KeyError, Blocked):
            return None

    def together(self, read: Callable[..., T], calls: Sequence[Mapping[str, Any]]) -> list[T]:
        """The answers to several calls of one read, asked at once: one round trip instead of many."""
        with self._pool(max(1, len(calls))) as pool:
            return list(pool.map(lambda parameters: read(**parameters), calls))

    def region_with(
        self, read: Callable[[Window], Callable[P, T]], *args: P.args, **kwargs: P.kwargs
    ) -> str | None:
        """The neighbouring Region that has it. One that cannot be read says nothing, and is passed over."""
        regions = [one for one in dict.fromkeys((self.replica_region, *_NEIGHBOURS)) if one != self.region]
        with self._pool(len(regions)) as pool:
            there = pool.map(lambda region: self._is_there(read(self.at(region)), *args, **kwargs), regions)
            return next((region for region, found in zip(regions, there, strict=True) if found), None)

    def refuse_other_learner(self, found: Iterable[str]) -> None:
        """Say so when everything of the course here was made under another learner id.

        Raises:
            Blocked: `other_learner_id`, with one of the ids found.

        """
        owners = {owner for owner in map(names.learner_of, found) if owner}
        if owners and self.learner not in owners:
            raise Blocked("other_learner_id", actual=min(owners), wanted=self.learner)

    @staticmethod
    def hidden(cause: str, **facts: Any) -> Blocked:
        """To be raised where an empty answer is contradicted by another: something hides what is there."""
        return Blocked(cause, **facts)

    @staticmethod
    def json_line(line: bytes) -> dict[str, Any] | None:
        """One JSON object, or None for anything else; deep nesting and huge numbers are "anything else"."""
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None

    @staticmethod
    def moment(text: str) -> datetime | None:
        """The moment that an ISO 8601 text means, in UTC unless it says otherwise; None for anything else."""
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return None
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def _is_there(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> bool:
        try:
            return self.find(read, *args, **kwargs) is not None
        except Blocked:
            return False
