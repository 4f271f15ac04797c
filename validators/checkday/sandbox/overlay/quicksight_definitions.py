"""What an analysis or a dashboard is made of: a definition with sheets, over data sets."""

from __future__ import annotations

import time
from typing import Any

from checkday.sandbox.overlay.quicksight_assets import DATA_SET
from checkday.sandbox.overlay.quicksight_calls import Call, Refused


def described(call: Call, doing: str) -> dict[str, Any]:
    """The facts of what the call defines: made in vain if a data set is not there.

    Raises:
        Refused: there is no definition, or it is one by a template.

    """
    definition, template = call.said.get("Definition"), call.said.get("SourceEntity")
    if (definition is None) == (template is None):
        raise Refused("InvalidParameterValueException", "Give either a Definition or a SourceEntity.")
    if definition is None:
        raise Refused("ResourceNotFoundException", "The source template is not found")
    arns = [one["DataSetArn"] for one in definition["DataSetIdentifierDeclarations"]]
    missing = [arn for arn in arns if DATA_SET.known(call, arn) is None]
    sheets = definition.get("Sheets") or []
    facts = {
        "Definition": definition,
        "DataSetArns": list(dict.fromkeys(arns)),
        "Sheets": [{name: each[name] for name in ("SheetId", "Name") if name in each} for each in sheets],
        "Status": f"{doing}_FAILED" if missing else f"{doing}_SUCCESSFUL",
        "LastUpdatedTime": time.time(),
    }
    errors = [{"Type": "DATA_SET_NOT_FOUND", "Message": f"Data set {arn} is not found"} for arn in missing]
    return facts | ({"Errors": errors} if errors else {})
