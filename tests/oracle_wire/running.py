"""A way to run a server beside a test: in a thread of its process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from .calls import Handler
from .control import Control, Json, obey
from .server import Options, OracleWireServer

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

T = TypeVar("T")


class ServerThread(Control):
    """A server on an event loop of its own, in a thread of this process.

    `with ServerThread(handler, profile="23ai") as oracle:` - the options are those of
    OracleWireServer. The handler runs in that thread. `server` is the live server.
    """

    def __init__(self, handler: Handler, **options: Unpack[Options]) -> None:
        self.server = OracleWireServer(handler, **options)

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
