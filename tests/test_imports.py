"""The plan of the house, held against its imports: who stands on whom, and no circle."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "app").rglob("*.py"))
ROOF = {"app.application", "app.__main__"}

MAY_IMPORT: dict[str, set[str]] = {
    "app.contract": {"app.contract", "app.observe"},
    "app.observe": {"app.observe"},
    "app.answers": {"app.answers", "app.contract", "app.observe"},
    "app.web": {"app.web", "app.answers", "app.contract", "app.observe"},
    "app.pages": {"app.pages", "app.answers", "app.contract"},
    "app.wells": {"app.wells", "app.contract", "app.observe"},
}
"""Each wing and folder, and those whose modules it may use."""

KNOWS_THE_SIDES = {*ROOF, "app.wells.backends"}
SIDES = ("app.wells.embedded", "app.wells.oracle")


ABOVE_ALL = {"app", "app.application", "app.__main__", "app.settings", "app.load", "app.install"}


def name_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of(file: Path) -> set[str]:
    """The modules of `app` that a file imports, those inside its functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file}: say the whole name of what is imported"
            assert node.module
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= inner & MODULES or {node.module}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name for name in names if name.split(".")[0] == "app"}


MODULES = {name_of(file) for file in FILES}
IMPORTS = {name_of(file): imports_of(file) for file in FILES}


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_floors(folder: str) -> None:
    """A wing stands on the ground and on nothing above it; wings never import each other."""
    allowed = tuple(f"{name}." for name in MAY_IMPORT[folder])
    for module, imported in IMPORTS.items():
        if f"{module}.".startswith(f"{folder}."):
            too_high = {name for name in imported if not f"{name}.".startswith(allowed)}
            assert not too_high - {"app"}, module


def test_every_module_has_a_floor() -> None:
    """A new wing is entered above, with what it may use, before it can stand."""
    floors = tuple(f"{folder}." for folder in MAY_IMPORT)
    assert {m for m in IMPORTS if not f"{m}.".startswith(floors)} == ABOVE_ALL


def test_sides() -> None:
    """Only the roof and the choice of a side name a side: nothing else knows where data lies."""
    for module, imported in IMPORTS.items():
        if module not in KNOWS_THE_SIDES and not module.startswith(SIDES):
            assert not {name for name in imported if name.startswith(SIDES)}, module


def test_no_circle() -> None:
    """No module imports itself, however long the way."""
    TopologicalSorter(IMPORTS).prepare()
