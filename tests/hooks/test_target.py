"""Where a webhook may lead, and where not: hostile addresses, names that lead inside, names that change."""

import http.client
import socket

import pytest

from dashboard.hooks.target import Target, choose_address, parse_target, post
from risk_core.errors import InputError
from tests.hooks.receiving import receiving

HOSTILE = (
    "http://example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "https://",
    "https:///path", "example.org", "javascript:alert(1)", "https://user@example.org/", "https://a:b@example.org/",
    "https://example.org/#part", "https://example.org:22/", "https://example.org:6379/", "https://example.org:99999/",
    "https://127.0.0.1/", "https://10.1.2.3/", "https://172.16.0.1/", "https://192.168.1.1/", "https://169.254.169.254/",
    "https://100.64.0.1/", "https://0.0.0.0/", "https://224.0.0.1/", "https://255.255.255.255/", "https://[::1]/",
    "https://[fe80::1]/", "https://[fc00::1]/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/", "https://2130706433/", "https://0x7f000001/", "https://127.1/", "https://0177.0.0.1/",
    "https://localhost/", "https://printer/", "https://ex ample.org/", "https://exämple.org/", "https://example.org\n/",
    "https://example.org/" + "a" * 2_000,
)  # fmt: skip


@pytest.mark.parametrize("url", HOSTILE)
def test_hostile_addresses_are_refused_before_anything_is_resolved(url: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_target(url)
    assert raised.value.faults[0].argument == "url" and raised.value.faults[0].wanted


@pytest.mark.parametrize("url", ["https://example.org", "https://example.org:8443/a?b=c", "https://9.9.9.9/x"])
def test_public_receivers_are_taken(url: str) -> None:
    found = parse_target(url)
    assert found.scheme == "https" and found.path.startswith("/") and not found.is_allowed


INSIDE = (
    "127.0.0.1", "10.0.0.8", "172.31.255.255", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "192.0.2.1",
    "198.18.0.1", "240.0.0.1", "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::",
    "::", "ff02::1", "2001:db8::1",
)  # fmt: skip


@pytest.mark.parametrize("inside", INSIDE)
def test_a_name_that_leads_inside_is_refused_even_beside_a_public_address(inside: str) -> None:
    target = parse_target("https://hooks.example.org/")
    with pytest.raises(InputError, match="public"):
        choose_address(target, lambda host, port: ["9.9.9.9", inside])
    assert choose_address(target, lambda host, port: ["9.9.9.9", "2620:fe::fe"]) == "9.9.9.9"


def test_a_name_nobody_knows_is_refused() -> None:
    def fail(host: str, port: int) -> list[str]:
        raise socket.gaierror

    with pytest.raises(InputError, match="resolved"):
        choose_address(parse_target("https://hooks.example.org/"), fail)


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere a moment later is not resolved again."""
    asked = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: asked.append(a) or [])
    monkeypatch.setattr(socket, "create_connection", lambda address, *a, **k: asked.append(address) or _refuse())
    with pytest.raises(ConnectionRefusedError):
        post(Target("https", "hooks.example.org", 443, "/", False), "9.9.9.9", b"{}", {})
    assert asked == [("9.9.9.9", 443)]


def _refuse() -> None:
    raise ConnectionRefusedError


def test_only_what_the_operator_named_may_be_inside() -> None:
    with pytest.raises(InputError):
        parse_target("http://127.0.0.1:9000/", {"127.0.0.1:9001"})
    assert parse_target("http://127.0.0.1:9001/", {"127.0.0.1:9001"}).is_allowed


def test_a_redirect_is_an_answer_and_nothing_more() -> None:
    with receiving() as inner, receiving() as outer:
        outer.status, outer.location = 302, f"http://{inner.host_port}/"
        target = parse_target(f"http://{outer.host_port}/hook", {outer.host_port})
        status, _ = post(target, choose_address(target), b'{"type": "x"}', {"webhook-id": "1"})
        assert status == 302 and len(outer.got) == 1 and inner.got == []
        assert outer.got[0][0]["host"] == outer.host_port


def test_an_endless_answer_is_cut() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    import threading

    def flood() -> None:
        taken, _ = listener.accept()
        taken.recv(65536)
        taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        try:
            while True:
                taken.sendall(b"x" * 65536)
        except OSError:
            taken.close()

    threading.Thread(target=flood, daemon=True).start()
    port = listener.getsockname()[1]
    target = parse_target(f"http://127.0.0.1:{port}/", {f"127.0.0.1:{port}"})
    status, told = post(target, "127.0.0.1", b"{}", {})
    assert status == 200 and len(told) == 64 * 1024
    listener.close()
    with pytest.raises((OSError, http.client.HTTPException)):
        post(target, "127.0.0.1", b"{}", {})
