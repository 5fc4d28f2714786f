"""Who is taken for whom, whichever way a request comes."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import EnvironBuilder

from dashboard.keys.door import Door
from dashboard.keys.person import NOBODY, Entry, ForeignPageError, RoleError, SignInError
from dashboard.keys.session import COOKIE, SIGNED_OUT, Sessions, read_secret
from dashboard.settings import Settings
from dashboard.store.keys import Role, Scope
from dashboard.store.library import Library

NOW_S = 1_800_000_000.0
LOCAL = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8050", "SERVER_PROTOCOL": "HTTP/1.1"}
FAR = {"REMOTE_ADDR": "198.51.100.7", "HTTP_HOST": "risk.example", "SERVER_PROTOCOL": "HTTP/1.1"}


class Clock:
    def __init__(self) -> None:
        self.now_s = NOW_S

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(Settings(home=tmp_path, area="tiny", drill=False), marks_use=False)


@pytest.fixture
def door(library: Library, clock: Clock) -> Door:
    return Door(library, clock)


def asking(environ: dict[str, str], **headers: str) -> Any:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    made = EnvironBuilder("/ops", method="POST", headers=names).get_environ()
    return Flask("t").request_context(made | environ)


def cookie(door: Door, key_id: str) -> str:
    made = door.sessions.begin(Response(), key_id, is_secure=True).headers["Set-Cookie"]
    return made.split(";")[0]


def test_outside_any_request_nobody_is_there(door: Door) -> None:
    assert door.who() is NOBODY


@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost:8050", "[::1]:8050", "LOCALHOST"])
def test_this_machine_is_the_demo_coordinator(door: Door, host: str) -> None:
    with asking(LOCAL | {"HTTP_HOST": host}):
        assert door.require(Role.COORDINATE).is_demo


@pytest.mark.parametrize(
    "changed",
    [
        {"REMOTE_ADDR": "198.51.100.7"},
        {"HTTP_HOST": "evil.example:8050"},
        {"HTTP_HOST": "localhost.evil.example"},
        {"HTTP_X_FORWARDED_FOR": "198.51.100.7"},
        {"HTTP_X_FORWARDED_HOST": "risk.example"},
        {"HTTP_FORWARDED": "for=198.51.100.7"},
        {"HTTP_VIA": "1.1 proxy"},
        {"SERVER_PROTOCOL": "HTTP/1.0"},
    ],
)
def test_whoever_is_not_at_this_machine_is_nobody(door: Door, changed: dict[str, str]) -> None:
    with asking(LOCAL | changed):
        assert door.who() is NOBODY
        with pytest.raises(SignInError):
            door.require(Role.COORDINATE)


@pytest.mark.parametrize("changes", [{"host": "0.0.0.0"}, {"host": "192.0.2.1"}, {"demo": False}])
def test_a_server_for_others_has_no_demo_coordinator(library: Library, clock: Clock, changes: dict[str, Any]) -> None:
    door = Door(Library(library.settings.replace(**changes)), clock)
    with asking(LOCAL):
        assert door.who() is NOBODY


def test_a_page_of_another_site_cannot_use_the_demo_coordinator(door: Door) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"},
                    {"Sec_Fetch_Site": "same-site"}, {"Origin": "http://127.0.0.1:9999"}):  # fmt: skip
        with asking(LOCAL, **headers), pytest.raises(ForeignPageError):
            door.require(Role.COORDINATE)
    with asking(LOCAL, Origin="http://127.0.0.1:8050"):
        assert door.require(Role.COORDINATE).is_demo


def test_a_key_opens_what_its_role_and_scopes_say(door: Door, library: Library) -> None:
    key, presented = library.keys.make("Clinic", Role.HEALTH, (Scope.READ,), None, NOW_S)
    with asking(FAR, Authorization=f"Bearer {presented}"):
        person = door.require(Role.HEALTH)
        assert (person.key_id, person.entry, person.is_demo) == (key.key_id, Entry.BEARER, False)
        assert door.require(Role.COORDINATE, Role.HEALTH) is person
        assert door.require_scope(Scope.READ) is person
        with pytest.raises(RoleError):
            door.require(Role.COORDINATE)
        with pytest.raises(RoleError):
            door.require_scope(Scope.ROUTE)


def test_a_wrong_key_is_not_taken_for_a_reader(door: Door) -> None:
    with asking(LOCAL, Authorization="Bearer ansimgil_00000000_nothing"):
        with pytest.raises(SignInError):
            door.who()
        assert door.shown() is NOBODY


def test_a_session_ends_with_its_key_and_needs_our_page(door: Door, library: Library, clock: Clock) -> None:
    key, _ = library.keys.make("Hall", Role.COORDINATE, (Scope.READ,), NOW_S + 60, NOW_S)
    held = cookie(door, key.key_id)
    with asking(FAR, Cookie=held, Origin="https://risk.example"):
        assert door.require(Role.COORDINATE).entry is Entry.SESSION
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "https://risk.example.evil"},
                    {"Sec_Fetch_Site": "same-site"}):  # fmt: skip
        with asking(FAR, Cookie=held, **headers), pytest.raises(ForeignPageError):
            door.require(Role.COORDINATE)
    clock.now_s = NOW_S + 61
    with asking(FAR, Cookie=held, Origin="https://risk.example"), pytest.raises(SignInError):
        door.require(Role.COORDINATE)


def test_a_revoked_key_ends_its_session_in_another_process(door: Door, library: Library, clock: Clock) -> None:
    key, presented = library.keys.make("Hall", Role.COORDINATE, (Scope.READ,), None, NOW_S)
    library.keys.revoke(key.key_id, NOW_S + 1)
    clock.now_s = NOW_S + 2
    with asking(FAR, Cookie=cookie(door, key.key_id), Origin="https://risk.example"):
        assert door.who() is NOBODY
    with asking(FAR, Authorization=f"Bearer {presented}"), pytest.raises(SignInError):
        door.who()


def test_signed_out_means_reader_even_at_this_machine(door: Door) -> None:
    with asking(LOCAL, Cookie=cookie(door, SIGNED_OUT)):
        assert door.who() is NOBODY and door.offers_demo()


def test_cookies_of_others_are_no_sessions(door: Door, library: Library) -> None:
    key, _ = library.keys.make("Hall", Role.COORDINATE, (Scope.READ,), None, NOW_S)
    forged = URLSafeTimedSerializer(b"another secret", salt="ansimgil session").dumps(key.key_id)
    other_salt = URLSafeTimedSerializer(read_secret(library.settings.home), salt="other").dumps(key.key_id)
    for value in (forged, other_salt, key.key_id, "", "x.y.z", cookie(door, key.key_id).split("=")[1] + "x"):
        with asking(FAR, Cookie=f"{COOKIE}={value}", Origin="https://risk.example"):
            assert door.who() is NOBODY


def test_the_cookie_is_guarded(door: Door) -> None:
    for is_secure in (True, False):
        made = door.sessions.begin(Response(), "1f2e3d4c", is_secure).headers["Set-Cookie"]
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(made.split("; "))
        assert ("Secure" in made) is is_secure


def test_the_secret_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    first = read_secret(tmp_path / "new")
    assert len(first) == 32 and read_secret(tmp_path / "new") == first
    assert (tmp_path / "new" / "secret").stat().st_mode & 0o077 == 0
    assert [one.name for one in (tmp_path / "new").iterdir()] == ["secret"]
    assert Sessions(tmp_path / "new").begin(Response(), "k", True) is not None
