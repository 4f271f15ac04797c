"""Whom a policy of ministack 1.5.33 takes the caller for: a session is, to a condition, its role."""

from __future__ import annotations

from typing import Any

from ministack.core import iam_evaluator as evaluator
from ministack.core.iam_evaluator import EvalContext
from ministack.services import iam

_SESSION = ":assumed-role/"


def attach() -> None:
    """Have `aws:PrincipalArn` name the role, with its path, and not the session."""
    own = evaluator._resolve_condition_key  # noqa: SLF001

    def resolved(key: str, context: EvalContext) -> Any:
        found = own(key, context)
        if key.lower() == "aws:principalarn" and _SESSION in str(found):
            return _role(str(found))
        return found

    evaluator._resolve_condition_key = resolved  # noqa: SLF001


def _role(session: str) -> str:
    account, name = session.split(":")[4], session.split("/")[1]
    record = iam._roles.get_scoped(account, None, name) or {}  # noqa: SLF001
    return str(record.get("Arn") or f"arn:aws:iam::{account}:role/{name}")
