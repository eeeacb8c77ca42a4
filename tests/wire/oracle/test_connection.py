from __future__ import annotations

from .codes import Marker, PacketType
from .connection import Connection
from .packets import frame
from .stats import Stats


def connected() -> Connection:
    """A connection past its log-on, without a transport."""
    connection = Connection(Stats())
    connection.connect_data = ""
    connection.accepted()
    connection.negotiated = True
    return connection


def data(payload: bytes) -> bytes:
    return frame(PacketType.DATA, b"\0\0" + payload, large=True)


def marker(kind: Marker) -> bytes:
    return frame(PacketType.MARKER, bytes((1, 0, kind)), large=True)


def test_a_break_voids_what_was_sent_before_the_reset() -> None:
    """A client may break off amid a request."""
    connection = connected()
    connection.data_received(data(b"half a request") + marker(Marker.BREAK))
    assert connection.break_pending
    assert connection.received == b"half a request"
    connection.data_received(marker(Marker.RESET) + data(b"the next"))
    assert connection.reset_seen
    assert connection.received == b"the next"


def test_markers_before_the_negotiation_mean_nothing() -> None:
    """They are the client's check whether out-of-band breaks get through."""
    connection = connected()
    connection.negotiated = False
    connection.data_received(b"!" + marker(Marker.RESET))
    assert not connection.break_pending
    assert not connection.reset_seen
