import zlib


def choose_encoding(accept_encoding: bytes | None) -> str:
    return "gzip" if accept_encoding and b"gzip" in accept_encoding else "identity"


class Compressor:
    def __init__(self, encoding: str) -> None:
        self._z = zlib.compressobj(6, zlib.DEFLATED, 31)

    def feed(self, piece: bytes) -> bytes:
        return self._z.compress(piece)

    def finish(self) -> bytes:
        return self._z.flush()
