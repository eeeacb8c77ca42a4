"""The fault of an answer that a format cannot hold or that is no answer at all."""

from app.contract.faults import InvalidAnswer
from app.wells.catalogue import Procedure

_SHOWN = 200


def refusal(procedure: Procedure, cause: str) -> InvalidAnswer:
    """What an encoder raises; `cause` is for the log."""
    return InvalidAnswer(
        "The database returned data that this format cannot give as it is.",
        f"{procedure.name}: {cause[:_SHOWN]}",
    )
