"""The Oracle database that the settings name: how to connect, and what can be wrong with it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import oracledb

from app.contract.faults import StartupFault
from app.wells.oracle.faults import LOST, REFUSED, TIMED_OUT, UNREACHABLE, Kind, kind_of, words
from app.wells.settings import WellsSettings

SET_UP = (
    "ALTER SESSION SET NLS_NUMERIC_CHARACTERS = '.,' NLS_DATE_FORMAT = 'YYYY-MM-DD' "
    "NLS_SORT = BINARY NLS_COMP = BINARY TIME_ZONE = '+00:00'"
)
"""Once a session: the ways of writing and comparing that our SQL relies on."""

LONGEST_CALL_SECONDS = 3600
"""No statement of a load or an installation takes so long. It ends the wait for a lost host."""

_NOT_OURS = "the account may not do this; connect as the owner of ODM's tables, which "
_NOT_OURS += "`python -m app.install` makes"
_NO_SPACE = "no space is left in the database; its DBA can add some"

_HINTS = {
    "ORA-00942": _NOT_OURS,
    "ORA-01031": _NOT_OURS,
    "ORA-04043": _NOT_OURS,
    "ORA-06550": _NOT_OURS,
    "ORA-41900": _NOT_OURS,  # what 23ai says for ORA-01031
    "ORA-00054": "another session holds what is needed; try again later",
    "ORA-30006": "another session holds what is needed; try again later",
    "ORA-00001": "another session wrote the same rows at the same time; try again",
    "ORA-00060": "the database chose this session to resolve a deadlock; try again",
    "ORA-01536": _NO_SPACE,
    "ORA-01628": _NO_SPACE,
    "ORA-01650": _NO_SPACE,
    "ORA-01652": _NO_SPACE,
    "ORA-01653": _NO_SPACE,
    "ORA-01654": _NO_SPACE,
    "ORA-01688": _NO_SPACE,
    "ORA-01691": _NO_SPACE,
    "ORA-30036": _NO_SPACE,
}
_HINTS_BY_KIND: list[tuple[Kind, str]] = [
    (LOST, "the connection to the database was lost"),
    (REFUSED, "the account is not accepted; check ORACLE_USER and ORACLE_PASSWORD"),
    (UNREACHABLE, "the database cannot be reached; check the settings that say where it is"),
    (TIMED_OUT, "the database did not finish in time"),
]


def place(settings: WellsSettings) -> str:
    """The database, as a message names it: where it is, never what it is entered with."""
    if settings.oracle_dsn is None:
        address = f"{settings.oracle_host}:{settings.oracle_port}/{settings.oracle_service_name}"
        return f"Oracle {address}"
    dsn = " ".join(settings.oracle_dsn.split())
    return "Oracle described by ORACLE_DSN" if "(" in dsn else f"Oracle {dsn}"


def use_client(settings: WellsSettings) -> None:
    """Load Oracle's client libraries (thick mode) if the settings name them, once a process.

    Raises StartupFault.
    """
    if not settings.oracle_client_lib_dir:
        return
    config_dir = settings.oracle_config_dir
    try:
        oracledb.init_oracle_client(
            lib_dir=str(settings.oracle_client_lib_dir),
            config_dir=str(config_dir) if config_dir else None,
        )
    except oracledb.Error as error:
        raise StartupFault(f"ORACLE_CLIENT_LIB_DIR: {words(error)}") from None


def connect_options(settings: WellsSettings) -> dict[str, Any]:
    """What the driver is told of the database and the account, for a connection or a pool."""
    assert settings.oracle_password  # noqa: S101 (checked with the settings)
    options: dict[str, Any] = {
        "user": settings.oracle_user,
        "password": settings.oracle_password.get_secret_value(),
        "tcp_connect_timeout": settings.oracle_connect_timeout_seconds,
        "expire_time": settings.oracle_expire_minutes,
    }
    if settings.oracle_dsn:
        options["dsn"] = settings.oracle_dsn
    else:
        options["host"] = settings.oracle_host
        options["port"] = settings.oracle_port
        options["service_name"] = settings.oracle_service_name
    if settings.oracle_config_dir:
        options["config_dir"] = str(settings.oracle_config_dir)
    if settings.oracle_wallet_location:
        options["wallet_location"] = str(settings.oracle_wallet_location)
    if settings.oracle_wallet_password:
        options["wallet_password"] = settings.oracle_wallet_password.get_secret_value()
    return options


def connect(
    settings: WellsSettings, module: str, longest_call: float = LONGEST_CALL_SECONDS
) -> oracledb.Connection:
    """One connection, for a command; a DBA sees it as `module`. Raises StartupFault."""
    use_client(settings)
    with plain_faults(place(settings)):
        connection = oracledb.connect(**connect_options(settings))
        try:
            connection.call_timeout = int(longest_call * 1000)
            connection.module = module
            with connection.cursor() as cursor:
                cursor.execute(SET_UP)
        except BaseException:
            leave(connection)
            raise
    return connection


@contextmanager
def connected(settings: WellsSettings, module: str) -> Iterator[oracledb.Connection]:
    """A connection for as long as a command needs it. Raises StartupFault."""
    connection = connect(settings, module)
    try:
        yield connection
    except KeyboardInterrupt:
        raise  # in the middle of a call, it may be: to say goodbye could wait for its answer
    except BaseException:
        leave(connection)
        raise
    leave(connection)


def leave(connection: oracledb.Connection) -> None:
    """Close a connection, which may be lost already. What was not committed is rolled back."""
    with suppress(oracledb.Error, OSError):
        connection.close()


@contextmanager
def plain_faults(where: str) -> Iterator[None]:
    """Turn what the driver says into one sentence for whoever started the command.

    Raises StartupFault.
    """
    try:
        yield
    except (oracledb.Error, OSError) as error:
        raise StartupFault(f"{where}: {explain(error)}") from error


def explain(error: oracledb.Error | OSError) -> str:
    """What the driver says in the words of somebody who has to mend it."""
    details = error.args[0] if error.args else None
    kind = kind_of(error)
    hint = _HINTS.get(getattr(details, "full_code", ""))
    for known, text in _HINTS_BY_KIND:
        if kind is known:
            hint = text
    return f"{hint or 'the database refused it'} ({words(error)})"
