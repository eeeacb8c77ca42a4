"""Checks the rows of an answer against their model while the text passes through as it is."""

from typing import Any

import ijson
from pydantic import ValidationError

from app.contract.faults import InvalidAnswer
from app.contract.procedure import Procedure

_SHOWN = 200


class RowValidator:
    """Reads the pieces of one answer and raises InvalidAnswer at the first thing that is wrong.

    Wrong are: text that is not JSON, a document that is not an array of objects, and an object
    that is not a row of the procedure's model. It holds one row at a time.
    """

    def __init__(self, procedure: Procedure) -> None:
        self._procedure = procedure
        self._fields = list(procedure.row.model_fields)
        self._rows = 0
        self._begun = False
        self._parser: Any = ijson.items_coro(self, "item")

    def feed(self, piece: bytes, *, last: bool) -> None:
        """Check the next piece; with `last`, also that the document ends here."""
        if not self._begun and (start := piece.lstrip()):
            self._begun = True
            if not start.startswith(b"["):
                raise self._fault("the document is not an array")
        try:
            if piece:
                self._parser.send(piece)
            if last:
                self._parser.close()
        except ijson.JSONError as error:
            raise self._fault(f"not JSON: {error}") from None
        if last and not self._begun:
            raise self._fault("the document is empty")

    def send(self, row: Any) -> None:
        """Check one row; ijson calls this."""
        self._rows += 1
        try:
            self._procedure.row.model_validate(row)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise self._fault(f"row {self._rows}: {where}: {first['msg']}") from None
        if list(row) != self._fields:
            raise self._fault(f"row {self._rows}: fields out of order: {', '.join(row)}")

    def _fault(self, what: str) -> InvalidAnswer:
        return InvalidAnswer(
            "The database returned data that does not match its description.",
            f"{self._procedure.name}: {what[:_SHOWN]}",
        )
