"""The loader's command line: what is loaded, what is said, and the exit status."""

import csv
import fcntl
import gzip
import io
import os
import signal
import stat
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import IO

import pytest

from app.__main__ import load
from app.observe.observation import LoadDone, Observation, listen
from app.wells.embedded.database import connect_for_writing
from app.wells.load.command import LOADED, LOADED_SOME, NOTHING, USAGE
from tests.support.keyboard import heeded_ctrl_c

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def ask(query: str) -> list[tuple[object, ...]]:
    connection = connect_for_writing(Path("odm.db"))
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def write(name: str, *lines: str) -> str:
    Path(name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return name


HEADER = "well_id,well_name,division_id,division_name,date,oil"


def production(name: str, *lines: str) -> str:
    return write(name, HEADER, *lines)


def rejects_in(name: str) -> list[dict[str, str]]:
    with Path(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    """Status 0 and one line that adds up; the second time everything is as before."""
    file = production("p.csv", "1,W,2,D,2024-01-01,1.5", "1,W,2,D,2024-01-02,2.5")
    assert load(["production", "--benchmark", "Brent", file]) == LOADED
    assert "2 rows read, 0 rejected; 2 days: 2 new, 0 changed, 0 as before" in (
        capsys.readouterr().out
    )
    assert load(["production", "--benchmark", "brent", file]) == LOADED
    assert "0 new, 0 changed, 2 as before" in capsys.readouterr().out
    assert ask("SELECT total_oil_produced FROM get_well_summary_data_mv") == [("4",)]
    assert ask("SELECT benchmark FROM odm_division") == [("brent",)]
    assert not list(Path().glob("*.rejects.csv"))


def test_load_is_told() -> None:
    """Whoever listens hears of each load that is done, and of none that is not."""
    seen: list[Observation] = []
    stop = listen(seen.append)
    file = production("p.csv", "1,W,2,D,2024-01-01,1.5", "1,W,2,D,2024-01-02,2.5")
    load(["production", file])
    load(["production", "--check", file])
    load(["production", production("q.csv", "1,W,2,D,2024-01-01,x")])
    stop()
    told = [(d.inserted, d.updated, d.unchanged) for d in seen if isinstance(d, LoadDone)]
    assert told == [(2, 0, 0)]


def test_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    """One bad row, and nothing is loaded: status 1, and the row stands in the file of rejects."""
    file = production("p.csv", "1,W,2,D,2024-01-01,1.5", '1,"W, x",2,D,2024-01-02,"2,5"')
    assert load(["production", file]) == NOTHING
    told = capsys.readouterr()
    assert "1 rejected; nothing was loaded" in told.out
    assert "p.rejects.csv" in told.err
    assert ask("SELECT count(*) FROM odm_well") == [(0,)]
    (reject,) = rejects_in("p.rejects.csv")
    assert reject == {
        "file": "p.csv",
        "line": "3",
        "column": "oil",
        "reason": "is not a number with a decimal point: '2,5'",
        "row": '1,"W, x",2,D,2024-01-02,"2,5"',
    }


def test_rejected_within_the_limit() -> None:
    """With --max-rejects the other rows are loaded: status 3, and the rest in the file."""
    file = production(
        "p.csv", "1,W,2,D,2024-01-01,1", "1,W,2,D,2024-01-01,2", "x,W,2,D,2024-01-02,3"
    )
    assert load(["production", "--max-rejects", "1", file]) == NOTHING
    assert load(["production", "--max-rejects", "2", "--rejects", "r.csv", file]) == LOADED_SOME
    assert ask("SELECT total_oil_produced FROM get_well_summary_data_mv") == [("1",)]
    assert [(reject["line"], reject["column"]) for reject in rejects_in("r.csv")] == [
        ("4", "well_id"),
        ("3", "well and day"),
    ]


def test_check_loads_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """--check reads all and changes nothing."""
    file = production("p.csv", "1,W,2,D,2024-01-01,1")
    assert load(["production", "--check", file]) == LOADED
    assert "checked, nothing was loaded" in capsys.readouterr().out
    assert ask("SELECT count(*) FROM odm_well") == [(0,)]


def test_several_files_stop_at_the_first_bad_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Each file is a whole of its own: those before the bad one are loaded, those after not."""
    files = [
        production("a.csv", "1,W,2,D,2024-01-01,1"),
        write("b.csv", "not,the,header"),
        production("c.csv", "3,W,2,D,2024-01-01,1"),
    ]
    assert load(["production", *files]) == NOTHING
    told = capsys.readouterr()
    assert "a.csv: 1 rows read" in told.out
    assert "b.csv: the header has no column" in told.err
    assert ask("SELECT well_id FROM odm_well") == [(1,)]


def test_generic_layout() -> None:
    """Columns of any name, a unit, a way to write dates, and empty cells that mean 0."""
    file = write(
        "p.csv",
        "Brunnen;Name;Feld;Feldname;Tag;Menge;mehr",
        "7;B 7;1;Nord;31.01.2024;100;x",
        "7;B 7;1;Nord;01.02.2024;;x",
    )
    names = ["--well-id", "Brunnen", "--well-name", "Name", "--division-id", "Feld"]
    names += ["--division-name", "Feldname", "--date", "Tag", "--oil", "Menge"]
    how = ["--oil-unit", "sm3", "--date-format", "%d.%m.%Y", "--delimiter", ";"]
    assert load(["production", *names, *how, file]) == NOTHING
    assert load(["production", *names, *how, "--empty-oil-is-zero", file]) == LOADED
    assert ask("SELECT production_date, oil_milli_bbl FROM odm_daily_production") == [
        ("2024-01-31", 628_980),
        ("2024-02-01", 0),
    ]


@pytest.mark.parametrize("date_format", ["%d.%m", "%Y", "%H", "x", "%", "%d.%m.%Y %z"])
def test_date_format_without_a_day(date_format: str) -> None:
    """A format that does not hold a whole day would date every row to 1900: it is refused."""
    with pytest.raises(SystemExit) as caught:
        load(["production", "--date-format", date_format, "p.csv"])
    assert caught.value.code == USAGE


def test_months(capsys: pytest.CaptureFixture[str]) -> None:
    """Each way to name a month becomes its first day; a second row of it is rejected."""
    rows = ("1,W,2,D,2024-02,29.5", "1,W,2,D,202403,31", "1,W,2,D,2024-04-17,30")
    assert load(["production", "--period", "month", production("p.csv", *rows)]) == LOADED
    assert "3 months of wells: 3 new" in capsys.readouterr().out
    assert ask("SELECT production_date, oil_milli_bbl, period FROM odm_daily_production") == [
        ("2024-02-01", 29_500, "month"),
        ("2024-03-01", 31_000, "month"),
        ("2024-04-01", 30_000, "month"),
    ]
    again = production("q.csv", "1,W,2,D,2024-05-01,1", "1,W,2,D,2024-05-02,1")
    assert load(["production", "--period", "month", again]) == NOTHING
    assert [row["line"] for row in rejects_in("q.rejects.csv")] == ["3"]


def test_months_as_people_write_them(capsys: pytest.CaptureFixture[str]) -> None:
    """A format without a day will do for months, and is refused for days."""
    file = production("p.csv", "1,W,2,D,02/2024,1")
    assert load(["production", "--date-format", "%m/%Y", file]) == USAGE
    assert "or --period month" in capsys.readouterr().err
    assert load(["production", "--period", "month", "--date-format", "%m/%Y", file]) == LOADED
    assert ask("SELECT production_date FROM odm_daily_production") == [("2024-02-01",)]


def test_volve_by_month() -> None:
    """The workbook's columns with a month in place of the day."""
    header = (
        "DATEPRD,NPD_WELL_BORE_CODE,NPD_WELL_BORE_NAME,NPD_FIELD_CODE,NPD_FIELD_NAME,"
        "BORE_OIL_VOL,FLOW_KIND"
    )
    file = write("v.csv", header, "2016-02,1,W,2,F,10,production")
    assert load(["volve", "--period", "month", file]) == LOADED
    query = "SELECT production_date, oil_milli_bbl, period FROM odm_daily_production"
    assert ask(query) == [("2016-02-01", 62_898, "month")]


def test_days_over_a_month(capsys: pytest.CaptureFixture[str]) -> None:
    """What would mix with what is there is a reject that says so; the rest may be loaded."""
    load(["production", "--period", "month", production("m.csv", "1,W,2,D,2024-02,29")])
    file = production("d.csv", "1,W,2,D,2024-02-29,1", "1,W,2,D,2024-03-01,1")
    assert load(["production", file]) == NOTHING
    (row,) = rejects_in("d.rejects.csv")
    assert (row["line"], row["column"]) == ("2", "period")
    assert row["reason"].startswith("the well has 2024-02 as one row")
    assert load(["production", "--max-rejects", "1", file]) == LOADED_SOME
    query = "SELECT production_date, period FROM odm_daily_production"
    assert ask(query) == [("2024-02-01", "month"), ("2024-03-01", "day")]


def test_corrections(capsys: pytest.CaptureFixture[str]) -> None:
    """Oil below zero is rejected, or with leave taken, counted, and part of the sum."""
    file = production("p.csv", "1,W,2,D,2024-01-01,10", "1,W,2,D,2024-01-02,-0.25")
    assert load(["production", file]) == NOTHING
    (row,) = rejects_in("p.rejects.csv")
    assert row["reason"] == "is negative: '-0.25'; --allow-negative takes it for a correction"
    capsys.readouterr()
    assert load(["production", "--allow-negative", file]) == LOADED
    said = capsys.readouterr().out
    assert "2 rows read, 0 rejected, 1 corrections below zero; 2 days: 2 new" in said
    assert ask("SELECT total_oil_produced FROM get_well_summary_data_mv") == [("9.75",)]


def test_rejects_overwrite_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the input nor the database nor any other file becomes the file of rejects."""
    file = production("p.csv", "x,W,2,D,2024-01-01,1")
    assert load(["production", "--rejects", "r.csv", file]) == NOTHING
    for target in (file, "odm.db", "."):
        before = Path(target).read_bytes() if target != "." else b""
        assert load(["production", "--rejects", target, file]) == NOTHING
        assert target in capsys.readouterr().err
        assert target == "." or Path(target).read_bytes() == before


def test_files_are_for_their_owner_alone() -> None:
    """Nobody else reads the rejects or the database that a load makes, whatever the umask."""
    before = os.umask(0)
    try:
        assert load(["production", production("p.csv", "x,W,2,D,2024-01-01,1")]) == NOTHING
    finally:
        os.umask(before)
    for name in ("p.rejects.csv", "odm.db"):
        assert stat.S_IMODE(Path(name).stat().st_mode) == 0o600


def test_earlier_rejects_are_replaced() -> None:
    """After a corrected file has been loaded, the rejects of the bad one are gone."""
    assert load(["production", production("p.csv", "x,W,2,D,2024-01-01,1")]) == NOTHING
    assert Path("p.rejects.csv").exists()
    assert load(["production", production("p.csv", "1,W,2,D,2024-01-01,1")]) == LOADED
    assert not Path("p.rejects.csv").exists()


def test_no_database_for_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt file does not make a database."""
    assert load(["production", "nosuch.csv"]) == NOTHING
    assert "nosuch.csv: No such file or directory; nothing was loaded" in capsys.readouterr().err
    assert not Path("odm.db").exists()


OGOR = "PRODUCTION_DATE,API_WELL_NUMBER,PROD_INTERVAL_CD,OPERATOR_NUM,SORT_NAME,MON_O_PROD_VOL"


def test_ogor_is_loaded_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """Without one of its intervals a month would be a smaller sum: no rejects are tolerated."""
    file = write(
        "o.csv", OGOR, "202401,177190022500,S01,00016,A,7", "202401,177190022500,S02,16,A,x"
    )
    assert load(["ogor-a", "--max-rejects", "1", file]) == USAGE
    assert "adds rows up" in capsys.readouterr().err
    assert load(["ogor-a", file]) == NOTHING
    assert ask("SELECT count(*) FROM odm_well") == [(0,)]


MANY_CELLS = b'"\n",' * 12_000_000
LONG_PARTS = b"".join(b"202401,%012d,%s,16,A,7\n" % (n, b"x" * 131_000) for n in range(1000))
LONG_DAYS = b"".join(b"1,W,2,D,1 1%s2024,1\n" % (b" " * (130_000 + n)) for n in range(1000))


@pytest.mark.slow
@pytest.mark.parametrize("way", ["file", "standard input"])
@pytest.mark.parametrize(
    ("header", "rows", "how"),
    [
        (HEADER, MANY_CELLS, ["production"]),
        (OGOR, LONG_PARTS, ["ogor-a"]),
        (HEADER, LONG_DAYS, ["production", "--date-format", "%d %m %Y"]),
    ],
    ids=["a record without an end", "cells that are kept", "dates that are remembered"],
)
def test_memory_is_bounded(header: str, rows: bytes, how: list[str], way: str) -> None:
    """A file of some 100 kB that unzips to rows of any size is refused in little memory."""
    Path("bomb.csv.gz").write_bytes(gzip.compress(header.encode() + b"\n" + rows, 6))
    code = (
        "import sys, app.settings, app.wells.embedded.store; from app.__main__ import load\n"
        "def most():\n"
        "    status = open('/proc/self/status').read()\n"
        "    return int(status.partition('VmHWM:')[2].split()[0])\n"
        "before = most()\n"
        "status = load(sys.argv[1:])\n"
        "print(status, (most() - before) // 1024)\n"
    )
    with Path("bomb.csv.gz").open("rb") as file:
        done = subprocess.run(
            [sys.executable, "-c", code, *how, "bomb.csv.gz" if way == "file" else "-"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=file,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    status, megabytes = map(int, done.stdout.splitlines()[-1].split())
    assert status == NOTHING
    assert megabytes < 80


@pytest.mark.slow
def test_killed_while_staging(tmp_path: Path) -> None:
    """What a load sets aside has no name: nothing of it is left when the loader is killed."""
    place = tmp_path / "temporary"
    place.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "app", "load", "production", "--quiet", "-"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(place)},
        stdin=subprocess.PIPE,
    ) as loader:
        assert loader.stdin
        loader.stdin.write(f"{HEADER}\n".encode())
        for well in range(200_000):  # each name is set aside; 32 MiB are held in memory
            loader.stdin.write(b"%d,%0200d,2,%0200d,2024-01-01,1\n" % (well, well, well))
            if well % 1000 == 0 and (held := held_open(loader.pid, place)):
                break
        assert held
        assert all(file.endswith(" (deleted)") for file in held)
        assert list(place.iterdir()) == []
        loader.kill()
        with suppress(BrokenPipeError):
            loader.stdin.close()
    assert list(place.iterdir()) == []
    assert ask("SELECT count(*) FROM odm_well") == [(0,)]


def held_open(process: int, folder: Path) -> list[str]:
    """The files below that folder that a process has open."""
    links = Path(f"/proc/{process}/fd").iterdir()
    return [file for file in (str(link.readlink()) for link in links) if str(folder) in file]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("202401,17719002250,S01,16,A,7", "API_WELL_NUMBER"),
        ("202401,1771900225001,S01,16,A,7", "API_WELL_NUMBER"),
        ("202413,177190022500,S01,16,A,7", "PRODUCTION_DATE"),
        ("202401,177190022500, Q04,16,A,7", "well and day"),
    ],
)
def test_ogor_keys(row: str, column: str) -> None:
    """API numbers have 12 digits; padding does not make another interval."""
    file = write("o.csv", OGOR, "202401,177190022500,Q04,16,A,7", row)
    assert load(["ogor-a", file]) == NOTHING
    assert [reject["column"] for reject in rejects_in("o.rejects.csv")] == [column]


def test_volve_empty_oil() -> None:
    """Oil may be empty on a day of injection; on one of production it is missing."""
    header = "DATEPRD,NPD_WELL_BORE_CODE,NPD_WELL_BORE_NAME,NPD_FIELD_CODE,NPD_FIELD_NAME"
    rows = ["2024-01-01,1,W,2,F,,injection", "2024-01-02,1,W,2,F,,production"]
    file = write("v.csv", f"{header},BORE_OIL_VOL,FLOW_KIND", *rows)
    assert load(["volve", "--max-rejects", "1", file]) == LOADED_SOME
    (reject,) = rejects_in("v.rejects.csv")
    assert (reject["line"], reject["column"], reject["reason"]) == ("3", "BORE_OIL_VOL", "is empty")
    assert ask("SELECT oil_milli_bbl FROM odm_daily_production") == [(0,)]


def test_budgets_and_prices() -> None:
    """Budgets need a well that is known; prices do not."""
    budgets = write("b.csv", "well_id,month,budget,actual", "1,2024-01,10.125,")
    assert load(["budgets", budgets]) == NOTHING
    assert load(["production", production("p.csv", "1,W,2,D,2024-01-01,1")]) == LOADED
    assert load(["budgets", budgets]) == LOADED
    assert ask("SELECT total_budget, total_actual FROM get_well_summary_data_mv") == [
        ("10.13", None)
    ]
    prices = write("x.csv", "when,usd", "2020-04-20,-36.98")
    how = ["--benchmark", "wti", "--date", "when", "--price", "usd"]
    assert load(["prices", *how, prices]) == LOADED
    assert ask("SELECT * FROM odm_daily_price") == [("wti", "2020-04-20", -36_980)]


@pytest.mark.slow
def test_demo(capsys: pytest.CaptureFixture[str]) -> None:
    """Demo data can be loaded into any database, and beside what is there."""
    assert load(["production", production("p.csv", "1,W,2,D,2024-01-01,1")]) == LOADED
    assert load(["demo"]) == LOADED
    assert "the demo data is in SQLite odm.db" in capsys.readouterr().out
    assert ask("SELECT count(*) FROM get_well_summary_data_mv") == [(201,)]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """- reads standard input, once."""
    stdin = SimpleNamespace(buffer=io.BytesIO(b"Date,Price\n2024-01-01,80\n"))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert load(["prices", "--benchmark", "brent", "-"]) == LOADED
    assert load(["prices", "--benchmark", "brent", "-", "-"]) == USAGE


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nothing"],
        ["prices", "x.csv"],
        ["prices", "--benchmark", " ", "x.csv"],
        ["production", "--oil-unit", "litre", "x.csv"],
        ["volve"],
        ["volve", "--max-rejects", "-1", "x.csv"],
        ["volve", "--delimiter", ";;", "x.csv"],
    ],
)
def test_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong command line is status 2, with the usage."""
    with pytest.raises(SystemExit) as caught:
        load(arguments)
    assert caught.value.code == USAGE
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize("layout", ["volve", "ogor-a", "prices", "budgets", "production"])
def test_help(layout: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every layout explains itself."""
    with pytest.raises(SystemExit) as caught:
        load([layout, "--help"])
    assert caught.value.code == 0
    assert len(capsys.readouterr().out.splitlines()) > 15


def test_unwritable_rejects(capsys: pytest.CaptureFixture[str]) -> None:
    """When the rejects can't be kept, nothing is loaded, whatever the limit."""
    file = production("p.csv", "1,W,2,D,2024-01-01,1", "x,W,2,D,2024-01-01,1")
    for target in ("/dev/full", "nowhere/r.csv"):
        arguments = ["production", "--max-rejects", "5", "--rejects", target, file]
        assert load(arguments) == NOTHING
        assert "can't be written" in capsys.readouterr().err
    assert ask("SELECT count(*) FROM odm_well") == [(0,)]


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The loader as cron starts it."""
    return subprocess.run(
        [sys.executable, "-m", "app", "load", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("redirection", [">/dev/full", ">&-", "| true", "2>&-"])
def test_nobody_reads_what_it_says(redirection: str) -> None:
    """A report that can't be written does not turn a load that was made into a failure."""
    file = production("p.csv", "1,W,2,D,2024-01-01,1")
    command = f'"{sys.executable}" -m app load production {file} {redirection}'
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (LOADED, "")
    assert ask("SELECT count(*) FROM odm_well") == [(1,)]


def test_odd_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    """A file's name need not be UTF-8; a benchmark's must be readable."""
    name = os.fsdecode(b"p\xff.csv")
    assert load(["production", production(name, "x,W,2,D,2024-01-01,1")]) == NOTHING
    assert "p\\udcff.csv" in capsys.readouterr().out
    with pytest.raises(SystemExit) as caught:
        load(["prices", "--benchmark", os.fsdecode(b"\xff"), "x.csv"])
    assert caught.value.code == USAGE


def unread(pipe: IO[bytes]) -> int:
    """How much of what was written to a pipe nobody has read."""
    return int(struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0])


@pytest.mark.slow
def test_interrupted(tmp_path: Path) -> None:
    """Ctrl-C leaves nothing of the file, and says so."""
    with heeded_ctrl_c():
        loader = subprocess.Popen(
            [sys.executable, "-m", "app", "load", "production", "-"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
        )
    assert loader.stdin
    loader.stdin.write(f"{HEADER}\n".encode())
    loader.stdin.write(b"".join(b"%d,W,2,D,2024-01-01,1\n" % n for n in range(6_000)))
    loader.stdin.flush()
    while not Path("odm.db").exists():
        time.sleep(0.01)
    while unread(loader.stdin):  # the pipe holds half of it: the rest has been read
        time.sleep(0.01)
    loader.send_signal(signal.SIGINT)
    loader.stdin.close()
    assert loader.wait(60) == NOTHING
    assert loader.stderr
    told = loader.stderr.read().decode()
    loader.stderr.close()
    assert "interrupted; only files that are reported above are loaded" in told
    assert "Traceback" not in told
    assert ask("SELECT count(*) FROM odm_well") == [(0,)]


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"ODM_SQLITE_PATH": "/nowhere/odm.db"}, "can't be opened"),
        ({"ODM_PORT": "x"}, "ODM_PORT"),
    ],
)
def test_no_traceback(environment: dict[str, str], said: str) -> None:
    """A start that fails is one line on standard error and status 1."""
    file = production("p.csv", "1,W,2,D,2024-01-01,1")
    done = run("production", file, **environment)
    assert done.returncode == NOTHING
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_full_disk(tmp_path: Path) -> None:
    """A database that cannot grow is one sentence, and stays as it was."""
    assert load(["production", production("a.csv", "1,W,2,D,2024-01-01,1")]) == LOADED
    before = ask("SELECT * FROM get_well_summary_data_mv")
    many = production("p.csv", *(f"{n},W,2,D,2024-01-01,1" for n in range(60_000)))
    limit = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000));"
        "from app.__main__ import load; sys.exit(load(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", limit, "production", many],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == NOTHING
    assert "Traceback" not in done.stderr
    assert "nothing of this file was loaded" in done.stderr
    assert ask("SELECT * FROM get_well_summary_data_mv") == before
