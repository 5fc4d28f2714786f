"""Every misbehaviour of a server ends in a named failure, in bounded time and memory."""

import gzip
import socket
import threading
import tracemalloc
from collections.abc import Iterator

import pytest

from dashboard.feeds.live.failure import FetchError, Reason
from dashboard.feeds.live.fetch import Fetcher, Limits
from dashboard.feeds.live.guard import Guard, is_public
from tests.feeds.live import stub as plays
from tests.feeds.live.stub import Stub

GOOD = b'{"gauges": [1, 2, 3, 4, 5, 6, 7, 8]}'
QUICK = Limits(time_s=1.0, n_byte=100_000)


@pytest.fixture(scope="module")
def stub() -> Iterator[Stub]:
    with plays.running() as one:
        yield one


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(Guard(named=["127.0.0.1"]))


def fails(fetcher: Fetcher, url: str, limits: Limits = QUICK) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(url, limits)
    return caught.value


def test_a_whole_answer_is_taken(stub: Stub, fetcher: Fetcher) -> None:
    stub.plays["/good"] = plays.body(GOOD, "application/json; charset=utf-8", ETag='"1"')
    answer = fetcher.fetch(stub.url("/good"), QUICK)
    assert (answer.body, answer.etag, answer.is_new) == (GOOD, '"1"', True)
    assert stub.asked[-1][1]["User-Agent"].startswith("Ansimgil/")


def test_a_compressed_answer_is_unpacked(stub: Stub, fetcher: Fetcher) -> None:
    stub.plays["/packed"] = plays.body(gzip.compress(GOOD), Content_Encoding="gzip")
    assert fetcher.fetch(stub.url("/packed"), QUICK).body == GOOD


def test_an_unchanged_answer_is_not_sent_again(stub: Stub, fetcher: Fetcher) -> None:
    stub.plays["/kept"] = plays.kept(GOOD, '"v1"')
    first = fetcher.fetch(stub.url("/kept"), QUICK)
    again = fetcher.fetch(stub.url("/kept"), QUICK, first)
    assert (again.body, again.is_new) == (GOOD, False)


MISBEHAVIOURS = {
    "status": (plays.status(503, Retry_After="120"), Reason.STATUS),
    "silent": (plays.silent, Reason.SLOW),
    "dripping": (plays.dripping(GOOD), Reason.SLOW),
    "dripping_head": (plays.dripping_head, Reason.SLOW),
    "truncated": (plays.truncated(GOOD), Reason.TRUNCATED),
    "truncated_chunks": (plays.truncated_chunks(GOOD), Reason.TRUNCATED),
    "truncated_gzip": (plays.body(gzip.compress(GOOD)[:-9], Content_Encoding="gzip"), Reason.TRUNCATED),
    "damaged_gzip": (plays.body(b"\x1f\x8b no gzip at all", Content_Encoding="gzip"), Reason.MALFORMED),
    "wrong_type": (plays.body(b"<html>sign in</html>", "text/html"), Reason.WRONG_TYPE),
    "odd_encoding": (plays.body(GOOD, Content_Encoding="br"), Reason.WRONG_TYPE),
    "endless": (plays.endless(), Reason.TOO_LARGE),
    "promised_large": (plays.body(b" " * 200_000), Reason.TOO_LARGE),
    "bomb": (plays.bomb(50_000_000), Reason.TOO_LARGE),
}


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_a_misbehaviour_is_named(stub: Stub, fetcher: Fetcher, name: str) -> None:
    stub.plays[f"/{name}"], reason = MISBEHAVIOURS[name]
    assert fails(fetcher, stub.url(f"/{name}")).reason is reason


def test_the_pause_a_server_asks_for_is_read(stub: Stub, fetcher: Fetcher) -> None:
    stub.plays["/busy"] = plays.status(429, Retry_After="120")
    assert fails(fetcher, stub.url("/busy")).retry_after_s == 120.0


def test_a_closed_port_is_down(fetcher: Fetcher) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert fails(fetcher, f"http://127.0.0.1:{port}/").reason is Reason.DOWN


def test_a_bomb_is_never_held(stub: Stub, fetcher: Fetcher) -> None:
    stub.plays["/bomb"] = plays.bomb(100_000_000)
    tracemalloc.start()
    try:
        fails(fetcher, stub.url("/bomb"))
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_nothing_runs_on_after_a_failure(stub: Stub, fetcher: Fetcher) -> None:
    stub.plays["/drip"] = plays.dripping(GOOD)
    fails(fetcher, stub.url("/drip"), Limits(time_s=0.3))
    assert not [one for one in threading.enumerate() if isinstance(one, threading.Timer) and one.is_alive()]


def test_redirects_are_few_and_never_in_a_circle(stub: Stub, fetcher: Fetcher) -> None:
    stub.plays["/a"], stub.plays["/b"] = plays.redirect("/b"), plays.redirect("/a")
    assert fails(fetcher, stub.url("/a")).reason is Reason.REDIRECTED
    for at in range(9):
        stub.plays[f"/hop{at}"] = plays.redirect(f"/hop{at + 1}", 301)
    assert fails(fetcher, stub.url("/hop0")).reason is Reason.REDIRECTED
    stub.plays["/moved"], stub.plays["/here"] = plays.redirect("/here", 308), plays.body(GOOD)
    assert fetcher.fetch(stub.url("/moved"), QUICK).body == GOOD


PRIVATE = (
    "http://localhost:{port}/good", "http://[::1]:{port}/good", "http://2130706433/", "http://0x7f.1/",
    "https://169.254.169.254/latest/meta-data", "https://10.0.0.1/", "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/", "https://[fd00::1]/", "https://0.0.0.0/", "https://100.64.0.1/", "ftp://example.org/",
    "file:///etc/passwd", "gopher://127.0.0.1/", "https://user:secret@example.org/", "https://93.184.216.34:22/",
    "http://93.184.216.34/", "https://", "https://exa mple.org/", "https://ex\\ample.org/", "//127.0.0.1:{port}x/",
    "https://224.0.0.1/", "https://255.255.255.255/", "https://[fe80::1%25lo]/", "https://127.1/", "https://0177.0.0.1/",
    "https://192.168.0.1.:443/", "https://[2002:7f00:1::]/", "https://192.0.2.1/", "https://[::]/",
)  # fmt: skip


@pytest.mark.parametrize("target", PRIVATE)
def test_no_redirect_leads_inside(stub: Stub, target: str) -> None:
    fetcher = Fetcher(Guard(named=["127.0.0.1"]))
    target = target.format(port=stub.port)
    stub.plays["/out"] = plays.redirect(target)
    failure = fails(fetcher, stub.url("/out"))
    assert failure.reason in {Reason.REFUSED, Reason.REDIRECTED, Reason.STATUS}
    assert "/good" not in [path for path, _ in stub.asked[-1:]]
    assert fails(Fetcher(Guard()), target).reason is Reason.REFUSED


def test_a_name_that_changes_its_address_is_asked_at_the_checked_one(stub: Stub) -> None:
    answers = iter([[(2, 1, 6, "", ("93.184.216.34", 80))], [(2, 1, 6, "", ("127.0.0.1", stub.port))]])
    guard = Guard(lookup=lambda *_, **__: next(answers))
    assert guard.addresses("rebind.example", 443) == ["93.184.216.34"]
    with pytest.raises(FetchError) as caught:
        guard.addresses("rebind.example", 443)
    assert caught.value.reason is Reason.REFUSED


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    both = [(2, 1, 6, "", (address, 443)) for address in ("93.184.216.34", "192.168.1.1")]
    with pytest.raises(FetchError):
        Guard(lookup=lambda *_, **__: both).addresses("mixed.example", 443)


def test_a_failure_never_tells_the_query(stub: Stub, fetcher: Fetcher) -> None:
    stub.plays["/keyed"] = plays.status(401)
    for url in (
        stub.url("/keyed?authKey=SECRET"),
        "http://127.0.0.1:9/?authKey=SECRET",
        "http://no.such.invalid/?k=SECRET",
    ):
        assert "SECRET" not in str(fails(fetcher, url))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)
