"""One representation of a procedure's rows: in one format and one encoding, with its HTTP headers.

An entity tag is made from the version of the data and from what was asked, never from the bytes:
every process of the service, on every host, gives the same one, and can tell that it still holds
without a look at the database.
"""

import datetime
import email.utils
import hashlib
import re
from functools import lru_cache

from app import __version__
from app.answers.compression import Encoding
from app.answers.formats import JSON, Format
from app.contract.gateway import Version
from app.contract.procedure import Arguments, Procedure

Headers = list[tuple[bytes, bytes]]

IDENTITY: Encoding = "identity"

_TAG = re.compile(rb'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_VARY = (b"vary", b"Accept, Accept-Encoding")


class Representation:
    """What is asked for; its `key` is that under which an answer is made once, and kept."""

    def __init__(
        self,
        procedure: Procedure,
        arguments: Arguments,
        format_: Format,
        encoding: Encoding = IDENTITY,
    ) -> None:
        self.procedure = procedure
        self.arguments = arguments
        self.format = format_
        self.encoding = encoding if format_.compressible else IDENTITY
        self.key = (procedure.name, tuple(arguments.values()), format_.name, self.encoding)
        self._validators: tuple[Version | None, Headers] | None = None

    @property
    def is_json(self) -> bool:
        """Whether it is what the database gives, and nothing has to be made out of it."""
        return self.format is JSON and self.encoding == IDENTITY

    @property
    def plain(self) -> "Representation":
        """The same without an encoding."""
        if self.encoding == IDENTITY:
            return self
        return Representation(self.procedure, self.arguments, self.format)

    @property
    def in_json(self) -> "Representation":
        """The same rows as the database gives them."""
        return Representation(self.procedure, self.arguments, JSON)

    def tag(self, version: Version) -> bytes:
        """The strong entity tag of these rows in that version, in its quotes."""
        text = f"{version.token} {__version__} {self.key[:3]}"
        digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
        suffix = "" if self.encoding == IDENTITY else f"-{self.encoding}"
        return f'"{digest}{suffix}"'.encode()

    def head(self, version: Version | None) -> Headers:
        """The headers of a 200, but for those that say how it was got."""
        headers = [(b"content-type", self.format.media_type.encode()), *self.validators(version)]
        if self.encoding != IDENTITY:
            headers.append((b"content-encoding", self.encoding.encode()))
        if self.format.attachment:
            name = f"{self.procedure.path.strip('/')}{self.format.suffix}"
            headers.append((b"content-disposition", b'attachment; filename="%s"' % name.encode()))
        return headers

    def validators(self, version: Version | None) -> Headers:
        """The headers by which a client can ask later whether its copy still holds: all of a 304.

        Without a version (the data changed while the answer was made) it can't.
        """
        if self._validators is None or self._validators[0] is not version:
            self._validators = (version, self._make_validators(version))
        return self._validators[1]

    def _make_validators(self, version: Version | None) -> Headers:
        if version is None:
            return [_VARY, (b"cache-control", b"no-store")]
        headers = [_VARY, (b"cache-control", b"no-cache"), (b"etag", self.tag(version))]
        if version.changed_at <= datetime.datetime.now(datetime.timezone.utc):
            headers.append((b"last-modified", _http_date(version.changed_at)))
        return headers


def still_holds(
    tag: bytes, version: Version, if_none_match: bytes | None, since: bytes | None
) -> bool:
    """Whether the client's copy is that of the tag (RFC 9110, section 13.1)."""
    if if_none_match is not None:
        return if_none_match.strip() == b"*" or tag in _TAG.findall(if_none_match)
    if since is None:
        return False
    try:
        date = email.utils.parsedate_to_datetime(since.decode("ascii"))
    except (ValueError, OverflowError):
        return False
    return date.tzinfo is not None and version.changed_at <= date


@lru_cache(4)
def _http_date(moment: datetime.datetime) -> bytes:
    return email.utils.format_datetime(moment, usegmt=True).encode()
