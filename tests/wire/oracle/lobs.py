"""CLOBs: their content, the locators a session knows them by, and operations on them.

An AL32UTF8 database keeps CLOBs as UTF-16: sizes, offsets and amounts count UTF-16 code
units, and reads carry UTF-16BE (the locator says so with its "variable-length character
set" flag). Nothing here avoids splitting a surrogate pair: neither does the database.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from .codes import AL32UTF8, Message, OraType
from .errors import OraError

if TYPE_CHECKING:
    from .encoding import Writer
    from .requests import LobOperation
    from .session import Session
    from .stats import Stats

CHUNK_SIZE = 8060
LOCATOR_SIZE = 40
_ids = itertools.count(1)


class Clob:
    """The content of a CLOB. A handler may build one and return it many times."""

    __slots__ = ("_utf8", "_utf16", "is_ascii", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_ascii = text.isascii()  # then a unit is a character, and nothing is encoded
        self._utf8: bytes | None = None
        self._utf16: bytes | None = None

    @property
    def utf8(self) -> bytes:
        if self._utf8 is None:
            self._utf8 = self.text.encode("utf-8", "surrogatepass")
        return self._utf8

    @property
    def utf16(self) -> bytes:
        if self._utf16 is None:
            self._utf16 = self.text.encode("utf-16-be", "surrogatepass")
        return self._utf16

    @property
    def size(self) -> int:
        """In UTF-16 code units."""
        return len(self.text) if self.is_ascii else len(self.utf16) // 2

    def read(self, offset: int, amount: int) -> bytes:
        """UTF-16BE of up to `amount` units from the 1-based `offset`."""
        start = offset - 1
        if self.is_ascii:
            return self.text[start : start + amount].encode("utf-16-be")
        return self.utf16[2 * start : 2 * (start + amount)]

    def substr(self, amount: int = 32767, offset: int = 1) -> str:
        """What DBMS_LOB.SUBSTR gives: both count UTF-16 units, and may split a pair."""
        return self.read(offset, amount).decode("utf-16-be", "surrogatepass")


class Lob:
    """A CLOB that a session knows under a locator.

    As the value of a bind it is the CLOB the client handed in; as an OUT value it is
    handed back under the same locator.
    """

    def __init__(self, content: Clob, *, temporary: bool) -> None:
        self.id = next(_ids)
        self.content = content
        self.temporary = temporary

    @property
    def text(self) -> str:
        return self.content.text

    @property
    def size(self) -> int:
        return self.content.size

    @property
    def locator(self) -> bytes:
        locator = bytearray(LOCATOR_SIZE)
        locator[0:4] = (LOCATOR_SIZE - 2).to_bytes(2, "big") + b"\x00\x04"
        locator[4] = 0x02
        locator[5] = 0x08  # initialised
        locator[6] = 0x80  # UTF-16 on the wire
        locator[7] = 0x01 if self.temporary else 0
        locator[10:18] = self.id.to_bytes(8, "big")
        locator[32:34] = AL32UTF8.to_bytes(2, "big")
        return bytes(locator)

    def write(self, offset: int, utf16: bytes) -> None:
        """Overwrite from the 1-based `offset`, filling with spaces up to it."""
        data = bytearray(self.content.utf16)
        start = 2 * (offset - 1)
        data += b"\0 " * ((start - len(data)) // 2)
        data[start : start + len(utf16)] = utf16
        self.content = Clob(data.decode("utf-16-be", "surrogatepass"))


def locator_id(locator: bytes) -> int:
    return int.from_bytes(locator[10:18], "big")


def locator_ids(locators: bytes) -> list[int]:
    """The LOBs of concatenated locators, each of which begins with its length less 2."""
    ids, start = [], 0
    while start + 2 <= len(locators):
        size = int.from_bytes(locators[start : start + 2], "big") + 2
        ids.append(locator_id(locators[start : start + size]))
        start += size
    return ids


class Lobs:
    """The LOBs of one session, temporary ones counted."""

    def __init__(self, stats: Stats) -> None:
        self._stats = stats
        self._by_id: dict[int, Lob] = {}

    @property
    def temporary(self) -> int:
        """How many temporary LOBs are alive: what V$TEMPORARY_LOBS would show."""
        return sum(lob.temporary for lob in self._by_id.values())

    def create(self, content: Clob, *, temporary: bool = True) -> Lob:
        lob = Lob(content, temporary=temporary)
        self._by_id[lob.id] = lob
        if temporary:
            self._stats.temporary_lobs_created += 1
            self._stats.open_temporary_lobs += 1
        return lob

    def get(self, lob_id: int) -> Lob:
        """Raises OraError 22922 for a LOB that was freed or never was."""
        try:
            return self._by_id[lob_id]
        except KeyError:
            raise OraError(22922, "nonexistent LOB value") from None

    def free(self, lob: Lob | int) -> None:
        """DBMS_LOB.FREETEMPORARY, or the client's word that it is done with the LOB."""
        freed = self._by_id.pop(lob if isinstance(lob, int) else lob.id, None)
        if freed is not None and freed.temporary:
            self._stats.temporary_lobs_freed += 1
            self._stats.open_temporary_lobs -= 1

    def clear(self) -> None:
        """The session is over. Its temporary LOBs go, without having been freed."""
        self._stats.open_temporary_lobs -= self.temporary
        self._by_id.clear()


def write_locator(w: Writer, lob: Lob | None) -> None:
    if lob is None:
        w.ub(0)
        return
    w.ub(LOCATOR_SIZE).ub(lob.size).ub(CHUNK_SIZE).clr(lob.locator)


def operate(session: Session, request: LobOperation, w: Writer) -> None:
    """Answer one LOB operation. Raises OraError."""
    if request.operation == "lob_create_temporary":
        if request.target_offset != OraType.CLOB:
            raise OraError(3115, "unsupported network datatype: only CLOBs are supported here")
        lob = session.lobs.create(Clob(""))
        w.u8(Message.PARAMETER).raw(lob.locator).ub(AL32UTF8).u8(0)
        return
    lob = session.lobs.get(locator_id(request.locator))
    amount = request.amount
    if request.operation == "lob_read":
        if request.offset < 1 or not amount:
            raise OraError(
                3137,
                f"malformed TTC packet from client rejected: [kpolob:offset {request.offset}]",
            )
        data = lob.content.read(request.offset, amount)
        amount = len(data) // 2
        if data:
            w.u8(Message.LOB_DATA).clr(data)
    elif request.operation == "lob_write":
        lob.write(request.offset, request.data)
    elif request.operation == "lob_size":
        amount = lob.size
    elif request.operation == "lob_chunk_size":
        amount = CHUNK_SIZE
    w.u8(Message.PARAMETER).raw(request.locator)
    if request.amount is not None:
        w.ub(amount or 0)
