"""Where a webhook may lead: to the public internet by HTTPS, and nowhere inside this network.

A name is resolved once, every address it has is looked at, and the connection goes to an address that was looked at:
a name that leads elsewhere a moment later (DNS rebinding) is not asked again. Redirects are not followed.
"""

import http.client
import ipaddress
import re
import socket
import ssl
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from risk_core.errors import Fault, InputError

MAX_URL: Final = 2_000
TIMEOUT_S: Final = 5.0
MAX_ANSWER_BYTES: Final = 64 * 1024
PORTS: Final = (443, 8443)
_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver: what to connect to and what to ask there; `is_allowed` where the operator named it."""

    scheme: str
    host: str
    port: int
    path: str
    is_allowed: bool

    @property
    def authority(self) -> str:
        """Name and port, as the header Host has them."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return name if self.port == usual else f"{name}:{self.port}"


def parse_target(url: str, allowed: Collection[str] = ()) -> Target:
    """Receiver of an address.

    Parameters
    ----------
    url
        As its owner gave it.
    allowed
        ``HOST:PORT`` of receivers that the operator of this server named; these may be anywhere and without TLS.

    Raises
    ------
    InputError
        For what no webhook may lead to.

    Examples
    --------
    >>> parse_target("https://example.org/risk?to=me").path
    '/risk?to=me'
    >>> parse_target("http://example.org/")
    Traceback (most recent call last):
        ...
    risk_core.errors.InputError: url is 'http://example.org/'; wanted an https address. Give one that begins with https.
    """
    if len(url) > MAX_URL:
        raise _refusal(url, f"at most {MAX_URL:,} characters", "Give a shorter address.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refusal(url, "an https address", "Write it as https://HOST/PATH.") from None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in ("http", "https") or not host or any(ord(one) < 33 or ord(one) > 126 for one in url):
        raise _refusal(url, "an https address in plain ASCII", "Write it as https://HOST/PATH.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise _refusal(url, "an address without a user, a password or a #", "Leave that part out.")
    port = port or {"https": 443, "http": 80}[parts.scheme]
    is_allowed = f"{host}:{port}" in allowed
    if not is_allowed:
        _check_public(url, parts, host, port)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, is_allowed)


def _check_public(url: str, parts: SplitResult, host: str, port: int) -> None:
    if parts.scheme != "https":
        raise _refusal(url, "an https address", "Give one that begins with https.")
    if port not in PORTS:
        raise _refusal(url, "port " + " or ".join(map(str, PORTS)), "Leave the port out.")
    try:
        literal: Address | None = ipaddress.ip_address(host)
    except ValueError:
        literal = None
    if literal is not None:
        if not is_public(literal):
            raise _refusal(url, "a public address", "Give a receiver on the public internet.")
    elif not _NAME.fullmatch(host) or "." not in host or host.rpartition(".")[2].isdigit():
        raise _refusal(url, "the full name of a host", "Give a name such as hooks.example.org.")


def is_public(address: Address) -> bool:
    """Whether an address is on the public internet, also what it stands for: mapped, translated and tunnelled ones.

    Examples
    --------
    >>> from ipaddress import ip_address
    >>> [is_public(ip_address(one)) for one in ("9.9.9.9", "10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a9fe:a9fe")]
    [True, False, False, False]
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in _NAT64:
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if not all(one is None or is_public(one) for one in inner):
            return False
        if address.ipv4_mapped is not None:
            return True
    return address.is_global and not address.is_multicast and not address.is_reserved


def find_addresses(host: str, port: int) -> list[str]:
    """Every address a name has now, in the order of the system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def choose_address(target: Target, resolve: Resolve = find_addresses) -> str:
    """Address to connect to, resolved once.

    Raises
    ------
    InputError
        When the name is not known, or any of its addresses is not public.
    """
    try:
        found = resolve(target.host, target.port)
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise InputError(Fault("url", target.host, "a name that can be resolved", "Check the name."))
    if not target.is_allowed and not all(is_public(ipaddress.ip_address(one.partition("%")[0])) for one in found):
        raise InputError(
            Fault("url", target.host, "a name all of whose addresses are public", "Give another receiver.")
        )
    return found[0]


class _PinnedConnection(http.client.HTTPConnection):
    """A connection to one address, whatever the name leads to by now."""

    def __init__(self, target: Target, address: str) -> None:
        super().__init__(target.host, target.port, timeout=TIMEOUT_S)
        self._target = target
        self._address = address

    def connect(self) -> None:
        """Connect to the address; the certificate is checked for the name."""
        self.sock = socket.create_connection((self._address, self._target.port), TIMEOUT_S)
        if self._target.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self._target.host)


def post(target: Target, address: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """Send a body to an address that was looked at; a redirect is an answer like any other.

    Returns
    -------
    tuple
        Status and the first `MAX_ANSWER_BYTES` of the answer.

    Raises
    ------
    OSError, http.client.HTTPException
        When there is no answer in time.
    """
    connection = _PinnedConnection(target, address)
    try:
        told = {"Host": target.authority, "Content-Length": str(len(body)), **headers}
        connection.putrequest("POST", target.path, skip_host=True, skip_accept_encoding=True)
        for name, value in told.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.read(MAX_ANSWER_BYTES)
    finally:
        connection.close()


def _refusal(url: str, wanted: str, remedy: str) -> InputError:
    return InputError(Fault("url", repr(url[:80]), wanted, remedy))
