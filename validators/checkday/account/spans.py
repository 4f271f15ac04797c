"""Stretches of time, in whole seconds since 1970: which are known, which are missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Span = tuple[int, int]
"""From, to."""


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same times in as few spans as possible, in order; empty ones are left out."""
    found: list[Span] = []
    for first, last in sorted(one for one in spans if one[0] < one[1]):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def missing(known: Sequence[Span], wanted: Span) -> list[Span]:
    """What of the wanted time no span knows, in order."""
    gaps: list[Span] = []
    at, end = wanted
    for first, last in joined(known):
        if first >= end:
            break
        if first > at:
            gaps.append((at, first))
        at = max(at, last)
    return [*gaps, (at, end)] if at < end else gaps


def cut(known: Iterable[Span], end: int) -> list[Span]:
    """The spans without what lies after `end`."""
    return joined((first, min(last, end)) for first, last in known)
