"""The version of the data, out of the text that a database tells it with."""

import datetime
import hashlib

import pytest

from app.contract.gateway import read_version

TEXT = (
    b'[{"subject":"prices","change_count":7,"changed_at":"2026-11-21T06:00:01Z"},'
    b'{"subject":"wells","change_count":2,"changed_at":"2026-11-21T06:00:00Z","more":null}]'
)


def test_read() -> None:
    """The token is a digest of the text, and the latest change is the version's."""
    version = read_version(TEXT)
    assert version.token == hashlib.sha256(TEXT).hexdigest()[:16]
    assert version.changed_at == datetime.datetime(
        2026, 11, 21, 6, 0, 1, tzinfo=datetime.timezone.utc
    )
    assert version.changes == {"prices": 7, "wells": 2}


def test_tokens() -> None:
    """Any difference in the text is another version; the same text is the same one."""
    assert read_version(TEXT) == read_version(bytes(TEXT))
    assert hash(read_version(TEXT)) == hash(read_version(bytes(TEXT)))
    assert read_version(TEXT) != read_version(TEXT.replace(b"7", b"8"))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"7",
        b"[7]",
        b"\xff",
        TEXT[:-1],
        TEXT.replace(b"subject", b"topic"),
        TEXT.replace(b"7", b"null"),
        TEXT.replace(b"7", b'"many"'),
        TEXT.replace(b"Z", b""),
        TEXT.replace(b"Z", b"+01:00"),
        TEXT.replace(b'"2026-11-21T06:00:00Z"', b"null"),
    ],
)
def test_no_version(text: bytes) -> None:
    """Whatever is not such a text is a ValueError."""
    with pytest.raises(ValueError, match=r".+"):
        read_version(text)
