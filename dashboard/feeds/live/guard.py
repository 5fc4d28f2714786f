"""Which addresses a feed may be asked at: public ones, and hosts the operator named.

A server may answer with a redirect to any address, and a name may lead anywhere when it is looked up again. So every
hop is checked, and the connection goes to the very address that was checked.
"""

import ipaddress
import socket
from collections.abc import Callable, Collection
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from dashboard.feeds.live.failure import FetchError, Reason

PUBLIC_PORTS: Final = (443, 80)
"""Ports asked at hosts nobody named."""
MAX_ADDRESS_CHARS: Final = 8_000
_IPV4_INSIDE: Final = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"))
"""IPv6 networks that carry an IPv4 address: NAT64 (RFC 6052) and 6to4 (RFC 3056)."""

Lookup = Callable[..., list[tuple[Any, ...]]]


class Guard:
    """Decides where a connection may go.

    Parameters
    ----------
    named
        Hosts the operator named, lower case: these may be private, and asked without TLS.
    lookup
        Finds the addresses of a name, as `socket.getaddrinfo`.
    """

    def __init__(self, named: Collection[str] = (), lookup: Lookup = socket.getaddrinfo) -> None:
        self._named = frozenset(host.lower() for host in named)
        self._lookup = lookup

    def check(self, url: str) -> SplitResult:
        """Parts of an address that may be asked.

        Raises
        ------
        FetchError
            For other schemes than https (http at named hosts), for names with a password, and for unusual ports.
        """
        if len(url) > MAX_ADDRESS_CHARS or not url.isascii() or any(char in url for char in " \t\r\n\\"):
            raise FetchError(Reason.REFUSED, "an address with characters that do not belong there")
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").rstrip("."), parts.port
        except ValueError:
            raise FetchError(Reason.REFUSED, "no address") from None
        is_named = host in self._named
        if parts.scheme not in (("https", "http") if is_named else ("https",)):
            raise FetchError(Reason.REFUSED, f"the scheme {parts.scheme or 'missing'} at {host or 'no host'}")
        if not host or "%" in host or parts.username is not None or parts.password is not None:
            raise FetchError(Reason.REFUSED, "an address without a host, or with a user")
        if not is_named and port not in (None, *PUBLIC_PORTS):
            raise FetchError(Reason.REFUSED, f"port {port} at {host}")
        return parts

    def addresses(self, host: str, port: int) -> list[str]:
        """Addresses a host may be asked at.

        Raises
        ------
        FetchError
            When the name is unknown, or any of its addresses is not public and nobody named the host.
        """
        host = host.strip("[]").rstrip(".").lower()
        try:
            found = self._lookup(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise FetchError(Reason.DOWN, f"the name {host} is not known") from None
        addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
        if host not in self._named and not all(is_public(address) for address in addresses):
            raise FetchError(Reason.REFUSED, f"{host} leads to an address that is not public")
        return addresses


def is_public(address: str) -> bool:
    """Whether an address belongs to the public internet, also inside IPv6.

    Examples
    --------
    >>> [is_public(one) for one in ("93.184.216.34", "10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1")]
    [True, False, False, False]
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inside = found.ipv4_mapped
        if inside is None and found in _IPV4_INSIDE[0]:
            inside = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inside is None and found in _IPV4_INSIDE[1]:
            inside = ipaddress.IPv4Address(int(found) >> 80 & 0xFFFFFFFF)
        if inside is not None:
            return is_public(str(inside))
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)
