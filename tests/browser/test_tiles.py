"""Optional online tiles: shown when they can be had, dropped after three errors, never in the way of the streets."""

import http.server
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Page, Server, serve


class MissingTiles(http.server.BaseHTTPRequestHandler):
    """Has no tile at all."""

    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        self.send_error(404)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def tile_url() -> Iterator[str]:
    stub = http.server.ThreadingHTTPServer(("127.0.0.1", 0), MissingTiles)
    thread = threading.Thread(target=stub.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{stub.server_port}/{{z}}/{{x}}/{{y}}.png"
    stub.shutdown()
    thread.join()
    stub.server_close()


@pytest.fixture
def tiled_server(built_home: Path, tmp_path: Path, tile_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("ANSIMGIL_TILES_URL", tile_url)
    shutil.copytree(built_home / "areas", tmp_path / "areas")
    yield from serve(tmp_path, "--no-drill")


def test_tiles_that_cannot_be_had_are_dropped(tiled_server: Server, page: Page) -> None:
    page.open(f"{tiled_server.url}/?area=coquimbo&lang=en")
    page.until("document.body.innerText.includes('offline background')")
    assert MissingTiles.asked >= 3
    assert page.script("document.querySelectorAll('.online-tiles').length") == 0
    assert page.state()["nStreet"] > 19_000
    n_still = 0
    while n_still < 5:  # answers to tiles that were on their way come later
        told = page.complaints()
        assert all("404" in complaint for complaint in told)
        n_still = 0 if told else n_still + 1
        time.sleep(0.2)
