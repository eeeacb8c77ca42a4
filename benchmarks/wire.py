"""The database of the Oracle benchmarks: a wire server whose answers are as long as asked for.

`p_well_id` is the length, in bytes of JSON, of the answer of `Get_Well_Summary_By_Day`.
"""

import json
from functools import lru_cache
from typing import Any

from tests.wells.oracle.database import Package
from tests.wire.oracle import Call, Clob, Column, Router, Rows

PROCEDURE = "Get_ODM_Data_Pkg.Get_Well_Summary_By_Day"
INLINE = (
    "WITH FUNCTION doc(p_well_id NUMBER, p_division_id NUMBER) RETURN CLOB IS l_doc CLOB; BEGIN "
    f"{PROCEDURE}(p_well_id, p_division_id, l_doc); RETURN l_doc; END; "
    "SELECT doc(:well_id, :division_id) FROM dual"
)
_ROW = {
    "well_id": 3001,
    "well_name": "15/9-F-1 C",
    "division_id": 30,
    "division_name": "Viking Graben",
    "date_value": "2025-01-31",
    "oil_produced": 1234.567,
    "oil_price": 81.125,
    "oil_sales": 100153.25,
    "period": "day",
}


@lru_cache
def document(size: int) -> Clob:
    """An array of days, one row a line, of exactly `size` ASCII characters (at least 200)."""
    row = json.dumps(_ROW, separators=(",", ":"))
    rows = ",\n".join([row] * ((size - 2 + 2) // (len(row) + 2)))
    clob = Clob("[" + rows + " " * (size - 2 - len(rows)) + "]")
    assert clob.utf16  # made now, and not while somebody measures
    return clob


def make() -> Router:
    """The handler, for a server in a process of its own."""

    async def documents(_name: str, arguments: Any) -> Clob:
        return document(int(arguments["well_id"])) if arguments else document(200)

    package = Package(documents)
    router = Router()

    @router.statement("^WITH FUNCTION doc")
    def inline(call: Call) -> Rows:
        return Rows([Column("DOC", "CLOB", temporary=True)], [(document(int(call["well_id"])),)])

    router.statement("Get_ODM_Data_Pkg|PROCEDURE cut")(package)
    router.procedure(PROCEDURE, "p_well_id", "p_division_id", "p_json")(
        lambda _call, arguments: {"p_json": document(int(arguments["p_well_id"]))}
    )
    return router
