from __future__ import annotations

from .authentication import Exchange, Verifier


def test_verifiers_know_their_password_only() -> None:
    """And two of the same password have nothing in common."""
    one, other = Verifier("tiger"), Verifier("tiger")
    assert one.matches(b"tiger")
    assert not one.matches(b"Tiger")
    assert not one.matches(b"")
    assert (one.salt, one.key, one.hash) != (other.salt, other.key, other.hash)


def test_proofs_that_make_no_sense_fail() -> None:
    """Rather than break the server."""
    exchange = Exchange(Verifier("tiger"))
    assert not exchange.verify({})
    assert not exchange.verify({"AUTH_SESSKEY": "xyz", "AUTH_PASSWORD": ""})
    assert not exchange.verify({"AUTH_SESSKEY": "00" * 32, "AUTH_PASSWORD": "00" * 32})
