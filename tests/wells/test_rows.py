"""The row models' numbers and days."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from app.contract.values import Day
from app.wells.rows import Barrels, Money

barrels = TypeAdapter[Any](Barrels)
money = TypeAdapter[Any](Money)


@pytest.mark.parametrize(
    "number", [0, 7, Decimal("0.001"), Decimal("1.2500000"), Decimal("1E+20"), Decimal("0E-9")]
)
def test_number(number: int | Decimal) -> None:
    """A number keeps its value; zeros behind the last digit do not count as decimals."""
    assert barrels.validate_python(number) == number


@pytest.mark.parametrize(
    "number", [Decimal("0.0001"), Decimal("1234567890123456789012345678901.2345"), "1", 1.5, True]
)
def test_not_a_number(number: object) -> None:
    """Too many decimals, however long the number, text and binary floats are refused."""
    with pytest.raises(ValidationError):
        barrels.validate_python(number)


def test_money_has_two_decimals() -> None:
    """Money is to the cent, oil to the thousandth."""
    with pytest.raises(ValidationError):
        money.validate_python(Decimal("0.001"))


@pytest.mark.parametrize("day", ["2024-1-01", "20240101", "2024-02-30", "2024-01-01Z", 20240101])
def test_not_a_day(day: object) -> None:
    """A day is YYYY-MM-DD and stands in the calendar."""
    with pytest.raises(ValidationError):
        TypeAdapter[Any](Day).validate_python(day)
