"""Small messages that ride on the next request: they cost no round trip."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .codes import PIGGYBACKS, FieldVersion
from .encoding import Reader
from .lobs import locator_ids

if TYPE_CHECKING:
    from .session import Session

# the order in which the client sends the lengths, and then the texts, of those it set
END_TO_END = ("client_identifier", "module", "action", "", "client_info", "", "", "dbop")


@dataclass
class Piggyback:
    name: str
    ids: list[int] = field(default_factory=list)  # of cursors or LOBs
    attributes: dict[str, str | None] = field(default_factory=dict)


def read_piggyback(r: Reader, field_version: int) -> Piggyback:
    """One piggyback, after its message type. Raises ValueError for an unknown one."""
    number = r.u8()
    r.skip(1)  # sequence number
    if field_version >= FieldVersion.V23_1_EXT1:
        r.ub()  # token
    name = PIGGYBACKS.get(number)
    if name in ("close_cursors", "cancel_cursors"):
        r.skip(1)
        return Piggyback(name, ids=[r.ub() for _ in range(r.ub())])
    if name == "free_temporary_lobs":
        return Piggyback(name, ids=_read_locators(r))
    if name == "current_schema":
        r.skip(1)
        return Piggyback(name, attributes={name: (r.dalc() or b"").decode()})
    if name == "end_to_end":
        return Piggyback(name, attributes=_read_end_to_end(r))
    if name == "session_state":
        r.ub()
        return Piggyback(name)
    raise ValueError(f"unsupported piggyback {number}")


def _read_locators(r: Reader) -> list[int]:
    r.skip(1)
    size = r.ub()
    r.skip(1)
    for _ in range(3):
        r.ub()
    r.skip(3)
    r.ub()  # operation
    r.skip(1)
    for _ in range(3):
        r.ub()
    r.skip(1)
    for _ in range(3):
        r.skip(1)
        r.ub()
    return locator_ids(r.raw(size))


def _read_end_to_end(r: Reader) -> dict[str, str | None]:
    r.skip(2)
    r.ub()  # flags
    sizes = []
    for name in END_TO_END:
        if name == "client_info":
            r.skip(1)
            r.ub()
        is_set, size = r.u8(), r.ub()
        if name and is_set:
            sizes.append((name, size))
    return {name: _read_attribute(r) if size else None for name, size in sizes}


def _read_attribute(r: Reader) -> str:
    """Text that is not empty. Empty ones before it have left a 0 each."""
    while not (text := r.text()):
        pass
    return text


def apply(session: Session, piggyback: Piggyback) -> None:
    session.stats.piggybacks[piggyback.name] += 1
    if piggyback.name == "close_cursors":
        for cursor_id in piggyback.ids:
            session.cursors.close(cursor_id)
    elif piggyback.name == "free_temporary_lobs":
        for lob_id in piggyback.ids:
            session.lobs.free(lob_id)
    for name, value in piggyback.attributes.items():
        setattr(session, name, value)
