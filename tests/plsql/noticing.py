"""Who notices a break of mutations.py: each is tried in a process that is forked from a warm one.

Before the first fork the tests are imported, the unbroken files parsed and the engines up. In a
fork the files are those of a copy, with the break in it. The test that noticed it last time
(noticed.tsv) is asked first, and then everybody in turn until one has noticed.
"""

import contextlib
import hashlib
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from app.wells.catalogue import PROCEDURES
from app.wells.oracle import transport
from app.wells.oracle.scripts import SCRIPTS as SHIPPED
from app.wells.oracle.transport import GET_VERSION, NEXT, first_statement
from tests.plsql.engines import StatementRefused
from tests.plsql.engines.mariadb import Server as MariaDBServer
from tests.plsql.engines.postgres import Server as PostgresServer
from tests.plsql.mutations import NOTICED, ONLY_ORACLE, Mutation
from tests.plsql.scripts import REPOSITORY, SCRIPTS, TRANSPORT, shipped
from tests.support.temporary import own_temporary_folder

FOLDER = Path(__file__).parent
RECORD = FOLDER / "noticed.tsv"
AT_ONCE = 2
SECONDS = 600
"""How long a break may be tried."""

UNBROKEN = Mutation("(nothing is broken)", "install.sql", "", "")

ENGINE_TESTS = [
    "test_version.py",
    "test_by_day.py",
    "test_summaries.py",
    "test_tables.py",
    "test_own_tables.py",
    "test_turns.py",
]
# Who looks, at which tests. The largest documents take most of the time and find nothing more.
OBSERVERS = {
    "rules": (
        [
            "test_layout.py",
            "test_package.py",
            "test_scripts.py",
            "test_transport.py",
            "test_version.py",
        ],
        "not mariadb and not postgres",
    ),
    "MariaDB": (
        [*ENGINE_TESTS, "test_installation.py", "test_chunks.py"],
        "(mariadb or installation or test_chunks.py) and not twenty_thousand",
    ),
    "PostgreSQL": (ENGINE_TESTS, "postgres and not twenty_thousand"),
}

NOTICES = (AssertionError, pytest.fail.Exception, StatementRefused)
"""What a test says that has noticed a break; anything else is trouble of the machine's."""


@dataclass
class Verdict:
    """Who noticed a break, by which test and what it said; and what went wrong besides."""

    noticed: dict[str, tuple[str, str]] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)


class Watcher:
    """A plugin of pytest that stops at the first test that notices."""

    def __init__(self) -> None:
        self.noticed: tuple[str, str] | None = None
        self.troubles: list[str] = []

    def pytest_exception_interact(
        self, node: pytest.Item | pytest.Collector, call: pytest.CallInfo[None]
    ) -> None:
        """Told of every exception that fails a test or its fixtures."""
        assert call.excinfo is not None
        error = call.excinfo.value
        said = f"{type(error).__name__}: {error}"
        if isinstance(error, NOTICES):
            self.noticed = self.noticed or (node.nodeid, said.split("\n", maxsplit=1)[0])
            node.session.shouldfail = "a break was noticed"
        else:
            self.troubles.append(f"{node.nodeid}: {said[:1000]}")


def ask(verdict: Verdict, observer: str, *arguments: str) -> None:
    """Have the tests run that these arguments of pytest's choose, and note what they say."""
    watcher = Watcher()
    options = ["-q", "--timeout=0", "-p", "no:cacheprovider", f"--rootdir={REPOSITORY}"]
    status = pytest.main(
        [*options, f"--config-file={REPOSITORY / 'pyproject.toml'}", *arguments], [watcher]
    )
    if watcher.noticed:
        verdict.noticed[observer] = watcher.noticed
    verdict.troubles += watcher.troubles
    known = {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED}
    if status not in known and not watcher.troubles:
        verdict.troubles.append(f"pytest ended with {status!r}")


def observe(mutation: Mutation, last: str | None, *, by_all: bool) -> Verdict:
    """Break a copy of the files, and ask who notices."""
    verdict = Verdict()
    with tempfile.TemporaryDirectory() as folder:
        copy(SHIPPED, Path(folder))
        os.chdir(folder)
        file = shipped(mutation.file)
        text = file.read_text(encoding="utf-8")
        if mutation.old not in text:
            raise ValueError(f"{mutation.title}: not in {mutation.file}: {mutation.old}")
        file.write_text(text.replace(mutation.old, mutation.new, 1), encoding="utf-8")
        if last and not by_all:
            ask(verdict, "as last time", str(REPOSITORY / last))
        for observer in OBSERVERS:
            if by_all or not verdict.noticed:
                ask(verdict, observer, *asked(observer))
        os.chdir("/")
    return verdict


def asked(observer: str) -> list[str]:
    """What pytest is given to have an observer's tests run."""
    files, keyword = OBSERVERS[observer]
    return ["-k", keyword, *(str(FOLDER / name) for name in files)]


def copy(scripts: Path, folder: Path) -> None:
    """The files, where the tests look for them from that folder."""
    shutil.copytree(scripts, folder / SCRIPTS)
    shutil.copy(transport.__file__, folder / TRANSPORT)


# -- forks ----------------------------------------------------------------------------------


@contextlib.contextmanager
def warm() -> Iterator[None]:
    """Engines up, tests imported, files parsed."""
    with contextlib.ExitStack() as stack:
        mariadb = MariaDBServer()
        stack.callback(mariadb.close)
        postgres = PostgresServer()
        stack.callback(postgres.close)
        os.environ["ODM_TEST_REQUIRE_ENGINES"] = "1"
        os.environ["ODM_TEST_MARIADB_SOCKET"] = str(mariadb.socket)
        os.environ["ODM_TEST_POSTGRES_SOCKET"] = str(postgres.socket)
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        copy(SHIPPED, Path(folder))
        os.chdir(folder)
        stack.callback(os.chdir, REPOSITORY)
        from tests.plsql import grammar  # noqa: PLC0415 - it lists the files of this folder

        for path in grammar.PARSED:
            grammar.faults(path)
        collected = Verdict()
        with quiet(os.devnull):
            for observer in OBSERVERS:
                ask(collected, observer, "--collect-only", *asked(observer))
        if collected.troubles:
            raise RuntimeError("\n".join(collected.troubles))
        yield


@contextlib.contextmanager
def quiet(path: str) -> Iterator[None]:
    """What pytest prints goes into a file."""
    sys.stdout.flush()
    kept = os.dup(1)
    with Path(path).open("wb") as file:
        os.dup2(file.fileno(), 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


def in_forks(
    breaks: Sequence[Mutation], last: dict[str, str], *, by_all: bool
) -> Iterator[tuple[Mutation, Verdict]]:
    """Try each in a process of its own, some at once; the verdicts as they come."""
    context = multiprocessing.get_context("fork")
    queue = deque(breaks)
    running: dict[Connection, tuple[Mutation, BaseProcess, float]] = {}
    try:
        while queue or running:
            while queue and len(running) < AT_ONCE:
                mutation = queue.popleft()
                ours, its = context.Pipe(duplex=False)
                process = context.Process(
                    target=_tell, args=(its, mutation, last.get(mutation.title), by_all)
                )
                process.start()
                its.close()
                running[ours] = (mutation, process, time.monotonic() + SECONDS)
            ready = wait(list(running), timeout=1)
            for told, (mutation, _, deadline) in list(running.items()):
                if told in ready:
                    yield mutation, _heard(told)
                elif time.monotonic() > deadline:
                    yield mutation, Verdict(troubles=[f"it took more than {SECONDS} s"])
                else:
                    continue
                _end(running.pop(told)[1])
    finally:
        for _, left, _ in running.values():
            _end(left)


def _end(process: BaseProcess) -> None:
    process.kill()
    process.join()


def _tell(its: Connection, mutation: Mutation, last: str | None, by_all: bool) -> None:
    with quiet(os.devnull):
        try:
            verdict = observe(mutation, last, by_all=by_all)
        except Exception as error:  # noqa: BLE001 - whoever waits for the verdict is told
            verdict = Verdict(troubles=[f"{type(error).__name__}: {error}"])
    its.send(verdict)


def _heard(told: Connection) -> Verdict:
    try:
        verdict: Verdict = told.recv()
    except EOFError:
        return Verdict(troubles=["its process ended without a word"])
    return verdict


# -- what was noticed last time -------------------------------------------------------------


def digest() -> str:
    """Of all that decides who notices what: the files, their tests, and PL/SQL in the code."""
    page = (REPOSITORY / "docs/how-to/bring-your-own-tables.md").read_text(encoding="utf-8")
    texts = [NEXT, GET_VERSION, *re.findall(r"```sql\n(.*?)```", page, re.DOTALL)]
    texts += [first_statement(p.name, tuple(a.name for a in p.parameters)) for p in PROCEDURES]
    files = [*SHIPPED.rglob("*.*"), *FOLDER.rglob("*.py")]
    for file in sorted(files):
        texts += [str(file.relative_to(REPOSITORY)), file.read_text(encoding="utf-8")]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def read_record() -> tuple[str, dict[str, str]]:
    """The digest of the last whole run, and the test that noticed each break."""
    if not RECORD.exists():
        return "", {}
    lines = RECORD.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    known = dict(rows)
    return known.pop("digest", ""), known


def write_record(tests: dict[str, str]) -> None:
    """Note a whole run in which all was as expected."""
    rows = [("digest", digest()), *tests.items()]
    head = "# Which test noticed which break; `make mutations` writes it after a whole run.\n"
    RECORD.write_text(head + "".join(f"{a}\t{b}\n" for a, b in rows), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Try the breaks, and print who noticed which."""
    own_temporary_folder()
    by_all, if_changed = "--all" in arguments, "--if-changed" in arguments
    part = " ".join(argument for argument in arguments if not argument.startswith("--"))
    before, last = read_record()
    if if_changed and before == digest():
        print("database/oracle and its tests are those that every break was tried on: not again")
        return 0
    # Those that everybody is asked about take longest, so they come first.
    expected = {UNBROKEN: False} | dict.fromkeys(ONLY_ORACLE, False) | dict.fromkeys(NOTICED, True)
    chosen = [mutation for mutation in expected if part in mutation.title]
    tests, wrong = {}, []
    with warm():
        for mutation, verdict in in_forks(chosen, last, by_all=by_all):
            who = [f"{who}: {test} ({said})" for who, (test, said) in verdict.noticed.items()]
            if verdict.noticed:
                tests[mutation.title] = next(iter(verdict.noticed.values()))[0]
            print(f"{mutation.title:40} {tests.get(mutation.title, '-')}", flush=True)
            if not verdict.noticed and verdict.troubles:
                wrong += [f"{mutation.title}: trouble: {each}" for each in verdict.troubles]
            elif expected[mutation] != bool(verdict.noticed):
                wrong.append(f"{mutation.title}: {'; '.join(who) or 'nobody noticed'}")
    hidden = sum(not expected[mutation] for mutation in chosen if mutation is not UNBROKEN)
    print(f"{sum(expected[each] for each in chosen)} to be noticed here, {hidden} by Oracle alone")
    print("not as expected: " + ("\n  ".join(["", *wrong]) if wrong else "none"))
    if not wrong and not part:
        write_record({each.title: tests[each.title] for each in NOTICED})
    return 1 if wrong else 0
