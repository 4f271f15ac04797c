"""How the temporary database of `signals` finds what learners share, in time linear in the cohort."""

from __future__ import annotations

TABLES = """
create table seen (
  kind text, subject text, value text, learner text, primary key (kind, subject, value, learner)
) without rowid;
"""

SHARED = """
create index by_learner on seen (learner);
create table shared as
  select kind, subject, value, count(*) as many, min(learner) as first, max(learner) as last
  from seen group by kind, subject, value having many > 1;
create unique index by_value on shared (kind, subject, value);
"""

CLASS = 100
"""Learners; in so small a class two rarely do the same thing in the same second by chance."""

CHANCE = """
create table pair as
  select one.learner as x, two.learner as y
  from shared join seen as one using (kind, subject, value) join seen as two using (kind, subject, value)
  where shared.kind = 'time' and many <= 10 and one.learner < two.learner
  group by x, y having count(distinct substr(subject, 1, instr(subject, '.'))) > 1;
create index by_pair on pair (x, y);
delete from shared where kind = 'time' and many <= 10 and not exists (
  select 1 from seen as one join seen as two using (kind, subject, value) join pair
    on x = one.learner and y = two.learner
  where one.kind = shared.kind and one.subject = shared.subject and one.value = shared.value
);
"""
"""In a large cohort a shared second says nothing, unless many share it, or the same two share one in two days
of the course."""

OF = """
select kind, subject, value, case first when :learner then last else first end, many
from seen join shared using (kind, subject, value) where learner = :learner order by 1, 2, 3
"""
