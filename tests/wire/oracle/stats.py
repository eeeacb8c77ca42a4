"""Counters, and the trace of calls. Sizes are bytes on the wire, packet headers included."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any

GAUGES = ("open_connections", "peak_connections", "open_temporary_lobs", "open_cursors")


@dataclass
class Stats:
    """In and out are the server's: `bytes_out` is what the client received.

    The gauges (`open_*`, `peak_connections`) say how it is now; all else counts since the
    last reset.
    """

    connections: int = 0
    refused: int = 0
    logons: int = 0
    logon_failures: int = 0
    logoffs: int = 0
    dropped: int = 0  # by the server: faults, kills, restarts
    round_trips: int = 0
    packets_in: int = 0
    packets_out: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    cursors_opened: int = 0
    cursors_closed: int = 0
    temporary_lobs_created: int = 0
    temporary_lobs_freed: int = 0
    rows: int = 0  # fetched
    executions: int = 0  # of statements: one for each row of an executemany
    commits: int = 0
    rollbacks: int = 0
    delay_s: float = 0.0  # latency added

    open_connections: int = 0
    peak_connections: int = 0
    open_temporary_lobs: int = 0
    open_cursors: int = 0

    calls: Counter[str] = field(default_factory=Counter)  # by operation
    statements: Counter[str] = field(default_factory=Counter)  # by text
    piggybacks: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)  # "ORA-00942"
    faults: Counter[str] = field(default_factory=Counter)
    breaks: Counter[str] = field(default_factory=Counter)
    bytes_out_by_operation: Counter[str] = field(default_factory=Counter)
    calls_by_action: Counter[str] = field(default_factory=Counter)  # "module/action"

    def reset(self) -> None:
        """Zero the counters. What is open stays open."""
        for each in fields(self):
            if each.name not in GAUGES:
                setattr(self, each.name, type(getattr(self, each.name))())
        self.peak_connections = self.open_connections

    def since(self, before: Stats) -> Stats:
        """What came after `before`; gauges as they are now."""
        spent = Stats()
        for each in fields(self):
            now, then = getattr(self, each.name), getattr(before, each.name)
            if each.name not in GAUGES:
                now = now - then  # a Counter drops what did not grow
            setattr(spent, each.name, now)
        return spent

    def to_json(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Stats:
        stats = cls()
        for name, value in values.items():
            setattr(stats, name, Counter(value) if isinstance(value, dict) else value)
        return stats


@dataclass
class TracedCall:
    """One call as the server saw it."""

    sid: int
    operation: str
    sql: str
    module: str | None
    action: str | None
    client_identifier: str | None
    client_info: str | None
    binds: list[str]  # of the first execution
    executions: int
    error: str | None  # "ORA-20001"
    fault: str | None
    piggybacks: list[str]
    bytes_in: int
    bytes_out: int
    started_at: float  # seconds since the epoch
    seconds: float
