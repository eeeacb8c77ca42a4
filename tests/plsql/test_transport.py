"""The blocks of the chunk transport as they are written; test_chunks.py executes them."""

import re

import pytest
from sqlfluff.core import FluffConfig, Linter

from tests.plsql.blocks import blocks
from tests.plsql.grammar import assigned_inputs, bare

NAMES = list(blocks())

# Words that Oracle's SQL or PL/SQL reserves may not name a bind (ORA-01745).
_RESERVED = """
ACCESS ADD ALL ALTER AND ANY AS ASC AT AUDIT BEGIN BETWEEN BY CASE CHAR CHECK CLUSTER CLUSTERS
COLAUTH COLUMN COLUMNS COMMENT COMPRESS CONNECT CRASH CREATE CURRENT CURSOR DATE DECIMAL DECLARE
DEFAULT DELETE DESC DISTINCT DROP ELSE END EXCEPTION EXCLUSIVE EXISTS FETCH FILE FLOAT FOR FROM
FUNCTION GOTO GRANT GROUP HAVING IDENTIFIED IF IMMEDIATE IN INCREMENT INDEX INDEXES INITIAL
INSERT INTEGER INTERSECT INTO IS LEVEL LIKE LOCK LONG MAXEXTENTS MINUS MLSLABEL MODE MODIFY
NOAUDIT NOCOMPRESS NOT NOWAIT NULL NUMBER OF OFFLINE ON ONLINE OPTION OR ORDER OVERLAPS PCTFREE
PRIOR PROCEDURE PUBLIC RAW RENAME RESOURCE REVOKE ROW ROWID ROWNUM ROWS SELECT SESSION SET SHARE
SIZE SMALLINT SQL START SUBTYPE SUCCESSFUL SYNONYM SYSDATE TABAUTH TABLE THEN TO TRIGGER TYPE
UID UNION UNIQUE UPDATE USER VALIDATE VALUES VARCHAR VARCHAR2 VIEW VIEWS WHENEVER WHERE WITH
"""


@pytest.mark.parametrize("name", NAMES)
def test_parsed(name: str) -> None:
    """Oracle's grammar follows the block to its end, and notices a word that is missing."""
    block = blocks()[name]
    linter = Linter(config=FluffConfig(configs={"core": {"dialect": "oracle"}}))

    def violations(text: str) -> list[str]:
        return [str(fault) for fault in linter.parse_string(text).violations]

    assert violations(f"{block}\n/\n") == []
    assert block.endswith("\nEND;")
    word = "END LOOP" if "END LOOP" in block else "END"
    assert violations(f"{block.replace(word, 'LOOP', 1)}\n/\n") != []


@pytest.mark.parametrize("name", NAMES)
def test_inputs_are_not_assigned(name: str) -> None:
    """What is handed to the block's own subprograms stays as it is, as for every other."""
    assert assigned_inputs(bare(blocks()[name])) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_bind_has_a_reserved_name(name: str) -> None:
    """A bind called like a reserved word is refused with ORA-01745."""
    binds = {bind.upper() for bind in re.findall(r"(?<!:):(\w+)", blocks()[name])}
    assert len(binds) >= (1 if name == "version" else 4)
    assert binds.isdisjoint(_RESERVED.split())
