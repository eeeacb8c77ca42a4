"""Who asks, and how much of the data there is for them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Principal:
    """The one on whose behalf a request comes."""

    subject: str
    """The name for the records; empty for nobody in particular."""
    sees: str | None = None
    """The part of the data that exists for this principal; None is all of it.

    It is part of every key by which answers are kept, shared, remembered and tagged, so that no
    answer ever depends on what somebody else has asked before. Equal rights have equal texts, in
    every process: a sorted list, say, and no set.
    """


ANYBODY = Principal("")
"""Whoever reaches a service without accounts."""
