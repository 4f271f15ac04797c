"""What a check said, in a form that can be compared: the kind of the outcome, its code and its facts."""

from typing import NamedTuple

from checkday.model import OtherPath, Outcome


class Said(NamedTuple):
    kind: str
    """The outcome's class, `passed`, `other_path`, `nothing` (of a trace), or `broken`."""
    code: str
    facts: str

    @property
    def verdict(self):
        """What a learner's mark depends on."""
        return self.kind, self.code


def said_by(outcome):
    """The same outcome gives the same words."""
    if isinstance(outcome, Outcome):
        told = {**outcome.facts, "retry_in": getattr(outcome, "retry_in", None)}
        return Said(type(outcome).__name__, outcome.code, repr(sorted(told.items())))
    if isinstance(outcome, BaseException):
        return Said("broken", type(outcome).__name__, "")
    if outcome is None:
        return Said("nothing", "", "")
    kind = "other_path" if isinstance(outcome, OtherPath) else "passed"
    return Said(kind, "", repr(sorted(dict(outcome).items())))
