"""A few known queries, run in the learner's workgroup: begun, watched, read and stopped."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from checkday.account import faults
from checkday.account.reads import Read
from checkday.writer.client import TRIES, Connection, Fault, pause
from checkday.writer.errors import NotSent
from checkday.writer.guard import NarrowGuard, for_queries

PAGE = 1000
"""Rows that one answer of Athena may hold."""

_REFUSED = frozenset({"InvalidRequestException"})
_OVER = {"SUCCEEDED", "FAILED", "CANCELLED"}

Row = list[str | None]


@dataclass(frozen=True, slots=True)
class Execution:
    """How a query stands: its state, why it failed, and how many bytes it has scanned."""

    id: str
    state: str
    reason: str
    scanned: int

    @property
    def over(self) -> bool:
        return self.state in _OVER


class Athena(Connection):
    """Runs these statements in one workgroup and database; results go where the workgroup says."""

    def __init__(
        self, workgroup: str, database: str, statements: Collection[str], region: str, **way: Any
    ) -> None:
        """`way` is how to reach the account, as `Connection` takes it."""
        self._own: set[str] = set()
        guard = NarrowGuard(for_queries(workgroup, database, statements, self._own))
        super().__init__(guard, region, **way)
        self._workgroup, self._database = workgroup, database

    def start(self, statement: str) -> str:
        """Begin the query and return its id.

        Raises:
            NotSent: Athena refuses it, or cannot be reached.

        """
        # With its token, a request that is sent again begins no second query.
        token = str(uuid.uuid4())
        number: str = self._ask(
            "StartQueryExecution",
            lambda client: client.start_query_execution(
                QueryString=statement,
                ClientRequestToken=token,
                QueryExecutionContext={"Database": self._database},
                WorkGroup=self._workgroup,
            )["QueryExecutionId"],
        )
        self._own.add(number)
        return number

    def execution(self, number: str) -> Execution:
        """How the query stands now.

        Raises:
            NotSent: Athena cannot be asked.

        """
        found: Execution = self._ask(
            "GetQueryExecution",
            lambda client: _execution(client.get_query_execution(QueryExecutionId=number)["QueryExecution"]),
        )
        return found

    def rows(self, number: str) -> Iterator[Row]:
        """Every row of the result, the header first; what is NULL is None.

        Raises:
            NotSent: the result cannot be read.

        """
        more: dict[str, str] = {}
        while True:
            rows, following = self._page(number, more)
            yield from rows
            if not following:
                return
            more = {"NextToken": following}

    def stop(self, number: str) -> None:
        """End the query, if it still runs.

        Raises:
            NotSent: Athena cannot be asked.

        """
        self._ask("StopQueryExecution", lambda client: client.stop_query_execution(QueryExecutionId=number))

    def _page(self, number: str, more: dict[str, str]) -> tuple[list[Row], str]:
        page: tuple[list[Row], str] = self._ask(
            "GetQueryResults",
            lambda client: _rows(client.get_query_results(QueryExecutionId=number, MaxResults=PAGE, **more)),
        )
        return page

    def _ask(self, operation: str, send: Callable[[Any], Any]) -> Any:
        """What `send` makes of the answer: inside, because an answer may be nothing of Athena's."""
        for failures in range(TRIES):
            time.sleep(pause(failures))
            try:
                return self._once(operation, send)
            except Fault as fault:
                if failures == TRIES - 1 or not (fault.again or fault.doubtful):
                    raise fault.reason from fault
        raise AssertionError(operation)

    def _once(self, operation: str, send: Callable[[Any], Any]) -> Any:
        action = f"athena:{operation}"
        call = Read(action, (action,), _REFUSED, (), None)
        try:
            return send(self._client("athena"))
        except faults.FAILURES as error:
            raise self._fault(error, call, NotSent("dashboard.refused", reason=_message(error))) from error


def _execution(found: Any) -> Execution:
    status = found["Status"]
    scanned = found.get("Statistics", {}).get("DataScannedInBytes", 0)
    return Execution(found["QueryExecutionId"], status["State"], status.get("StateChangeReason", ""), scanned)


def _rows(page: Any) -> tuple[list[Row], str]:
    rows = [[cell.get("VarCharValue") for cell in row["Data"]] for row in page["ResultSet"]["Rows"]]
    return rows, page.get("NextToken", "")


def _message(error: Exception) -> str:
    return str(error.response["Error"].get("Message", "")) if isinstance(error, ClientError) else ""
