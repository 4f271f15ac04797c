"""What this package raises for its user. Light on imports: `--help` waits for this module."""

from __future__ import annotations

TYPE_CHECKING = False  # typing itself costs --help three milliseconds
if TYPE_CHECKING:
    from typing import Any


class CheckdayError(Exception):
    """The root: a word key (`<key>.seen`, `<key>.todo`), and facts for its sentences."""

    def __init__(self, key: str, /, **facts: Any) -> None:
        super().__init__(key, facts)
        self.key = key
        self.facts = facts

    def __reduce__(self) -> tuple[Any, ...]:
        """As it comes out of another process, where its facts are no positional arguments."""
        return _again, (type(self), self.key, self.facts)


class BadSetting(CheckdayError):
    """A setting, argument or input file is wrong: exit code 2."""


class Unwritable(CheckdayError):
    """Something that had to be written cannot be: exit code 5."""


class WriteRefused(CheckdayError):
    """Something tried to send more than a read, and was stopped: exit code 5."""


def _again(kind: type[CheckdayError], key: str, facts: dict[str, Any]) -> CheckdayError:
    return kind(key, **facts)
