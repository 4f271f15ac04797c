"""Who is being checked and where: `workshop init` writes it, the environment wins."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, replace

from checkday.model import LANGUAGES, BadSetting, Unwritable
from checkday.resources import state_folder

REGION = "ap-southeast-1"
REPLICA_REGION = "us-east-1"
SANDBOX_LEARNER = "an01"

_LEARNER = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SHORTEST, _LONGEST = 2, 20
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[1-9]")


@dataclass(frozen=True, slots=True)
class Settings:
    """The learner's id, the two Regions of the course and the language."""

    learner: str | None = None
    region: str = REGION
    replica_region: str = REPLICA_REGION
    language: str | None = None

    def named(self, *, sandbox: bool) -> str:
        """The learner's id.

        Raises:
            BadSetting: there is none, and this is not the sandbox, where a default will do.

        """
        if self.learner is None and not sandbox:
            raise BadSetting("settings.no_learner")
        return self.learner or SANDBOX_LEARNER


_VARIABLES = {
    "learner": "WORKSHOP_LEARNER",
    "region": "WORKSHOP_REGION",
    "replica_region": "WORKSHOP_REPLICA_REGION",
    "language": "WORKSHOP_LANG",
}


def load(**given: str | None) -> Settings:
    """The settings file, then the environment, then what was given on the command line.

    Raises:
        BadSetting: one of the values is wrong, or the file cannot be read.

    """
    values = _stored()
    values |= {
        name: os.environ[variable] for name, variable in _VARIABLES.items() if os.environ.get(variable)
    }
    values |= {name: value for name, value in given.items() if value is not None}
    return checked(Settings(**values))


def checked(settings: Settings) -> Settings:
    """The same settings, if every value is one the course can work with."""
    if settings.learner is not None:
        _check_learner(settings.learner)
    for region in (settings.region, settings.replica_region):
        if not _REGION.fullmatch(region):
            raise BadSetting("settings.bad_region", value=region)
    if settings.region == settings.replica_region:
        raise BadSetting("settings.one_region", value=settings.region)
    if settings.language is not None and settings.language not in LANGUAGES:
        raise BadSetting("settings.bad_language", value=settings.language, known=", ".join(LANGUAGES))
    return settings


def save(settings: Settings) -> str:
    """Write the settings file at once or not at all, and return its path.

    Raises:
        Unwritable: the state folder cannot be written.

    """
    path = _file()
    values = {name: getattr(settings, name) for name in _VARIABLES if getattr(settings, name) is not None}
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(f"{path}.new", "w", encoding="utf-8") as file:
            file.write(json.dumps(values, indent=1) + "\n")
        os.replace(f"{path}.new", path)
    except OSError as error:
        raise Unwritable("settings.unwritable", path=path, reason=error.strerror or "") from error
    return path


def with_defaults(settings: Settings, *, sandbox: bool) -> Settings:
    return replace(settings, learner=settings.named(sandbox=sandbox))


def _check_learner(learner: str) -> None:
    if not (_SHORTEST <= len(learner) <= _LONGEST and _LEARNER.fullmatch(learner)):
        raise BadSetting("settings.bad_learner", value=learner)


def _file() -> str:
    return str(state_folder() / "settings.json")


def _stored() -> dict[str, str]:
    path = _file()
    try:
        with open(path, encoding="utf-8") as file:
            values = json.load(file)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise BadSetting("settings.unreadable", path=path) from error
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise BadSetting("settings.unreadable", path=path)
    return {name: values[name] for name in _VARIABLES if name in values}
