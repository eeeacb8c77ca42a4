"""Which format a request gets."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answers.formats import FORMATS, Asked, Format, negotiate, negotiation
from app.answers.formats.format import CSV, CSV_WITHOUT_BOM, KNOWN
from app.contract.faults import BadArguments, NotAcceptable
from app.web.problems import Problem, fault_problem

BROWSER = (
    b"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8,"
    b"application/signed-exchange;v=b3;q=0.7"
)


def test_all_are_there() -> None:
    """The tests run with pyarrow, so nothing is left out."""
    assert [known.name for known in FORMATS] == [
        "json",
        "ndjson",
        "csv",
        "arrow",
        "parquet",
        "feather",
    ]


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "json"),
        (b"", "json"),
        (b" , ", "json"),
        (b"*/*", "json"),
        (b"*", "json"),
        (BROWSER, "json"),
        (b"application/json, text/plain, */*", "json"),
        (b"text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "json"),
        (b"application/json; charset=UTF-8", "json"),
        (b"application/*", "json"),
        (b"text/*", "csv"),
        (b"text/csv", "csv"),
        (b"TEXT/CSV", "csv"),
        (b"text/csv; charset=utf-8; header=present", "csv"),
        (b'text/csv;header="present"', "csv"),
        (b"text/csv, */*;q=0.1", "csv"),
        (b"application/json;q=0.5, text/csv;q=0.8", "csv"),
        (b"text/csv;q=0.8, application/json;q=0.8", "json"),
        (b"application/json;q=0, */*", "ndjson"),
        (b"*/*, application/json;q=0, application/x-ndjson;q=0.2", "csv"),
        (b"application/*;q=0.3, application/json;q=0.1, text/csv;q=0.2", "ndjson"),
        (b"text/csv;header=absent, application/x-ndjson;q=0.1", "ndjson"),
        (b"text/csv;header=present;q=0, text/csv, application/json;q=0.1", "json"),
        (b"application/vnd.apache.arrow.stream", "arrow"),
        (b"application/vnd.apache.parquet", "parquet"),
        (b"text/csv;q=2, application/x-ndjson;q=0.1", "ndjson"),
        (b'text/html;title="a,text/csv;b", application/x-ndjson', "ndjson"),
    ],
)
def test_accept(accept: bytes | None, name: str) -> None:
    """Quality decides, the most specific range says it, and JSON wins where all is the same."""
    assert negotiate(accept).name == name


@pytest.mark.parametrize(
    "accept",
    [b"text/html", b"image/*", b"*/*;q=0", b"text/csv;header=absent", b"csv", b"application/*;q=0"],
)
def test_not_acceptable(accept: bytes) -> None:
    """406 lists what there is, in words and for programs."""
    with pytest.raises(NotAcceptable) as caught:
        negotiate(accept)
    status, _, body = fault_problem(caught.value, "x")
    problem = Problem.model_validate_json(body)
    assert status == problem.status == 406
    assert problem.type == "urn:odm:problem:not-acceptable"
    assert problem.available == [known.media_type for known in FORMATS]
    assert all(known.name in problem.detail for known in FORMATS)


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_asked(known: Format) -> None:
    """The query wins over the header."""
    assert negotiate(b"text/html", Asked(known.name)) is known


@pytest.mark.parametrize("asked", ["", "xml", "JSON", "csv ", "\udcff", "x" * 1000])
def test_no_such_format(asked: str) -> None:
    """A name that is no format is a wrong argument, and the field is named."""
    with pytest.raises(BadArguments) as caught:
        negotiate(None, Asked(asked))
    ((field, message),) = caught.value.errors
    assert field == "format"
    assert "parquet" in message
    assert len(message.encode()) < 150


def test_without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A format that would need pyarrow is 406 and says how to get it; Accept passes it over."""
    monkeypatch.setattr(negotiation, "FORMATS", KNOWN[:3])
    negotiation.forget()
    for name in ("arrow", "parquet", "feather"):
        with pytest.raises(NotAcceptable) as caught:
            negotiate(None, Asked(name))
        assert "pip install -r requirements-analysts.txt" in caught.value.detail
        assert len(caught.value.available) == 3
    with pytest.raises(NotAcceptable) as caught:
        negotiate(b"application/vnd.apache.parquet")
    assert "requirements-analysts.txt" in caught.value.detail
    assert negotiate(b"application/vnd.apache.parquet, text/csv;q=0.1").name == "csv"
    negotiation.forget()


def test_installed() -> None:
    """A format whose package is not there is not one of this process."""
    fields = {"name": "x", "media_type": "x/x", "suffix": "", "attachment": False}
    assert not Format(**fields, description="", revision="1", package="no_such_package").installed  # type: ignore[arg-type]


@given(st.binary(max_size=60) | st.text('*/,;=q"\\01. textcsv', max_size=60).map(str.encode))
def test_any_header(accept: bytes) -> None:
    """Whatever stands in the header, there is a format or a 406."""
    with contextlib.suppress(NotAcceptable):
        assert negotiate(accept) in FORMATS


def test_bom() -> None:
    """CSV begins with a byte order mark unless that is refused, however CSV was asked for."""
    for accept, name in ((b"text/csv", None), (None, "csv")):
        assert negotiate(accept, Asked(name, bom=True)) is CSV
        assert negotiate(accept, Asked(name, bom=False)) is CSV_WITHOUT_BOM
    with pytest.raises(BadArguments, match="bom: is for csv alone; this answer would be json"):
        negotiate(None, Asked(bom=False))
