"""Reads headers such as Accept: a list of names with a quality (RFC 9110, 12.4.2)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

MOST_BYTES = 1_000
"""What a header says beyond that is not read: browsers need 150, and time and memory are bounded.
"""

_PART = re.compile(r'(?:[^,;"]|"(?:[^"\\]|\\.)*")+|[,;]')
_QUALITY = re.compile(r"(?:0?\.[0-9]*|0|1(?:\.0*)?|0\.)")


@dataclass(frozen=True)
class Preference:
    """One element of the list, in lower case."""

    name: str
    parameters: Mapping[str, str]
    quality: float
    """From 0, not acceptable, to 1."""


def read_preferences(header: bytes) -> list[Preference]:
    """The elements of the header; those that are not understood are left out."""
    elements: list[list[str]] = [[]]
    for part in _PART.findall(header.decode("latin-1").lower()):
        if part == ",":
            elements.append([])
        elif part != ";":
            elements[-1].append(part.strip())
    read = (_preference(*element) for element in elements if element and element[0])
    return [preference for preference in read if preference]


def _preference(name: str, *parameters: str) -> Preference | None:
    given: dict[str, str] = {}
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        key, value = key.strip(), value.strip()
        if key == "q":
            if not _QUALITY.fullmatch(value):
                return None
            return Preference(name, given, float(value if value != "." else "0"))
        if key:
            given[key] = value.strip('"')
    return Preference(name, given, 1.0)
