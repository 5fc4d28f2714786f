import json
import re
import shutil
from collections import namedtuple

import pytest

from dashboard.areas.download import Downloader
from risk_core.errors import InputError, UnavailableError
from tests.areas.stub_server import serving

DATA = b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7c" + bytes(range(256)) * 4000
Usage = namedtuple("Usage", "free")


@pytest.fixture()
def stub():
    with serving(DATA) as server:
        yield server


@pytest.fixture()
def downloader():
    return Downloader(wait=lambda seconds: None, allow_http=True)


def get(downloader, stub, target):
    seen = []
    remote = downloader.ask(stub.url + "/a.osm.pbf")
    path = downloader.fetch(remote, target, lambda had, total: seen.append((had, total)))
    return path, seen


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_fetched_whole_with_progress(tmp_path, stub, downloader):
    path, seen = get(downloader, stub, tmp_path / "sub" / "a.pbf")
    assert path.read_bytes() == DATA
    assert seen[-1] == (len(DATA), len(DATA)) and [had for had, _ in seen] == sorted(had for had, _ in seen)
    assert names(tmp_path / "sub") == ["a.pbf", "a.pbf.json"]


def test_a_broken_connection_is_continued_where_it_broke(tmp_path, stub, downloader):
    stub.drop_at = [300_000, 500_000]
    path, _ = get(downloader, stub, tmp_path / "a.pbf")
    assert path.read_bytes() == DATA
    ranges = [wanted for method, _, wanted in stub.asked if method == "GET"]
    assert ranges == ["", "bytes=300000-", "bytes=800000-"]


def test_a_part_of_a_former_run_is_continued(tmp_path, stub, downloader):
    stub.drop_at = [400_000]
    stub.fail_next = []
    remote = downloader.ask(stub.url + "/a.osm.pbf")
    (tmp_path / "a.pbf.part").write_bytes(DATA[:100_000])
    (tmp_path / "a.pbf.part.json").write_text(json.dumps({"url": remote.url, "n_byte": len(DATA), "etag": '"abc"'}))
    path, _ = get(downloader, stub, tmp_path / "a.pbf")
    assert path.read_bytes() == DATA
    assert next(wanted for method, _, wanted in stub.asked if method == "GET") == "bytes=100000-"


def test_a_part_of_another_version_is_thrown_away(tmp_path, stub, downloader):
    (tmp_path / "a.pbf.part").write_bytes(b"x" * 100_000)
    (tmp_path / "a.pbf.part.json").write_text(json.dumps({"url": stub.url, "n_byte": len(DATA), "etag": '"old"'}))
    path, _ = get(downloader, stub, tmp_path / "a.pbf")
    assert path.read_bytes() == DATA


def test_a_server_without_ranges_is_asked_for_the_whole_again(tmp_path, stub, downloader):
    stub.has_ranges, stub.drop_at = False, [300_000]
    path, _ = get(downloader, stub, tmp_path / "a.pbf")
    assert path.read_bytes() == DATA


def test_a_file_that_is_here_is_not_fetched_again(tmp_path, stub, downloader):
    get(downloader, stub, tmp_path / "a.pbf")
    stub.asked.clear()
    get(downloader, stub, tmp_path / "a.pbf")
    assert [method for method, _, _ in stub.asked] == ["HEAD"]
    stub.etag = '"newer"'
    get(downloader, stub, tmp_path / "a.pbf")
    assert [method for method, _, _ in stub.asked] == ["HEAD", "HEAD", "GET"]


def test_a_passing_fault_of_the_server_is_tried_again(tmp_path, stub):
    waited = []
    stub.fail_next = [503, 500]
    path, _ = get(Downloader(wait=waited.append, allow_http=True), stub, tmp_path / "a.pbf")
    assert path.read_bytes() == DATA
    assert waited == [2.0, 4.0]


def test_a_server_that_always_breaks_is_given_up(tmp_path, stub, downloader):
    stub.drop_at = [0] * 50
    with pytest.raises(UnavailableError, match=r"0 of 1,024,017 bytes after 6 attempts in vain"):
        get(downloader, stub, tmp_path / "a.pbf")
    assert len([1 for method, _, _ in stub.asked if method == "GET"]) == 6


def test_a_wrong_length_is_refused(tmp_path, stub, downloader):
    stub.promise = len(DATA) + 5
    with pytest.raises(UnavailableError, match=r"1,024,017 bytes; wanted the 1,024,022 bytes it promised"):
        get(downloader, stub, tmp_path / "a.pbf")
    assert names(tmp_path) == []


def test_a_file_that_changes_while_it_is_fetched_is_refused(tmp_path, stub, downloader):
    remote = downloader.ask(stub.url + "/a.osm.pbf")
    stub.etag = '"newer"'
    with pytest.raises(UnavailableError, match="another version than a moment ago"):
        downloader.fetch(remote, tmp_path / "a.pbf", lambda had, total: None)
    assert names(tmp_path) == []


def test_a_page_instead_of_the_file_is_refused(tmp_path, stub, downloader):
    stub.data, stub.content_type = b"<!DOCTYPE html><html>Please sign in</html>" * 10, "text/html"
    with pytest.raises(UnavailableError, match=re.escape("text/html beginning b'<!DOCTYPE html>")):
        get(downloader, stub, tmp_path / "a.pbf")
    assert names(tmp_path) == []


def test_a_file_that_is_not_there_is_said_so_at_once(tmp_path, stub, downloader):
    stub.status = 404
    with pytest.raises(UnavailableError, match=r"/a\.osm\.pbf: download is status 404"):
        get(downloader, stub, tmp_path / "a.pbf")
    assert len(stub.asked) == 1


def test_a_server_that_does_not_answer(downloader):
    with serving(DATA) as stub:
        url = stub.url
    with pytest.raises(UnavailableError, match="no answer"):
        downloader.ask(url + "/a.osm.pbf")


def test_an_answer_without_a_length_is_refused(stub, downloader):
    stub.promise = 0
    with pytest.raises(UnavailableError, match="without a length"):
        downloader.ask(stub.url + "/a.osm.pbf")


def test_a_redirect_is_followed_with_the_same_method(tmp_path, stub, downloader):
    stub.redirect = f"{stub.url}/real.osm.pbf"
    path, _ = get(downloader, stub, tmp_path / "a.pbf")
    assert path.read_bytes() == DATA
    assert [(method, name) for method, name, _ in stub.asked] == [
        ("HEAD", "/a.osm.pbf"),
        ("HEAD", "/real.osm.pbf"),
        ("GET", "/a.osm.pbf"),
        ("GET", "/real.osm.pbf"),
    ]


def test_redirects_have_an_end(stub, downloader):
    stub.redirect = f"{stub.url}/again"
    with pytest.raises(UnavailableError, match="status 302"):
        downloader.ask(stub.url + "/a.osm.pbf")
    assert len(stub.asked) <= 8


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/a", "/a.osm.pbf", "https:///a"])
def test_only_web_addresses_are_used(stub, downloader, url):
    with pytest.raises(InputError, match="an address beginning https://"):
        downloader.ask(url)
    stub.redirect = url
    if "://" in url:
        with pytest.raises((InputError, UnavailableError)):
            downloader.ask(stub.url + "/a.osm.pbf")


def test_plain_http_is_refused_by_default(stub):
    with pytest.raises(InputError, match="an address beginning https://"):
        Downloader(wait=lambda seconds: None).ask(stub.url + "/a.osm.pbf")
    assert stub.asked == []


def test_a_full_disk_is_told_before_the_download(tmp_path, stub, downloader, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(free=10))
    with pytest.raises(InputError, match=r"disk is 0 MB free; wanted 1 MB"):
        get(downloader, stub, tmp_path / "a.pbf")
    assert [method for method, _, _ in stub.asked] == ["HEAD"]
