"""The loader's command line: what is loaded, what is said, and the exit status."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.embedded.database import connect_for_writing
from app.load.command import LOADED, LOADED_SOME, NOTHING, USAGE, main

ROOT = Path(__file__).parents[2]


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
    assert main(["production", "--benchmark", "Brent", file]) == LOADED
    assert "2 rows read, 0 rejected; 2 days: 2 new, 0 changed, 0 as before" in (
        capsys.readouterr().out
    )
    assert main(["production", "--benchmark", "brent", file]) == LOADED
    assert "0 new, 0 changed, 2 as before" in capsys.readouterr().out
    assert ask("SELECT total_oil_produced FROM get_well_summary_data_mv") == [("4",)]
    assert ask("SELECT benchmark FROM odm_division") == [("brent",)]
    assert not list(Path().glob("*.rejects.csv"))


def test_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    """One bad row, and nothing is loaded: status 1, and the row stands in the file of rejects."""
    file = production("p.csv", "1,W,2,D,2024-01-01,1.5", '1,"W, x",2,D,2024-01-02,"2,5"')
    assert main(["production", file]) == NOTHING
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
    assert main(["production", "--max-rejects", "1", file]) == NOTHING
    assert main(["production", "--max-rejects", "2", "--rejects", "r.csv", file]) == LOADED_SOME
    assert ask("SELECT total_oil_produced FROM get_well_summary_data_mv") == [("1",)]
    assert [(reject["line"], reject["column"]) for reject in rejects_in("r.csv")] == [
        ("4", "well_id"),
        ("3", "well and day"),
    ]


def test_check_loads_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """--check reads all and changes nothing."""
    file = production("p.csv", "1,W,2,D,2024-01-01,1")
    assert main(["production", "--check", file]) == LOADED
    assert "checked, nothing was loaded" in capsys.readouterr().out
    assert ask("SELECT count(*) FROM odm_well") == [(0,)]


def test_several_files_stop_at_the_first_bad_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Each file is a whole of its own: those before the bad one are loaded, those after not."""
    files = [
        production("a.csv", "1,W,2,D,2024-01-01,1"),
        write("b.csv", "not,the,header"),
        production("c.csv", "3,W,2,D,2024-01-01,1"),
    ]
    assert main(["production", *files]) == NOTHING
    told = capsys.readouterr()
    assert "a.csv: 1 rows read" in told.out
    assert "b.csv: the header has no column" in told.err
    assert ask("SELECT well_id FROM odm_well") == [(1,)]


def test_generic_form() -> None:
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
    assert main(["production", *names, *how, file]) == NOTHING
    assert main(["production", *names, *how, "--empty-oil-is-zero", file]) == LOADED
    assert ask("SELECT production_date, oil_milli_bbl FROM odm_daily_production") == [
        ("2024-01-31", 628_980),
        ("2024-02-01", 0),
    ]


def test_budgets_and_prices() -> None:
    """Budgets need a well that is known; prices do not."""
    budgets = write("b.csv", "well_id,month,budget,actual", "1,2024-01,10.125,")
    assert main(["budgets", budgets]) == NOTHING
    assert main(["production", production("p.csv", "1,W,2,D,2024-01-01,1")]) == LOADED
    assert main(["budgets", budgets]) == LOADED
    assert ask("SELECT total_budget, total_actual FROM get_well_summary_data_mv") == [
        ("10.13", None)
    ]
    prices = write("x.csv", "when,usd", "2020-04-20,-36.98")
    how = ["--benchmark", "wti", "--date", "when", "--price", "usd"]
    assert main(["prices", *how, prices]) == LOADED
    assert ask("SELECT * FROM odm_daily_price") == [("wti", "2020-04-20", -36_980)]


def test_demo(capsys: pytest.CaptureFixture[str]) -> None:
    """The synthetic fleet can be loaded into any database, and beside what is there."""
    assert main(["production", production("p.csv", "1,W,2,D,2024-01-01,1")]) == LOADED
    assert main(["demo"]) == LOADED
    assert "the synthetic fleet is in SQLite odm.db" in capsys.readouterr().out
    assert ask("SELECT count(*) FROM get_well_summary_data_mv") == [(201,)]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """- reads standard input, once."""
    stdin = SimpleNamespace(buffer=io.BytesIO(b"Date,Price\n2024-01-01,80\n"))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert main(["prices", "--benchmark", "brent", "-"]) == LOADED
    assert main(["prices", "--benchmark", "brent", "-", "-"]) == USAGE


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
        main(arguments)
    assert caught.value.code == USAGE
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["volve", "ogor-a", "prices", "budgets", "production"])
def test_help(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every form explains itself."""
    with pytest.raises(SystemExit) as caught:
        main([form, "--help"])
    assert caught.value.code == 0
    assert len(capsys.readouterr().out.splitlines()) > 15


def test_unwritable_rejects(capsys: pytest.CaptureFixture[str]) -> None:
    """When the rejects can't be kept, nothing is loaded, whatever the limit."""
    file = production("p.csv", "1,W,2,D,2024-01-01,1", "x,W,2,D,2024-01-01,1")
    for target in ("/dev/full", "nowhere/r.csv"):
        arguments = ["production", "--max-rejects", "5", "--rejects", target, file]
        assert main(arguments) == NOTHING
        assert "can't be written" in capsys.readouterr().err
    assert ask("SELECT count(*) FROM odm_well") == [(0,)]


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The loader as cron starts it."""
    return subprocess.run(
        [sys.executable, "-m", "app.load", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


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


def test_full_disk(tmp_path: Path) -> None:
    """A database that cannot grow is one sentence, and stays as it was."""
    assert main(["production", production("a.csv", "1,W,2,D,2024-01-01,1")]) == LOADED
    before = ask("SELECT * FROM get_well_summary_data_mv")
    many = production("p.csv", *(f"{n},W,2,D,2024-01-01,1" for n in range(60_000)))
    limit = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000));"
        "from app.load.command import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", limit, "production", many],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == NOTHING
    assert "Traceback" not in done.stderr
    assert "nothing of this file was loaded" in done.stderr
    assert ask("SELECT * FROM get_well_summary_data_mv") == before
