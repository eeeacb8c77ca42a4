"""How a database release presents itself on the wire."""

from __future__ import annotations

from dataclasses import dataclass

from .codes import FieldVersion

FAST_LOGON = 0x10000000
HAS_END_OF_RESPONSE = 0x02000000

# bytes 0 to 41 of the capabilities; 7 is the field version, 40 the features that vary
_COMPILE_CAPABILITIES = bytes.fromhex(
    "06010101 ea000000 01010000 00000029 90030703 000100cf 0000040100000010 00000c00 00b80008 0400"
)


@dataclass(frozen=True)
class Profile:
    """23ai has fast log-on, a message that ends each response, and request boundaries."""

    name: str
    tns_version: int
    field_version: FieldVersion
    version_number: int
    accept_flags: int = 0
    ends_responses: bool = False
    request_boundaries: bool = False  # 21c and later: a release tells the database

    def compile_capabilities(self) -> bytes:
        capabilities = bytearray(_COMPILE_CAPABILITIES)
        if self.field_version >= FieldVersion.V20_1:
            capabilities += bytes(13)
        capabilities[7] = self.field_version
        if self.ends_responses:
            capabilities[40] |= 0x20
        if self.request_boundaries:
            capabilities[40] |= 0x40
        return bytes(capabilities)

    def runtime_capabilities(self, max_string_size: int) -> bytes:
        capabilities = bytearray(13)
        capabilities[0:2] = b"\x02\x01"
        capabilities[6] = 0x01
        if max_string_size > 4000:
            capabilities[6] |= 0x04
        if self.request_boundaries:
            capabilities[6] |= 0x10
        return bytes(capabilities)


PROFILES = {
    "19c": Profile("19c", 318, FieldVersion.V19_1, 19 << 24 | 25 << 16),
    "23ai": Profile(
        "23ai",
        319,
        FieldVersion.V23_4,
        23 << 24 | 6 << 16,
        accept_flags=FAST_LOGON | HAS_END_OF_RESPONSE,
        ends_responses=True,
        request_boundaries=True,
    ),
}
