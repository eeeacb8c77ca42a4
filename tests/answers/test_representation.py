"""Entity tags and validators, without a server."""

import datetime
from dataclasses import replace

from app.answers.formats.format import CSV, JSON, PARQUET
from app.answers.representation import Representation
from app.contract.gateway import Version, read_version
from app.wells.catalogue import WELL_SUMMARY, WELL_SUMMARY_BY_DAY

AT = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.timezone.utc)
VERSION = Version("0123456789abcdef", AT, {})
LATER = Version("fedcba9876543210", AT + datetime.timedelta(seconds=1), {})
WELL = {"well_id": 1, "division_id": 2}
DAYS = {**WELL, "from_date": None, "to_date": None}
TAG = Representation(WELL_SUMMARY, WELL, JSON).tag(VERSION)


def test_what_makes_a_tag() -> None:
    """Version, procedure, arguments, format and encoding: each makes another tag."""
    day = datetime.date(2025, 1, 1)
    asked = [
        Representation(WELL_SUMMARY, WELL, JSON),
        Representation(WELL_SUMMARY, {"well_id": 2, "division_id": 1}, JSON),
        Representation(WELL_SUMMARY, {"well_id": 12, "division_id": 0}, JSON),
        Representation(WELL_SUMMARY, WELL, CSV),
        Representation(WELL_SUMMARY, WELL, JSON, "gzip"),
        Representation(WELL_SUMMARY, WELL, JSON, "zstd"),
        Representation(WELL_SUMMARY, WELL, JSON, sees="a part"),
        Representation(WELL_SUMMARY, WELL, JSON, "zstd", sees="a part"),
        Representation(WELL_SUMMARY_BY_DAY, DAYS, JSON),
        Representation(WELL_SUMMARY_BY_DAY, {**DAYS, "from_date": day}, JSON),
        Representation(WELL_SUMMARY_BY_DAY, {**DAYS, "to_date": day}, JSON),
    ]
    tags = [each.tag(version) for each in asked for version in (VERSION, LATER)]
    assert len(set(tags)) == len(tags)
    assert len({each.key for each in asked}) == len(asked)


def test_the_same_everywhere() -> None:
    """Every process makes the same tag, whatever objects it was made of."""
    again = Representation(WELL_SUMMARY, dict(WELL), JSON).tag(Version(VERSION.token, AT, {"x": 1}))
    assert again == TAG


def test_the_revision_of_a_format() -> None:
    """Rows that are written otherwise from now on have another tag."""
    otherwise = replace(CSV, revision="3")
    tags = {Representation(WELL_SUMMARY, WELL, each).tag(VERSION) for each in (CSV, otherwise)}
    assert len(tags) == 2


def test_parquet_is_not_compressed() -> None:
    """It is inside; its key and tag are those of the plain one."""
    plain, zipped = (Representation(WELL_SUMMARY, WELL, PARQUET, e) for e in ("identity", "gzip"))
    assert plain.key == zipped.key
    assert plain.tag(VERSION) == zipped.tag(VERSION)
    assert b"content-encoding" not in dict(zipped.head(VERSION))


def test_headers() -> None:
    """A 200 says what it is; a 304 only how long it may be kept."""
    zipped = Representation(WELL_SUMMARY, WELL, CSV, "gzip")
    head = dict(zipped.head(VERSION))
    assert head[b"content-encoding"] == b"gzip"
    assert head[b"content-disposition"] == b'attachment; filename="well-summary_well-1.csv"'
    assert head[b"last-modified"] == b"Thu, 01 Jan 2026 12:00:00 GMT"
    assert set(dict(zipped.validators(VERSION))) == {
        b"vary", b"cache-control", b"etag", b"last-modified",
    }  # fmt: skip
    assert dict(zipped.validators(LATER))[b"etag"] == zipped.tag(LATER)


def test_without_a_version() -> None:
    """Nobody could say how long it holds, so nobody keeps it."""
    head = dict(Representation(WELL_SUMMARY, WELL, JSON).head(None))
    assert head[b"cache-control"] == b"no-store"
    assert b"etag" not in head
    assert b"last-modified" not in head


def test_nothing_loaded_yet() -> None:
    """An empty database has not changed in 1970: it tells no date."""
    text = b'[{"subject":"wells","change_count":0,"changed_at":"1970-01-01T00:00:00Z"}]'
    version = read_version(text)
    assert version.never_changed
    assert not VERSION.never_changed
    head = dict(Representation(WELL_SUMMARY, WELL, JSON).head(version))
    assert b"etag" in head
    assert b"last-modified" not in head


def test_a_date_in_the_future() -> None:
    """It is not told: a client with a clock of its own would make nothing of it."""
    now = datetime.datetime.now(datetime.timezone.utc)
    ahead = Version("00", now + datetime.timedelta(hours=1), {})
    assert b"last-modified" not in dict(Representation(WELL_SUMMARY, WELL, JSON).head(ahead))
