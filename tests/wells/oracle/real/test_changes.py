"""The version of the data on a real database: when it changes, and who hears of it."""

import threading
import time
from collections.abc import Callable, Iterator

import httpx
import oracledb
import pytest

from app.wells.oracle.transport import get_version
from tests.conftest import real_oracle, rows_of
from tests.plsql.engines.oracle import connect
from tests.wells.oracle.real import needs_oracle

pytestmark = needs_oracle

RENAME = "UPDATE odm_division SET division_name = :name WHERE division_id = 7"
HEARD_SECONDS = 10


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """The service as it is without settings: it keeps answers, and looks at the version."""
    with real_oracle(oracle_chunk_chars=4000, oracle_chunks_per_trip=320) as client:
        yield client


@pytest.fixture
def writer(client: httpx.Client) -> Iterator[oracledb.Connection]:
    """A session that commits when it is told to."""
    with connect() as connection:
        yield connection
        connection.rollback()


def rename(connection: oracledb.Connection, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(RENAME, name=name)


def test_a_change_shows_with_its_commit(
    writer: oracledb.Connection, connection: oracledb.Connection
) -> None:
    """What is not committed, or undone, or touches no row, is no other version."""
    before = get_version(connection)
    rename(writer, "Not yet")
    assert get_version(connection) == before
    writer.rollback()
    assert get_version(connection) == before
    with writer.cursor() as cursor:
        cursor.execute("UPDATE odm_division SET as_of = NULL WHERE division_id = -1")
    writer.commit()
    assert get_version(connection) == before
    rename(writer, "Now")
    writer.commit()
    assert get_version(connection) != before


def test_writers_take_turns(writer: oracledb.Connection) -> None:
    """The second writer waits for the first one's end, and then goes on."""
    rename(writer, "First")
    done = threading.Event()

    def second() -> None:
        with connect() as other, other.cursor() as cursor:
            cursor.execute("UPDATE odm_well SET as_of = as_of WHERE well_id = 11")
            other.commit()
            done.set()

    waiting = threading.Thread(target=second)
    waiting.start()
    try:
        assert not done.wait(2)
    finally:
        writer.commit()
        waiting.join(60)
    assert done.is_set()


def test_a_refresh_shows_with_its_rows(
    writer: oracledb.Connection, connection: oracledb.Connection
) -> None:
    """At no time are there new summaries and the version of before."""
    rename(writer, f"Refreshed at {time.time()}")
    writer.commit()
    seen: list[tuple[str | None, object]] = []
    over = threading.Event()

    def watch() -> None:
        with connect() as watching, watching.cursor() as cursor:
            while not over.is_set():
                before = get_version(watching)
                cursor.execute(
                    "SELECT division_name FROM get_division_summary_data_mv WHERE division_id = 7"
                )
                row = cursor.fetchone()
                if get_version(watching) == before:
                    seen.append((before, row))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with writer.cursor() as cursor:
            cursor.callproc("odm_refresh_summaries")
    finally:
        over.set()
        watcher.join(60)
    names: dict[str | None, set[object]] = {}
    for version, row in seen:
        names.setdefault(version, set()).add(row)
    assert all(len(rows) == 1 for rows in names.values())
    assert get_version(connection) not in list(names)[:1]


def test_listeners_hear_of_it(
    client: httpx.Client,
    writer: oracledb.Connection,
    record_property: Callable[[str, object], None],
) -> None:
    """A committed change reaches an open screen, and the next answer has it."""

    def names() -> set[str]:
        return {row["Division_Name"] for row in rows_of(client.get("/division-list"))}

    name = f"Heard at {time.time()}"
    assert name not in names()
    with client.stream("GET", "/events") as stream:
        lines = stream.iter_lines()
        next(line for line in lines if line.startswith("event:"))
        rename(writer, name)
        writer.commit()
        began = time.perf_counter()
        for line in lines:  # one comes now and then, whether there is news or not
            taken = time.perf_counter() - began
            heard = line.startswith("event:") and name in names()
            if heard or taken > HEARD_SECONDS:
                break
    record_property("figure", f"{taken:.2f} s")
    assert heard
