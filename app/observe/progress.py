"""The progress bar of work that takes a while: only where a person sees it."""

import sys
from typing import Any

from tqdm import tqdm


def progress_bar(
    total: int | None, what: str, unit: str, *, quiet: bool = False, scale: bool = False
) -> "tqdm[Any]":
    """A bar on standard error, if that is a terminal; call its `update`."""
    nobody_sees_it = quiet or sys.stderr is None
    return tqdm(
        total=total,
        desc=what,
        unit=unit,
        unit_scale=scale,
        leave=False,
        disable=True if nobody_sees_it else None,
    )
