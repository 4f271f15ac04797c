"""What a row must hold, and which rows cannot stand beside each other."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from checkday import settings
from checkday.errors import BadSetting
from checkday.model import LANGUAGES
from checkday.roster import Learner
from checkday.roster.rows import COLUMNS, REQUIRED, Row
from checkday.settings import Settings

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_ROLE = re.compile(r"arn:aws(?:-cn|-us-gov)?:iam::(\d{12}):role/(?:[\x21-\x7e]+/)?[\w+=,.@-]{1,64}", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/\\-]{2,1224}", re.ASCII)
"""The STS API reference, AssumeRole."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_LONGEST = 300
_KEPT = 100
_TEXTS = ("name", "email", "lms_id", "section")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one row: a word key, and the facts of its sentences."""

    key: str
    facts: dict[str, Any]


class Rules:
    """Rules the rows of one roster in turn; `faults` holds the first ones, `count` counts them all."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.count = 0
        self._ids: dict[str, int] = {}
        self._accounts: dict[str, int] = {}

    def learner(self, row: Row) -> Learner | None:
        """The learner of a row, or None if something in it is wrong."""
        before = self.count
        for name in row.values.keys() - set(COLUMNS):
            self._fault("roster.unknown_key", row, column=name, known=", ".join(COLUMNS))
        values = {key: _plain(value) for key, value in row.values.items() if value and key in COLUMNS}
        for name in REQUIRED:
            if name not in values:
                self._fault("roster.no_value", row, column=name)
        self._texts(row, values)
        self._identity(row, values)
        self._place(row, values)
        self._role(row, values)
        return Learner(**values) if self.count == before else None

    def _texts(self, row: Row, values: dict[str, str]) -> None:
        for name in _TEXTS:
            if len(values.get(name, "")) > _LONGEST:
                self._fault("roster.long_value", row, column=name, longest=_LONGEST)
        if "email" in values and not _EMAIL.fullmatch(values["email"]):
            self._fault("roster.bad_email", row, value=values["email"])

    def _identity(self, row: Row, values: dict[str, str]) -> None:
        learner, account = values.get("id"), values.get("account")
        if learner is not None:
            try:
                settings.checked(Settings(learner=learner))
            except BadSetting:
                self._fault("roster.bad_id", row, value=learner)
            self._alone(self._ids, "roster.double_id", learner, row)
        if account is not None:
            if not _ACCOUNT.fullmatch(account):
                self._fault("roster.bad_account", row, value=account)
            self._alone(self._accounts, "roster.double_account", account, row)

    def _alone(self, seen: dict[str, int], key: str, value: str, row: Row) -> None:
        if value in seen:
            self._fault(key, row, value=value, first=seen[value])
        else:
            seen[value] = row.line

    def _place(self, row: Row, values: dict[str, str]) -> None:
        given = {name: values[name] for name in ("region", "replica_region") if name in values}
        try:
            settings.checked(Settings(**given))
        except BadSetting as error:
            kind = "roster.one_region" if error.key == "settings.one_region" else "roster.bad_region"
            self._fault(kind, row, value=error.facts["value"])
        if values.get("lang") not in {None, *LANGUAGES}:
            self._fault("roster.bad_lang", row, value=values["lang"], known=", ".join(LANGUAGES))

    def _role(self, row: Row, values: dict[str, str]) -> None:
        role, external = values.get("role_arn"), values.get("external_id")
        if role is not None:
            found = _ROLE.fullmatch(role)
            if found is None:
                self._fault("roster.bad_role", row, value=role)
            elif found[1] != values.get("account"):
                self._fault("roster.foreign_role", row, value=role, account=values.get("account", "-"))
        if external is not None and not _EXTERNAL_ID.fullmatch(external):
            self._fault("roster.bad_external_id", row, value=external)

    def _fault(self, key: str, row: Row, **facts: Any) -> None:
        self.count += 1
        if len(self.faults) < _KEPT:
            self.faults.append(Fault(key, {"row": row.line, **facts}))


def _plain(value: str) -> str:
    """One line of text in NFC: a name may hold anything, but it is one name."""
    if value.isascii() and "\n" not in value:
        return value
    return " ".join(unicodedata.normalize("NFC", value).split())
