"""The chunk transport's blocks, executed by MariaDB.

A block becomes a package: the subprograms that it declares are private ones, and its own statements
a procedure with the binds as parameters. MariaDB 10 has no arrays, so the chunks are the rows of a
table. Of LOBs it gets what the blocks use: offsets and amounts count UTF-16 code units, half a pair
is replaced, left out or refused, and whether a LOB is temporary and freed is noted.
"""

import re
import runpy
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.wells.catalogue import PROCEDURES
from tests.plsql.engines.mariadb import MariaDB, rewrite
from tests.plsql.scripts import TRANSPORT, statements

BINDS = {
    "doc": "CLOB",
    "version": "VARCHAR2(4000)",
    "length": "INT",
    "next_at": "INT",
    "start_at": "INT",
    "chunk_chars": "INT",
    "chunks_per_trip": "INT",
}
BLOCK_REWRITES = [
    (r"\bGet_ODM_Data_Pkg\.", "played."),
    (
        r"\b(\w+) EXCEPTION;\s+PRAGMA EXCEPTION_INIT\(\1, -(\d+)\);",
        r"\1 CONDITION FOR SQLSTATE '\2';",
    ),
    (r"\b(\w+) CONSTANT\b", r"\1"),
    (r"\bVARCHAR2\(32767\)", "CLOB"),
    (r"\bp_chunks OUT NOCOPY DBMS_OUTPUT\.CHARARR,", ""),
    (r"\bp_chunks\((\w+)\) := (\w+);", r"INSERT INTO chunks VALUES (\1, \2);"),
    (r":chunks, ", ""),
    (r":(\w+)", r"b_\1"),
    (r"\bb_=", ":="),
    # MariaDB's own know nothing of UTF-16 and CESU-8.
    (r"\bASCIISTR\(", "units_of.ascii_of("),
    (r"\bLENGTH4\(", "CHAR_LENGTH("),
    (r"\bLENGTHB\(", "units_of.bytes("),
    (r"\bDBMS_LOB\.SUBSTR\b", "units_of.piece"),
    (r"\bDBMS_LOB\.READ\b", "units_of.read_piece"),
    (r"\bDBMS_LOB\.", "units_of."),
]

# Variables, then subprograms, and what is at column 0 belongs to the block itself.
_SHAPE = re.compile(r"(?:DECLARE\n((?:  l_.*\n)*)((?: .*\n|\n)*))?BEGIN\n((?: .*\n)*)END;")

SHIM = """
CREATE TABLE chunks (place INT PRIMARY KEY, chunk LONGTEXT);
CREATE TABLE called (position INT AUTO_INCREMENT PRIMARY KEY, call_text VARCHAR2(99));
CREATE PACKAGE units_of AS
    FUNCTION getlength(lob_loc IN CLOB) RETURN INT;
    FUNCTION piece(lob_loc IN CLOB, amount IN INT, first_unit IN INT) RETURN CLOB;
    PROCEDURE read_piece(lob_loc IN CLOB, amount IN OUT INT, first_unit IN INT, buffer OUT CLOB);
    FUNCTION istemporary(lob_loc IN CLOB) RETURN INT;
    PROCEDURE freetemporary(lob_loc IN OUT CLOB);
    FUNCTION ascii_of(given IN CLOB) RETURN CLOB;
    FUNCTION bytes(given IN CLOB) RETURN INT;
END units_of
/
CREATE PACKAGE BODY units_of AS
    FUNCTION getlength(lob_loc IN CLOB) RETURN INT AS
    BEGIN
        RETURN LENGTHB(CONVERT(lob_loc USING utf16)) / 2;
    END;
    FUNCTION half_a_pair(unit IN CHAR(4)) RETURN VARCHAR2(4) AS
    BEGIN
        IF @half = 'refused' THEN
            SIGNAL SQLSTATE '22831' SET MESSAGE_TEXT = 'not on a character boundary';
        END IF;
        RETURN CASE @half WHEN 'replaced' THEN 'FFFD' ELSE '' END;
    END;
    FUNCTION piece(lob_loc IN CLOB, amount IN INT, first_unit IN INT) RETURN CLOB AS
        l_units LONGTEXT := SUBSTRING(
            HEX(CONVERT(lob_loc USING utf16)), 4 * first_unit - 3, 4 * amount
        );
    BEGIN
        IF SUBSTRING(l_units, 1, 4) BETWEEN 'DC00' AND 'DFFF' THEN
            l_units := half_a_pair(SUBSTRING(l_units, 1, 4)) || SUBSTRING(l_units, 5);
        END IF;
        IF RIGHT(l_units, 4) BETWEEN 'D800' AND 'DBFF' THEN
            l_units := LEFT(l_units, LENGTH(l_units) - 4) || half_a_pair(RIGHT(l_units, 4));
        END IF;
        RETURN CONVERT(UNHEX(l_units) USING utf16);
    END;
    PROCEDURE read_piece(lob_loc IN CLOB, amount IN OUT INT, first_unit IN INT, buffer OUT CLOB) AS
    BEGIN
        IF amount < 1 OR amount > 32767 OR first_unit < 1 THEN
            SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'ORA-21560';
        END IF;
        IF first_unit > getlength(lob_loc) THEN
            SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'ORA-01403';
        END IF;
        amount := LEAST(amount, getlength(lob_loc) - first_unit + 1);
        buffer := units_of.piece(lob_loc, amount, first_unit);
    END;
    FUNCTION istemporary(lob_loc IN CLOB) RETURN INT AS
    BEGIN
        RETURN @temporary;
    END;
    PROCEDURE freetemporary(lob_loc IN OUT CLOB) AS
    BEGIN
        INSERT INTO called (call_text) VALUES ('FREETEMPORARY');
        lob_loc := NULL;
    END;
    FUNCTION ascii_of(given IN CLOB) RETURN CLOB AS
        l_units LONGTEXT := HEX(CONVERT(given USING utf16));
        l_unit CHAR(4);
        l_ascii LONGTEXT := '';
    BEGIN
        WHILE l_units <> '' LOOP
            l_unit := SUBSTRING(l_units, 1, 4);
            l_units := SUBSTRING(l_units, 5);
            IF l_unit < '0080' AND l_unit <> '005C' THEN
                l_ascii := l_ascii || CHAR(CONV(l_unit, 16, 10) USING utf8mb4);
            ELSE
                l_ascii := l_ascii || CHAR(92 USING utf8mb4) || l_unit;
            END IF;
        END LOOP;
        RETURN l_ascii;
    END;
    FUNCTION bytes(given IN CLOB) RETURN INT AS
    BEGIN
        RETURN LENGTHB(given)
            + CASE @charset
                  WHEN 'UTF8' THEN 2 * (units_of.getlength(given) - CHAR_LENGTH(given))
                  ELSE 0
              END;
    END;
END units_of
/
CREATE PACKAGE played AS
    PROCEDURE get_data_version(p_version OUT VARCHAR2(4000));
    PROCEDURE get_division_list(p_json OUT CLOB);
    PROCEDURE get_well_list(p_division_id IN INT, p_json OUT CLOB);
END played
/
CREATE PACKAGE BODY played AS
    PROCEDURE get_data_version(p_version OUT VARCHAR2(4000)) AS
    BEGIN
        INSERT INTO called (call_text) VALUES ('Get_Data_Version');
        p_version := @version;
    END;
    PROCEDURE get_division_list(p_json OUT CLOB) AS
    BEGIN
        INSERT INTO called (call_text) VALUES ('Get_Division_List');
        p_json := @document;
        SET @version = @version_afterwards;
    END;
    PROCEDURE get_well_list(p_division_id IN INT, p_json OUT CLOB) AS
    BEGIN
        INSERT INTO called (call_text) VALUES ('Get_Well_List ' || p_division_id);
        p_json := @document;
        SET @version = @version_afterwards;
    END;
END played
/
"""


def blocks() -> dict[str, str]:
    """The blocks' texts, by a short name and the procedures' names."""
    return _blocks(TRANSPORT.read_text(encoding="utf-8"))


@lru_cache
def _blocks(_text: str) -> dict[str, str]:
    transport = runpy.run_path(str(TRANSPORT))
    first: Callable[[str, tuple[str, ...]], str] = transport["first_statement"]
    return {
        "next": transport["NEXT"],
        "version": transport["GET_VERSION"],
        **{p.name: first(p.name, tuple(a.name for a in p.parameters)) for p in PROCEDURES},
    }


@dataclass(frozen=True)
class Trip:
    """What a block hands back, and what it called in the database."""

    chunks: list[str]
    binds: dict[str, Any]
    called: list[str]


class Blocks:
    """The blocks over a package that hands back the text and the versions that are set."""

    def __init__(self, engine: MariaDB) -> None:
        self._engine = engine
        engine.install_nothing()
        for statement in statements(SHIM.strip()):
            engine.query(statement)
        self._made: dict[str, str] = {}

    def set(self, **variables: object) -> None:
        """Set what the package and the LOBs look at."""
        for name, value in variables.items():
            self._engine.execute(f"SET @{name} = %s", [value])

    def run(self, block: str, **binds: object) -> Trip:
        """Execute a block; every bind that it has and that is not given is null before."""
        text = blocks()[block]
        names = [name for name in dict.fromkeys(re.findall(r":(\w+)", text)) if name != "chunks"]
        package = self._package(text, names)
        self._engine.query("DELETE FROM chunks")
        self._engine.query("DELETE FROM called")
        for name in names:
            self._engine.execute(f"SET @b_{name} = %s", [binds.get(name)])
        self._engine.query(f"CALL {package}.run({', '.join(f'@b_{name}' for name in names)})")
        (values,) = self._engine.query(f"SELECT {', '.join(f'@b_{name}' for name in names)}")
        chunks = self._engine.query("SELECT place, chunk FROM chunks ORDER BY place")
        assert [place for place, _ in chunks] == list(range(1, len(chunks) + 1))
        called = self._engine.query("SELECT call_text FROM called ORDER BY position")
        return Trip(
            [chunk for _, chunk in chunks],
            dict(zip(names, values, strict=True)),
            [call for (call,) in called],
        )

    def _package(self, text: str, names: list[str]) -> str:
        if text not in self._made:
            name = f"block_{len(self._made)}"
            for statement in as_package(name, text, names):
                self._engine.query(statement)
            self._made[text] = name
        return self._made[text]


def as_package(name: str, block: str, binds: list[str]) -> list[str]:
    """The statements that make a package of a block, with one procedure `run`."""
    found = _SHAPE.fullmatch(block)
    assert found is not None, block
    variables, subprograms, body = (part or "" for part in found.groups())
    parameters = ", ".join(f"b_{bind} IN OUT {BINDS.get(bind, 'INT')}" for bind in binds)
    text = f"{subprograms}PROCEDURE run({parameters}) AS\n{variables}BEGIN\n{body}END run;\n"
    for pattern, replacement in BLOCK_REWRITES:
        text = re.sub(pattern, replacement, text)
    (text,) = rewrite(text)
    return [
        f"CREATE PACKAGE {name} AS PROCEDURE run({parameters}); END {name}",
        f"CREATE PACKAGE BODY {name} AS\n{text}END {name}",
    ]
