"""The releases in CHANGELOG.md: numbered, dated, in order, and the newest is the program's."""

import datetime
import re

import httpx

from app import __version__
from tests.docs.pages import ROOT

CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
RELEASES = re.findall(r"^## (\d+)\.(\d+)\.(\d+) - (\d{4}-\d\d-\d\d)$", CHANGELOG, re.MULTILINE)


def test_newest_release_is_the_program(service: httpx.Client) -> None:
    """The first release of the list is the program's, and the OpenAPI description says so too."""
    newest = ".".join(RELEASES[0][:3])
    assert newest == __version__ == service.get("/openapi.json").json()["info"]["version"]


def test_releases_are_dated_and_in_order() -> None:
    """Every section of the second level is a release; numbers and days fall from the newest on."""
    assert len(RELEASES) == len(re.findall(r"^## ", CHANGELOG, re.MULTILINE))
    numbers = [tuple(map(int, release[:3])) for release in RELEASES]
    assert numbers == sorted(set(numbers), reverse=True)
    days = [datetime.date.fromisoformat(release[3]) for release in RELEASES]
    assert days == sorted(days, reverse=True)


def test_kinds_of_change() -> None:
    """A release groups its changes as Keep a Changelog does."""
    kinds = set(re.findall(r"^### (.+)$", CHANGELOG, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
