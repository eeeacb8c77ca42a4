"""Carries the CLOB of one call to the service: many 4000-character chunks in one round trip.

The statement is a block that calls the procedure and hands back the first window, an array of
chunks. What does not fit stays in the database as a temporary CLOB, whose locator comes along; a
second block cuts the next windows out of it. Arrays travel as UTF-8, a byte for each ASCII
character, where reading through the locator would cost two.

The first block also asks for the version of the data, before the procedure and after it. Where both
are the same, every query of the procedure saw that version: what changes the data changes the
version in the same transaction, and none goes back to an earlier one.
"""

import datetime
from functools import lru_cache

import oracledb

from app.contract.faults import InvalidAnswer
from app.contract.procedure import Arguments, Procedure

PACKAGE = "Get_ODM_Data_Pkg"
VERSION_PROCEDURE = "Get_Data_Version"

MAX_VERSION_CHARS = 4000
"""Of the text that tells the version."""

# Offsets and amounts of a CLOB count UTF-16 code units. Where the unit at a chunk's end and the one
# after it make one character, the chunk ends one unit earlier, so that no character is ever cut.
# ASCIISTR writes what is not ASCII as its UTF-16 units, whatever the database's character set: a
# character of two units has four bytes in AL32UTF8 and six, as two characters, in UTF8 (CESU-8).
# To look at the two may itself be refused (ORA-22831: not on a character boundary), and half a pair
# may be replaced or left out: then the first of them ends a character, or the second begins one,
# and the chunk may end there.
# DBMS_OUTPUT.CHARARR (VARCHAR2(32767) INDEX BY BINARY_INTEGER) is a type that every account may
# use: the service's account owns nothing, and hardened databases take DBMS_SQL away.
_CUT = """\
  FUNCTION cuts_pair(p_doc IN CLOB, p_last IN INTEGER) RETURN BOOLEAN IS
    e_no_boundary EXCEPTION;
    PRAGMA EXCEPTION_INIT(e_no_boundary, -22831);
    l_units VARCHAR2(32);
  BEGIN
    l_units := ASCIISTR(DBMS_LOB.SUBSTR(p_doc, 2, p_last));
    RETURN SUBSTR(l_units, 2, 2) IN ('D8', 'D9', 'DA', 'DB');
  EXCEPTION
    WHEN e_no_boundary THEN
      RETURN FALSE;
  END cuts_pair;

  PROCEDURE cut(p_doc IN CLOB, p_at IN OUT INTEGER, p_chunks OUT NOCOPY DBMS_OUTPUT.CHARARR,
                p_chunk_chars IN INTEGER, p_chunks_per_trip IN INTEGER) IS
    l_length CONSTANT INTEGER := DBMS_LOB.GETLENGTH(p_doc);
    l_amount INTEGER;
    l_chunk VARCHAR2(32767);
  BEGIN
    FOR i IN 1 .. p_chunks_per_trip LOOP
      EXIT WHEN p_at > l_length;
      l_amount := LEAST(p_chunk_chars, l_length - p_at + 1);
      IF p_at + l_amount <= l_length AND cuts_pair(p_doc, p_at + l_amount - 1) THEN
        l_amount := l_amount - 1;
      END IF;
      DBMS_LOB.READ(p_doc, l_amount, p_at, l_chunk);
      p_chunks(i) := l_chunk;
      p_at := p_at + l_amount;
    END LOOP;
  END cut;
"""

_FIRST = """\
DECLARE
  l_doc CLOB;
  l_at INTEGER := 1;
  l_before VARCHAR2(32767);
  l_after VARCHAR2(32767);
{cut}\
BEGIN
  {version}(p_version => l_before);
  {call};
  {version}(p_version => l_after);
  IF l_before = l_after THEN
    :version := l_after;
  END IF;
  :length := DBMS_LOB.GETLENGTH(l_doc);
  IF l_doc IS NOT NULL THEN
    cut(l_doc, l_at, :chunks, :chunk_chars, :chunks_per_trip);
    IF l_at <= DBMS_LOB.GETLENGTH(l_doc) THEN
      :doc := l_doc;
    ELSIF DBMS_LOB.ISTEMPORARY(l_doc) = 1 THEN
      DBMS_LOB.FREETEMPORARY(l_doc);
    END IF;
  END IF;
  :next_at := l_at;
END;"""

NEXT = f"""\
DECLARE
  l_at INTEGER := :start_at;
{_CUT}\
BEGIN
  cut(:doc, l_at, :chunks, :chunk_chars, :chunks_per_trip);
  :next_at := l_at;
END;"""


_GET_VERSION = """\
BEGIN
  {package}.{version}(p_version => :version);
END;"""

GET_VERSION = _GET_VERSION.format(package=PACKAGE, version=VERSION_PROCEDURE)


def package_of(schema: str | None) -> str:
    """How the blocks name the package: in its schema, or by the account's synonym.

    The name in the call costs no round trip, and nothing else is looked up otherwise than before;
    ALTER SESSION SET CURRENT_SCHEMA would send every unqualified name to the owner's schema.
    """
    return f"{schema}.{PACKAGE}" if schema else PACKAGE


@lru_cache
def first_statement(procedure: str, parameters: tuple[str, ...], package: str = PACKAGE) -> str:
    """The block that calls the package's procedure with these parameters.

    An optional parameter that is not given is not named, so that a package whose procedure does
    not have it is called as it has always been.
    """
    arguments = [f"p_{name} => :{name}" for name in parameters]
    call = f"{package}.{procedure}({', '.join([*arguments, 'p_json => l_doc'])})"
    return _FIRST.format(cut=_CUT, call=call, version=f"{package}.{VERSION_PROCEDURE}")


def get_version(connection: oracledb.Connection, package: str = PACKAGE) -> str | None:
    """The text that tells the version of the data now: one round trip.

    It blocks, and raises what the driver raises.
    """
    statement = _GET_VERSION.format(package=package, version=VERSION_PROCEDURE)
    with connection.cursor() as cursor:
        version = cursor.var(oracledb.DB_TYPE_VARCHAR, MAX_VERSION_CHARS)
        cursor.execute(statement, {"version": version})
        text: str | None = version.getvalue()
    return text


class Document:
    """The JSON text of one call. Its methods block, and raise what the driver raises.

    At no time is more than one window of it in memory.
    """

    def __init__(
        self,
        procedure: Procedure,
        arguments: Arguments,
        chunk_chars: int,
        chunks_per_trip: int,
        package: str = PACKAGE,
    ) -> None:
        self._procedure = procedure
        self._package = package
        self._binds = {
            name: value if isinstance(value, int) else _midnight(value)
            for name, value in arguments.items()
            if value is not None
        }
        self._window = {"chunk_chars": chunk_chars, "chunks_per_trip": chunks_per_trip}
        self._lob: oracledb.LOB | None = None
        self._at = 1
        self.length = 0
        """Of the whole, in UTF-16 code units (a byte each, while all is ASCII), after `first`."""
        self.version: str | None = None
        """What tells the version of the data that the document is of, when `first` has returned;
        None when the data changed meanwhile."""
        self.complete = False

    @property
    def in_database(self) -> bool:
        """Whether the database still holds a temporary CLOB for this document."""
        return self._lob is not None

    def first(self, connection: oracledb.Connection) -> bytes:
        """Call the procedure; the first window, UTF-8.

        Raises InvalidAnswer when the procedure returned no document.
        """
        statement = first_statement(self._procedure.name, tuple(self._binds), self._package)
        with connection.cursor() as cursor:
            doc = cursor.var(oracledb.DB_TYPE_CLOB)
            length = cursor.var(oracledb.DB_TYPE_NUMBER)
            version = cursor.var(oracledb.DB_TYPE_VARCHAR, MAX_VERSION_CHARS)
            binds = {**self._binds, "doc": doc, "length": length, "version": version}
            piece = self._execute(cursor, statement, binds)
            self._lob = doc.getvalue()
            self.version = version.getvalue()
        units = length.getvalue()
        if not units:
            raise InvalidAnswer(
                "The database returned no document.",
                f"{self._procedure.name}: the CLOB is {'NULL' if units is None else 'empty'}",
            )
        self.length = int(units)
        self.complete = self._at > self.length
        return piece

    def next(self, connection: oracledb.Connection) -> bytes:
        """The next window, UTF-8."""
        with connection.cursor() as cursor:
            doc = cursor.var(oracledb.DB_TYPE_CLOB)
            doc.setvalue(0, self._lob)
            try:
                piece = self._execute(cursor, NEXT, {"doc": doc, "start_at": self._at})
            finally:
                # An error's traceback keeps this variable alive, and would keep the CLOB, too.
                doc.setvalue(0, None)
        self.complete = self._at > self.length
        return piece

    def free(self, connection: oracledb.Connection) -> None:
        """Have the database free the temporary CLOB; one round trip."""
        self._lob = None  # the driver tells the database with its next message,
        connection.ping()  # which may be a long time off, and temporary space is scarce

    def _execute(self, cursor: oracledb.Cursor, statement: str, binds: dict[str, object]) -> bytes:
        chunks = cursor.arrayvar(
            oracledb.DB_TYPE_VARCHAR, self._window["chunks_per_trip"], self._window["chunk_chars"]
        )
        next_at = cursor.var(oracledb.DB_TYPE_NUMBER)
        cursor.execute(statement, {**binds, **self._window, "chunks": chunks, "next_at": next_at})
        piece = b"".join([chunk.encode() for chunk in chunks.getvalue()])
        self._at = int(next_at.getvalue())
        return piece


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time())
