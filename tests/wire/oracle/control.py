"""What a test does with a running server, whether it runs in a thread or a process.

Everything goes through commands: a name and arguments that JSON can carry, but for what a test
has to do with its own handler.
"""

from __future__ import annotations

import abc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from .authentication import Verifier
from .calls import Handler
from .faults import Fault
from .profiles import Profile
from .server import OracleWireServer
from .session import SessionInfo
from .stats import Stats, TracedCall

SETTINGS = ("latency_s", "refuse_code", "max_sessions")
Json = Any  # what a command returns


async def obey(server: OracleWireServer, name: str, arguments: dict[str, Any]) -> Json:
    """Carry out a command in the server's event loop. Raises ValueError for an unknown one."""
    match name:
        case "stats":
            return server.stats.to_json()
        case "reset":
            server.stats.reset()
            server.trace.clear()
        case "trace":
            return [asdict(traced) for traced in server.trace]
        case "failures":
            return list(server.failures)
        case "sessions":
            return [asdict(session.info()) for session in server.sessions.values()]
        case "set":
            _set(server, arguments)
        case "inject":
            server.faults.inject(Fault(**arguments))
        case "clear_faults":
            server.faults.clear()
        case "forget_failures":
            server.failures.clear()
        case "get" | "assign" | "call":
            return _have_handler(server.handler, name, **arguments)
        case _:
            await _incident(server, name, arguments)
    return None


def _have_handler(
    handler: Handler,
    do: str,
    attribute: str,
    value: object = None,
    given: tuple[object, ...] = (),
) -> Json:
    """Tell an attribute, or that it is a method; set one; call one."""
    if do == "assign":
        setattr(handler, attribute, value)
        return None
    held = getattr(handler, attribute)
    if do == "call":
        return held(*given)
    return (True, None) if callable(held) else (False, held)


def _set(server: OracleWireServer, settings: dict[str, Any]) -> None:
    for name, value in settings.items():
        if name not in SETTINGS:
            raise ValueError(f"{name!r} is not one of {', '.join(SETTINGS)}")
        setattr(server, name, value)


async def _incident(server: OracleWireServer, name: str, arguments: dict[str, Any]) -> None:
    match name:
        case "kill_session":
            server.kill_session(**arguments)
        case "drop_all":
            server.drop_all(**arguments)
        case "change_password":
            server.verifiers[arguments["user"].upper()] = Verifier(arguments["password"])
        case "close_listener":
            server.close_listener()
        case "open_listener":
            server.start()
        case "restart":
            wait = arguments.pop("wait")
            reopened = server.restart(**arguments)
            if wait:
                await reopened
        case _:
            raise ValueError(f"unknown command {name!r}")


class Control(abc.ABC):
    """The handle on a running server: its address, counters, faults and incidents."""

    dsn: str
    profile: Profile
    handler: Any  # for a test that has to do with its own

    @abc.abstractmethod
    def command(self, name: str, **arguments: object) -> Json:
        """Have the server carry out a command, and wait for its answer."""

    def stats(self) -> Stats:
        """The counters as they are now."""
        return Stats.from_json(self.command("stats"))

    def reset(self) -> None:
        """Zero the counters and forget the trace."""
        self.command("reset")

    @contextmanager
    def measure(self) -> Iterator[Stats]:
        """Count what happens in a `with` block. The Stats are filled in when it ends."""
        before = self.stats()
        spent = Stats()
        yield spent
        vars(spent).update(vars(self.stats().since(before)))

    def trace(self) -> list[TracedCall]:
        """The last calls, oldest first."""
        return [TracedCall(**traced) for traced in self.command("trace")]

    def failures(self) -> list[str]:
        """Tracebacks of bugs in the handler or the server: a test ends with none."""
        return list(self.command("failures"))

    def forget_failures(self) -> None:
        """Those that a test was about."""
        self.command("forget_failures")

    def sessions(self) -> list[SessionInfo]:
        """V$SESSION."""
        return [SessionInfo(**session) for session in self.command("sessions")]

    def set(self, **settings: float) -> None:
        """Change `latency_s`, `refuse_code` (0: none) or `max_sessions` from now on."""
        self.command("set", **settings)

    def inject(self, action: str, **how: str | float | None) -> None:
        """Have a Fault (faults.py) strike calls to come."""
        self.command("inject", action=action, **how)

    def clear_faults(self) -> None:
        self.command("clear_faults")

    def kill_session(self, sid: int, *, immediate: bool = False) -> None:
        """ALTER SYSTEM KILL SESSION. `immediate`: the connection just ends."""
        self.command("kill_session", sid=sid, immediate=immediate)

    def change_password(self, user: str, password: str) -> None:
        """ALTER USER ... IDENTIFIED BY. Sessions go on."""
        self.command("change_password", user=user, password=password)

    def drop_all(self, *, reset: bool = False) -> None:
        """End all connections, with FIN or RST."""
        self.command("drop_all", reset=reset)

    def restart(self, down_s: float, *, reset: bool = False, wait: bool = False) -> None:
        """End all connections and refuse new ones for `down_s`. `wait` until it is over."""
        self.command("restart", down_s=down_s, reset=reset, wait=wait)

    def close_listener(self) -> None:
        """New connections are refused by the host. Sessions go on."""
        self.command("close_listener")

    def open_listener(self) -> None:
        """Take new connections again, on the same port."""
        self.command("open_listener")
