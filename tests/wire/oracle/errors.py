"""Errors the database reports, and the ones that end its side of a call.

Exception
├── OraError        a handler or the server reports ORA-nnnnn
├── CallFailed      an OraError with how far the call got
├── Interrupted     a break or a kill cut the running call short
└── Gone            the connection has ended
"""

from __future__ import annotations


class OraError(Exception):
    """ORA-`code`: what a handler raises to make the database report an error.

    `message` may be the whole text, stack included ("ORA-06550: line 1, ..."); without the
    prefix it gets one. `offset` is the position in the SQL text of a compilation error.
    """

    def __init__(self, code: int, message: str = "", *, offset: int = 0) -> None:
        if not message.startswith("ORA-"):
            message = f"{ora(code)}: {message}"
        super().__init__(message)
        self.code = code
        self.message = message
        self.offset = offset

    def __reduce__(self) -> tuple[type[OraError], tuple[int, str], dict[str, int]]:
        """A test's process hands it to the server's."""
        return type(self), (self.code, self.message), {"offset": self.offset}


class CallFailed(Exception):
    """An OraError after `rowcount` rows; `cursor_id` is added where it is known.

    `row_counts` has the rows each earlier execution affected, where they were asked for.
    """

    def __init__(
        self, error: OraError, rowcount: int = 0, row_counts: list[int] | None = None
    ) -> None:
        super().__init__(error.message)
        self.error = error
        self.rowcount = rowcount
        self.row_counts = row_counts
        self.cursor_id = 0


class Interrupted(Exception):
    """A break or a kill arrived while a call was running."""


class Gone(Exception):
    """The client (or a fault) has ended the connection."""


def ora(code: int) -> str:
    """20001 -> "ORA-20001"."""
    return f"ORA-{code:05d}"
