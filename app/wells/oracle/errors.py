"""What the driver says, and what it means: one table from its codes to the contract's faults.

| kind        | codes                                   | status | session | once more      |
| ----------- | --------------------------------------- | ------ | ------- | -------------- |
| LOST        | DPY-4011 (ORA-03113, ORA-00028 ...) ... | 503    | dropped | on another     |
| STALE       | ORA-04068, ORA-04061, ORA-04065         | 500    | kept    | on the same    |
| REFUSED     | ORA-01017, ORA-28000, ORA-28001 ...     | 503    | none    | no             |
| UNFIT       | DPY-3001, DPY-3015, ORA-28040 ...       | 503    | none    | no             |
| UNREACHABLE | DPY-6005, DPY-6001, ORA-12514 ...       | 503    | none    | no             |
| TIMED_OUT   | DPY-4024, ORA-01013, ORA-00040 ...      | 504    | dropped | no             |
| NOT_OFFERED | ORA-06550, ORA-00942, ORA-01031 ...     | 500    | kept    | no             |
| OUTDATED    | ORA-06550 about Get_Data_Version        | 500    | kept    | no             |
| RAISED      | ORA-20000 to ORA-20999                  | 500    | kept    | no             |
| FAILED      | any other ORA-                          | 500    | kept    | no             |
| BROKEN      | any other                               | 500    | dropped | no             |

A second attempt is only made while nothing has been sent to the caller.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import oracledb

from app.contract.breaker import Failure
from app.contract.faults import CallFailed, CallTimedOut, DatabaseUnavailable, Fault, StartupFault
from app.wells.settings import HIDDEN_PARAMETER

_SHOWN = 500
_HELP = re.compile(r"^Help: ")
_SECRET = re.compile(rf"({HIDDEN_PARAMETER}\s*=\s*)[^)&;\s]+", re.IGNORECASE)
"""What a connect string of tnsnames.ora may hold, and the driver may quote."""


@dataclass(frozen=True)
class Kind:
    """A row of the table."""

    fault: type[Fault]
    detail: str
    """For the caller: what happened, and nothing of the inside."""
    codes: frozenset[str] = frozenset()
    keeps_session: bool = False
    """Whether the session is as good as new afterwards."""
    retried: bool = False
    """Whether a second attempt may well succeed. Procedures only read, so it does no harm."""
    remedy: str = ""
    """For the log and the readiness answer: what somebody has to do."""
    hint: str = ""
    """For whoever started a command: what happened, and what to look at."""


def _codes(*codes: str) -> frozenset[str]:
    return frozenset(codes)


# Thin or thick, the driver says DPY-4011 for ORA-00028, 01012, 02396, 03113, 03114, 03135, 12537
# and their like: the session is gone.
LOST = Kind(
    DatabaseUnavailable,
    "The connection to the database was lost.",
    _codes("DPY-4011", "DPY-1001", "DPY-4033", "DPY-3008", "ORA-25408", "ORA-12571"),
    retried=True,
    hint="the connection to the database was lost",
)
# The package was recompiled and had state. The attempt that fails also renews the session.
STALE = Kind(
    CallFailed,
    "The database's package is being changed.",
    _codes("ORA-04068", "ORA-04061", "ORA-04065"),
    keeps_session=True,
    retried=True,
)
REFUSED = Kind(
    DatabaseUnavailable,
    "The database does not accept the service's account.",
    _codes("ORA-01017", "ORA-01005", "DPY-4001", "ORA-01045", "ORA-28000", "ORA-28001")
    | _codes("ORA-65162"),
    hint="the account is not accepted; check ORACLE_USER and ORACLE_PASSWORD",
)
# No steps towards a locked account: it may not log on, or there is no password to be sent.
_NO_CREDENTIALS = _codes("ORA-01045", "DPY-4001")

# The two do not speak with each other as they are set up, whatever the password.
UNFIT = Kind(
    DatabaseUnavailable,
    "The service is not set up for logging on to this database.",
    _codes("DPY-3001", "DPY-3010", "DPY-3015", "ORA-28040"),
)
UNREACHABLE = Kind(
    DatabaseUnavailable,
    "The database cannot be reached.",
    # no connection; it does not come about in time; the listener refuses or knows no such service
    _codes("DPY-6005", "DPY-4005", "DPY-6000", "DPY-6001", "DPY-6002", "DPY-6003", "DPY-6004")
    | _codes("DPY-6006", "ORA-12154", "ORA-12170", "ORA-12505", "ORA-12514", "ORA-12516")
    | _codes("ORA-12518", "ORA-12519", "ORA-12520", "ORA-12526", "ORA-12528", "ORA-12541")
    | _codes("ORA-12545", "ORA-12757")
    # the instance starts, stops or takes no more sessions
    | _codes("ORA-00018", "ORA-00020", "ORA-01033", "ORA-01034", "ORA-01089", "ORA-01090")
    | _codes("ORA-01109", "ORA-02391"),
    hint="the database cannot be reached; check the settings that say where it is",
)
TIMED_OUT = Kind(
    CallTimedOut,
    "The database did not finish the call in time.",
    # the driver's limit; the service's; the database's own (resource manager, profile)
    _codes("DPY-4024", "ORA-03156", "ORA-01013", "ORA-00040", "ORA-02393"),
    hint="the database did not finish in time",
)
NOT_OFFERED = Kind(
    CallFailed,
    "The database does not offer this procedure to the service.",
    _codes("ORA-06550", "ORA-00942", "ORA-01031", "ORA-04063", "ORA-06508"),
    keeps_session=True,
)
# The package is there, but from a release that could not tell the version of the data.
OUTDATED = Kind(
    CallFailed,
    "The database's package is older than the service.",
    keeps_session=True,
    remedy="the owner of the package runs `python -m app install upgrade` (or upgrade.sql)",
)
_OUTDATED = re.compile("PLS-00302: [^\n]*'GET_DATA_VERSION'", re.IGNORECASE)
_NO_PACKAGE = re.compile("PLS-00201: [^\n]*'[^'\n]*GET_ODM_DATA_PKG", re.IGNORECASE)
_INNER = re.compile(r"\b(?:ORA|DPY)-[0-9]{4,5}\b")
RAISED = Kind(CallFailed, "The database's package refused the call.", keeps_session=True)
FAILED = Kind(CallFailed, "The database failed the call.", keeps_session=True)
# An error of the driver's own: nobody knows what is still under way on the session.
BROKEN = Kind(CallFailed, FAILED.detail)

_BY_CODE = {
    code: kind
    for kind in (LOST, STALE, REFUSED, UNFIT, UNREACHABLE, TIMED_OUT, NOT_OFFERED)
    for code in kind.codes
}

_THICK = "the database asks for what the driver's thin mode cannot do, such as native network "
_THICK += "encryption; install an Oracle Instant Client and set ORACLE_CLIENT_LIB_DIR"
_GRANT = "the account sees no Get_ODM_Data_Pkg; its owner grants EXECUTE on it to ORACLE_USER and "
_GRANT += "makes a synonym (`python -m app install grants`)"

_REMEDIES = {
    "DPY-3001": _THICK,
    "DPY-3010": "the database is older than the driver's thin mode can speak with; install an "
    "Oracle Instant Client and set ORACLE_CLIENT_LIB_DIR",
    "ORA-28040": "no authentication protocol is common to both (SQLNET.ALLOWED_LOGON_VERSION_SERVER"
    " of the database); install an Oracle Instant Client of the database's release and set "
    "ORACLE_CLIENT_LIB_DIR",
    "DPY-3015": "the account has only a password verifier of 10G; a DBA sets its password again, "
    "or install an Oracle Instant Client and set ORACLE_CLIENT_LIB_DIR",
    "ORA-28000": "the account is locked; find what uses a wrong password, and then a DBA unlocks "
    "it (ALTER USER ... ACCOUNT UNLOCK)",
    "ORA-28001": "the account's password has expired; a DBA sets another, for ORACLE_PASSWORD",
    "ORA-65162": "the password of this common account has expired; a DBA sets another in the root "
    "container, for ORACLE_PASSWORD",
}
"""What a person has to do, by the driver's code: for the log, and for who started a command."""

_NOT_OURS = "the account may not do this; connect as the owner of ODM's tables, which "
_NOT_OURS += "`python -m app install` makes"
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
"""For whoever started a command: what to do, by the driver's code."""


def kind_of(error: oracledb.Error | OSError) -> Kind:
    """The row of the table for what the driver raised."""
    if isinstance(error, OSError):
        return LOST
    code = _code(error)
    if code == "ORA-06550" and _OUTDATED.search(str(_details(error))):
        return OUTDATED
    if code in _BY_CODE:
        return _BY_CODE[code]
    if getattr(_details(error), "isrecoverable", False):
        return LOST
    if re.fullmatch("ORA-20[0-9]{3}", code):
        return RAISED
    return FAILED if code.startswith("ORA-") else BROKEN


def fault_for(error: oracledb.Error | OSError, procedure: str) -> Fault:
    """The fault to raise; its cause, for the log, names the procedure and the driver's text."""
    kind = kind_of(error)
    return kind.fault(kind.detail, _after_remedy(error, f"{procedure}: {one_line(error)}"))


def remedy_for(error: oracledb.Error | OSError) -> str:
    """What a person has to do about it; empty where there is no more to be said."""
    code, text = _code(error), str(_details(error))
    if code == "ORA-06550" and _NO_PACKAGE.search(text):
        return _GRANT
    return _REMEDIES.get(code) or kind_of(error).remedy


def failure_of(error: Exception) -> Failure:
    """What the breaker is told of a dial that the driver says has failed."""
    if not isinstance(error, oracledb.Error | OSError):
        return Failure(UNREACHABLE.detail, repr(error))
    kind = kind_of(error)
    detail = kind.detail if kind in (REFUSED, UNFIT) else UNREACHABLE.detail
    refused = kind is REFUSED and _code(error) not in _NO_CREDENTIALS
    return Failure(detail, _after_remedy(error, one_line(error)), refused)


def _after_remedy(error: oracledb.Error | OSError, said: str) -> str:
    """What was said, behind what a person has to do about it, if there is something."""
    remedy = remedy_for(error)
    return f"{remedy}; {said}" if remedy else said


@contextmanager
def startup_faults(where: str) -> Iterator[None]:
    """Turn the driver's errors into StartupFault, one sentence for whoever started a command."""
    try:
        yield
    except (oracledb.Error, OSError) as error:
        raise StartupFault(f"{where}: {explain(error)}") from error


def explain(error: oracledb.Error | OSError) -> str:
    """What the driver says, in the words of somebody who has to mend it."""
    hint = remedy_for(error) or kind_of(error).hint or _HINTS.get(_code(error))
    hint = hint or "the database refused it"
    return f"{hint} ({one_line(error)})"


def one_line(error: BaseException) -> str:
    """The driver's text on one line, without its links to manuals and without secrets."""
    lines = str(_details(error) if isinstance(error, oracledb.Error) else error).splitlines()
    text = "; ".join(line.strip() for line in lines if line.strip() and not _HELP.match(line))
    text = _SECRET.sub(r"\1***", text)
    return "".join(c if c.isprintable() else "?" for c in text)[:_SHOWN] or type(error).__name__


def _code(error: oracledb.Error | OSError) -> str:
    """The code, as in `ORA-00942`; empty without one."""
    code = getattr(_details(error), "full_code", "") or ""
    if code == "DPY-6005":  # "cannot connect to database", and then what was met there
        return next((c for c in _INNER.findall(str(_details(error))) if c in UNFIT.codes), code)
    return code


def _details(error: oracledb.Error | OSError) -> object:
    return error.args[0] if error.args else error
