"""Faults, chosen call by call: by operation, SQL text or session."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass

ACTIONS = {
    "close": "drop the connection instead of answering",
    "close_after": "answer, then drop the connection",
    "close_mid": "send the first `after_bytes` bytes of the answer, then drop the connection",
    "hang": "do not answer until the client sends a break, then ORA-01013",
    "dead": "never answer anything again, breaks included: a lost host",
    "stall": "send the first `after_bytes` bytes of the answer, then hang",
    "delay": "think for `seconds` first; a break interrupts that",
    "trickle": "send the answer at `bytes_per_s`",
    "error": "answer ORA-`code`: `message`",
    "kill": "answer ORA-00028 and drop the connection",
}


@dataclass
class Fault:
    """What is to go wrong, and with which calls.

    `operation` is a pattern such as "execute", "lob_*" or "*execute*" (see codes.py for the
    names, and "connect"); `sql` a regular expression searched in the statement's text.
    Raises ValueError for an unknown action.
    """

    action: str
    operation: str = "*"
    sql: str | None = None
    sid: int | None = None
    times: int = 1  # -1: for ever
    skip: int = 0  # matching calls to let pass first
    after_bytes: int = 0
    seconds: float = 0.0
    bytes_per_s: float = 0.0
    code: int = 600
    message: str = "injected error"
    reset: bool = False  # drop the connection with RST instead of FIN

    def __post_init__(self) -> None:
        if self.action not in ACTIONS:
            raise ValueError(f"unknown fault {self.action!r}: it is one of {', '.join(ACTIONS)}")

    def matches(self, operation: str, sql: str, sid: int) -> bool:
        return (
            fnmatch.fnmatchcase(operation, self.operation)
            and self.sid in (None, sid)
            and (self.sql is None or re.search(self.sql, sql, re.IGNORECASE) is not None)
        )


class Faults:
    """The faults waiting for their calls."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def inject(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, operation: str, sql: str, sid: int) -> Fault | None:
        """The fault for this call, which then has one time less to go."""
        for fault in self._waiting:
            if fault.times and fault.matches(operation, sql, sid):
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= fault.times > 0
                return fault
        return None
