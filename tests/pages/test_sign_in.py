"""Signing in and out, and that other sites cannot make a browser act."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.answers import Answers
from dashboard.app import create_app
from dashboard.keys.session import COOKIE
from dashboard.pages.page import EXTENSION
from dashboard.pages.sign_in.page import PAGE
from dashboard.store.keys import Role, Scope
from dashboard.store.library import Library
from tests.answers.small_world import make_library, write_next
from tests.components.tree import words

NOW_S = 1_782_000_000.0
HERE = "http://risk.example"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = make_library(tmp_path)
    write_next(made)
    return made


@pytest.fixture
def app(library: Library):
    return create_app(library.settings, library, Answers(library), lambda: NOW_S)


@pytest.fixture
def client(app) -> FlaskClient:
    made = app.server.test_client()
    made.environ_base.update(REMOTE_ADDR="198.51.100.7", HTTP_HOST="risk.example")
    return made


@pytest.fixture
def key(library: Library) -> str:
    return library.keys.make("City hall", Role.COORDINATE, (Scope.READ,), None, NOW_S - 1)[1]


def sign_in(client: FlaskClient, key: str, **more: str):
    form = {"key": key, "next": "/ops?area=tiny&lang=en", "area": "tiny", "lang": "en"} | more
    return client.post("/session", data=form, headers={"Origin": HERE}, base_url=HERE)


def said(app, client: FlaskClient, **query: str) -> str:
    held = (
        {"Cookie": f"{COOKIE}={client.get_cookie(COOKIE, domain='risk.example').value}"}
        if client.get_cookie(COOKIE, domain="risk.example")
        else {}
    )
    with app.server.test_request_context(
        "/sign-in", environ_base=dict(client.environ_base), headers=held, base_url=HERE
    ):
        from dashboard.pages.page import open_query

        opened = open_query(app.server.extensions[EXTENSION], {"area": "tiny", "lang": "en", **query})
        return words(PAGE.layout(opened))


def test_a_key_signs_in_and_out(app, client, key):
    assert "With your key" in said(app, client)
    told = sign_in(client, f"  {key} ")
    assert (told.status_code, told.headers["Location"]) == (303, "/ops?area=tiny&lang=en")
    assert {"HttpOnly", "SameSite=Lax"} <= set(told.headers["Set-Cookie"].split("; "))
    assert key not in told.headers["Set-Cookie"]
    assert "City hall · coordination" in said(app, client)
    out = client.post("/session/end", data={"next": "/?lang=en"}, headers={"Origin": HERE}, base_url=HERE)
    assert out.headers["Location"] == "/?lang=en" and "With your key" in said(app, client)


def test_over_https_the_cookie_stays_there(client, key):
    form = {"key": key}
    told = client.post(
        "/session", data=form, headers={"Origin": "https://risk.example"}, base_url="https://risk.example"
    )
    assert "Secure" in told.headers["Set-Cookie"].split("; ")


def test_a_wrong_key_leads_back_with_a_reason(app, client):
    told = sign_in(client, "ansimgil_00000000_x")
    assert told.headers["Location"].startswith("/sign-in?") and "Set-Cookie" not in told.headers
    assert "failed=key" in told.headers["Location"] and "lang=en" in told.headers["Location"]
    assert "not valid" in said(app, client, failed="key")
    assert "not valid" not in said(app, client, failed="<script>")


def test_guessing_is_slowed(client):
    told = [sign_in(client, "ansimgil_00000000_x").headers["Location"] for _ in range(11)]
    assert ["failed=often" in one for one in told] == [False] * 10 + [True]


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_nobody_is_sent_elsewhere(client, key, wanted):
    assert sign_in(client, key, next=wanted).headers["Location"] == "/ops"


@pytest.mark.parametrize("path", ["/session", "/session/end", "/_dash-update-component"])
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
     {"Sec-Fetch-Site": "same-site"}],
)  # fmt: skip
def test_other_sites_are_refused(client, key, path, headers):
    told = client.post(path, data={"key": key}, headers=headers, base_url=HERE)
    assert told.status_code == 403 and "Set-Cookie" not in told.headers


def test_the_demo_coordinator_can_leave_and_come_back(app, client):
    here = "http://127.0.0.1:8050"
    client.environ_base.update(REMOTE_ADDR="127.0.0.1", HTTP_HOST="127.0.0.1:8050")
    client.post("/session/end", headers={"Origin": here}, base_url=here)
    assert client.get_cookie(COOKIE, domain="127.0.0.1").value
    told = client.post("/session", data={"demo": "1"}, headers={"Origin": here}, base_url=here)
    assert told.status_code == 303 and client.get_cookie(COOKIE, domain="127.0.0.1") is None


def test_from_elsewhere_nobody_becomes_the_demo_coordinator(client):
    told = client.post("/session", data={"demo": "1"}, headers={"Origin": HERE}, base_url=HERE)
    assert "failed=key" in told.headers["Location"] and "Set-Cookie" not in told.headers
