"""The server's half of a log-on with a 12c verifier: O5LOGON, PBKDF2 and SHA-512."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .codes import VERIFIER_12C

VERIFIER_ROUNDS = 4096
SESSION_KEY_ROUNDS = 3


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    # the protocol has it so: the first block of each text is random instead
    return Cipher(algorithms.AES(key), modes.CBC(bytes(16)))


def _encrypt(key: bytes, data: bytes) -> bytes:
    return _cipher(key).encryptor().update(data)


def _decrypt(key: bytes, data: bytes) -> bytes:
    return _cipher(key).decryptor().update(data)


class Verifier:
    """What the data dictionary keeps of a user's password."""

    def __init__(self, password: str) -> None:
        self.salt = secrets.token_bytes(16)
        self.key = self._derive(password.encode())
        self.hash = hashlib.sha512(self.key + self.salt).digest()[:32]

    def _derive(self, password: bytes) -> bytes:
        salt = self.salt + b"AUTH_PBKDF2_SPEEDY_KEY"
        return hashlib.pbkdf2_hmac("sha512", password, salt, VERIFIER_ROUNDS, 64)

    def matches(self, password: bytes) -> bool:
        return hmac.compare_digest(self._derive(password), self.key)


class Exchange:
    """One log-on: a challenge first, then the client's proof that it knows the password."""

    def __init__(self, verifier: Verifier) -> None:
        self.verifier = verifier
        self._part_a = secrets.token_bytes(32)
        self._salt = secrets.token_bytes(16)
        self._key = b""

    def challenge(self) -> list[tuple[str, str, int]]:
        """Keys, values and flags to send."""
        verifier = self.verifier
        return [
            ("AUTH_SESSKEY", _hex(_encrypt(verifier.hash, self._part_a)), 0),
            ("AUTH_VFR_DATA", _hex(verifier.salt), VERIFIER_12C),
            ("AUTH_PBKDF2_CSK_SALT", _hex(self._salt), 0),
            ("AUTH_PBKDF2_VGEN_COUNT", str(VERIFIER_ROUNDS), 0),
            ("AUTH_PBKDF2_SDER_COUNT", str(SESSION_KEY_ROUNDS), 0),
            ("AUTH_GLOBALLY_UNIQUE_DBID\0", _hex(secrets.token_bytes(16)), 0),
        ]

    def verify(self, pairs: dict[str, str]) -> bool:
        """Whether the client's proof holds."""
        try:
            part_b = _decrypt(self.verifier.hash, bytes.fromhex(pairs["AUTH_SESSKEY"]))
            seed = _hex(part_b[:32] + self._part_a).encode()
            self._key = hashlib.pbkdf2_hmac("sha512", seed, self._salt, SESSION_KEY_ROUNDS, 32)
            plain = _decrypt(self._key, bytes.fromhex(pairs["AUTH_PASSWORD"]))
        except (KeyError, ValueError):
            return False
        padding = plain[-1]
        if not 1 <= padding <= 16 or plain[-padding:] != bytes([padding]) * padding:
            return False
        return self.verifier.matches(plain[16:-padding])

    def response(self) -> str:
        """The proof that the server knows the session key too."""
        plain = secrets.token_bytes(16) + b"SERVER_TO_CLIENT" + bytes([16]) * 16
        return _hex(_encrypt(self._key, plain))


def _hex(data: bytes) -> str:
    return data.hex().upper()
