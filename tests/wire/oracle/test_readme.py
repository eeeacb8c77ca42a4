from __future__ import annotations

import re
from pathlib import Path


def test_the_example_works() -> None:
    """As it stands in the README."""
    text = Path(__file__).with_name("README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(compile(code, "README.md", "exec"), {"__name__": "readme"})  # noqa: S102 - our own text
