"""Oracle by its wire under the service: everything that an instance and a network do to sessions.

No SQL is run, so nothing is loaded here: the data is moved on where it is made.
"""

import datetime
import itertools
import json
import random
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.wells.catalogue import PROCEDURES
from benchmarks.soak.company import LARGE, MEDIUM, Asked, json_text
from benchmarks.soak.ledger import Moves
from benchmarks.soak.process import Process
from benchmarks.soak.report import Report
from tests.wells.oracle.database import Package
from tests.wire.oracle import Clob, ServerProcess

POOL = 8
SESSIONS = POOL + 1
"""One is kept for the version of the data."""
USER, PASSWORD = "scott", "tiger"

CALL_SECONDS = 4
"""A call's time: what hangs would otherwise hold everything up for a minute."""

_PATHS = {procedure.name: procedure.path for procedure in PROCEDURES}
_FIRST_CHANGE = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)

_CALL = {"operation": "*execute*", "sql": "PROCEDURE cut"}
FAULTS: list[dict[str, Any]] = [
    {"action": "close", **_CALL},
    {"action": "close", "reset": True, **_CALL},
    {"action": "close_after", **_CALL},
    {"action": "close_mid", "after_bytes": 3000, **_CALL},
    {"action": "kill", **_CALL},
    {"action": "hang", **_CALL},
    {"action": "dead", **_CALL},
    {"action": "stall", "after_bytes": 9000, **_CALL},
    {"action": "trickle", "bytes_per_s": 9000, **_CALL},
    {"action": "delay", "seconds": 0.2, **_CALL},
    {"action": "error", "code": 4068, "message": "existing state of packages", **_CALL},
    {"action": "error", "code": 20001, "message": "refused", **_CALL},
    {"action": "error", "code": 1555, "message": "snapshot too old", **_CALL},
    # In the middle of an answer, which by then is under way to its client.
    *(
        {"action": action, "operation": "*execute*", "sql": ":start_at"}
        for action in ("close", "kill", "hang", "error")
    ),
    {"action": "close", "operation": "connect"},
    {"action": "close", "operation": "ping"},
    {"action": "error", "code": 1089, "message": "shutdown in progress", "sql": "ata_version"},
    {"action": "hang", "operation": "*execute*", "sql": "ata_version"},
]
_REFUSALS = [12514, 1033, 12516, 12528]
"""ORA codes of a listener, or an instance, that takes nobody."""


class Moving(Package):
    """The package over data that moves from generation to generation."""

    def __init__(self) -> None:
        super().__init__(self._document)
        self.move(1)

    def move(self, generation: int) -> None:
        """Go on to that generation, at once."""
        for asked in (LARGE, *MEDIUM):
            assert _clob(asked, generation).utf16  # no call waits until it is made
        self.generation = generation
        at = _FIRST_CHANGE + datetime.timedelta(seconds=generation)
        changed_at = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        told = {"subject": "wells", "change_count": generation, "changed_at": changed_at}
        self.version = json.dumps([told])

    async def _document(self, name: str, arguments: Mapping[str, Any]) -> Clob:
        self.asked.clear()  # nobody looks at it here
        days = {
            n: arguments[n].date().isoformat() if arguments.get(n) else ""
            for n in ("from_date", "to_date")
        }
        ids = {n: int(arguments[n]) for n in ("well_id", "division_id") if n in arguments}
        asked = Asked(_PATHS[name], **ids, first=days["from_date"], last=days["to_date"])
        return _clob(asked, self.generation)


@lru_cache(48)
def _clob(asked: Asked, generation: int) -> Clob:
    return Clob(json_text(asked, generation))


class Oracle:
    """One instance, and what is done to it while it is served."""

    back_within = 8.0
    """Seconds: the database is away for 3 at most, and the pauses grow to as long again."""
    more_sessions = 0

    def __init__(self, database: ServerProcess, report: Report) -> None:
        self.moves = Moves()
        self.moves.load(1, lambda: None)
        self.settings = {
            "ORACLE_USER": USER,
            "ORACLE_PASSWORD": PASSWORD,
            "ORACLE_DSN": database.dsn,
            "ORACLE_POOL_SIZE": str(POOL),
            "ODM_CALL_TIMEOUT_SECONDS": str(CALL_SECONDS),
        }
        self.incidents = [
            (self._storm, True),
            (self._storm, True),
            (self._kill_sessions, True),
            (self._restart, True),
            (self._refuse, True),
            (self._silence, True),
            (self._slow, False),
        ]
        """What can happen, and whether requests may fail of it."""
        self._generation = 1
        self._database = database
        self._report = report

    @classmethod
    @contextmanager
    def opened(cls, _checkout: Path, _folder: Path, report: Report) -> Iterator["Oracle"]:
        with ServerProcess(Moving) as database:
            yield cls(database, report)

    def move(self, _chance: random.Random) -> None:
        """Bring the data to the next generation."""
        self._generation += 1
        self.moves.load(self._generation, lambda: self._database.handler.move(self._generation))

    # -- incidents ----------------------------------------------------------------------------

    def _storm(self, chance: random.Random) -> None:
        """Calls fail one by one, in every way."""
        self._report.incidents["storm"] += 1
        for _ in range(chance.randrange(8, 25)):
            self._database.inject(**chance.choice(FAULTS))
            self._report.quiet.wait(chance.uniform(0.05, 0.3))
        self._database.clear_faults()
        self._report.quiet.wait(CALL_SECONDS)  # a call that was made to hang is broken by then

    def _kill_sessions(self, chance: random.Random) -> None:
        self._report.incidents["kills"] += 1
        for session in self._database.sessions():
            if chance.random() < 0.6:
                immediate = chance.random() < 0.5
                with suppress(KeyError):  # it has ended meanwhile
                    self._database.kill_session(session.sid, immediate=immediate)
                self._report.quiet.wait(0.05)

    def _restart(self, chance: random.Random) -> None:
        self._report.incidents["restart"] += 1
        down = chance.uniform(0.1, 2)
        self._database.restart(down, reset=chance.random() < 0.5, wait=True)

    def _refuse(self, chance: random.Random) -> None:
        """The listener refuses everybody: it must not be dialled again and again."""
        self._report.incidents["refused"] += 1
        before = self._database.stats().refused
        began = time.monotonic()
        self._database.set(refuse_code=chance.choice(_REFUSALS))
        self._database.drop_all(reset=chance.random() < 0.5)
        self._report.quiet.wait(chance.uniform(1, 3))
        took = time.monotonic() - began
        refused = self._database.stats().refused - before
        self._database.set(refuse_code=0)
        if refused > most_dials(took):
            self._report.wrong(
                f"{refused} dials in {took:.1f} s without a database, of {most_dials(took)}"
            )

    def _silence(self, chance: random.Random) -> None:
        """Nobody listens at the port."""
        self._report.incidents["no listener"] += 1
        self._database.close_listener()
        self._database.drop_all(reset=chance.random() < 0.5)
        self._report.quiet.wait(chance.uniform(0.5, 3))
        self._database.open_listener()

    def _slow(self, chance: random.Random) -> None:
        """A long way to the database: every answer must be right all the same."""
        self._report.incidents["latency"] += 1
        self._database.set(latency_s=chance.uniform(0.005, 0.03))
        self._report.quiet.wait(chance.uniform(1, 3))
        self._database.set(latency_s=0)

    def refuse_credentials(self, seconds: float | None) -> None:
        """The password is another one for so long, or for good."""
        self._report.incidents["wrong password"] += 1
        self._database.change_password(USER, "another")
        self._database.drop_all()
        if seconds is not None:
            self._report.quiet.wait(seconds)
            self._database.change_password(USER, PASSWORD)

    # -- what is held -------------------------------------------------------------------------

    def is_of_database(self, _name: str) -> bool:
        """Sessions are counted by the database itself; their sockets are files of the service."""
        return False

    def sessions(self, _process: Process) -> int:
        return len(self._database.sessions())

    def settle(self, process: Process) -> str:
        """What is not as it is when nobody asks; empty when all is."""
        # A session that was killed is noticed by whoever needs it: so many ask that each is needed.
        with ThreadPoolExecutor(2 * POOL) as asking:
            ready = asking.map(lambda _: process.is_ready(), range(2 * POOL))
        if not all(ready):
            return "not ready"
        sessions = self._database.sessions()
        left = [each for each in sessions if each.sql or each.temporary_lobs]
        if len(sessions) == SESSIONS and not left:
            return ""
        lobs = sum(each.temporary_lobs for each in sessions)
        return (
            f"{len(sessions)} sessions of {SESSIONS}, {len(left)} of them with something left, "
            f"{lobs} temporary LOBs"
        )

    def findings(self) -> list[str]:
        """What the database has to say against the service."""
        stats = self._database.stats()
        found = [f"the wire server failed: {text}" for text in self._database.failures()]
        if stats.logon_failures > MOST_REFUSED:
            found.append(f"{stats.logon_failures} log-ons were refused, of {MOST_REFUSED}")
        # A session ends by a fault, a kill, or a call that is broken as nobody waits for it.
        ends = stats.dropped + sum(stats.faults.values()) + sum(stats.breaks.values())
        most = SESSIONS + ends + self._report.vanished
        if stats.logons > most:
            found.append(f"{stats.logons} log-ons, where {most} have been lost at most")
        return found

    def findings_locked_out(self, seconds: float) -> list[str]:
        """Likewise, after so many seconds with a wrong password."""
        stats, most = self._database.stats(), most_refused(seconds)
        found = [f"the wire server failed: {text}" for text in self._database.failures()]
        if not 0 < stats.logon_failures <= most:
            found.append(f"{stats.logon_failures} log-ons were refused in {seconds:g} s, of {most}")
        others = set(self._report.excused) - {"503", "cut"}
        if others:
            found.append(f"failures with a wrong password that are not 503: {sorted(others)}")
        return found

    def told(self) -> str:
        stats = self._database.stats()
        return f"{stats.logons}/{stats.logon_failures}/{stats.refused}"

    def after_end(self) -> str:
        """What is left over once the service has ended."""
        deadline = time.monotonic() + 10
        while count := len(self._database.sessions()):
            if time.monotonic() > deadline:
                return f"{count} sessions are left after the end"
            time.sleep(0.1)
        return ""


MOST_REFUSED = 3
"""Log-ons of a process that are refused within 15 minutes; no soak here is longer."""

_PAUSES_REFUSED = (60, 300, 900)
"""Seconds between log-ons that are refused."""


def most_refused(seconds: float) -> int:
    """Log-ons that a database may have to refuse in that time."""
    pauses = list(itertools.accumulate(_PAUSES_REFUSED))
    return 1 + sum(pause <= seconds + 1 for pause in pauses)


_SHORTEST_PAUSE, _LONGEST_PAUSE, _SHORTEST_PART = 0.5, 15.0, 0.75


def most_dials(seconds: float) -> int:
    """Dials that a database which is away may see: one, and one after each pause that doubles."""
    dials, pause, left = 1, _SHORTEST_PAUSE, seconds
    while (left := left - pause * _SHORTEST_PART) > 0:
        dials += 1
        pause = min(2 * pause, _LONGEST_PAUSE)
    return dials + 1  # one may have been under way when it went
