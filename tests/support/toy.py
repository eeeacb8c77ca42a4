"""A wing of two procedures on a database of a few lines: what a new wing gets for nothing."""

import datetime
import json
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from app.contract.faults import DatabaseUnavailable
from app.contract.gateway import Call, Version, Wing
from app.contract.procedure import Catalogue, Parameter, Procedure, Subject
from app.contract.values import DATE, ID, Day, Identifier, Quantity, Row


class Stroke(Row):
    pump_id: Identifier = Field(description="The pump's number.")
    day: Day = Field(description="The day.")
    stroke_in: Annotated[Decimal, Quantity("in", 1)] | None = Field(description="In inches.")


PUMP = Subject("pump", "There is no such pump", "There is no pump {pump_id}.")
STROKES = Procedure(
    name="Get_Strokes",
    path="/strokes",
    row=Stroke,
    summary="A pump's strokes",
    description="One row a day.",
    example=({"pump_id": 1, "day": "2026-01-01", "stroke_in": 99.5},),
    parameters=(
        Parameter("pump_id", ID, "The pump's number.", 1),
        Parameter("since", DATE, "First day.", "2026-01-01", required=False),
        Parameter("until", DATE, "Last day.", "2026-01-31", required=False, not_before="since"),
    ),
    subject=PUMP,
)
TOYS = Catalogue("toys", "toys", (STROKES,))
ROWS = [
    {"pump_id": 1, "day": "2026-01-01", "stroke_in": 99.5},
    {"pump_id": 1, "day": "2026-01-02", "stroke_in": None},
]


class ToyAnswer:
    """All rows in one piece."""

    size_hint = None

    def __init__(self, rows: object, version: Version) -> None:
        self._text = json.dumps(rows).encode()
        self.version = version
        self.complete = False

    async def read(self) -> bytes:
        self.complete = True
        return self._text

    async def close(self) -> None: ...


class ToyGateway:
    """Pump 1 has two days, pump 2 none; `changes` counts up, and `away` says so."""

    name = "toys"
    kind = "toys"
    at_once = False

    def __init__(self) -> None:
        self.changes = 1
        self.calls = 0
        self.away = False

    async def open(self) -> None: ...

    async def call(self, call: Call) -> ToyAnswer:
        self.calls += 1
        version = await self.version()
        pump_id = call.arguments["pump_id"]
        if pump_id not in (1, 2):
            raise call.procedure.unknown(call.arguments)
        return ToyAnswer(ROWS if pump_id == 1 else [], version)

    async def check(self) -> None:
        await self.version()

    async def version(self) -> Version:
        if self.away:
            raise DatabaseUnavailable("The toys are away.")
        at = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
        at += datetime.timedelta(seconds=self.changes)
        return Version(f"70{self.changes:014x}", at, {"strokes": self.changes})

    async def close(self) -> None: ...


def toys() -> tuple[Wing, ToyGateway]:
    gateway = ToyGateway()
    return Wing(TOYS, gateway), gateway
