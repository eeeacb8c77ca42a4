"""One representation of a procedure's rows: in one format and one encoding, with its HTTP headers.

An entity tag is made from the version of the data, from what was asked, and from the revisions of
what writes the format and the encoding, never from the bytes: every process of the service, on
every host, gives the same one, and can tell that it still holds without a look at the database.
"""

import datetime
import email.utils
import hashlib
from functools import lru_cache

from app.answers.compression import REVISIONS, Encoding
from app.answers.filenames import file_name
from app.answers.formats import JSON, Format
from app.contract.gateway import Version
from app.contract.procedure import Arguments, Procedure

Headers = list[tuple[bytes, bytes]]

IDENTITY: Encoding = "identity"

_VARY = (b"vary", b"Accept, Accept-Encoding")


class Representation:
    """What is asked for; its `key` is that under which an answer is made once, and kept.

    `sees` is the part of the data that there is for the one who asks (`Principal.sees`).
    """

    def __init__(
        self,
        procedure: Procedure,
        arguments: Arguments,
        format_: Format,
        encoding: Encoding = IDENTITY,
        sees: str | None = None,
    ) -> None:
        self.procedure = procedure
        self.arguments = arguments
        self.format = format_
        self.encoding = encoding if format_.compressible else IDENTITY
        self.sees = sees
        self.key = (procedure.name, tuple(arguments.values()), format_.name, self.encoding, sees)
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
        return Representation(self.procedure, self.arguments, self.format, sees=self.sees)

    @property
    def in_json(self) -> "Representation":
        """The same rows as the database gives them."""
        return Representation(self.procedure, self.arguments, JSON, sees=self.sees)

    def tag(self, version: Version) -> bytes:
        """The strong entity tag of these rows in that version, in its quotes."""
        name, arguments, format_name, encoding, sees = self.key
        written = f"{format_name} {self.format.revision} {REVISIONS[encoding]}"
        text = f"{version.token} {name} {arguments} {written} {sees!r}"
        digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
        suffix = "" if encoding == IDENTITY else f"-{encoding}"
        return f'"{digest}{suffix}"'.encode()

    def tags(self, version: Version | None) -> tuple[bytes, ...]:
        """Its tag and that of the same without an encoding; none without a version."""
        if version is None:
            return ()
        plain = self.plain.tag(version)
        return (plain,) if self.encoding == IDENTITY else (self.tag(version), plain)

    def validators_of(self, tag: bytes | None, version: Version | None) -> Headers:
        """The validators of that one of its `tags`."""
        is_plain = version is not None and tag == self.plain.tag(version)
        return (self.plain if is_plain else self).validators(version)

    def head(self, version: Version | None) -> Headers:
        """The headers of a 200, but for those that say how it was got."""
        headers = [(b"content-type", self.format.media_type.encode()), *self.validators(version)]
        if self.encoding != IDENTITY:
            headers.append((b"content-encoding", self.encoding.encode()))
        name = file_name(self.procedure, self.arguments, self.format.suffix)
        how = "attachment" if self.format.attachment else "inline"
        headers.append((b"content-disposition", f'{how}; filename="{name}"'.encode()))
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
        loaded_at = version.loaded_at
        if loaded_at and loaded_at <= datetime.datetime.now(datetime.timezone.utc):
            headers.append((b"last-modified", _http_date(loaded_at)))
        return headers


@lru_cache(4)
def _http_date(moment: datetime.datetime) -> bytes:
    return email.utils.format_datetime(moment, usegmt=True).encode()
