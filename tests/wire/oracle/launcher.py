"""The processes of servers: one that is forked early forks another one for each server.

A server that was forked from a test's process would have what that holds just then: locks of
other threads, which nobody opens, and sockets, which stay open when their owner closes them. The
launcher is forked before there are any of these (tests/conftest.py), with all that has been
imported by then, so that a server is there within milliseconds.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import traceback
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, NoReturn, TypeAlias

from .calls import Handler
from .control import obey
from .server import Options, OracleWireServer

Told: TypeAlias = "Connection[Any, Any]"

_launcher: socket.socket | None = None


def start() -> None:
    """Fork the launcher, unless there is one. It ends with this process."""
    global _launcher  # noqa: PLW0603 - one for the process
    if _launcher is not None:
        return
    ours, its = socket.socketpair()
    with warnings.catch_warnings():
        # pytest-xdist's thread waits for its controller, and holds no lock that a server needs.
        warnings.simplefilter("ignore", DeprecationWarning)
        forked = os.fork()
    if forked == 0:
        ours.close()
        _launch_until_closed(its)
    its.close()
    _launcher = ours


def launch() -> Told:
    """The near end of a connection to a new process, which first wants to know what to serve."""
    start()
    assert _launcher is not None
    near, far = socket.socketpair()
    with far:
        socket.send_fds(_launcher, [b"1"], [far.fileno()])
    return Connection(near.detach())


def _launch_until_closed(requests: socket.socket) -> NoReturn:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever presses Ctrl-C means the tests
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the servers
    gc.freeze()
    while True:
        asked, descriptors, _, _ = socket.recv_fds(requests, 1, 1)
        if not asked:
            os._exit(0)
        if os.fork() == 0:
            requests.close()
            _serve_and_exit(Connection(descriptors[0]))
        os.close(descriptors[0])


def _serve_and_exit(told: Told) -> NoReturn:
    status = 1
    try:
        asyncio.run(_serve(told, *told.recv()))
        status = 0
    except EOFError:
        pass  # nobody is left who could tell
    except BaseException:  # noqa: BLE001 - none of this process's may be another one's
        traceback.print_exc()
    finally:
        os._exit(status)


async def _serve(
    told: Told, make: Callable[..., Handler], given: tuple[object, ...], options: Options
) -> None:
    """Serve until it is told to stop, or until nobody is left who could."""
    try:
        server = OracleWireServer(make(*given), **options)
        server.start()
    except Exception as error:  # noqa: BLE001 - whoever waits for the server is told
        _say(told, None, error)
        return
    _say(told, server.dsn)
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    obeying: set[asyncio.Task[None]] = set()

    def hear() -> None:
        try:
            name, arguments = told.recv()
        except (EOFError, OSError):
            over.set()
            return
        if name == "stop":
            over.set()
            return
        task = loop.create_task(answer(name, arguments))
        obeying.add(task)
        task.add_done_callback(obeying.discard)

    async def answer(name: str, arguments: dict[str, Any]) -> None:
        try:
            _say(told, await obey(server, name, arguments))
        except Exception as error:  # noqa: BLE001 - the one who asked is told
            _say(told, None, error)

    loop.add_reader(told.fileno(), hear)
    await over.wait()
    loop.remove_reader(told.fileno())
    await server.stop()
    _say(told, None)


def _say(told: Told, answer: object, error: Exception | None = None) -> None:
    try:
        told.send((answer, error))
    except BrokenPipeError:
        pass  # nobody listens any more
    except Exception as reason:  # noqa: BLE001 - the answer, or the error, cannot be pickled
        told.send((None, RuntimeError(f"{answer or error!r}: {reason}")))
