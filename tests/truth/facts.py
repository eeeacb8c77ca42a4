"""`python -m tests.truth.facts`: what kind of database it is and how it is spoken to, as JSON."""

import json
import platform
import sys

import oracledb

from tests.plsql.engines.oracle import connect

_ASKED = {
    "edition": "SELECT MIN(product) FROM product_component_version WHERE product LIKE 'Oracle%'",
    "container": "SELECT SYS_CONTEXT('USERENV', 'CON_NAME') FROM dual",
    "character set": "SELECT value FROM nls_database_parameters"
    " WHERE parameter = 'NLS_CHARACTERSET'",
    "national character set": "SELECT value FROM nls_database_parameters"
    " WHERE parameter = 'NLS_NCHAR_CHARACTERSET'",
    "Partitioning": "SELECT value FROM V$OPTION WHERE parameter = 'Partitioning'",
}


def facts() -> dict[str, str]:
    """Each with its name; what the account may not see is said to be unknown."""
    with connect() as connection, connection.cursor() as cursor:
        told = {"version": connection.version}
        for name, query in _ASKED.items():
            try:
                row = cursor.execute(query).fetchone()
            except oracledb.DatabaseError as error:
                row = (f"unknown ({error.args[0].full_code})",)
            told[name] = str(row[0]).strip() if row else "unknown"
        told["mode"] = "thin" if connection.thin else "thick"
    told["driver"] = f"python-oracledb {oracledb.__version__}"
    told["Python"] = platform.python_version()
    return told


if __name__ == "__main__":
    json.dump(facts(), sys.stdout)
