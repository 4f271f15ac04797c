"""The roles that the pages' commands make, recorded from those commands themselves."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from checkday import names
from checkday.authoring.problem import BadSources, Problem
from checkday.authoring.sections import COMMANDS, in_file
from checkday.settings import Settings

_SHARED = Path("docs/_shared")
_MAKES = ("iam create-role", "iam put-role-policy", "iam attach-role-policy", "iam create-policy")

_ACCOUNT, _LEARNER, _REGION, _REPLICA = "${AWS::AccountId}", "${LearnerId}", "${Region}", "${ReplicaRegion}"
"""As CloudFormation's Fn::Sub has them: bash replaces a variable once, and leaves what it holds."""

_RECORDER = """\
aws() {
  printf '%s\\0' "$#" "$@" >>"$RECORD"
  case $2 in get-*) return 1 ;; esac # nothing is there yet
}
"""


def prepared_roles(root: Path) -> dict[str, Any]:
    """Roles and policies in the order of the pages; their names and ARNs hold Fn::Sub's variables.

    Raises:
        BadSources: a section that makes a role cannot be run by itself.

    """
    roles: dict[str, dict[str, Any]] = {}
    policies: list[dict[str, Any]] = []
    for call in _calls(root / _SHARED):
        options = _options(call)
        operation, role = call[1], options.get("role-name", "")
        if operation == "create-role":
            trust = json.loads(options["assume-role-policy-document"])
            empty: dict[str, Any] = {"inline": {}, "attached": []}
            roles[role] = {"name": role, "trust": trust, "tags": _tags(call), **empty}
        elif operation == "put-role-policy":
            roles[role]["inline"][options["policy-name"]] = json.loads(options["policy-document"])
        elif operation == "attach-role-policy":
            roles[role]["attached"].append(options["policy-arn"])
        elif operation == "create-policy":
            document = json.loads(_text(options["policy-document"]))
            policies.append({"name": options["policy-name"], "document": document})
    return {"policies": policies, "roles": list(roles.values())}


def _calls(shared: Path) -> Iterator[list[str]]:
    for script in sorted((shared / COMMANDS).glob("day*/*.sh")):
        own = [body for body in in_file(script).values() if any(one in body for one in _MAKES)]
        if own:
            yield from _recorded(shared, script, "\n".join(own))


def _recorded(shared: Path, script: Path, commands: str) -> Iterator[list[str]]:
    settings = Settings(learner=_LEARNER, region=_REGION, replica_region=_REPLICA)
    known = names.environment(settings, _ACCOUNT) | {"SHARED": str(shared)}
    del known["DB"]  # its dashes become underscores, which Fn::Sub cannot do
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", _RECORDER + commands],
            env={"PATH": "/usr/bin:/bin", "RECORD": str(record), **known},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            detail = done.stderr.strip().rpartition("\n")[2]
            path = script.relative_to(shared.parents[1])
            raise BadSources([Problem(path, 1, "lint.role_commands", {"detail": detail})])
        yield from _split(record.read_text(encoding="utf-8").split("\0")[:-1])


def _split(words: list[str]) -> Iterator[list[str]]:
    position = 0
    while position < len(words):
        count = int(words[position])
        yield words[position + 1 : position + 1 + count]
        position += 1 + count


def _options(call: list[str]) -> Mapping[str, str]:
    pairs = zip(call, [*call[1:], ""], strict=True)
    return {name.removeprefix("--"): value for name, value in pairs if name.startswith("--")}


def _tags(call: list[str]) -> dict[str, str]:
    found = [word.removeprefix("Key=").partition(",Value=") for word in call if word.startswith("Key=")]
    return {key: value for key, _, value in found}


def _text(document: str) -> str:
    path = document.removeprefix("file://")
    return Path(path).read_text(encoding="utf-8") if path != document else document
