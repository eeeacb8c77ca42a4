"""Whose address a client has: the connection's, or what a trusted proxy says of it."""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks_of(setting: str) -> list[Network]:
    """The networks of `ODM_TRUSTED_PROXIES`, which commas part; an address is one of one host.

    Raises ValueError for what is neither.
    """
    return [ipaddress.ip_network(part.strip()) for part in setting.split(",") if part.strip()]


@lru_cache(maxsize=256)
def address_of(text: str) -> Address | None:
    """An address as it is compared, or None: an IPv4 address may come as one of IPv6."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:  # (it may be any text)
            return None
        return address.ipv4_mapped or address
    return address


class Proxies:
    """The proxies that are believed; by default none is."""

    def __init__(self, setting: str) -> None:
        self._networks = networks_of(setting)

    def __contains__(self, peer: str) -> bool:
        address = address_of(peer)
        return address is not None and self._trusts(address)

    def client_of(self, peer: str, headers: Iterable[tuple[bytes, bytes]]) -> str:
        """The client for whom a trusted peer speaks: the right-most address that is not trusted.

        Each proxy adds at the end of `X-Forwarded-For` whom it sees. To the left of the first that
        is not trusted anybody may have written anything.
        """
        forwarded = b",".join(value for name, value in headers if name == b"x-forwarded-for")
        client = peer
        for part in reversed(forwarded.decode("latin-1").split(",")):
            address = address_of(_without_port(part.strip()))
            if address is None:
                break
            client = str(address)
            if not self._trusts(address):
                break
        return client

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def _without_port(text: str) -> str:
    """An address as some proxies write it: `192.0.2.1:5000`, `[2001:db8::1]:5000`."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
