"""python -m tests.wire.oracle MODULE:MAKER ['{"port": 1521, "latency_s": 0.005}']

Serves what MAKER() answers until standard input closes. The JSON has the options of
OracleWireServer. The first line printed is {"dsn": ...}; each line of standard input is then a
command such as {"command": "stats"} or {"command": "inject", "action": "hang"} (control.py),
answered with {"result": ...} or {"error": ...}.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from collections.abc import Callable
from typing import cast

from .calls import Handler
from .control import Json, obey
from .server import Options, OracleWireServer


async def serve(maker: str, options: Options) -> None:
    module, _, name = maker.partition(":")
    make = cast("Callable[[], Handler]", getattr(importlib.import_module(module), name))
    server = OracleWireServer(make(), **options)
    server.start()
    _print({"dsn": server.dsn})
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(commands), sys.stdin
    )
    while line := await commands.readline():
        _print(await _answer(server, line.decode()))
    await server.stop()


async def _answer(server: OracleWireServer, line: str) -> dict[str, Json]:
    try:
        arguments = json.loads(line)
        return {"result": await obey(server, arguments.pop("command"), arguments)}
    except Exception as error:  # noqa: BLE001 - the one who asked is told
        return {"error": f"{type(error).__name__}: {error}"}


def _print(answer: dict[str, Json]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main(maker: str, options: str = "{}", path: str = "") -> None:
    if path:
        sys.path.insert(0, path)
    asyncio.run(serve(maker, json.loads(options)))


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
