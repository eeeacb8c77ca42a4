"""The loader's Oracle side: the real driver over TCP, and what reaches the database."""

import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.__main__ import load
from app.contract.faults import StartupFault
from app.wells.backends import open_store
from app.wells.oracle.database import SET_UP
from app.wells.oracle.scripts import SCRIPTS, read_statement
from app.wells.oracle.store import OracleStore
from app.wells.store import (
    BudgetRow,
    CommitInDoubt,
    Outcome,
    PriceRow,
    ProductionRow,
    Refusal,
    SummariesStale,
)
from tests.wells.oracle.interrupts import pressing_ctrl_c
from tests.wells.oracle.settings import settings_for
from tests.wire.oracle import (
    PROFILES,
    Call,
    Column,
    Control,
    OraError,
    Rows,
    ServerProcess,
    Session,
)
from tests.wire.oracle.client import eventually

LOADER = SCRIPTS / "loader"
NAMES = {
    read_statement(name): name.removeprefix("loader/")
    for name in (str(path.relative_to(SCRIPTS).with_suffix("")) for path in LOADER.glob("**/*.sql"))
}
PLANNED = re.compile(r"(?<=CARDINALITY\(staged )\d+(?=\))")
"""How many rows a statement is planned for."""
SECRET = "tiger"

HASTY_SECONDS = 0.5
PATIENT_SECONDS = 60
"""How long a call may take, where a test has one hang and where not."""


class Tables:
    """A handler that notes what it is asked, and answers what a test has it answer."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.planned: dict[str, set[str]] = {}
        self.rows: list[dict[str, Any]] = []
        self.types: list[dict[str, int]] = []
        self.refused: list[tuple[int, str, str]] = []
        self.counts = (3, 2, 1)
        self.affected = 1
        self.errors: dict[str, OraError] = {}
        self.bad_lines: dict[int, OraError] = {}

    def __call__(self, call: Call) -> Rows | int | None:
        if call.sql == SET_UP:
            return None
        name = NAMES[PLANNED.sub("1", call.sql)]
        self.planned.setdefault(name, set()).update(PLANNED.findall(call.sql))
        if not (self.asked and self.asked[-1] == name):
            self.asked.append(name)
        if error := self.errors.get(name):
            raise error
        if name.endswith("/stage") and (error := self.bad_lines.get(call["line_number"])):
            raise error
        if name.endswith("/refused"):
            columns = [Column("LINE", "NUMBER"), Column("FIELD"), Column("REASON")]
            return Rows(columns, self.refused)
        if name.endswith("/count"):
            columns = [Column(c, "NUMBER") for c in ("ALL", "NEW", "CHANGED")]
            return Rows(columns, [self.counts])
        if call.binds:
            self.rows.append({bind.name.lower(): call[bind.position] for bind in call.binds})
            self.types.append({bind.name.lower(): bind.ora_type for bind in call.binds})
        return self.affected if call.kind == "dml" else None

    def commit(self, session: Session) -> None:
        self.asked.append("COMMIT")

    def rollback(self, session: Session) -> None:
        self.asked.append("ROLLBACK")


@pytest.fixture(params=sorted(PROFILES))
def oracle(request: pytest.FixtureRequest) -> Iterator[Control]:
    """A database for loads, as each release. Every session must be gone in the end."""
    with ServerProcess(Tables, profile=request.param) as server:
        yield server
        eventually(lambda: not server.sessions())
        assert server.failures() == []


@pytest.fixture
def tables(oracle: Control) -> Tables:
    """What the database is asked, and answers."""
    tables: Tables = oracle.handler
    return tables


@pytest.fixture
def store(oracle: Control) -> Iterator[OracleStore]:
    """A store, as `open_store` makes it."""
    store = open_store(settings_for(oracle))
    assert isinstance(store, OracleStore)
    yield store
    store.close()


def days(count: int, part: str = "") -> list[ProductionRow]:
    return [
        ProductionRow(line, line, "2024-01-01", part, line, "W", 1, "D")
        for line in range(1, count + 1)
    ]


@pytest.mark.parametrize(
    ("rows", "refused", "planned"), [(1, 0, "10"), (9, 0, "10"), (11, 2, "10"), (5999, 0, "10000")]
)
def test_planned_for_what_is_staged(
    store: OracleStore, tables: Tables, rows: int, refused: int, planned: str
) -> None:
    """What reads staged rows says how many there are; so no plan is of the table while empty."""
    tables.bad_lines = dict.fromkeys(range(1, refused + 1), OraError(12899, "too large"))
    with store.production("wti") as load:
        load.add(days(rows))
        list(load.refusals())
        load.commit()
    assert {name: sizes for name, sizes in tables.planned.items() if sizes} == {
        "production/refused": {planned},
        "production/count": {planned},
        "production/merge_divisions": {planned},
        "production/set_benchmark": {planned},
        "production/merge_wells": {planned},
        "production/merge_days": {planned},
    }


def test_every_reader_of_staged_rows_has_the_hint() -> None:
    """Each query of a staging table says how many rows it has; adding and dropping a row do not."""
    for statement, name in NAMES.items():
        read = statement.count("FROM odm_stage_") - statement.count("DELETE FROM odm_stage_")
        assert len(PLANNED.findall(statement)) == read, name
        hints = re.findall(r"SELECT /\*\+ CARDINALITY\(staged 1\) \*/\n", statement)
        aliased = re.findall(r"FROM odm_stage_\w+ staged\b", statement)
        assert len(hints) == len(aliased) == read, name


def test_order_of_a_load(store: OracleStore, tables: Tables, oracle: Control) -> None:
    """Staging, refusals, the lock, the merges, COMMIT, and only then the refresh."""
    tables.refused = [(2, "oil ", "too much")]
    with store.production("wti") as load:
        load.add(days(3))
        assert list(load.refusals()) == [Refusal(2, "oil", "too much")]
        assert load.commit() == Outcome(2, 1, 0)
    assert tables.asked == [
        "production/stage",
        "production/refused",
        "production/lock",
        "production/refused",
        "production/drop_refused",
        "production/count",
        "production/merge_divisions",
        "production/set_benchmark",
        "production/merge_wells",
        "production/merge_days",
        "COMMIT",
        "refresh",
    ]
    assert tables.rows[3] == {"line_number": 2}
    assert tables.rows[4]["benchmark"] == "wti"
    assert oracle.stats().commits == 1


def test_no_benchmark(store: OracleStore, tables: Tables) -> None:
    """A load of production without a benchmark leaves the divisions' own alone."""
    with store.production(None) as load:
        load.add(days(1))
        load.commit()
    assert "production/set_benchmark" not in tables.asked


def test_unchanged_is_not_refreshed(store: OracleStore, tables: Tables) -> None:
    """Where the merges find nothing to change the summaries are as good as they were."""
    tables.affected = 0
    tables.counts = (3, 0, 0)
    with store.prices("brent") as load:
        load.add([PriceRow(1, "2024-01-01", 1)])
        assert load.commit() == Outcome(0, 0, 3)
    assert tables.asked[-1] == "COMMIT"


def test_changed_name_is_refreshed(store: OracleStore, tables: Tables) -> None:
    """A well that only got another name counts no day, and yet the summaries show it."""
    tables.counts = (3, 0, 0)
    with store.production(None) as load:
        load.add(days(1))
        assert load.commit() == Outcome(0, 0, 3)
    assert tables.asked[-1] == "refresh"


def test_production_binds(store: OracleStore, tables: Tables) -> None:
    """Numbers arrive with all their digits, days as dates, an empty part as null."""
    with store.production("brent") as load:
        load.add(
            [
                ProductionRow(
                    1, 10**18 - 1, "0001-01-01", "", 999_999_999_999, "Å" * 200, 7, "🛢" * 200
                ),
                ProductionRow(2, 1, "9999-12-31", "S01", 1, "W", 7, "D"),
                ProductionRow(3, 0, "2024-02-29", "S02", 0, "W", 7, "D"),
            ]
        )
    first, second, third = tables.rows
    assert list(first) == [
        "line_number",
        "well_id",
        "production_date",
        "part",
        "oil_bbl",
        "well_name",
        "division_id",
        "division_name",
        "period",
    ]
    assert {row["period"] for row in tables.rows} == {"day"}
    assert (first["well_id"], first["oil_bbl"]) == (10**18 - 1, Decimal("999999999.999"))
    assert (first["well_name"], first["division_name"]) == ("Å" * 200, "🛢" * 200)
    assert not first["part"]
    assert (second["oil_bbl"], third["oil_bbl"]) == (Decimal("0.001"), 0)
    assert [str(row["production_date"])[:10] for row in tables.rows] == [
        "0001-01-01",
        "9999-12-31",
        "2024-02-29",
    ]
    number, date, text = 2, 12, 1
    assert list(tables.types[0].values()) == [
        *(number, number, date, text, number, text, number, text, text)
    ]


def test_price_and_budget_binds(store: OracleStore, tables: Tables) -> None:
    """Prices below zero, money to the cent, amounts that are not known."""
    with store.prices("brent") as load:
        load.add([PriceRow(1, "2020-04-20", -37_630), PriceRow(2, "2020-04-21", 99_999_999)])
        load.commit()
    assert [row["price_usd"] for row in tables.rows[:2]] == [
        Decimal("-37.63"),
        Decimal("99999.999"),
    ]
    assert tables.rows[2] == {"benchmark": "brent"}
    tables.rows = []
    with store.budgets() as load:
        load.add([BudgetRow(1, 1, "2024-01-01", None, None)])
        load.add([BudgetRow(2, 1, "2024-02-01", 99_999_999_999_999, -1)])
    assert [(row["budget_usd"], row["actual_usd"]) for row in tables.rows] == [
        (None, None),
        (Decimal("999999999999.99"), Decimal("-0.01")),
    ]


def test_rows_travel_in_arrays(store: OracleStore, oracle: Control, tables: Tables) -> None:
    """5,000 rows a round trip, and no commit between them."""
    with store.production(None) as load:
        load.add(days(10_001, "S01"))
    arrays = [call.executions for call in oracle.trace() if call.sql.startswith("INSERT")]
    assert [count for count in arrays if count > 1] == [5_000, 5_000]
    assert len(tables.rows) == 10_001
    assert tables.asked == ["production/stage", "ROLLBACK"]


def test_a_dba_sees_who_loads(store: OracleStore, oracle: Control) -> None:
    """Module and action in V$SESSION."""
    with store.budgets() as load:
        load.add([BudgetRow(1, 1, "2024-01-01", 1, 1)])
        (session,) = oracle.sessions()
        assert (session.module, session.action) == ("ODM load", "budgets")


def test_row_that_the_database_refuses(store: OracleStore, tables: Tables) -> None:
    """It becomes a refusal with its line and what the database said; the others are staged."""
    codes = {3: 12899, 4: 1438, 9: 1400}
    tables.bad_lines = {line: OraError(code, f"said of {line}") for line, code in codes.items()}
    with store.production(None) as load:
        load.add(days(5))
        load.add(days(10)[5:])
        assert list(load.refusals()) == [
            Refusal(3, "", "a text is longer than its column (ORA-12899: said of 3)"),
            Refusal(4, "", "a number is larger than its column (ORA-01438: said of 4)"),
            Refusal(9, "", "a value is missing (ORA-01400: said of 9)"),
        ]
    assert len(tables.rows) == 7


@pytest.mark.parametrize(
    ("at", "code", "said"),
    [
        ("production/stage", 1653, "no space is left in the database"),
        ("production/stage", 1536, "no space is left in the database"),
        ("production/refused", 1652, "no space is left in the database"),
        ("production/lock", 54, "another session holds what is needed"),
        ("production/merge_wells", 60, "resolve a deadlock"),
        ("production/merge_days", 1, "another session wrote the same rows"),
        ("production/merge_days", 1653, "no space is left in the database"),
        ("production/merge_days", 12345, "the database refused it (ORA-12345: no)"),
        ("production/merge_days", 1013, "did not finish in time"),
    ],
)
def test_error_undoes_the_load(
    store: OracleStore, tables: Tables, at: str, code: int, said: str
) -> None:
    """One sentence, nothing committed, nothing refreshed; the store takes the next load."""
    tables.errors = {at: OraError(code, "no")}
    with pytest.raises(StartupFault) as caught, store.production(None) as load:  # noqa: PT012
        load.add(days(3))
        load.commit()
    assert said in str(caught.value)
    assert f"ORA-{code:05d}: no" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "COMMIT" not in tables.asked
    assert "refresh" not in tables.asked
    if at != "production/stage":
        assert tables.asked[-1] == "ROLLBACK"
    tables.errors = {}
    with store.production(None) as load:
        load.add(days(3))
        assert load.commit() == Outcome(2, 1, 0)


@pytest.mark.slow
@pytest.mark.parametrize("at", ["INSERT INTO odm_stage", "SUM", "LOCK", "MERGE INTO odm_daily"])
@pytest.mark.parametrize("fault", ["close", "kill", "hang", "dead", "stall"])
def test_lost_in_the_middle(oracle: Control, tables: Tables, at: str, fault: str) -> None:
    """A connection that is lost or a database that hangs: one sentence, and never a COMMIT."""
    hangs = fault in {"hang", "dead", "stall"}
    store = OracleStore(settings_for(oracle), HASTY_SECONDS if hangs else PATIENT_SECONDS)
    begun = store.production(None)
    load = begun.__enter__()  # (the faults are for what comes after the statements are parsed)
    oracle.inject(fault, sql=at)
    try:
        with pytest.raises(StartupFault) as caught:  # noqa: PT012 (whichever meets it)
            load.add(days(2))
            list(load.refusals())
            load.commit()
    finally:
        begun.__exit__(None, None, None)
    said = "did not finish in time" if fault in {"hang", "stall"} else "was lost"
    assert said in str(caught.value)
    assert "COMMIT" not in tables.asked
    store.close()
    eventually(lambda: not oracle.sessions())


def test_lost_while_committing(store: OracleStore, oracle: Control) -> None:
    """Nobody knows then whether the file is in, and that is what is said."""
    oracle.inject("close", operation="commit")
    with pytest.raises(CommitInDoubt, match="not known"), store.prices("wti") as load:  # noqa: PT012
        load.add([PriceRow(1, "2024-01-01", 1)])
        load.commit()


@pytest.mark.parametrize("how", ["error", "lost", "hang"])
def test_refresh_fails(oracle: Control, tables: Tables, how: str) -> None:
    """The rows are in, and only the summaries are old: the outcome is told all the same."""
    store = OracleStore(settings_for(oracle), HASTY_SECONDS if how == "hang" else PATIENT_SECONDS)
    if how == "error":
        text = "error in materialized view refresh path"
        tables.errors = {"refresh": OraError(12008, text)}
    else:
        oracle.inject({"lost": "close", "hang": "hang"}[how], sql="odm_refresh", skip=1)
    with pytest.raises(SummariesStale) as caught, store.prices("wti") as load:  # noqa: PT012
        load.add([PriceRow(1, "2024-01-01", 1)])
        load.commit()
    store.close()
    assert caught.value.outcome == Outcome(2, 1, 0)
    assert tables.asked.count("COMMIT") == 1
    assert "COMMIT" in tables.asked[-2:]


@pytest.mark.parametrize("code", [942, 1031, 6550])
def test_account_that_may_not_load(
    store: OracleStore, oracle: Control, tables: Tables, code: int
) -> None:
    """Found out by having the statements parsed, before a row has been sent."""
    oracle.inject("error", sql="odm_refresh" if code == 6550 else "MERGE", code=code)
    with pytest.raises(StartupFault) as caught, store.production(None):
        pass
    assert "connect as the owner of ODM's tables" in str(caught.value)
    assert tables.asked == []


@pytest.fixture
def command(oracle: Control, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """`python -m app load prices` with ORACLE_* settings, for a file of two days."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "brent.csv").write_text("Date,Price\n2024-01-02,75.1\n2024-01-03,76\n")
    settings = settings_for(oracle).model_dump(exclude_none=True)
    for name in ("user", "host", "port", "service_name"):
        monkeypatch.setenv(f"ORACLE_{name.upper()}", str(settings[f"oracle_{name}"]))
    monkeypatch.setenv("ORACLE_PASSWORD", SECRET)
    return lambda *more: load(["prices", "--benchmark", "brent", "--quiet", "brent.csv", *more])


def test_command(command: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    """The loader chooses Oracle by the settings."""
    assert command() == 0
    assert "3 prices: 2 new, 1 changed, 0 as before" in capsys.readouterr().out


def test_command_checks_only(command: Callable[..., int], tables: Tables) -> None:
    """`--check` stages and compares, and rolls back."""
    assert command("--check") == 0
    assert tables.asked == ["prices/stage", "prices/refused", "ROLLBACK"]


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        ({"sql": "LOCK", "code": 54}, 1, "; nothing of this file was loaded"),
        ({"sql": "MERGE", "skip": 1, "code": 1653}, 1, "; nothing of this file was loaded"),
        ({"sql": "INSERT", "code": 1031}, 1, "connect as the owner"),
        ({"operation": "commit", "action": "close"}, 1, "load it again"),
        ({"sql": "odm_refresh", "skip": 1, "code": 12008}, 4, "brent.csv: loaded, but the summ"),
    ],
)
def test_command_fails(
    command: Callable[..., int],
    oracle: Control,
    capsys: pytest.CaptureFixture[str],
    fault: dict[str, Any],
    status: int,
    said: str,
) -> None:
    """One line and an exit status for whoever, or whatever, started it."""
    oracle.inject(**{"action": "error", "message": "no", **fault})
    assert command() == status
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.err.count("\n") == 1
    assert SECRET not in shown.err + shown.out
    assert ("2 new" in shown.out) == (status == 4)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("INSERT", "odm load: interrupted; only files that are reported above are loaded\n"),
        ("LOCK", "odm load: brent.csv: interrupted while it was merged, so it is not known"),
        ("odm_refresh", "odm load: brent.csv: interrupted while it was merged, so it is not"),
    ],
)
def test_command_interrupted(
    command: Callable[..., int],
    oracle: Control,
    capsys: pytest.CaptureFixture[str],
    sql: str,
    said: str,
) -> None:
    """Ctrl-C ends a load at once, however long the database would take."""
    oracle.inject("hang", sql=sql, skip=0 if sql == "LOCK" else 1)
    with pressing_ctrl_c(oracle):
        assert command() == 1
    assert capsys.readouterr().err.startswith(said)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"sql": "MERGE", "skip": 1, "code": 1653}, "no space is left"),
        ({"operation": "commit", "action": "close"}, "not known whether"),
        ({"sql": "odm_refresh", "skip": 1, "code": 12008}, "ORA-12008"),
        ({"sql": "LOCK", "action": "hang"}, "interrupted"),
    ],
)
@pytest.mark.usefixtures("command")
def test_demo_fails(
    oracle: Control,
    capsys: pytest.CaptureFixture[str],
    fault: dict[str, Any],
    said: str,
) -> None:
    """Demo data is several loads: whichever fails, it is to be loaded again."""
    oracle.inject(**{"action": "error", "message": "no", **fault})
    with pressing_ctrl_c(oracle) if said == "interrupted" else nullcontext():
        assert load(["demo"]) == 1
    shown = capsys.readouterr().err
    assert said in shown
    assert "load it again" in shown


def test_refresh_that_succeeds_later(
    command: Callable[..., int], oracle: Control, tmp_path: Path
) -> None:
    """A refresh after the next file makes up for the one that failed: the status is 0."""
    (tmp_path / "again.csv").write_text("Date,Price\n2024-01-04,75.1\n")
    oracle.inject("error", sql="odm_refresh", skip=1, code=12008, message="no")
    assert command("again.csv") == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"oracle_password": "lion-" + SECRET}, "check ORACLE_USER and ORACLE_PASSWORD"),
        ({"oracle_service_name": "NOWHERE"}, "check the settings that say where it is"),
        ({"oracle_port": 1}, "check the settings that say where it is"),
        ({"oracle_dsn": "(nonsense", "oracle_host": None}, "the database refused it"),
    ],
)
def test_cannot_connect(oracle: Control, changes: dict[str, Any], said: str) -> None:
    """One sentence that names the setting to look at, and never the password."""
    settings = settings_for(oracle)
    given = {**settings.model_dump(exclude_unset=True), **changes}
    if "oracle_dsn" in changes:
        given = {k: v for k, v in given.items() if k.split("_", 1)[1] not in _PLACE}
    with pytest.raises(StartupFault) as caught:
        open_store(type(settings).model_validate(given))
    assert said in str(caught.value)
    assert SECRET not in str(caught.value)
    assert "\n" not in str(caught.value)


_PLACE = {"host", "port", "service_name"}
