"""Answers for the tests of the formats, and what becomes of them."""

import tracemalloc
from itertools import pairwise

from hypothesis import strategies as st

from app.answers.formats import Encoder
from app.wells.catalogue import WELL_SUMMARY_BY_DAY

BY_DAY = WELL_SUMMARY_BY_DAY
FIELDS = list(BY_DAY.row.model_fields)

DAY = {
    "well_id": "3001",
    "well_name": '"VM-01 ST2"',
    "division_id": "30",
    "division_name": '"Vaca Muerta, Neuquén"',
    "date_value": '"2025-01-03"',
    "oil_produced": "1067.955",
    "oil_price": "91.86",
    "oil_sales": "98102.35",
    "period": '"day"',
}
"""A row: each field's JSON text."""


def array(*rows: dict[str, str], between: str = ",\n") -> bytes:
    """The JSON text of the rows, as the databases write it."""
    objects = ["{" + ",".join(f'"{k}":{v}' for k, v in row.items()) + "}" for row in rows]
    return f"[{between.join(objects)}]".encode()


def encode(encoder: Encoder | None, *pieces: bytes) -> bytes:
    """All that the encoder makes of the pieces."""
    assert encoder
    return b"".join([*map(encoder.feed, pieces), encoder.finish()])


def cut(text: bytes, *places: int) -> list[bytes]:
    """The text in pieces, cut at these places."""
    ends = [0, *sorted(min(place, len(text)) for place in places), len(text)]
    return [text[a:b] for a, b in pairwise(ends)]


CUTS = st.lists(st.integers(0, 900), max_size=8)


def peak_memory(encoder: Encoder | None, block: bytes, between: bytes = b",\n") -> int:
    """The most bytes that Python holds for the last 10 of 50 MB, made of a block of rows."""
    assert encoder
    encoder.feed(b"[" + block)
    blocks = 50_000_000 // len(block)
    for n in range(blocks):
        if n == blocks * 4 // 5:  # what was kept until here would be kept from here on, too
            tracemalloc.start()
        encoder.feed(between + block)
    encoder.feed(b"]")
    encoder.finish()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


TEXTS = st.text(
    st.one_of(
        st.sampled_from('",;{}[]\\\r\n\t=+-@ ＝🛢é\u2028\u00a0\x00\x1f\x7f\ufeff'),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=12,
)
