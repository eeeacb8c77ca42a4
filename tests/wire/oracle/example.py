"""A small schema for the tests of this package, and a demonstration of handlers.

python -m tests.wire.oracle tests.wire.oracle.example:make '{"port": 1521}'
"""

from __future__ import annotations

import asyncio
import datetime
import json
import time
from decimal import Decimal

from . import Call, Clob, Column, OraError, Out, Router, Rows, Session, Value

EMOJI = "\U0001f6e2"  # one character, two UTF-16 code units
WHEN = datetime.datetime(2024, 5, 1, 12, 30, 59)  # noqa: DTZ001 - DATE has no zone

Arguments = dict[str, Value]


def document(size: int) -> str:
    """A JSON text of exactly `size` ASCII characters, at least 60."""
    row = json.dumps({"well_id": 1, "date_value": "2024-05-01", "oil_produced": 123.456})
    rows = [row] * max(0, (size - 40) // (len(row) + 1))
    text = '{"rows":[' + ",".join(rows) + '],"padding":"'
    return text + "x" * (size - len(text) - 2) + '"}'


def content(kind: str) -> Clob:
    """ "1000": a JSON document of 1000 characters; "emoji 3999": so many x, the emoji, 10 y."""
    word, _, size = kind.rpartition(" ")
    return Clob("x" * int(size) + EMOJI + "y" * 10) if word else Clob(document(int(size)))


def make() -> Router:
    db = Router()
    _procedures(db)
    _blocks(db)
    _queries(db)
    _batches(db)
    return db


def _procedures(db: Router) -> None:
    @db.procedure("docs.get", "p_kind", "p_json", optional=("p_from_date",))
    def get(_call: Call, arguments: Arguments) -> Arguments:
        kind = arguments["p_kind"]
        return {"p_json": None if kind is None else content(kind)}

    @db.procedure("types.echo", *"nvdtc", "out_n", "out_v", "out_d", "out_t", "out_c")
    def echo(_call: Call, arguments: Arguments) -> Arguments:
        clob = arguments["c"]
        given = {**arguments, "c": clob.text if clob is not None else None}
        return {f"out_{name}": given[name] for name in "nvdtc"}

    @db.procedure("types.bump", "p_n", in_out=["p_n"])
    def bump(_call: Call, arguments: Arguments) -> Arguments:
        return {"p_n": arguments["p_n"] + 1}

    @db.procedure("types.double_it", "p_n")
    def double_it(call: Call, arguments: Arguments) -> Arguments:
        assert call.procedure is not None
        assert call.procedure.returns is not None
        return {call.procedure.returns: arguments["p_n"] * 2}

    @db.procedure("errors.raise_it", "p_code", "p_text")
    def raise_it(_call: Call, arguments: Arguments) -> None:
        raise OraError(arguments["p_code"], arguments["p_text"])

    @db.procedure("dbms_session.sleep", "p_seconds")
    async def sleep(_call: Call, arguments: Arguments) -> None:
        await asyncio.sleep(float(arguments["p_seconds"]))

    @db.procedure("transactions.write_it")
    def write_it(_call: Call, _arguments: Arguments) -> Out:
        return Out(in_transaction=True)


def _blocks(db: Router) -> None:
    @db.statement(r"^declare\s+l_doc clob")
    def chunks(call: Call) -> Arguments:
        """(:kind, :chunks, :total): all chunks of 4000 characters at once."""
        clob = content(call["kind"])
        starts = range(1, clob.size + 1, 4000)
        return {"chunks": [clob.substr(4000, at) for at in starts], "total": clob.size}

    @db.statement(r"^begin upper_all\(", in_out=["names"])
    def upper_all(call: Call) -> Arguments:
        """(:names, :lengths): an index-by table in and out, another one out."""
        names = call["names"]
        return {
            "names": [name and name.upper() for name in names],
            "lengths": [len(name or "") for name in names],
        }

    @db.statement(r"^begin fail_at_first\(")
    def fail_at_first(call: Call) -> Arguments:
        if not call["n"]:
            raise OraError(1, "unique constraint (ODM.WELLS_PK) violated")
        return {"out": 10 * call["n"]}

    @db.statement(r"^begin append\(", in_out=["doc"])
    def append(call: Call) -> Arguments:
        """(:doc, :text): a temporary CLOB in and out, which is freed by an empty text."""
        lob, text = call["doc"], call["text"]
        if lob is None:
            return {"doc": call.session.lobs.create(Clob(text))}
        if not text:
            call.session.lobs.free(lob)
            return {"doc": None}
        lob.content = Clob(lob.text + text)
        return {"doc": lob}


def _queries(db: Router) -> None:
    @db.statement(r"^with function .*get_clob\(:\w+\)")
    def with_function(call: Call) -> Rows:
        return Rows([Column("DOC", "CLOB", temporary=True)], [(content(call[1]),)])

    @db.statement(r"from docs\b")
    def docs(_call: Call) -> Rows:
        rows: list[tuple[int, str | None]] = [(n, f"document {n} {EMOJI}") for n in range(3)]
        return Rows([Column("ID", "NUMBER"), Column("DOC", "CLOB")], [*rows, (3, None)])

    @db.statement(r"from no_docs\b")
    def no_docs(_call: Call) -> Rows:
        return Rows([Column("DOC", "CLOB")], [])

    @db.statement(r"from mixed\b")
    def mixed(_call: Call) -> Rows:
        return Rows(
            [Column("N", "NUMBER"), Column("V"), Column("D", "DATE"), Column("T", "TIMESTAMP")],
            [
                (1, "a", WHEN, WHEN.replace(microsecond=123456)),
                (1, "a", WHEN, WHEN),
                (Decimal("-12.5"), None, None, None),
                (10**20, "é" + EMOJI, WHEN, WHEN),
                (0, "a" * 3999, WHEN, WHEN),
            ],
        )

    @db.statement(r"from repeats\b")
    def repeats(_call: Call) -> Rows:
        return Rows([Column("N", "NUMBER"), Column("X")], [(n, "x" * 1000) for n in range(1000)])

    @db.statement(r"from numbers where n < (\d+|:\w+)")
    def numbers(call: Call) -> Rows:
        limit = call[1] if call.binds else int(call.sql.split()[-1])
        return Rows([Column("N", "NUMBER")], ((n,) for n in range(limit)))

    @db.statement(r"from dual$")
    def dual(call: Call) -> Rows:
        if call.binds:
            return Rows([Column("X")], [(call[1],)])
        return Rows([Column("X", "NUMBER")], [(1,)])


class Wells:
    """The wells table: a name is unique and at most ten characters long."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.committed: dict[int, str] = {}

    def insert(self, well_id: int, name: str | None) -> int:
        if name is None:
            raise OraError(1400, 'cannot insert NULL into ("ODM"."WELLS"."NAME")')
        if well_id >= 1000:
            raise OraError(1438, "value larger than specified precision allowed for this column")
        if well_id in self.names:
            raise OraError(1, "unique constraint (ODM.WELLS_PK) violated")
        self.names[well_id] = name
        return 1


def _batches(db: Router) -> None:
    wells = Wells()

    @db.statement(r"^insert into wells\b")
    def insert(call: Call) -> int:
        return wells.insert(call[1], call[2])

    @db.statement(r"^update wells\b")
    def update(call: Call) -> int:
        found = [well_id for well_id, name in wells.names.items() if name == call["old"]]
        for well_id in found:
            wells.names[well_id] = call["new"]
        return len(found)

    @db.statement(r"from wells$")
    def select(_call: Call) -> Rows:
        return Rows([Column("ID", "NUMBER"), Column("NAME")], sorted(wells.names.items()))

    @db.statement(r"^truncate table wells$")
    def truncate(_call: Call) -> None:
        wells.names.clear()

    @db.on_commit
    def commit(_session: Session) -> None:
        wells.committed = dict(wells.names)

    @db.on_rollback
    def rollback(_session: Session) -> None:
        wells.names = dict(wells.committed)

    @db.statement(r"^insert into failing\b")
    def failing(call: Call) -> int:
        raise OraError(20001, call[1])

    @db.statement(r"^insert into slow\b")
    def slow(_call: Call) -> int:
        time.sleep(0.0001)
        return 1

    seen: list[list[str]] = []

    @db.statement(r"^insert into seen\b")
    def see(call: Call) -> int:
        seen.append([repr(value) for value in call.values])
        return 1

    @db.statement(r"from seen_lengths$")
    def select_lengths(_call: Call) -> Rows:
        values = [[value.strip("'").replace("None", "") for value in row] for row in seen]
        rows = [[f"{len(value)} {value[:1]}" for value in row] for row in values]
        return Rows([Column(name) for name in "ABC"], rows)

    @db.statement(r"from seen$")
    def select_seen(_call: Call) -> Rows:
        return Rows([Column(name) for name in "ABC"], seen)
