"""Whose address a client has, of what trusted proxies say."""

import pytest

from app.settings import Settings
from app.web.proxies import Proxies

TRUSTED = "10.0.0.0/8, 192.0.2.7,2001:db8::/32"

SPOKEN_FOR = [
    ([], "10.0.0.1"),
    ([""], "10.0.0.1"),
    (["203.0.113.5"], "203.0.113.5"),
    (["  203.0.113.5  "], "203.0.113.5"),
    (["198.51.100.1, 203.0.113.5"], "203.0.113.5"),
    (["198.51.100.1", "203.0.113.5"], "203.0.113.5"),
    (["203.0.113.5, 192.0.2.7, 10.9.9.9"], "203.0.113.5"),
    (["198.51.100.1, 203.0.113.5, 10.9.9.9"], "203.0.113.5"),
    (["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
    (["203.0.113.5:4711"], "203.0.113.5"),
    (["[2001:4860::1]:443"], "2001:4860::1"),
    (["2001:4860:0::1"], "2001:4860::1"),
    (["203.0.113.5, 2001:db8::9"], "203.0.113.5"),
    (["::ffff:203.0.113.5"], "203.0.113.5"),
    (["203.0.113.5, ::ffff:10.3.3.3"], "203.0.113.5"),
    (["203.0.113.5, unknown, 10.9.9.9"], "10.9.9.9"),
    (["203.0.113.5, 10.9.9.9 200 0 bytes"], "10.0.0.1"),
    (["fe80::1%any text at all"], "10.0.0.1"),
    (["203.0.113.5,"], "10.0.0.1"),
]


@pytest.mark.parametrize(("forwarded", "client"), SPOKEN_FOR)
def test_client_of(forwarded: list[str], client: str) -> None:
    """The right-most address that is not trusted; what is no address ends the search."""
    headers = [(b"x-forwarded-for", text.encode()) for text in forwarded]
    headers.insert(0, (b"host", b"odm"))
    assert Proxies(TRUSTED).client_of("10.0.0.1", headers) == client


@pytest.mark.parametrize("peer", ["10.255.0.1", "192.0.2.7", "2001:db8::1", "::ffff:10.0.0.1"])
def test_trusted(peer: str) -> None:
    """An address of the setting, or of a network of it."""
    assert peer in Proxies(TRUSTED)
    assert peer not in Proxies("")


@pytest.mark.parametrize("peer", ["11.0.0.1", "192.0.2.8", "2001:db9::1", "::1", "", "10.0.0"])
def test_not_trusted(peer: str) -> None:
    """Any other."""
    assert peer not in Proxies(TRUSTED)


@pytest.mark.parametrize("setting", ["10.0.0.1/8", "nginx", "10.0.0.0/33", "*"])
def test_no_network(setting: str) -> None:
    """What is no address and no network is refused, and not taken for one that never comes."""
    with pytest.raises(ValueError, match="odm_trusted_proxies"):
        Settings(odm_trusted_proxies=setting)
