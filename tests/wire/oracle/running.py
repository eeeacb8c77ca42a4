"""Ways to run a server beside a test: in a process of its own, or in a thread of the test's."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from .calls import Handler
from .control import Control, Json, obey
from .launcher import launch
from .profiles import PROFILES
from .server import Options, OracleWireServer

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

T = TypeVar("T")


class ServerProcess(Control):
    """A server in a process of its own.

    `with ServerProcess(make, "text", profile="23ai") as oracle:` - in that process
    `make("text")` returns the handler; the options are those of OracleWireServer. The function
    and its arguments are pickled. `oracle.handler` reads and sets the handler's attributes there,
    and calls its methods; what comes back is a copy.
    """

    def __init__(
        self, make: Callable[..., Handler], *arguments: object, **options: Unpack[Options]
    ) -> None:
        self._what = (make, arguments, options)
        self.profile = PROFILES[options.get("profile", "19c")]
        self._one_at_a_time = threading.Lock()
        self.handler = _Distant(self)

    def __enter__(self) -> Self:
        self._connection = launch()
        self.dsn = self._ask(self._what)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.command("stop")
        finally:
            self._connection.close()

    def command(self, name: str, **arguments: object) -> Json:
        with self._one_at_a_time:
            return self._ask((name, arguments))

    def _ask(self, what: object) -> Json:
        try:
            self._connection.send(what)
            answer, error = self._connection.recv()
        except (EOFError, ConnectionError):
            raise RuntimeError("the server's process has ended") from None
        if error is not None:
            raise error
        return answer


class _Distant:
    """The handler in the server's process, as far as a test has to do with it."""

    def __init__(self, control: Control) -> None:
        vars(self)["_control"] = control

    def __getattr__(self, name: str) -> Any:
        control: Control = vars(self)["_control"]
        is_method, value = control.command("get", attribute=name)
        if is_method:
            return lambda *given: control.command("call", attribute=name, given=given)
        return value

    def __setattr__(self, name: str, value: object) -> None:
        vars(self)["_control"].command("assign", attribute=name, value=value)


class ServerThread(Control):
    """A server on an event loop of its own, in a thread of this process.

    For tests of the server itself that look into it: `server` is the live server, and the handler
    runs in that thread. Whoever else talks to it from this process has to end every session
    himself: one that garbage collection ends in the server's own thread waits for it for ever.
    """

    def __init__(self, handler: Handler, **options: Unpack[Options]) -> None:
        self.server = OracleWireServer(handler, **options)
        self.profile = self.server.profile
        self.handler = handler

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="oracle-wire", daemon=True
        )
        self._thread.start()
        self.command("open_listener")
        self.dsn = self.server.dsn
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.run(self.server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the server's loop, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def command(self, name: str, **arguments: object) -> Json:
        return self.run(obey(self.server, name, arguments))
