"""Where a request comes from: this machine or another, a page of ours or of another site."""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from flask import Request

FORWARDING_HEADERS: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")
LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")


def is_from_this_machine(question: Request) -> bool:
    """Whether a request comes from this machine itself and not through a proxy.

    A proxy that tells nothing of itself is known by HTTP/1.0, in which nginx asks unless told otherwise.
    """
    if question.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        return False
    if any(question.headers.get(name) for name in FORWARDING_HEADERS):
        return False
    return is_loopback(question.remote_addr or "")


def is_loopback(address: str) -> bool:
    """Whether an address is this machine's own.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("::ffff:127.0.0.1"), is_loopback("203.0.113.9")
    (True, True, False)
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return found.is_loopback or (mapped is not None and mapped.is_loopback)


def names_this_machine(question: Request) -> bool:
    """Whether the address bar names this machine: another site's name that leads here does not count."""
    name = question.host.rsplit(":", 1)[0] if not question.host.endswith("]") else question.host
    return name.lower() in LOCAL_NAMES


def is_foreign(question: Request) -> bool:
    """Whether a browser says that a page of another site sent the request."""
    site = question.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = question.headers.get("Origin")
    return origin is not None and not _is_ours(origin, question)


def is_from_our_page(question: Request) -> bool:
    """Whether a browser says that one of our own pages sent the request; saying nothing does not count."""
    told = question.headers.get("Origin"), question.headers.get("Sec-Fetch-Site")
    return not is_foreign(question) and (told[0] is not None or told[1] == "same-origin")


def _is_ours(origin: str, question: Request) -> bool:
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc.lower() == question.host.lower()


def neighbourhood(address: str) -> str:
    """Whose quota an address counts to: an IPv4 address itself, of IPv6 the network of 64 bits one home has.

    Examples
    --------
    >>> neighbourhood("203.0.113.9"), neighbourhood("2001:db8:1:2:3::4")
    ('203.0.113.9', '2001:db8:1:2::/64')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
