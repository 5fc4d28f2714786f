"""Probes and figures of a served home."""

import logging
import re

import pytest

from dashboard.engine import LocalEngine
from dashboard.observe.logs import JsonFormatter
from dashboard.refresh import Refresher
from dashboard.settings import Settings
from dashboard.store.bundles import Manifest, write_bundle
from dashboard.store.keys import KeyStore, Role, Scope
from dashboard.store.library import Library
from dashboard.web import Warmth, make_wsgi, quiet_logger

NOW_S = 1_660_000_000.0
FAR = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory, area):
    home = tmp_path_factory.mktemp("home")
    write_bundle(home, area, Manifest())
    settings = Settings(home=home, area="tiny", drill=False, access_log=True)
    mapper = LocalEngine(1)
    Refresher(Library(settings), lambda *_: None, lambda: NOW_S, mapper).step()
    mapper.close()
    return settings


@pytest.fixture(scope="module")
def client(settings):
    return make_wsgi(settings.to_environ(), lambda: NOW_S + 42.0, Warmth()).test_client()


def figures(client, **environ):
    return client.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"} | environ)


def test_figures_name_routes_stages_and_ages_but_no_place(client, settings):
    asked = client.get("/api/v1/risk?area=tiny&lat=12.34567&lon=76.54321")
    client.get("/somewhere/12.34567,76.54321")
    answer = figures(client)
    text = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    route = f'door="api",method="GET",route="/v1/risk",status="{asked.status_code}"'
    assert f"ansimgil_requests_total{{{route}}}" in text
    assert 'ansimgil_snapshot_age_seconds{area="tiny"} 42.0' in text
    for stage in ("look", "situation", "fields", "write", "outbreak"):
        assert re.search(rf'ansimgil_refresh_stage_seconds_count{{area="tiny",stage="{stage}"}} [1-9]', text), stage
    assert "ansimgil_ready 0.0" in text
    assert re.search(r'ansimgil_store_bytes{file="observations.sqlite"} [1-9]', text)
    assert "12.345" not in text
    assert "76.543" not in text


def test_figures_are_for_this_machine_and_for_holders_of_a_key(client, settings):
    refused = figures(client, **FAR)
    assert (refused.status_code, refused.mimetype) == (401, "application/problem+json")
    assert figures(client, HTTP_X_FORWARDED_FOR="127.0.0.1").status_code == 401
    keys = KeyStore(settings.database_url)
    _, secret = keys.make("monitor", Role.HEALTH, [Scope.READ], None, NOW_S)
    keys.close()
    assert figures(client, **FAR, HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 200
    assert figures(client, **FAR, HTTP_AUTHORIZATION=f"Bearer {secret}x").status_code == 401


def test_readiness_tells_the_age_of_the_engine(client):
    assert client.get("/readyz").json["engine_age_s"] == 0.0, "a clock put back makes no negative age"


def test_a_logged_request_names_its_route_and_no_place(client, caplog):
    with caplog.at_level(logging.INFO, "dashboard.access"):
        client.post("/api/v1/risk", json={"area": "tiny", "lat": 12.34567, "lon": 76.54321})
        client.get("/api/v1/risk?area=tiny&lat=12.34567&lon=76.54321")
    lines = [JsonFormatter().format(one) for one in caplog.records if one.name == "dashboard.access"]
    assert len(lines) == 2
    for line in lines:
        assert '"route": "/v1/risk"' in line
        assert "12.3" not in line
        assert "76.5" not in line


def test_the_servers_own_log_hides_the_address_of_a_failed_request(capfd):
    from gunicorn.config import Config

    config = Config()
    config.set("errorlog", "-")
    quiet_logger("text")(config).error("Error handling request %s", "/api/v1/risk?lat=12.34567&lon=76.54321")
    told = capfd.readouterr().err
    assert "/api/v1/risk?*" in told
    assert "12.3" not in told
