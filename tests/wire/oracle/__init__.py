"""A server that speaks enough of Oracle's wire protocol for the real driver to work against.

See README.md for what it rests on, what it does not do and how it is used.
"""

from .calls import Bind, Call, Column, Done, Handler, Out, Rows
from .control import Control
from .errors import OraError
from .faults import Fault
from .lobs import Clob, Lob
from .profiles import PROFILES
from .router import Router
from .running import ServerProcess, ServerThread
from .server import Options, OracleWireServer
from .session import Session, SessionInfo
from .stats import Stats, TracedCall
from .values import Value

__all__ = [
    "PROFILES",
    "Bind",
    "Call",
    "Clob",
    "Column",
    "Control",
    "Done",
    "Fault",
    "Handler",
    "Lob",
    "Options",
    "OraError",
    "OracleWireServer",
    "Out",
    "Router",
    "Rows",
    "ServerProcess",
    "ServerThread",
    "Session",
    "SessionInfo",
    "Stats",
    "TracedCall",
    "Value",
]
