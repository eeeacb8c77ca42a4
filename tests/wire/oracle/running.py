"""Ways to run a server beside a test: in a thread of its process, or in a process of its own."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Coroutine
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast

from .calls import Handler
from .control import Control, Json, obey
from .server import Options, OracleWireServer

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[3]


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


class ServerProcess(Control):
    """A server in a process of its own, told what to do over its standard input.

    `maker` is "module:callable" of a function without parameters that returns the handler;
    the module is found from the project's root or from `path`.
    """

    def __init__(self, maker: str, *, path: str = "", **options: Unpack[Options]) -> None:
        self._maker = maker
        self._path = path
        self._options = options

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", __package__ or "", self._maker),
                *(json.dumps(self._options), self._path),
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            self.dsn = self._answer()["dsn"]
        except RuntimeError:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream(self._process.stdin).close()
        self._process.wait()
        self._stream(self._process.stdout).close()

    def command(self, name: str, **arguments: object) -> Json:
        stdin = self._stream(self._process.stdin)
        stdin.write(json.dumps({"command": name, **arguments}) + "\n")
        stdin.flush()
        answer = self._answer()
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def _answer(self) -> dict[str, Json]:
        line = self._stream(self._process.stdout).readline()
        if not line:
            raise RuntimeError(f"the server ended with status {self._process.wait()}")
        return cast("dict[str, Json]", json.loads(line))

    @staticmethod
    def _stream(stream: IO[str] | None) -> IO[str]:
        if stream is None:
            raise RuntimeError("the server is not running")
        return stream
