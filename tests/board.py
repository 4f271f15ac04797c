"""Reads a JSON report from standard input and draws one line a day: a mark for every milestone."""

import json
import sys
from itertools import groupby

from checkday.model import Verdict
from checkday.outputs.sentences import MARKS

findings = json.load(sys.stdin)["findings"]
for day, listed in groupby(findings, key=lambda one: one["day"]):
    marks = [MARKS[Verdict(one["verdict"])] for one in listed]
    done = sum(mark == MARKS[Verdict.PASSED] for mark in marks)
    sys.stdout.write(f"  {day}  {''.join(marks):<30} {done}/{len(marks)}\n")
