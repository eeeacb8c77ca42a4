"""Get_Data_Version: what it hands back, and what makes another version of the data."""

import datetime as dt
import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from app.contract.gateway import Version, read_version
from tests.plsql.company import Company, Division, Well, midnight
from tests.plsql.conftest import STARTS
from tests.plsql.engines import Engine
from tests.plsql.scripts import SCRIPTS, plan, statements
from tests.plsql.test_own_tables import TABLES

SUBJECTS = ["budgets", "divisions", "prices", "production", "summaries", "wells"]
TRIGGERS = sorted(SCRIPTS.glob("triggers/*.sql"))
SECOND = dt.timedelta(seconds=1)
DAY = dt.date(2024, 5, 1)
LATER = dt.date(2024, 5, 8)
TABLE_OF = {
    "divisions": "odm_division",
    "wells": "odm_well",
    "production": "odm_daily_production",
    "prices": "odm_daily_price",
    "budgets": "odm_monthly_budget",
}
KNOWN = Company(
    divisions=[Division(1, "D")],
    wells=[Well(1, "W", 1)],
    oil={(1, DAY): Decimal(1)},
    prices={("brent", DAY): Decimal(1)},
    money={(1, DAY): (Decimal(1), Decimal(1))},
)

# MariaDB has triggers for each row alone, so it is not asked.
with_triggers = pytest.mark.parametrize(
    "database", [name for name in STARTS if name != "mariadb"], indirect=True, scope="session"
)


@pytest.fixture
def known(engine: Engine) -> Engine:
    """A row in each table."""
    KNOWN.store(engine)
    return engine


def version(engine: Engine) -> Version:
    return read_version(engine.call("Get_Data_Version").encode())


def changed(before: Version, after: Version) -> set[str]:
    """The subjects whose numbers differ, which only ever grow."""
    assert all(after.changes[subject] >= n for subject, n in before.changes.items())
    return {subject for subject, n in before.changes.items() if after.changes[subject] > n}


def note(engine: Engine, subject: str) -> None:
    call = f"odm_note_change('{subject}')"
    engine.query(f"BEGIN {call}; END;" if engine.name == "oracle" else f"CALL {call}")


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc).replace(microsecond=0)


def test_document(database: Engine) -> None:
    """An object for each row of the view, ordered by subject, with its time as the seconds say."""
    database.install("install_package.sql", before=TABLES)
    assert database.call("Get_Data_Version") == "[]"
    rows = [
        ("wells", 10**15, dt.datetime(2026, 11, 21, 23, 59, 58)),  # noqa: DTZ001 - DATE has none
        ('a "quoted" \\ ä', 0, dt.datetime(1970, 1, 1)),  # noqa: DTZ001
        ("prices", 7, dt.datetime(2026, 3, 9, 1, 2, 3)),  # noqa: DTZ001
    ]
    database.insert("get_data_version_vw", rows)
    document = database.call("Get_Data_Version")
    assert json.loads(document) == [
        {"subject": subject, "change_count": n, "changed_at": f"{at.isoformat()}Z"}
        for subject, n, at in sorted(rows)
    ]
    told = read_version(document.encode())
    assert told.changed_at == dt.datetime(2026, 11, 21, 23, 59, 58, tzinfo=dt.timezone.utc)


def test_same_text_while_nothing_changes(known: Engine) -> None:
    """Asked again, the package says the same; every subject is there."""
    first = known.call("Get_Data_Version")
    assert known.call("Get_Data_Version") == first
    assert [row["subject"] for row in json.loads(first)] == SUBJECTS


@pytest.mark.parametrize("subject", SUBJECTS)
def test_noted(known: Engine, subject: str) -> None:
    """One subject counts one more, and the version is later; two in one second are two."""
    for _ in range(2):
        before = version(known)
        note(known, subject)
        after = version(known)
        assert changed(before, after) == {subject}
        assert after.changes[subject] == before.changes[subject] + 1
        assert before.changed_at + SECOND <= after.changed_at
        assert after.token != before.token


def test_rolled_back(known: Engine) -> None:
    """A change that is not committed was none, for whoever looks afterwards."""
    if known.name == "oracle":
        pytest.skip("this engine commits each statement")
    before = version(known)
    known.query("START TRANSACTION")
    known.insert("odm_daily_price", [("wti", midnight(DAY), 2)])
    note(known, "prices")
    assert "prices" in changed(before, version(known))
    known.query("ROLLBACK")
    assert version(known) == before


def test_time_of_a_change(known: Engine) -> None:
    """It is now; after a time that is yet to come, of any subject, it is a second later."""
    known.query("UPDATE odm_data_version SET changed_at = DATE '2020-01-01'")
    known.query("UPDATE odm_data_version SET change_count = 0")
    began = utc_now()
    note(known, "prices")
    (told,) = known.query("SELECT changed_at FROM odm_data_version WHERE subject = 'prices'")[0]
    assert began <= told.replace(tzinfo=dt.timezone.utc) <= utc_now() + SECOND
    known.query(
        "UPDATE odm_data_version SET changed_at = DATE '2099-01-01' WHERE subject = 'wells'"
    )
    note(known, "prices")
    assert version(known).changed_at == dt.datetime(2099, 1, 1, 0, 0, 1, tzinfo=dt.timezone.utc)
    known.query("UPDATE odm_data_version SET changed_at = DATE '2020-01-01'")


def test_refresh(known: Engine) -> None:
    """A refresh of the summaries is another version, and a later one."""
    before = version(known)
    known.refresh()
    after = version(known)
    assert changed(before, after) == {"summaries"}
    assert after.changed_at > before.changed_at


@pytest.mark.parametrize(
    "view",
    ["get_well_summary_data_mv", "get_division_summary_data_mv", "get_well_reports_mv"],
)
def test_refresh_by_somebody_else(known: Engine, view: str) -> None:
    """A refresh of one materialized view without our procedure is another version, too."""
    if known.name == "oracle":
        pytest.skip("its dictionary cannot be put back, and a second may not have passed")
    known.refresh()
    known.query("UPDATE user_mview_refresh_times SET last_refresh = DATE '2020-01-01'")
    before = version(known)
    known.refresh(view)
    assert changed(before, version(known)) == {"summaries"}
    known.query("UPDATE user_mview_refresh_times SET last_refresh = DATE '2098-01-01'")
    assert version(known).changed_at == dt.datetime(2098, 1, 1, tzinfo=dt.timezone.utc)
    known.refresh()


CHANGES: list[tuple[str, Callable[[Engine], object]]] = [
    ("divisions", lambda e: e.insert("odm_division", [(2, "new", None, None)])),
    ("wells", lambda e: e.insert("odm_well", [(2, "new", 1, None)])),
    ("production", lambda e: e.insert("odm_daily_production", [(1, midnight(LATER), 2, "day")])),
    ("prices", lambda e: e.insert("odm_daily_price", [("wti", midnight(DAY), 2)])),
    (
        "budgets",
        lambda e: e.insert("odm_monthly_budget", [(1, midnight(DAY.replace(month=6)), 1, 1)]),
    ),
    ("divisions", lambda e: e.query("UPDATE odm_division SET benchmark = 'dubai'")),
    ("wells", lambda e: e.query("UPDATE odm_well SET well_name = 'other'")),
    ("production", lambda e: e.query("UPDATE odm_daily_production SET oil_bbl = 3")),
    ("prices", lambda e: e.query("UPDATE odm_daily_price SET price_usd = 3")),
    ("budgets", lambda e: e.query("UPDATE odm_monthly_budget SET actual_usd = NULL")),
    ("budgets", lambda e: e.query("DELETE FROM odm_monthly_budget")),
    ("prices", lambda e: e.query("DELETE FROM odm_daily_price")),
    ("production", lambda e: e.query("DELETE FROM odm_daily_production")),
]


@with_triggers
@pytest.mark.parametrize(("subject", "change"), CHANGES)
def test_changes_by_anybody(
    known: Engine, subject: str, change: Callable[[Engine], object]
) -> None:
    """A row that is added, altered or removed by a plain statement is another version."""
    before = version(known)
    change(known)
    assert changed(before, version(known)) == {subject}


@with_triggers
@pytest.mark.parametrize("subject", TABLE_OF)
def test_no_row_touched(known: Engine, subject: str) -> None:
    """A statement that finds no row to change is no change."""
    before = version(known)
    known.query(f"DELETE FROM {TABLE_OF[subject]} WHERE 1 = 0")
    assert version(known) == before


def test_every_table_has_its_trigger() -> None:
    """Each table that answers are made of tells of its changes, all three kinds, by its subject."""
    shape = r"CREATE OR REPLACE TRIGGER (\w+)\nFOR INSERT OR UPDATE OR DELETE ON (\w+)\n"
    found = {}
    for path in TRIGGERS:
        (definition,) = statements(path.read_text(encoding="utf-8"))
        matched = re.match(shape, definition)
        assert matched is not None
        name, table = matched.groups()
        assert name == path.stem == f"{table}_changes"
        (subject,) = re.findall(r"odm_note_change\('(\w+)'\)", definition)
        found[subject] = table
    assert found == TABLE_OF


def test_triggers_have_one_shape() -> None:
    """They differ in names alone, so what is said of one of them is said of all."""
    bodies = set()
    for path in TRIGGERS:
        (definition,) = statements(path.read_text(encoding="utf-8"))
        table = path.stem.removesuffix("_changes")
        bodies.add(re.sub(r"'\w+'", "''", definition.replace(table, "table")))
    (body,) = bodies
    assert "    AFTER EACH ROW IS\n    BEGIN\n        l_touched := TRUE;\n" in body
    assert "    AFTER STATEMENT IS\n    BEGIN\n        IF l_touched THEN\n" in body


def test_changes_are_noted_in_their_own_transaction() -> None:
    """What notes a change neither commits nor has a transaction of its own."""
    text = (SCRIPTS / "procedures" / "odm_note_change.sql").read_text(encoding="utf-8")
    (procedure,) = statements(text)
    for text in (procedure, *(path.read_text(encoding="utf-8") for path in TRIGGERS)):
        assert not re.search(r"COMMIT;|ROLLBACK;|AUTONOMOUS", text)
    assert "ORDER BY noted.subject\n" in procedure  # so that two never wait for each other
    assert "\nAUTHID DEFINER\nAS\n" in procedure


@pytest.mark.parametrize("script", ["install.sql", "upgrade.sql"])
def test_an_installation_is_a_new_version(script: str) -> None:
    """At its end every subject is noted once: what was changed before it was not."""
    steps = [step.path for step in plan(script)]
    path = SCRIPTS / "versions" / "new_version.sql"
    assert steps.index(path) > max(steps.index(trigger) for trigger in TRIGGERS)
    (block,) = statements(path.read_text(encoding="utf-8"))
    assert re.findall(r"odm_note_change\('(\w+)'\)", block) == SUBJECTS
    rows = (SCRIPTS / "rows" / "odm_data_version.sql").read_text(encoding="utf-8")
    assert re.findall(r"SELECT '(\w+)' AS subject", rows) == SUBJECTS
    assert re.findall(r"noted\.subject = '(\w+)'", rows) == SUBJECTS


def test_uninstalled_in_order() -> None:
    """The triggers go before the procedure that they call."""
    text = Path(SCRIPTS / "drops" / "drop_code.sql").read_text(encoding="utf-8")
    assert "ORDER BY CASE object_type WHEN 'TRIGGER' THEN 1 ELSE 2 END\n" in text
