"""From the text of a cell to an exact value."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wells.load import cells
from app.wells.load.cells import BBL_PER_SM3

numbers = st.decimals(
    min_value=-10_000, max_value=10_000, allow_nan=False, allow_infinity=False, places=None
).filter(lambda number: len(str(number)) < 50)


@given(numbers)
def test_price_is_rounded_half_away_from_zero(number: Decimal) -> None:
    """Thousandths of a dollar, as Oracle's ROUND gives them; computed here with fractions."""
    thousandths = abs(Fraction(number)) * 1000
    rounded = int(thousandths + Fraction(1, 2))
    assert cells.price(str(number)) == (rounded if number >= 0 else -rounded)


@given(st.decimals(min_value=0, max_value=1_000_000, places=4))
def test_sm3(number: Decimal) -> None:
    """Sm3 become barrels by the published factor, rounded once."""
    exact = (number * BBL_PER_SM3).quantize(Decimal("0.001"), ROUND_HALF_UP)
    assert cells.oil(str(number), BBL_PER_SM3) == int(exact * 1000)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("000001231", 1_231_000),
        ("0.0005", 1),
        ("0.00049999999999999999999999999999", 0),
        ("1e3", 1_000_000),
        ("4.0E-4", 0),
        ("5.0E-4", 1),
        (" 26 ", 26_000),
        ("+1.", 1_000),
        (".5", 500),
        ("999999999.999", 999_999_999_999),
        ("1e-9999", 0),
    ],
)
def test_oil(text: str, value: int) -> None:
    """Zero-padded, scientific and short forms mean what they say."""
    assert cells.oil(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "NULL", "null", "nan", "inf", "-", ".", "1,5", "1.234,5", "1 000", "1_000"),
        *("0x10", "1e", "٣", "１", "1.5.2", "--1", "=1+1", "1\n", "1\x00", "9" * 61, "1e99999"),
        *("1000000000", "999999999.9995", "1e9999", "-1", "-0.001"),
    ],
)
def test_not_oil(text: str) -> None:
    """What is no plain number, is negative or does not fit is refused, never guessed at."""
    with pytest.raises(ValueError, match="is "):
        cells.oil(text)


def test_negative_price_and_money() -> None:
    """Prices and money may be negative; an empty amount of money is unknown."""
    assert cells.price("-36.98") == -36_980
    assert cells.money("-12.505") == -1_251
    assert cells.money("  ") is None


@pytest.mark.parametrize(
    ("text", "value"), [("7405", 7405), (" 00016", 16), ("012032016500", 12032016500)]
)
def test_identifier(text: str, value: int) -> None:
    """Padding does not count."""
    assert cells.identifier(text) == value


@pytest.mark.parametrize("text", ["", "-1", "1.0", "1" * 19, "A1", "٣", "1e3", "1\u00a0"])
def test_not_an_identifier(text: str) -> None:
    """A number of ASCII digits and nothing else."""
    with pytest.raises(ValueError, match="whole number"):
        cells.identifier(text)


@pytest.mark.parametrize("text", ["2024-02-29", "0001-01-01", "9999-12-31"])
def test_day(text: str) -> None:
    """A day of the calendar."""
    assert cells.day(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "2023-02-29", "2024-2-29", "29.02.2024", "20240229", "2024-02-29 00:00", "٢٠٢٤-02-29"],
)
def test_not_a_day(text: str) -> None:
    """Other ways to write a day, and days that are not."""
    with pytest.raises(ValueError, match="is not a d"):
        cells.day(text)


@pytest.mark.parametrize("text", ["2024-02", "202402", "2024-02-01"])
def test_month(text: str) -> None:
    """A month is kept as its first day."""
    assert cells.month(text) == "2024-02-01"


@pytest.mark.parametrize("text", ["2024-13", "2024-02-02", "0224", "2024/02", "202400", ""])
def test_not_a_month(text: str) -> None:
    """A day within a month is no month."""
    with pytest.raises(ValueError, match="is not a"):
        cells.month(text)


def test_correction() -> None:
    """Oil below zero is taken where corrections are, and within the same bound."""
    assert cells.oil("-0.001", allow_negative=True) == -1
    assert cells.oil("-1", BBL_PER_SM3, allow_negative=True) == -6_290
    with pytest.raises(ValueError, match="is negative: '-1'; --allow-negative"):
        cells.oil("-1")
    with pytest.raises(ValueError, match="more than the database holds"):
        cells.oil("-1000000000", allow_negative=True)


@pytest.mark.parametrize("text", ["2024-02", "202402", "2024-02-01", "2024-02-29"])
def test_month_of(text: str) -> None:
    """A month of production may be named by any of its days."""
    assert cells.month_of(text) == "2024-02-01"


@pytest.mark.parametrize("text", ["2024-13", "2024-02-30", "20240201", "2024/02", "0224", ""])
def test_not_a_month_of(text: str) -> None:
    """Other ways to write it, and days that are not."""
    with pytest.raises(ValueError, match="is not a"):
        cells.month_of(text)


def test_name() -> None:
    """Names keep accents, quotes, commas and emoji; outer spaces go."""
    assert cells.name('  MÆRSK "A", 🛢️ ') == 'MÆRSK "A", 🛢️'


@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "a\nb", "a\x7fb", "N" * 201])
def test_not_a_name(text: str) -> None:
    """Nothing, control characters, and more than the column holds."""
    with pytest.raises(ValueError, match=r"empty|control|longer"):
        cells.name(text)


def test_longest_cells() -> None:
    """What is kept of a file has a length: parts, and dates, in which blanks may be any number."""
    assert cells.part(" " + "x" * 200 + " ") == "x" * 200
    with pytest.raises(ValueError, match="is longer than 200 characters"):
        cells.part("x" * 201)
    assert cells.formatted_day("31   12 2025", "%d %m %Y") == "2025-12-31"
    with pytest.raises(ValueError, match="is not a date as"):
        cells.formatted_day(f"31{' ' * 200}12 2025", "%d %m %Y")
