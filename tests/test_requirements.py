"""The lock files: every package that is installed, in one version, by its hash."""

import re
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]

NAMES = ["requirements", "requirements-analysts", "requirements-dev"]


def asked(name: str) -> list[Requirement]:
    """What the file asks for, and the files that it includes."""
    found = []
    for line in (ROOT / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text.startswith("-r "):
            found += asked(text.removeprefix("-r ").removesuffix(".txt"))
        elif text and not text.startswith("-c "):
            found.append(Requirement(text))
    return found


def locked(name: str) -> dict[str, tuple[Requirement, list[str]]]:
    """Each package of the lock file, with its hashes."""
    text = (ROOT / f"{name}.lock").read_text(encoding="utf-8").replace("\\\n", "")
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            package, *hashes = line.split(" --hash=")
            requirement = Requirement(package)
            assert requirement.name not in found, "one version for every Python and platform"
            found[requirement.name] = requirement, [each.strip() for each in hashes]
    return found


def version(requirement: Requirement) -> str:
    (specifier,) = requirement.specifier
    assert specifier.operator == "=="
    return specifier.version


@pytest.mark.parametrize("name", NAMES)
def test_each_by_its_hashes(name: str) -> None:
    """Every package is pinned to one version and has the hash of a file, or of several."""
    assert locked(name)
    for requirement, hashes in locked(name).values():
        assert version(requirement)
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes)


@pytest.mark.parametrize("name", NAMES)
def test_agrees_with_what_is_asked(name: str) -> None:
    """Each pin of the text file is in the lock file, in its version (else: `make lock`)."""
    lock = locked(name)
    for requirement in asked(name):
        found, _ = lock[canonicalize_name(requirement.name)]
        assert version(found) == version(requirement)


@pytest.mark.parametrize("name", NAMES)
def test_agrees_with_constraints(name: str) -> None:
    """The lock files and constraints.txt name the same versions, and that of all packages."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    constraints = dict(re.findall(r"^([\w.-]+)==(\S+)$", text, re.MULTILINE))
    versions = {package: version(found) for package, (found, _) in locked(name).items()}
    assert versions.items() <= constraints.items()
    assert name != "requirements-dev" or versions == constraints


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_missing_and_nothing_else_is_there(name: str) -> None:
    """Here the lock file has what is asked for and all that this needs in turn, and no more."""
    lock = locked(name)
    here = {
        package
        for package, (requirement, _) in lock.items()
        if requirement.marker is None or requirement.marker.evaluate()
    }
    reached = set[str]()
    waiting = [(requirement, "") for requirement in asked(name)]
    while waiting:
        requirement, extra = waiting.pop()
        package = canonicalize_name(requirement.name)
        environment = {**default_environment(), "extra": extra}
        if requirement.marker and not requirement.marker.evaluate(environment):  # type: ignore[arg-type]
            continue
        for wanted in ["", *requirement.extras]:
            if f"{package}[{wanted}]" not in reached:
                reached.add(f"{package}[{wanted}]")
                waiting += [(Requirement(each), wanted) for each in requires(package) or []]
    assert {each.partition("[")[0] for each in reached} == here
