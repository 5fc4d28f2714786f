import dataclasses
import gzip
import json
import logging
import re

import pytest

from dashboard.app import NOT_FOUND, PAGES
from dashboard.engine import LocalEngine
from dashboard.refresh import Refresher
from dashboard.settings import Settings
from dashboard.store.bundles import Manifest, write_bundle
from dashboard.store.library import Library
from dashboard.web import STOP, Warmth, cache_config, gunicorn_options, make_wsgi

NOW_S = 1_660_000_000.0
AGE_S = 42.0


class Known(Warmth):
    """Kernels whose state the test tells."""

    def __init__(self):
        super().__init__()
        self.told = False

    @property
    def is_warm(self):
        return self.told


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(home=tmp_path_factory.mktemp("home"), area="tiny", drill=False)


@pytest.fixture(scope="module")
def warmth():
    return Known()


@pytest.fixture(scope="module")
def server(settings, warmth):
    return make_wsgi(settings.to_environ(), lambda: NOW_S + AGE_S, warmth)


@pytest.fixture(scope="module")
def client(server):
    return server.test_client()


def test_probes_tell_what_is_missing_until_everything_is_there(client, settings, warmth, area):
    assert client.get("/healthz").json == {"status": "up"}
    told = client.get("/readyz")
    assert (told.status_code, told.mimetype) == (503, "application/problem+json")
    assert {"type", "title", "status", "detail"} <= set(told.json)
    assert "not installed" in told.json["detail"]
    write_bundle(settings.home, area, Manifest())
    assert "no snapshot yet" in client.get("/readyz").json["detail"]
    mapper = LocalEngine(1)
    Refresher(Library(settings), lambda *_: None, lambda: NOW_S, mapper).step()
    mapper.close()
    told = client.get("/readyz").json
    assert told["detail"] == "the kernels are being compiled"
    warmth.told = True
    told = client.get("/readyz")
    assert (told.status_code, told.mimetype, told.headers["Cache-Control"]) == (200, "application/json", "no-store")
    assert told.json["areas"]["tiny"]["age_s"] == AGE_S
    assert json.loads(json.dumps(told.json, allow_nan=False)) == told.json
    assert not (settings.home / "used").exists(), "a monitor that asks for readiness is no visitor"


def test_pages_and_the_api_live_in_one_app(client):
    assert client.get("/").mimetype == "text/html"
    assert client.get("/api/v1/version?area=tiny").json["area"] == "tiny"
    unknown = client.get("/api/v1/nothing")
    assert (unknown.status_code, unknown.mimetype) == (404, "application/problem+json")


def test_an_address_without_a_page_is_told_to_programs_too(client):
    for page in PAGES:
        assert client.get(page.path).status_code == (404 if page is NOT_FOUND else 200), page.path
    for path in ("/kora", "/ops/7", "/wp-login.php"):
        answer = client.get(path)
        assert answer.status_code == 404 and "<noscript>" in answer.get_data(as_text=True)


def test_open_streams_can_be_ended(client, server):
    with client.get("/api/v1/events?area=tiny", buffered=False) as stream:
        body = iter(stream.response)
        assert next(body).startswith(b"retry")
        server.extensions[STOP]()
        assert b"".join(body).count(b"event: snapshot") <= 1


def test_the_cache_is_shared_by_files_and_large(settings):
    config = cache_config(settings)
    assert config["CACHE_TYPE"] == "FileSystemCache"
    assert config["CACHE_THRESHOLD"] >= 10_000
    assert config["CACHE_DIR"].startswith(str(settings.home))


def test_gunicorn_gets_options_it_knows(settings):
    from gunicorn.config import Config

    config = Config()
    for name, value in gunicorn_options(dataclasses.replace(settings, port=9123), lambda: None).items():
        config.set(name, value)
    assert config.address == [("127.0.0.1", 9123)]
    assert (config.workers, config.threads, config.worker_class_str, config.preload_app) == (2, 192, "gthread", False)


def test_kernels_that_cannot_be_warmed_leave_the_process_not_ready(tmp_path, caplog):
    (tmp_path / "warm").write_text("in the way")
    warmth = Warmth()
    with caplog.at_level(logging.ERROR):
        warmth.warm_up(Settings(home=tmp_path))
    assert not warmth.is_warm
    assert "could not be warmed" in caplog.text


def test_pages_scripts_and_styles_are_compressed_and_safe(client):
    page = client.get("/").get_data(as_text=True)
    script = re.search(r"/assets/js/streets[.]js[^\"]*", page).group(0)
    bundle = re.search(r"/_dash-component-suites/dash_leaflet/[^\"]*[.]js", page).group(0)
    for path in ("/", script, bundle, bundle):
        with client.get(path) as plain, client.get(path, headers={"Accept-Encoding": "gzip"}) as small:
            assert small.headers["Content-Encoding"] == "gzip"
            assert path == "/" or gzip.decompress(small.data) == plain.data
            assert len(small.data) < len(plain.data) / 2
            assert small.headers["X-Content-Type-Options"] == "nosniff"
            assert "Content-Encoding" not in plain.headers


PAGE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "geolocation=(self)",
}
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none';"
)
API_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "geolocation=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


@pytest.mark.parametrize("path", ["/", "/ops", "/sign-in", "/nothing", "/healthz", "/assets/js/page.js"])
def test_every_page_carries_its_safety_headers(client, path):
    with client.get(path) as told:
        assert {name: told.headers.get(name) for name in PAGE_HEADERS} == PAGE_HEADERS
        policy = told.headers["Content-Security-Policy"]
        assert re.sub(r"'sha256-[\w+/=]+'( 'sha256-[\w+/=]+')*", "{hashes}", policy) == PAGE_POLICY
        assert "unsafe-eval" not in policy and "Strict-Transport-Security" not in told.headers
    with client.get(path, base_url="https://localhost") as told:
        assert told.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("path", ["/api/v1/version", "/api/v1/nothing", "/api/v1/risk", "/api/v1/openapi.json", "/api"])
def test_every_answer_of_the_api_carries_its_safety_headers(client, path):
    told = client.get(path)
    assert {name: told.headers.get(name) for name in API_HEADERS} == API_HEADERS
    assert told.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in told.headers
    assert "Access-Control-Allow-Origin" not in client.post(path, json={}).headers


def test_a_body_that_is_too_large_is_told_the_limit(client):
    told = client.post("/api/v1/risk", data=b"{" + b" " * 70_000 + b"}", content_type="application/json")
    assert told.status_code == 413 and "65,536" in told.json["faults"][0]["wanted"]
