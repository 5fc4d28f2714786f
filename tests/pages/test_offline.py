"""What a phone keeps: the worker touches navigations only, has a version, and the kept page asks nothing outside."""

import json
import re
from pathlib import Path

import pytest
from dash import Dash

from dashboard.app import PAGES
from dashboard.pages.citizen.keeping import PLAIN_HTTP
from dashboard.pages.offline.page import offline_page, worker_script
from dashboard.pages.page import Services
from tests.components.tree import by_id
from tests.pages.test_languages import HANGUL
from tests.pages.test_pages import open_tiny

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def client(app: Dash):
    return app.server.test_client()


def test_worker_serves_the_whole_site_and_is_looked_for_anew(client) -> None:
    answer = client.get("/worker.js")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/javascript", "no-cache")
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert re.search(r'VERSION = "[0-9a-f]{12}"', answer.get_data(as_text=True))
    assert "__VERSION__" not in worker_script()


def test_every_file_the_worker_puts_by_is_there(client) -> None:
    lines = [line for line in worker_script().splitlines() if line.startswith(("const PAGES", "const FILES"))]
    paths = re.findall(r'"(/assets/[^"]+)"', "".join(lines)) + [f"/offline?lang={lang}" for lang in ("ko", "en")]
    assert len(paths) == 4
    for path in paths:
        with client.get(path) as answer:
            assert answer.status_code == 200, path


def test_worker_stores_nothing_but_its_own_shell() -> None:
    script = worker_script()
    assert script.count("addAll") == 1 and ".put(" not in script and "cache.add(" not in script
    assert 'request.method !== "GET"' in script


def test_keeper_stores_no_position_and_no_answer_of_a_question() -> None:
    script = (ROOT / "assets" / "js" / "keep.js").read_text("utf-8")
    assert set(re.findall(r'put\(cache, "([^"]+)"', script)) == {"/kept/text", "/kept/view"}
    assert "geolocation" not in script and "POST" not in script.split("*/", 1)[1]
    assert 'credentials: "omit"' in script


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_kept_page_is_whole_in_itself(lang: str) -> None:
    page = offline_page(lang)
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses == ["/assets/icons/ansimgil.svg", "/assets/offline/kept.js"]
    assert (HANGUL.search(page.split("</style>")[1].split("<script")[0]) is None) == (lang == "en")


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_manifest_names_icons_that_exist(client, lang: str) -> None:
    told = json.loads(client.get(f"/manifest.webmanifest?lang={lang}").data)
    assert told["lang"] == lang and told["start_url"] == told["scope"] == "/" and told["display"] == "standalone"
    sizes = set()
    for icon in told["icons"]:
        with client.get(icon["src"]) as answer:
            assert (answer.status_code, answer.mimetype) == (200, icon["type"])
            if icon["type"] == "image/png":
                width, height = (int.from_bytes(answer.data[at : at + 4], "big") for at in (16, 20))
                sizes.add(f"{width}x{height}")
                assert icon["sizes"] == f"{width}x{height}"
    assert sizes == {"192x192", "512x512"}
    assert '<link rel="manifest"' in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_plain_http_is_explained_with_a_way_on(services: Services, lang: str) -> None:
    note = by_id(PAGES[0].layout(open_tiny(services, lang=lang)), PLAIN_HTTP)
    assert note.hidden and "http" in note.children[0]
    assert note.children[-1].href == f"/lite?area=tiny&lang={lang}"
