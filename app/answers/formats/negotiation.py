"""Which format an answer is given in: its address decides, else the Accept header (RFC 9110)."""

from functools import lru_cache
from typing import NamedTuple

from app.answers.formats.format import CSV, CSV_WITHOUT_BOM, FORMATS, JSON, KNOWN, Format
from app.answers.formats.preferences import MOST_BYTES, Preference, read_preferences
from app.contract.faults import BadArguments, NotAcceptable

EXTRA = "requirements-analysts.txt"
_SHOWN = 40


class Asked(NamedTuple):
    """What an address says of the format of its answer; None where it says nothing."""

    format: str | None = None
    bom: bool | None = None
    """Whether CSV begins with a byte order mark."""


NOTHING = Asked()


def negotiate(accept: bytes | None, asked: Asked = NOTHING) -> Format:
    """The format wanted most of those that there are; JSON where it is all the same.

    `accept` is the value of the Accept header (several headers joined by commas), `asked` what the
    address says, which wins. Raises BadArguments for a name that is no format, and NotAcceptable
    where nothing that was asked for can be given.
    """
    if asked.format is not None:
        found = _named(asked.format)
    elif not accept or accept == b"*/*":
        found = JSON
    else:
        found = _acceptable(accept[:MOST_BYTES])
    if asked.bom is None:
        return found
    if found is not CSV:
        raise BadArguments([("bom", f"is for csv alone; this answer would be {found.name}")])
    return CSV if asked.bom else CSV_WITHOUT_BOM


def _named(name: str) -> Format:
    for known in KNOWN:
        if known.name == name:
            if known in FORMATS:
                return known
            raise _not_installed(known)
    shown = name.encode("utf-8", "replace").decode()
    shown = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
    names = ", ".join(known.name for known in KNOWN)
    raise BadArguments([("format", f"is not a format ({names}): {shown!r}")])


@lru_cache(maxsize=128)
def _acceptable(accept: bytes) -> Format:
    ranges = read_preferences(accept)
    if not ranges and not accept.strip(b" \t,"):
        return JSON
    quality, _, best = max(
        (_quality(known, ranges), -place, known) for place, known in enumerate(FORMATS)
    )
    if not quality:
        missing = next((known for known in KNOWN if _quality(known, ranges)), None)
        if missing:
            raise _not_installed(missing)
        raise NotAcceptable(
            f"Nothing that the Accept header allows can be given. {_what_there_is()}",
            _media_types(),
        )
    return best


def forget() -> None:
    """Forget what headers came to; for tests that change which formats there are."""
    _acceptable.cache_clear()


def _quality(known: Format, ranges: list[Preference]) -> float:
    """What the most specific range that takes the format says; 0 if none does."""
    media_type, *parameters = known.media_type.split("; ")
    own = dict(parameter.split("=", 1) for parameter in parameters)
    main_type = media_type.partition("/")[0]
    own.setdefault("charset", "utf-8")  # said by many clients, of any format
    quality, specificity = 0.0, (-1, -1)
    for wanted in ranges:
        names = ["*/*", f"{main_type}/*", media_type]
        if wanted.name not in names and wanted.name != "*":
            continue
        if any(own.get(key, value) != value for key, value in wanted.parameters.items()):
            continue
        rank = (0 if wanted.name == "*" else names.index(wanted.name), len(wanted.parameters))
        if rank > specificity:
            quality, specificity = wanted.quality, rank
    return quality


def _not_installed(known: Format) -> NotAcceptable:
    return NotAcceptable(
        f"To give {known.name}, the service needs {known.package}, which is not installed: "
        f"pip install -r {EXTRA}. {_what_there_is()}",
        _media_types(),
    )


def _media_types() -> list[str]:
    return [known.media_type for known in FORMATS]


def _what_there_is() -> str:
    listed = ", ".join(f"{known.name} ({known.media_type})" for known in FORMATS)
    return f"There is: {listed}."
