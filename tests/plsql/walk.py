"""An empty pluggable database behind the wire: accounts, what they may do, and where things go.

SYS makes accounts and grants; that is what the dictionary tells, which MariaDB reads where the
installer's checks run. Nothing is PUBLIC, as in a hardened database. MariaDB executes what the
owner installs, the loader's rows are counted, and the package answers from an embedded database of
the same data.
"""

import re
from collections import defaultdict
from collections.abc import Awaitable
from pathlib import Path

from tests.plsql.test_install import Installing
from tests.plsql.test_installation import PACKAGES, TOLD
from tests.wells.oracle.counted import CountedLoads, name_of
from tests.wells.oracle.database import from_embedded
from tests.wire.oracle import Call, OraError, Session
from tests.wire.oracle.authentication import Verifier
from tests.wire.oracle.calls import Result

_GRANTED = r"GRANT (?:EXECUTE ON )?([A-Za-z_ ]+) TO (\w+)"
_ADMINISTERED = {
    r"CREATE TABLESPACE (\w+) DATAFILE SIZE \w+ AUTOEXTEND ON NEXT \w+ MAXSIZE \w+": "tablespace",
    r'CREATE USER (\w+) IDENTIFIED BY "([^"]+)"'
    r"(?:\s+DEFAULT TABLESPACE (\w+) QUOTA UNLIMITED ON (\w+))?": "user",
    _GRANTED: "grant",
    r"CREATE SYNONYM (\w+)\.(\w+) FOR (\w+)\.(\w+)": "synonym",
}


class Pdb(CountedLoads):
    """A handler of the wire server."""

    def __init__(self, place: tuple[str, str], data: Path) -> None:
        super().__init__()
        self._installing = Installing(place)
        self._package = from_embedded(data)
        self._package.has_synonym = False
        self.tablespaces = {"SYSTEM", "SYSAUX"}
        self.granted: dict[str, set[str]] = defaultdict(set)
        """What each account was granted: privileges, and packages that it may execute."""
        self.place: dict[str, tuple[str, set[str]]] = {}
        """The default tablespace of each account, and where it has a quota."""

    def __call__(self, call: Call) -> Result | Awaitable[Result]:
        account = call.session.user.upper()
        if account == "SYS":
            self._administer(call)
            return None
        if "CREATE SESSION" not in self.granted[account]:
            raise OraError(1045, f"user {account} lacks CREATE SESSION privilege; logon denied")
        if name_of(call.sql):
            return self.load(call.sql)
        if self.granted[account] & {"CREATE TABLE", "CREATE VIEW"}:
            self._tell(account)
            if found := re.fullmatch(_GRANTED, call.sql):
                self.granted[found[2].upper()].add(found[1].upper())
            return self._installing(call)
        return self._serve(call, account)

    # -- SYS -------------------------------------------------------------------------------------

    def _administer(self, call: Call) -> None:
        if call.sql.startswith("ALTER SESSION"):
            return
        for pattern, what in _ADMINISTERED.items():
            if found := re.fullmatch(pattern, call.sql):
                words = [word and word.upper() for word in found.groups()]
                getattr(self, f"_{what}")(call.session, words, found)
                return
        raise OraError(900, f"invalid SQL statement: {call.sql}")

    def _tablespace(self, _: Session, words: list[str], found: re.Match[str]) -> None:
        self.tablespaces.add(words[0])

    def _user(self, session: Session, words: list[str], found: re.Match[str]) -> None:
        name, _, default, quota = words
        if {default, quota} - {None} - self.tablespaces:
            raise OraError(959, f"tablespace '{default}' does not exist")
        session.server.verifiers[name] = Verifier(found[2])
        self.place[name] = (default or "SYSTEM", {quota} if quota else set())

    def _grant(self, _: Session, words: list[str], found: re.Match[str]) -> None:
        if words[1] not in self.place:
            raise OraError(1917, f"user or role '{words[1]}' does not exist")
        self.granted[words[1]].add(words[0])

    def _synonym(self, _: Session, words: list[str], found: re.Match[str]) -> None:
        assert words == ["ODM_SERVICE", "GET_ODM_DATA_PKG", "ODM_OWNER", "GET_ODM_DATA_PKG"]
        self._package.has_synonym = True

    # -- the owner -------------------------------------------------------------------------------

    def _tell(self, account: str) -> None:
        """Have the dictionary say what there is of this account."""
        default, quotas = self.place[account]
        rows: dict[str, list[tuple[object, ...]]] = {
            "user_env": [("CON_NAME", "ODMPDB"), ("SESSION_USER", account)],
            "user_sys_privs": [(name,) for name in self.granted[account] if " " in name],
            "all_tab_privs": [
                ("SYS", PACKAGES.get(name, name), "EXECUTE", account)
                for name in self.granted[account]
                if name.startswith("DBMS_")
            ],
            "user_users": [(default,)],
            "user_ts_quotas": [(name, 0, -1) for name in quotas],
        }
        for table in TOLD:
            self._installing.query(f"DELETE FROM {table}")
            for row in rows.get(table, []):
                self._installing.query(f"INSERT INTO {table} VALUES {row}".replace(",)", ")"))

    # -- the service's account -------------------------------------------------------------------

    def _serve(self, call: Call, account: str) -> Result | Awaitable[Result]:
        if "Get_ODM_Data_Pkg" in call.sql:
            needed = {"GET_ODM_DATA_PKG", "DBMS_LOB", "DBMS_OUTPUT"}
            if "DBMS_" not in call.sql:
                needed = {"GET_ODM_DATA_PKG"}
            for name in sorted(needed - self.granted[account]):
                raise OraError(6550, f"PLS-00201: identifier '{name}' must be declared")
        return self._package(call)
