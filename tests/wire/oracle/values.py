"""Oracle's NUMBER, DATE, TIMESTAMP and character values, to and from their bytes."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from .codes import TEXT_TYPES, OraType
from .errors import OraError
from .lobs import Clob

# What a bind or a column holds: str, int, Decimal, datetime, Lob, None, or a list of those
# (an index-by table). Handlers know their types; the type checker cannot.
Value = Any

DATE_TYPES = frozenset((OraType.DATE, OraType.TIMESTAMP))
NUMBER_TYPES = frozenset((OraType.NUMBER, OraType.BINARY_INTEGER))


def encode(ora_type: int, value: Value) -> bytes | None:
    """The bytes of a value of a type; None is NULL, as is the empty string.

    Raises OraError 932 for a type that is not supported, ValueError or TypeError for a
    value that does not fit its type.
    """
    if value is None:
        return None
    if ora_type in TEXT_TYPES:
        if isinstance(value, Clob):
            return value.utf8
        # half a surrogate pair passes, as in the database: the client has to notice
        return str(value).encode("utf-8", "surrogatepass")
    if ora_type in NUMBER_TYPES:
        return encode_number(value)
    if ora_type == OraType.DATE:
        return encode_date(value)
    if ora_type == OraType.TIMESTAMP:
        return encode_timestamp(value)
    raise OraError(932, f"inconsistent datatypes: type {ora_type} is not supported here")


def decode(ora_type: int, data: bytes) -> Value:
    """The value of bytes of a type. Raises ValueError for a type that is not supported."""
    if ora_type in TEXT_TYPES:
        return data.decode()
    if ora_type in NUMBER_TYPES:
        return decode_number(data)
    if ora_type in DATE_TYPES:
        return decode_date(data)
    raise ValueError(f"binds of type {ora_type} are not supported")


def encode_number(value: float | Decimal) -> bytes:
    """Base-100 digits behind an exponent. Raises ValueError beyond 40 digits or 1E126."""
    sign, digit_tuple, exponent = (
        value if isinstance(value, Decimal) else Decimal(str(+value))
    ).as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(f"not representable as a NUMBER: {value!r}")  # noqa: TRY004 - NaN
    digits = list(digit_tuple)
    while digits and digits[-1] == 0:
        digits.pop()
        exponent += 1
    while digits and digits[0] == 0:
        digits.pop(0)
    if not digits:
        return b"\x80"
    point = len(digits) + exponent  # the value is 0.DIGITS * 10**point
    if point % 2:
        digits.insert(0, 0)
        point += 1
    if len(digits) % 2:
        digits.append(0)
    if len(digits) > 40 or not -130 < point <= 126:
        raise ValueError(f"not representable as a NUMBER: {value!r}")
    pairs = [10 * high + low for high, low in zip(digits[::2], digits[1::2], strict=True)]
    head = point // 2 + 192
    if not sign:
        return bytes((head, *(pair + 1 for pair in pairs)))
    tail = b"\x66" if len(pairs) < 20 else b""
    return bytes((~head & 0xFF, *(101 - pair for pair in pairs))) + tail


def decode_number(data: bytes) -> int | Decimal:
    """An int where the number is whole, else a Decimal with all its digits."""
    if data == b"\x80":
        return 0
    if data[0] & 0x80:
        sign, head, pairs = 1, data[0], [digit - 1 for digit in data[1:]]
    else:
        body = data[1:-1] if data[-1] == 0x66 else data[1:]
        sign, head, pairs = -1, ~data[0] & 0xFF, [101 - digit for digit in body]
    exponent = head - 193 - (len(pairs) - 1)  # of the last base-100 digit
    number = 0
    for pair in pairs:
        number = number * 100 + pair
    if exponent >= 0:
        return sign * number * int(100**exponent)
    text = str(number).rjust(-2 * exponent + 1, "0")
    fraction = text[2 * exponent :].rstrip("0")
    if not fraction:
        return sign * int(text[: 2 * exponent])
    return Decimal(f"{'-' if sign < 0 else ''}{text[: 2 * exponent]}.{fraction}")


def encode_date(value: datetime.date) -> bytes:
    """Seven bytes. Raises AttributeError for what is not a date."""
    hour, minute, second = (
        (value.hour, value.minute, value.second)
        if isinstance(value, datetime.datetime)
        else (0, 0, 0)
    )
    return bytes(
        (
            value.year // 100 + 100,
            value.year % 100 + 100,
            value.month,
            value.day,
            hour + 1,
            minute + 1,
            second + 1,
        )
    )


def encode_timestamp(value: datetime.date) -> bytes:
    """Eleven bytes; seven where there is no fraction of a second."""
    microsecond = value.microsecond if isinstance(value, datetime.datetime) else 0
    fraction = (microsecond * 1000).to_bytes(4, "big") if microsecond else b""
    return encode_date(value) + fraction


def decode_date(data: bytes) -> datetime.datetime:
    """DATE and TIMESTAMP alike: without a time zone, as they are."""
    microsecond = int.from_bytes(data[7:11], "big") // 1000 if len(data) >= 11 else 0
    return datetime.datetime(  # noqa: DTZ001 - DATE and TIMESTAMP have no zone
        (data[0] - 100) * 100 + data[1] - 100,
        data[2],
        data[3],
        data[4] - 1,
        data[5] - 1,
        data[6] - 1,
        microsecond,
    )
