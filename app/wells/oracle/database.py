"""The Oracle database that the settings name, and connections to it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import oracledb

from app.contract.faults import StartupFault
from app.wells.oracle.errors import one_line, startup_faults
from app.wells.settings import WellsSettings

SET_UP = (
    "ALTER SESSION SET NLS_NUMERIC_CHARACTERS = '.,' NLS_DATE_FORMAT = 'YYYY-MM-DD' "
    "NLS_SORT = BINARY NLS_COMP = BINARY TIME_ZONE = '+00:00'"
)
"""Once a session: the ways of writing and comparing that our SQL relies on."""

LONGEST_CALL_SECONDS = 3600
"""No statement of a load or an installation takes so long. It ends the wait for a lost host."""


def place(settings: WellsSettings) -> str:
    """The database, as a message names it: where it is, never what it is entered with."""
    if settings.oracle_dsn is None:
        address = f"{settings.oracle_host}:{settings.oracle_port}/{settings.oracle_service_name}"
        return f"Oracle {address}"
    dsn = " ".join(settings.oracle_dsn.partition("?")[0].split())
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
        raise StartupFault(f"ORACLE_CLIENT_LIB_DIR: {one_line(error)}") from None


def connect_options(settings: WellsSettings) -> dict[str, Any]:
    """What the driver is told of the database and the account."""
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


def check_place(settings: WellsSettings) -> None:
    """Raise what the driver says of settings that name no place at all, without dialling.

    Oracle's client looks for an alias in its own ways, when it dials.
    """
    if settings.oracle_dsn and oracledb.is_thin_mode():
        folder = settings.oracle_config_dir
        params = oracledb.ConnectParams(**({"config_dir": str(folder)} if folder else {}))
        params.parse_connect_string(settings.oracle_dsn)


def log_on(
    settings: WellsSettings, longest_call: float, module: str | None = None
) -> oracledb.Connection:
    """A new connection, set up; a DBA sees it as `module`. The driver makes one attempt to log on.

    `longest_call` is the limit of each of its calls, in seconds. Raises what the driver raises.
    """
    connection = oracledb.connect(**connect_options(settings))
    try:
        connection.call_timeout = int(longest_call * 1000)
        if module:
            connection.module = module
        with connection.cursor() as cursor:
            cursor.execute(SET_UP)
    except BaseException:
        close_quietly(connection)
        raise
    return connection


def connect(
    settings: WellsSettings, module: str, longest_call: float = LONGEST_CALL_SECONDS
) -> oracledb.Connection:
    """One connection, for a command; a DBA sees it as `module`. Raises StartupFault."""
    use_client(settings)
    with startup_faults(place(settings)):
        return log_on(settings, longest_call, module)


@contextmanager
def connected(settings: WellsSettings, module: str) -> Iterator[oracledb.Connection]:
    """A connection for as long as a command needs it. Raises StartupFault."""
    connection = connect(settings, module)
    try:
        yield connection
    except KeyboardInterrupt:
        raise  # in the middle of a call, it may be: to say goodbye could wait for its answer
    except BaseException:
        close_quietly(connection)
        raise
    close_quietly(connection)


def close_quietly(connection: oracledb.Connection) -> None:
    """Close a connection, which may be lost already. What was not committed is rolled back."""
    with suppress(oracledb.Error, OSError):
        connection.close()
