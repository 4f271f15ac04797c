"""The SQL of a run's store."""

from __future__ import annotations

MAKE = """
pragma journal_mode = wal;
pragma synchronous = full;
create table if not exists meta (key text primary key, value text not null) strict, without rowid;
create table if not exists learner (
  position integer primary key, id text not null unique, body text not null
) strict;
create table if not exists graded (
  id text primary key, turn integer not null, judged integer not null, state text not null,
  at text not null, report blob, cause text, facts text not null, snapshot text,
  seconds real not null, requests integer not null, before blob, latest blob
) strict;
create table if not exists snapshot (
  id text not null, taken text not null, file text not null, primary key (id, taken)
) strict, without rowid;
create table if not exists proof (
  id text not null, milestone text not null, at text not null, evidence text not null,
  primary key (id, milestone)
) strict, without rowid;
"""
"""`turn` counts how often everybody was looked at; the first proof of a milestone is the one that stays.

`report` is what counts; `latest` is what was judged last, and `before` what had counted until then.
"""

UPSERT = """
insert into graded values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null, ?) on conflict (id) do update set
  turn = excluded.turn, judged = excluded.judged, state = excluded.state, at = excluded.at,
  report = coalesce(excluded.report, graded.report), latest = coalesce(excluded.latest, graded.latest),
  cause = excluded.cause, facts = excluded.facts,
  snapshot = coalesce(excluded.snapshot, graded.snapshot),
  seconds = excluded.seconds, requests = excluded.requests
"""

MISSING = """
select position from learner left join graded using (id)
where (graded.turn >= :turn and graded.judged >= :judged and graded.state = 'good') is not true
order by position
"""

REMEMBER = "update graded set before = report, latest = null"
"""What counts now is what later judgements are compared with."""

AGAIN = "update graded set before = report, latest = null, turn = turn - 1 where id = ? and turn > 0"
"""The same of one learner, who is to be looked at once more."""

ROWS = """
select body, state, at, report, before, latest, cause, facts, snapshot, seconds, requests
from learner join graded using (id)
where report is not null or state = 'internal' order by position
"""
"""Of what was only collected there is nothing to mark."""

FULL = {"database or disk is full", "disk I/O error", "attempt to write a readonly database"}
"""What SQLite says of a disk that takes no more."""
