"""Connections to public addresses only, each within the time of its fetch.

A name is resolved once; every address it gives must be allowed, and the connection goes to one of those very
addresses, so that a name cannot mean one thing when it is checked and another when it is used. The check is made
in the network layer of httpcore: no request, redirection or robots.txt gets past it.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Any

import httpcore
import httpx

from flows.web.outcomes import Failure

PUBLIC_PORTS = frozenset({80, 443})
NAT64 = ipaddress.ip_network("64:ff9b::/96")
HEAD_BYTES = 256 * 1024
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Which addresses may be connected to: public ones on ports 80 and 443.

    ``allow_private`` adds private networks and this machine, on any port, for intranets and tests. Link-local
    addresses (which hold the secrets of cloud machines), 0.0.0.0, multicast and reserved ones are never allowed.
    """

    allow_private: bool = False

    def check(self, address: str, port: int) -> None:
        """Refuse an address.

        Raises:
            Failure: ``address_refused``.
        """
        if not self.allow_private and port not in PUBLIC_PORTS:
            raise Failure("address_refused", f"le port {port} n'est ni 80 ni 443")
        plain = ipaddress.ip_address(address.partition("%")[0])
        for meant in embedded(plain) if plain in NAT64 else (plain, *embedded(plain)):
            if not self._allows(meant):
                raise Failure("address_refused", f"l'hôte a une adresse qui n'est pas publique ({meant})")

    def _allows(self, address: Address) -> bool:
        never = (address.is_link_local, address.is_unspecified, address.is_multicast, address.is_reserved)
        if address.is_loopback and address.version == 6:
            return self.allow_private  # ::1 also counts as reserved
        if any(never):
            return False
        if address.is_global and not getattr(address, "is_site_local", False):
            return True
        return self.allow_private and (address.is_private or address.is_loopback)


def embedded(address: Address) -> list[Address]:
    """The IPv4 addresses that an IPv6 address stands for: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found: list[Address | None] = [address.ipv4_mapped, address.sixtofour]
    found += address.teredo or ()
    if address in NAT64:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [meant for meant in found if meant is not None]


@dataclass(slots=True)
class Clock:
    """The time of one fetch, and what came over the wire in it."""

    seconds: float
    began: float = field(default_factory=time.monotonic)

    def left(self, timeout: float | None) -> float:
        """The seconds that an operation may take.

        Raises:
            httpcore.ReadTimeout: when no time is left.
        """
        left = self.began + self.seconds - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout(f"total time of {self.seconds:g} s used up")
        return left if timeout is None else min(left, timeout)


class TimedStream(httpcore.NetworkStream):
    """A connection that keeps to a clock and knows how many bytes of body it has received."""

    def __init__(self, stream: httpcore.NetworkStream, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock
        self._head: bytes | None = b""
        self.body_bytes = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read, within the time left."""
        data = self._stream.read(max_bytes, self._clock.left(timeout))
        self._count(data)
        return data

    def _count(self, data: bytes) -> None:
        """Count what comes after the head of the answer; heads of interim answers (1xx) come before it."""
        if self._head is None:
            self.body_bytes += len(data)
            return
        self._head = (self._head + data)[:HEAD_BYTES]
        while self._head is not None and b"\r\n\r\n" in self._head:
            head, _, rest = self._head.partition(b"\r\n\r\n")
            if head.split(b" ", 2)[1:2] and head.split(b" ", 2)[1].startswith(b"1"):
                self._head = rest
            else:
                self._head, self.body_bytes = None, len(rest)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write, within the time left."""
        self._stream.write(buffer, self._clock.left(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted; the name in the address is what the certificate has to bear."""
        secure = self._stream.start_tls(ssl_context, server_hostname, self._clock.left(timeout))
        return TimedStream(secure, self._clock)

    def get_extra_info(self, info: str) -> Any:
        """What the connection knows of itself."""
        return self._stream.get_extra_info(info)


class CheckedNetwork(httpcore.NetworkBackend):
    """Resolves a name once, checks every address, connects to the first that answers."""

    def __init__(self, policy: AddressPolicy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to a checked address of a host."""
        addresses = resolve(host, port, self._clock.left(timeout))
        for address in addresses:
            self._policy.check(address, port)
        for number, address in enumerate(addresses, 1):
            try:
                seconds = self._clock.left(timeout)
                stream = self._sockets.connect_tcp(address, port, seconds, local_address, socket_options)
                return TimedStream(stream, self._clock)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(addresses):
                    raise
        raise Failure("host_unknown", f"le nom « {host} » n'a pas d'adresse")


def resolve(host: str, port: int, timeout: float) -> list[str]:
    """The addresses of a name, at most four, asked for once.

    Raises:
        Failure: ``host_unknown``.
    """
    executor = ThreadPoolExecutor(1)
    try:
        asked = executor.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = asked.result(timeout)
    except (OSError, UnicodeError, FutureTimeoutError) as error:
        raise Failure(
            "host_unknown", f"le nom « {host} » est inconnu ou ne se laisse pas résoudre"
        ) from error
    finally:
        executor.shutdown(wait=False)  # getaddrinfo cannot be interrupted; the system ends it
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))[:4]


class CheckedTransport(httpx.HTTPTransport):
    """httpx's transport on the checked network, for one fetch; HTTP/1.1, no proxy, certificates verified."""

    def __init__(self, policy: AddressPolicy, clock: Clock, certificates: SSLContext) -> None:
        super().__init__(verify=certificates, trust_env=False)
        # httpx has no parameter for the network layer; its pool is httpcore's, which has one
        self._pool = httpcore.ConnectionPool(
            ssl_context=certificates,
            max_connections=1,
            http1=True,
            http2=False,
            network_backend=CheckedNetwork(policy, clock),
        )
