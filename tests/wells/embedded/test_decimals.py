"""Scaled integers as decimal text."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wells.embedded.sql import decimal_text


@given(st.integers(), st.integers(1, 6))
def test_exact_and_shortest(value: int, places: int) -> None:
    """The text is the very number, without an exponent and without a digit too many."""
    text = decimal_text(value, places)
    assert Fraction(text) == Fraction(value, 10**places)
    assert "e" not in text.lower()
    assert not ("." in text and text.endswith(("0", ".")))


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (0, 3, "0"),
        (-500, 3, "-0.5"),
        (5, 3, "0.005"),
        (100_000, 3, "100"),
        (-36_980, 3, "-36.98"),
    ],
)
def test_examples(value: int, places: int, text: str) -> None:
    """A zero before the point, a sign before that, no zeros behind."""
    assert decimal_text(value, places) == text
