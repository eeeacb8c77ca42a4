"""The formats that an answer can be given in."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Protocol

from app.answers.formats.csv_text import CsvEncoder
from app.answers.formats.ndjson import RowSplitter
from app.contract.procedure import Procedure


class Encoder(Protocol):
    """Turns the pieces of one answer's JSON text into pieces of another format.

    It holds a bounded part of the answer and blocks its thread for as long as it works: it is made
    and used in worker threads, by one at a time. After it has raised it is of no more use.
    """

    def feed(self, piece: bytes) -> bytes:
        """What can go out once this piece is known; perhaps nothing.

        Pieces are UTF-8 and may be cut anywhere, even inside a character. Raises InvalidAnswer for
        what is not an array of rows and for what the format cannot hold.
        """

    def finish(self) -> bytes:
        """The rest. Raises InvalidAnswer if the JSON text was not a whole array."""


@dataclass(frozen=True)
class Format:
    """A way to write an answer down."""

    name: str
    """Its value of `?format=`."""
    media_type: str
    suffix: str
    """Of the name of a file that holds it."""
    attachment: bool
    """Whether a browser should save it rather than show it."""
    description: str
    revision: str
    """What the bytes depend on beside the rows: a number, raised whenever the same rows are written
    otherwise, and the library that writes them, if there is one. It is part of every tag."""
    compressible: bool = True
    """Whether it pays to compress it on its way: Parquet is compressed inside."""
    text: bool = False
    """Whether it is text, which an editor opens."""
    package: str | None = None
    """What has to be installed for it beside the service."""
    encoder: Callable[[Procedure], Encoder] | None = field(default=None, repr=False)
    """Makes what writes one answer of a procedure; None for JSON, which passes as it is."""

    @property
    def installed(self) -> bool:
        """Whether this process can give it."""
        return self.package is None or find_spec(self.package) is not None


def _arrow(procedure: Procedure) -> Encoder:
    from app.answers.formats.arrow import arrow_encoder  # noqa: PLC0415 (only once it is asked for)

    return arrow_encoder(procedure)


def _parquet(procedure: Procedure) -> Encoder:
    from app.answers.formats.arrow import parquet_encoder  # noqa: PLC0415

    return parquet_encoder(procedure)


def _feather(procedure: Procedure) -> Encoder:
    from app.answers.formats.arrow import feather_encoder  # noqa: PLC0415

    return feather_encoder(procedure)


def _without_mark(procedure: Procedure) -> Encoder:
    return CsvEncoder(procedure, bom=False)


def _release(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


JSON = Format(
    "json",
    "application/json",
    ".json",
    attachment=False,
    description="A bare array of objects.",
    text=True,
    revision="2",
)
NDJSON = Format(
    "ndjson",
    "application/x-ndjson",
    ".ndjson",
    attachment=False,
    description="The same objects, one a line.",
    text=True,
    revision="2",
    encoder=RowSplitter,
)
CSV = Format(
    "csv",
    "text/csv; charset=utf-8; header=present",
    ".csv",
    attachment=True,
    description="RFC 4180 with a header line, made so that a spreadsheet opens it unharmed.",
    text=True,
    revision="2",
    encoder=CsvEncoder,
)
ARROW = Format(
    "arrow",
    "application/vnd.apache.arrow.stream",
    ".arrows",
    attachment=True,
    description="The streaming format of Apache Arrow.",
    revision=f"2 pyarrow {_release('pyarrow')}",
    package="pyarrow",
    encoder=_arrow,
)
PARQUET = Format(
    "parquet",
    "application/vnd.apache.parquet",
    ".parquet",
    attachment=True,
    description="An Apache Parquet file.",
    revision=f"2 pyarrow {_release('pyarrow')}",
    compressible=False,
    package="pyarrow",
    encoder=_parquet,
)

FEATHER = Format(
    "feather",
    "application/vnd.apache.arrow.file",
    ".feather",
    attachment=True,
    description="The file format of Apache Arrow, also called Feather.",
    revision=f"2 pyarrow {_release('pyarrow')}",
    package="pyarrow",
    encoder=_feather,
)
CSV_WITHOUT_BOM = replace(CSV, name="csv bom=false", encoder=_without_mark)
"""CSV for programs that take a byte order mark for part of the first field's name."""

KNOWN = (JSON, NDJSON, CSV, ARROW, PARQUET, FEATHER)
"""Every format that there could be, the service's favourite first."""

FORMATS = tuple(known for known in KNOWN if known.installed)
"""The formats that this process can give."""


def import_ahead() -> threading.Thread:
    """Import in a thread what the formats need, so that no first answer has to wait for it."""

    def run() -> None:
        with suppress(ImportError):  # then the first answer tells
            import app.answers.formats.arrow  # noqa: F401, PLC0415

    thread = threading.Thread(target=run, name="import", daemon=True)
    if all(known.installed for known in KNOWN):
        thread.start()
    return thread
