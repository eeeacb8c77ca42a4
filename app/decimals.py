"""Scaled integers and the decimal text they stand for, without a binary float on the way."""


def decimal_text(value: int, places: int) -> str:
    """`value` / 10**`places` in the shortest form: (-36980, 3) is "-36.98", (5000, 3) is "5"."""
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(value), 10**places)
    if not part:
        return f"{sign}{whole}"
    return f"{sign}{whole}.{part:0{places}d}".rstrip("0")
