"""How fast an answer of 20,000 days becomes each format and is compressed: `make bench-formats`.

The answer is made here, with oil and prices that go up and down as real ones do (a steady series
would flatter the compressors). Pieces are those of the embedded gateway. Medians of several turns,
taken in turn about; one core.
"""

import argparse
import datetime
import random
import statistics
import time
from collections.abc import Callable
from typing import Literal

from app.answers.compression import ENCODINGS, Compressor
from app.answers.formats import FORMATS, JSON, Encoder, Format
from app.wells.catalogue import WELL_SUMMARY_BY_DAY
from app.wells.embedded.gateway import WINDOW

CODINGS: tuple[Literal["gzip", "zstd"], ...] = ("gzip", "zstd")
LEVELS = {"gzip": (1, 4, 6, 9), "zstd": (1, 3, 6, 9)}
FIRST_DAY = datetime.date(1971, 1, 1)


def days(count: int) -> bytes:
    """The JSON text of that many days of a well, one row a line."""
    chance = random.Random(2026)
    rows = []
    price, oil = 80_000, 1_000_000  # thousandths of USD/bbl and of bbl
    for n in range(count):
        day = FIRST_DAY + datetime.timedelta(n)
        if day.weekday() < 5:
            price = max(20_000, price + chance.randint(-150, 150) * 10)
        oil = max(0, int(oil * 0.9998 + chance.gauss(0, 15_000)))
        cents = (oil * price + 5_000) // 10_000
        rows.append(
            '{"well_id":3001,"well_name":"VM-01 ST2","division_id":30,'
            f'"division_name":"Vaca Muerta, Neuquén","date_value":"{day}",'
            f'"oil_produced":{oil / 1000},"oil_price":{price / 1000},"oil_sales":{cents / 100},'
            '"period":"day"}'
        )
    return b"[" + ",\n".join(rows).encode() + b"]"


def through(encoder: Encoder, text: bytes) -> bytes:
    """All that comes out."""
    pieces = [encoder.feed(text[n : n + WINDOW]) for n in range(0, len(text), WINDOW)]
    return b"".join([*pieces, encoder.finish()])


def work(known: Format, text: bytes) -> Callable[[], bytes]:
    """Encodes the answer once."""

    def run() -> bytes:
        return through(known.encoder(WELL_SUMMARY_BY_DAY), text) if known.encoder else text

    return run


def compressing(
    encoding: Literal["gzip", "zstd"], body: bytes, level: int | None = None
) -> Callable[[], bytes]:
    """Compresses the body once."""
    return lambda: through(Compressor(encoding, level), body)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=9)
    turns = parser.parse_args().turns
    text = days(20_000)
    works = {known.name: (text, work(known, text)) for known in FORMATS if known is not JSON}
    bodies = {JSON.name: text, **{name: run() for name, (_, run) in works.items()}}
    for encoding in CODINGS:
        for known in FORMATS:
            if known.compressible and encoding in ENCODINGS:
                body = bodies[known.name]
                works[f"{known.name}, {encoding}"] = (body, compressing(encoding, body))
        for level in LEVELS[encoding] if encoding in ENCODINGS else ():
            works[f"json, {encoding} {level}"] = (text, compressing(encoding, text, level))
    sizes: dict[str, int] = {}
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(turns):
        for name, (_, run) in works.items():
            began = time.perf_counter()
            sizes[name] = len(run())
            seconds[name].append(time.perf_counter() - began)

    print(f"{len(text) / 1e6:.2f} MB of JSON, 20,000 days, in pieces of {WINDOW // 1024} kB\n")
    print(f"{'':14}{'bytes in':>12}{'bytes out':>12}{'ratio':>8}{'ms':>8}{'MB/s in':>9}")
    for name, (body, _) in works.items():
        median = statistics.median(seconds[name])
        ratio = len(body) / sizes[name]
        print(
            f"{name:14}{len(body):12,}{sizes[name]:12,}{ratio:8.1f}{median * 1000:8.1f}"
            f"{len(body) / median / 1e6:9.0f}"
        )


if __name__ == "__main__":
    main()
