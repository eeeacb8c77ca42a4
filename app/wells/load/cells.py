"""Parses the text of a cell; a ValueError says what is wrong with it.

Quantities become scaled integers by way of exact decimals, rounded half away from zero as Oracle's
ROUND does. What people and spreadsheets write by mistake (decimal commas, thousands separators,
NULL, digits of other scripts) is refused and never guessed at.
"""

import datetime
import decimal
import re
import unicodedata
import warnings
from decimal import Decimal
from functools import lru_cache

from app.wells.store import MAX_MONEY_CENTS, MAX_NAME, MAX_OIL_MILLI_BBL, MAX_PRICE_MILLI_USD

BBL_PER_SM3 = Decimal("6.2898")
"""Barrels in a standard cubic metre of oil, the factor published with the Volve data."""

OIL_UNITS = {"bbl": Decimal(1), "kbbl": Decimal(1000), "sm3": BBL_PER_SM3}
"""Barrels in one of each unit that oil may be given in."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_IDENTIFIER = re.compile(r"[0-9]{1,18}")
_API_NUMBER = re.compile(r"[0-9]{12}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"([0-9]{4})-?([0-9]{2})(?:-01)?")
_DAY_OR_MONTH = re.compile(r"([0-9]{4})(?:([0-9]{2})|-([0-9]{2})(?:-[0-9]{2})?)")
_EXACT = decimal.Context(prec=120, rounding=decimal.ROUND_HALF_UP)
_LONGEST_NUMBER = 60
_LONGEST_DATE = 200
_ONE = Decimal(1)


def _scaled(text: str, scale: Decimal, limit: int, unit: str) -> int:
    """`text` x `scale` as an integer, rounded half away from zero; at most `limit` in size."""
    text = text.strip(" ")
    if not text:
        raise ValueError("is empty")
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        raise ValueError(f"is not a number with a decimal point: {shown(text)}")
    try:
        exact = _EXACT.multiply(Decimal(text), scale)
        value = int(_EXACT.quantize(exact, _ONE))
    except decimal.DecimalException:
        value = limit + 1
    if abs(value) > limit:
        raise ValueError(f"is more than the database holds ({unit}): {shown(text)}")
    return value


def oil(text: str, bbl_per_unit: Decimal = _ONE, *, allow_negative: bool = False) -> int:
    """Thousandths of a barrel; below zero only where corrections are allowed."""
    value = _scaled(text, bbl_per_unit * 1000, MAX_OIL_MILLI_BBL, "999,999,999.999 bbl")
    if value < 0 and not allow_negative:
        raise ValueError(f"is negative: {shown(text)}; --allow-negative takes it for a correction")
    return value


def price(text: str) -> int:
    """Thousandths of a US dollar a barrel; a price may be negative, as WTI's was in April 2020."""
    return _scaled(text, Decimal(1000), MAX_PRICE_MILLI_USD, "99,999.999 USD/bbl")


def money(text: str) -> int | None:
    """US cents; None for an empty cell."""
    if not text.strip(" "):
        return None
    return _scaled(text, Decimal(100), MAX_MONEY_CENTS, "999,999,999,999.99 USD")


def identifier(text: str) -> int:
    """A well's or division's number; leading zeros and outer spaces do not count."""
    text = text.strip(" ")
    if not _IDENTIFIER.fullmatch(text):
        raise ValueError(f"is not a whole number of at most 18 digits: {shown(text)}")
    return int(text)


def api_number(text: str) -> str:
    """An API well number of 12 digits, zeros in front included."""
    text = text.strip(" ")
    if not _API_NUMBER.fullmatch(text):
        raise ValueError(f"is not an API number of 12 digits: {shown(text)}")
    return text


def name(text: str) -> str:
    """A name without outer spaces."""
    text = text.strip()
    if not text:
        raise ValueError("is empty")
    if len(text) > MAX_NAME:
        raise ValueError(f"is longer than {MAX_NAME} characters")
    if not text.isprintable() and any(unicodedata.category(c) == "Cc" for c in text):
        raise ValueError(f"holds a control character: {shown(text)}")
    return text


def part(text: str) -> str:
    """What tells the parts of a sum apart, without outer spaces; it may be empty."""
    text = text.strip()
    if len(text) > MAX_NAME:
        raise ValueError(f"is longer than {MAX_NAME} characters")
    return text


@lru_cache(4096)
def day(text: str) -> str:
    """A day, as YYYY-MM-DD."""
    if not _DATE.fullmatch(text):
        raise ValueError(f"is not a date as YYYY-MM-DD: {shown(text)}")
    return _calendar_day(text)


def formatted_day(text: str, date_format: str) -> str:
    """A day written as `date_format` of `strptime` says."""
    if len(text) > _LONGEST_DATE:  # (blanks may be any number, and what was parsed is kept)
        raise ValueError(f"is not a date as {date_format}: {shown(text)}")
    return _formatted_day(text, date_format)


@lru_cache(4096)
def _formatted_day(text: str, date_format: str) -> str:
    try:
        return datetime.datetime.strptime(text, date_format).date().isoformat()  # noqa: DTZ007
    except ValueError:
        raise ValueError(f"is not a date as {date_format}: {shown(text)}") from None


def is_date_format(date_format: str) -> bool:
    """Whether a format of `strptime` holds all of a day: its year, month and day of the month."""
    return _reads_back(date_format) == "2012-11-30"


def is_month_format(date_format: str) -> bool:
    """Whether a format of `strptime` holds a year and a month, with or without a day."""
    return (_reads_back(date_format) or "")[:7] == "2012-11"


def _reads_back(date_format: str) -> str | None:
    """What day 2012-11-30 is after it was written in this format."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # newer Pythons warn of a format without a year
            return formatted_day(datetime.date(2012, 11, 30).strftime(date_format), date_format)
    except (ValueError, re.error):
        return None


@lru_cache(4096)
def month(text: str) -> str:
    """A month given as YYYY-MM, YYYYMM or its first day: its first day."""
    match = _MONTH.fullmatch(text)
    if not match:
        raise ValueError(f"is not a month as YYYY-MM: {shown(text)}")
    return _calendar_day(f"{match[1]}-{match[2]}-01")


@lru_cache(4096)
def month_of(text: str) -> str:
    """A month given as YYYY-MM, YYYYMM or any of its days: its first day."""
    match = _DAY_OR_MONTH.fullmatch(text)
    if not match:
        raise ValueError(f"is not a month as YYYY-MM: {shown(text)}")
    if len(text) == len("YYYY-MM-DD"):
        _calendar_day(text)
    return _calendar_day(f"{match[1]}-{match[2] or match[3]}-01")


def _calendar_day(text: str) -> str:
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(f"is not a day of the calendar: {text}") from None


def shown(text: str) -> str:
    """A cell's text fit for a message: quoted, on one line, not too long."""
    return ascii(text[:40] + "…") if len(text) > 40 else repr(text)
