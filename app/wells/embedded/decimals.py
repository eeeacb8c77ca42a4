"""Scaled integers and the decimal text they stand for, without a binary float on the way."""


def decimal_text(value: int, places: int) -> str:
    """`value` / 10**`places` in the shortest form: (-36980, 3) is "-36.98", (5000, 3) is "5".

    `places` is 1 or more.
    """
    if value < 0:
        return f"-{decimal_text(-value, places)}"
    digits = str(value).zfill(places + 1)
    return f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")
