"""What can be read off a statement's text: its kind, its binds, the procedure it calls.

The driver parses the text too, and tells the server only how many binds it found. So the
rules here are the driver's, down to the one that a colon after a string is no bind (it
stands between key and value in JSON_OBJECT).
"""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
      (?P<string> q'\[.*?\]' | q'\{.*?\}' | q'\(.*?\)' | q'<.*?>' | q'(?P<quote>.).*?(?P=quote)'
                | '(?:[^']|'')*' )
    | (?P<comment> --[^\n]* | /\*.*?\*/ )
    | (?P<name> "[^"]*" )
    | (?P<bind> : \s* (?: "(?P<quoted>[^"]+)" | (?P<plain>[^\W\d_][\w$#]*|\d+) ) )
    | (?P<space> \s+ )
    | \w+
    | .
    """,
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_CALL = re.compile(
    r"\s*(?:begin\s+(?::\s*(?P<returns>[\w$#]+)\s*:=\s*)?|call\s+)"
    r"(?P<name>[\w$#\".@]+)\s*(?:\((?P<arguments>.*)\))?\s*(?:;\s*end\s*;?)?\s*",
    re.DOTALL | re.IGNORECASE,
)
_ARGUMENT = re.compile(r"(?:([\w$#]+)\s*=>\s*)?:\s*\"?([\w$#]+)\"?")
_NO_PROCEDURES = frozenset(("DECLARE", "IF", "FOR", "WHILE", "LOOP", "SELECT", "NULL"))

_KINDS = {
    "plsql": ("BEGIN", "DECLARE", "CALL"),
    "query": ("SELECT", "WITH"),
    "dml": ("INSERT", "UPDATE", "DELETE", "MERGE"),
    "ddl": (
        *("CREATE", "ALTER", "DROP", "GRANT", "REVOKE"),
        *("ANALYZE", "AUDIT", "COMMENT", "TRUNCATE"),
    ),
}
_KIND_BY_WORD = {word: kind for kind, words in _KINDS.items() for word in words}


class ProcedureCall(NamedTuple):
    """`begin :r := pkg.f(:1, p_day => :2); end;` as ("PKG.F", "R", [(None, "1"), ...])."""

    name: str
    returns: str | None
    arguments: list[tuple[str | None, str]]  # (parameter, where named; bind)


def first_words(sql: str, count: int = 1) -> str:
    """The first words in capitals, comments and strings left out."""
    words = [
        match[0].upper()
        for match in _TOKEN.finditer(sql)
        if match.lastgroup is None and match[0][0].isalpha()
    ]
    return " ".join(words[:count])


def statement_kind(sql: str) -> str:
    """One of "plsql", "query", "dml", "ddl" and "other"."""
    return _KIND_BY_WORD.get(first_words(sql), "other")


def is_alter_session(sql: str) -> bool:
    return first_words(sql, 2) == "ALTER SESSION"


def bind_names(sql: str, kind: str) -> list[str]:
    """Names in capitals, in order of appearance; repeated ones once in PL/SQL only."""
    if kind == "ddl":
        return []
    names = []
    after_string = False
    for match in _TOKEN.finditer(sql):
        if match["bind"] and not after_string:
            names.append(match["quoted"] or match["plain"].upper())
        if not match["space"]:
            after_string = bool(match["string"])
    return list(dict.fromkeys(names)) if kind == "plsql" else names


def procedure_call(sql: str) -> ProcedureCall | None:
    """The call that a block consists of, or None if it is more (or less) than one call.

    Only binds are understood as arguments.
    """
    match = _CALL.fullmatch(sql)
    if match is None or match["name"].upper() in _NO_PROCEDURES:
        return None
    arguments = []
    for text in (match["arguments"] or "").split(","):
        if not text.strip():
            continue
        argument = _ARGUMENT.fullmatch(text.strip())
        if argument is None:
            return None
        parameter, bind = argument.groups()
        arguments.append((parameter.upper() if parameter else None, bind.upper()))
    returns = match["returns"]
    return ProcedureCall(
        match["name"].replace('"', "").upper(), returns.upper() if returns else None, arguments
    )
