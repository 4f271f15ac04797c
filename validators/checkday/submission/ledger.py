"""What a run has received: each learner's submission that counts, tokens that were used, issuers once met."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from checkday.errors import BadSetting, Unwritable
from checkday.submission.reading import Submission
from checkday.submission.tokens import Bound

FILE = "submissions.sqlite"

_MAKE = """
pragma synchronous = full;
create table if not exists accepted (
  learner text primary key, digest text not null, made text not null, trust text not null,
  told integer not null, payload blob not null
) strict, without rowid;
create table if not exists token (jti text primary key, digest text not null) strict, without rowid;
create table if not exists issuer (
  account text primary key, issuer text not null unique
) strict, without rowid;
create table if not exists outcome (
  position integer primary key, name text not null, learner text, code text not null, trust text, made text,
  facts text not null
) strict;
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: `bound` and `claimed` count, every other code tells why it does not."""

    name: str
    code: str
    learner: str | None = None
    """Of the roster; None if the file does not say whose it is, or says so of a stranger."""
    trust: str | None = None
    made: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def counts(self) -> bool:
        """Whether this is the submission of its learner that is judged."""
        return self.trust is not None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The submission of a learner that counts."""

    digest: str
    made: str
    trust: str
    payload: dict[str, Any]


class Ledger:
    """One run's; it stands beside the run's own store, and is written under the same lock."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        with self._told():
            self._db = sqlite3.connect(self._path, isolation_level=None, timeout=60)
            self._db.executescript(_MAKE)

    @classmethod
    def of(cls, folder: Path) -> Self | None:
        """That of a run which has received something."""
        return cls(folder) if (folder / FILE).is_file() else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All that is written inside is kept, or nothing.

        Raises:
            Unwritable: the disk is full, or gone.

        """
        with self._told():
            self._db.execute("begin immediate")
            try:
                yield
                self._db.execute("commit")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("rollback")
                raise

    def accepted(self, learner: str) -> Accepted | None:
        """What counts of a learner, if anything was handed in."""
        found = self._db.execute(
            "select digest, made, trust, payload from accepted where learner = ?", (learner,)
        ).fetchone()
        if found is None:
            return None
        digest, made, trust, payload = found
        return Accepted(digest, made, trust, json.loads(zlib.decompress(payload)))

    def accept(self, submission: Submission, trust: str) -> None:
        """From now on this one counts."""
        payload = zlib.compress(json.dumps(submission.payload).encode())
        values = (submission.learner, submission.digest, submission.made, trust, payload)
        self._db.execute("insert or replace into accepted values (?, ?, ?, ?, 0, ?)", values)

    def use(self, bound: Bound, digest: str) -> str | None:
        """Note that this token came with this payload; the code of a refusal if that cannot be."""
        used = self._db.execute("select digest from token where jti = ?", (bound.id,)).fetchone()
        if used is not None and used[0] != digest:
            return "token_replayed"
        pair = (bound.account, bound.issuer)
        known = self._db.execute("select account, issuer from issuer where account = ? or issuer = ?", pair)
        if any(one != pair for one in known.fetchall()):
            return "token_other_issuer"
        self._db.execute("insert or ignore into token values (?, ?)", (bound.id, digest))
        self._db.execute("insert or ignore into issuer values (?, ?)", pair)
        return None

    def new(self) -> list[str]:
        """The learners whose submission has not been judged yet."""
        return [one for (one,) in self._db.execute("select learner from accepted where told = 0")]

    def tell(self, learners: Iterable[str]) -> None:
        """Those of these learners are handed on to be judged."""
        with self.writing():
            self._db.executemany(
                "update accepted set told = 1 where learner = ?", [(one,) for one in learners]
            )

    def keep(self, outcomes: Iterable[Outcome]) -> None:
        """What became of the files that were read last; of those before nothing is left."""
        self._db.execute("delete from outcome")
        rows = (
            (position, one.name, one.learner, one.code, one.trust, one.made, json.dumps(dict(one.facts)))
            for position, one in enumerate(outcomes)
        )
        self._db.executemany("insert into outcome values (?, ?, ?, ?, ?, ?, ?)", rows)

    def outcomes(self) -> Iterator[Outcome]:
        """What became of them, in their order."""
        query = "select name, code, learner, trust, made, facts from outcome order by position"
        for name, code, learner, trust, made, facts in self._db.execute(query):
            yield Outcome(name, code, learner, trust, made, json.loads(facts))

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise Unwritable("output.unwritable", path=str(self._path), reason=str(error)) from error
        except sqlite3.DatabaseError as error:
            raise BadSetting("submission.damaged_ledger", path=str(self._path)) from error
