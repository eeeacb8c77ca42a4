"""What the driver says, and what it means: one table from its codes to the faults of the contract.

| kind        | codes                                   | status | session | once more      |
| ----------- | --------------------------------------- | ------ | ------- | -------------- |
| LOST        | DPY-4011 (ORA-03113, ORA-00028 ...) ... | 503    | dropped | on another     |
| STALE       | ORA-04068, ORA-04061, ORA-04065         | 500    | kept    | on the same    |
| REFUSED     | ORA-01017, ORA-28000, ORA-28001 ...     | 503    | none    | no             |
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
from dataclasses import dataclass

import oracledb

from app.contract.faults import CallFailed, CallTimedOut, DatabaseUnavailable, Fault

_SHOWN = 500
_HELP = re.compile(r"^Help: ")


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
    mended_by: str = ""
    """For the log and the readiness answer: what somebody has to do."""


def _codes(*codes: str) -> frozenset[str]:
    return frozenset(codes)


# Thin or thick, the driver says DPY-4011 for ORA-00028, 01012, 02396, 03113, 03114, 03135, 12537
# and their like: the session is gone.
LOST = Kind(
    DatabaseUnavailable,
    "The connection to the database was lost.",
    _codes("DPY-4011", "DPY-1001", "DPY-4033", "DPY-3008", "ORA-25408", "ORA-12571"),
    retried=True,
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
    _codes("ORA-01017", "ORA-01005", "DPY-4001", "ORA-01045", "ORA-28000", "ORA-28001"),
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
)
TIMED_OUT = Kind(
    CallTimedOut,
    "The database did not finish the call in time.",
    # the driver's limit; the service's; the database's own (resource manager, profile)
    _codes("DPY-4024", "ORA-03156", "ORA-01013", "ORA-00040", "ORA-02393"),
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
    mended_by="the owner of the package runs `python -m app.install upgrade` (or upgrade.sql)",
)
_OUTDATED = re.compile("PLS-00302: [^\n]*'GET_DATA_VERSION'", re.IGNORECASE)
RAISED = Kind(CallFailed, "The database's package refused the call.", keeps_session=True)
FAILED = Kind(CallFailed, "The database failed the call.", keeps_session=True)
# An error of the driver's own: nobody knows what is still under way on the session.
BROKEN = Kind(CallFailed, FAILED.detail)

_BY_CODE = {
    code: kind
    for kind in (LOST, STALE, REFUSED, UNREACHABLE, TIMED_OUT, NOT_OFFERED)
    for code in kind.codes
}


def kind_of(error: oracledb.Error | OSError) -> Kind:
    """The row of the table for what the driver raised."""
    if isinstance(error, OSError):
        return LOST
    details = _details(error)
    code = getattr(details, "full_code", "") or ""
    if code == "ORA-06550" and _OUTDATED.search(str(details)):
        return OUTDATED
    if code in _BY_CODE:
        return _BY_CODE[code]
    if getattr(details, "isrecoverable", False):
        return LOST
    if re.fullmatch("ORA-20[0-9]{3}", code):
        return RAISED
    return FAILED if code.startswith("ORA-") else BROKEN


def fault_for(error: oracledb.Error | OSError, procedure: str) -> Fault:
    """The fault to raise; its cause, for the log, names the procedure and the driver's words."""
    kind = kind_of(error)
    mended_by = f"{kind.mended_by}; " if kind.mended_by else ""
    return kind.fault(kind.detail, f"{mended_by}{procedure}: {words(error)}")


def words(error: BaseException) -> str:
    """The driver's text on one line, without its links to manuals."""
    lines = str(_details(error) if isinstance(error, oracledb.Error) else error).splitlines()
    text = "; ".join(line.strip() for line in lines if line.strip() and not _HELP.match(line))
    return "".join(c if c.isprintable() else "?" for c in text)[:_SHOWN] or type(error).__name__


def _details(error: oracledb.Error) -> object:
    return error.args[0] if error.args else error
