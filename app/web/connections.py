"""How many connections there may be: in all, and for each client."""

import ipaddress
import logging
import time
from collections import Counter

from starlette.types import ASGIApp, Receive, Scope, Send

from app.contract.faults import Fault, TooManyConnections
from app.web.guard import REFUSAL
from app.web.proxies import Proxies, address_of
from app.web.settings import WebSettings

log = logging.getLogger("odm")

CONNECTIONS = "odm.connections"
"""In the lifespan's state: the connections of the service, for the protocol."""

WAITING = 100
"""How many connections too many may wait to be told so. Any more are cut off at once."""

WAITING_SECONDS = 2
"""How long each of them may take to ask something, and so be told."""

_TOLD_SECONDS = 60
"""How often the log says that there are too many."""


class Places:
    """Counts what each client has of something, up to a limit; with 0 there is none.

    A client is an address, or with IPv6 a network of 64 bits: each customer has one at least, and
    every address in it.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.taken: Counter[str] = Counter()

    def take(self, address: str) -> bool:
        """Take a place, if one is free."""
        client = _client(address)
        if self.limit and self.taken[client] >= self.limit:
            return False
        self.taken[client] += 1
        return True

    def give_back(self, address: str) -> None:
        """Give back a place that was taken."""
        client = _client(address)
        self.taken[client] -= 1
        if not self.taken[client]:
            del self.taken[client]


def _client(address: str) -> str:
    known = address_of(address)
    if isinstance(known, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known or address)


class Connections:
    """All connections of a process.

    A trusted proxy has as many as it likes: each is somebody else's. So has whoever comes by a
    socket without addresses.
    """

    def __init__(self, settings: WebSettings, send_seconds: float, refusal: ASGIApp) -> None:
        """`refusal`: answers a request by the fault that stands in its scope."""
        self.settings = settings
        self.send_seconds = send_seconds
        self.proxies = Proxies(settings.odm_trusted_proxies)
        self.admitted = 0
        self.waiting = 0
        self._places = Places(settings.odm_max_connections_per_address)
        self._refusal = refusal
        self._told = -float(_TOLD_SECONDS)

    def is_proxy(self, address: str | None) -> bool:
        """Whether that address may speak for others."""
        return address is not None and address in self.proxies

    def enter(self, address: str | None) -> Fault | None:
        """Count a connection; or say why it is one too many, and count it among those."""
        most = self.settings.odm_max_connections
        if most and self.admitted >= most:
            fault = TooManyConnections(
                "The service has as many connections as it may have.", "ODM_MAX_CONNECTIONS"
            )
        elif not self._place_for(address):
            fault = TooManyConnections(
                "Your address has as many connections as it may have.",
                "ODM_MAX_CONNECTIONS_PER_ADDRESS; a proxy has to be in ODM_TRUSTED_PROXIES",
            )
        else:
            self.admitted += 1
            return None
        self.waiting += 1
        if time.monotonic() - self._told >= _TOLD_SECONDS:
            self._told = time.monotonic()
            log.warning("connections of %s are refused: %s", address, fault.cause)
        return fault

    def _place_for(self, address: str | None) -> bool:
        return address is None or self.is_proxy(address) or self._places.take(address)

    def leave(self, address: str | None, fault: Fault | None) -> None:
        """Count a connection no more; `fault` is what `enter` has said."""
        if fault:
            self.waiting -= 1
            return
        self.admitted -= 1
        if address and not self.is_proxy(address):
            self._places.give_back(address)

    def refusing(self, fault: Fault) -> ASGIApp:
        """An application that answers every request by that fault."""

        async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
            scope[REFUSAL] = fault
            await self._refusal(scope, receive, send)

        return refuse
