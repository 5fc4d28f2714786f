"""Which feeds are read: by place and key, by name, by the operator's file; and the command that checks them."""

import json
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.feeds.catalogue import SOURCES
from dashboard.feeds.live.plan import Feed, named_hosts, plan_feeds
from dashboard.settings import Settings
from dashboard.store.feed_states import read_feed_states
from dashboard.store.forecasts import read_forecast
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from risk_core.errors import InputError
from tests.answers.small_world import make_library
from tests.feeds.live import stub as plays
from tests.feeds.live.stub import Stub

BOUNDS = {"seoul": (126.8, 37.4, 127.2, 37.7), "helsinki": (24.8, 60.1, 25.1, 60.3)}


def plan(home: Path, environ: dict[str, str] | None = None, toml: str = "", **more: object) -> list[Feed]:
    if toml:
        (home / "feeds.toml").write_text(toml, encoding="utf-8")
    settings = Settings(home=home, area="seoul", live=True, **more)  # type: ignore[arg-type]
    return plan_feeds(settings, BOUNDS, SOURCES, environ or {})


def test_keyless_feeds_of_the_area_are_read_and_others_say_what_they_lack(tmp_path: Path) -> None:
    feeds = {feed.name: feed.lacks for feed in plan(tmp_path)}
    assert {name for name, lacks in feeds.items() if not lacks} == {"open-meteo", "jma-storms", "ibtracs", "gdacs"}
    assert feeds["kma-aws"] == "set ANSIMGIL_KMA_KEY" and feeds["disaster-texts"] == "set ANSIMGIL_SAFETYDATA_KEY"
    assert "nws" not in feeds and "closures-geojson" not in feeds


def test_a_key_is_enough_and_shows_nowhere(tmp_path: Path) -> None:
    feeds = plan(tmp_path, kma_key="VERY-SECRET")
    assert not next(feed for feed in feeds if feed.name == "kma-aws").lacks
    assert "VERY-SECRET" not in repr(feeds) and "VERY-SECRET" not in repr(
        Settings(home=tmp_path, kma_key="VERY-SECRET")
    )


def test_named_feeds_only(tmp_path: Path) -> None:
    assert [feed.name for feed in plan(tmp_path, feeds="open-meteo, gdacs")] == ["open-meteo", "gdacs"]
    with pytest.raises(InputError, match="ANSIMGIL_FEEDS"):
        plan(tmp_path, feeds="open-meteo,wetter")


OWN = """
[[feed]]
source = "closures-geojson"
name = "works"
area = "helsinki"
url = "https://data.example.org/closures?key={key}"
every_min = 5
key_variable = "CITY_KEY"
columns = { closure_id = "OBJECTID" }

[[feed]]
source = "open-meteo"
url = "http://10.0.0.5:8080/v1/forecast"
"""


def test_the_operators_file_adds_and_replaces(tmp_path: Path) -> None:
    feeds = {feed.name: feed for feed in plan(tmp_path, {"CITY_KEY": "a b"}, OWN)}
    works = feeds["works"]
    assert (works.area_id, works.url, works.cadence_s) == (
        "helsinki",
        "https://data.example.org/closures?key=a%20b",
        300.0,
    )
    assert works.options == {"columns": {"closure_id": "OBJECTID"}}
    assert feeds["open-meteo"].url.startswith("http://10.0.0.5")
    assert named_hosts(Settings(home=tmp_path, feed_hosts="intra.example"), list(feeds.values())) == {
        "data.example.org", "10.0.0.5", "intra.example",
    }  # fmt: skip


def test_a_key_that_is_not_set_is_lacking(tmp_path: Path) -> None:
    assert next(feed for feed in plan(tmp_path, {}, OWN) if feed.name == "works").lacks == "set CITY_KEY"


@pytest.mark.parametrize(
    ("toml", "word"),
    [
        ("[[feed]", "feed file"),
        ("feed = 3", "feed file"),
        ('[[feed]]\nsource = "x"', "source"),
        ('[[feed]]\nsource = "gdacs"\nevery_min = 0.1', "every_min"),
        ('[[feed]]\nsource = "gdacs"\nevery_min = nan', "every_min"),
        ('[[feed]]\nsource = "gdacs"\narea = "busan"', "area"),
        ('[[feed]]\nsource = "gdacs"\n[[feed]]\nsource = "gdacs"', "name"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_the_reason(tmp_path: Path, toml: str, word: str) -> None:
    with pytest.raises(InputError, match=word):
        plan(tmp_path, toml=toml)


# --- the command


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return make_library(tmp_path)


def meteo(handler: plays.Handler) -> None:
    """Answer as Open-Meteo does, for the present hour and the points asked for."""
    import time

    from dashboard.feeds.live.places import place_of
    from tests.feeds.live.samples import open_meteo

    place = place_of(Library(Settings(home=HOME[0], area="tiny"), marks_use=False), "tiny")
    plays.body(open_meteo(place, time.time(), lambda *_: 12.0))(handler)


HOME: list[Path] = []


def call(library: Library, *words: str) -> int:
    home = library.settings.home
    HOME[:] = [home]
    return main(["feeds", *words, "--area", "tiny"], {"ANSIMGIL_HOME": str(home), "ANSIMGIL_FEEDS": "good,bad,keyed"})


def test_check_tells_what_is_configured_reachable_and_fresh(
    library: Library, stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.plays["/meteo"], stub.plays["/bad"] = meteo, plays.status(503)
    (library.settings.home / "feeds.toml").write_text(
        f'[[feed]]\nsource="open-meteo"\nname="good"\narea="tiny"\nurl="{stub.url("/meteo")}"\n'
        f'[[feed]]\nsource="cap-feed"\nname="bad"\narea="tiny"\nurl="{stub.url("/bad")}"\n'
        '[[feed]]\nsource="kma-aws"\nname="keyed"\narea="tiny"\n',
        encoding="utf-8",
    )
    assert call(library, "check", "--json") == 1
    told = {one["feed"]: one for one in json.loads(capsys.readouterr().out)}
    assert (told["good"]["is_configured"], told["good"]["is_reachable"], told["good"]["is_fresh"]) == (True, True, None)
    assert told["good"]["n_record"] > 0 and told["good"]["detail"] == "with a forecast"
    assert (told["bad"]["is_reachable"], told["bad"]["detail"]) == (False, "status: answered 503")
    assert (told["keyed"]["is_configured"], told["keyed"]["is_reachable"]) == (False, None)
    assert library.observations.rows(Kind.RAIN, "tiny") == [], "checking stores nothing"
    assert call(library, "once") == 1
    assert library.observations.rows(Kind.RAIN, "tiny") and read_forecast(library.settings.home, "tiny") is not None
    states = {one.name: one for one in read_feed_states(library.settings.home, "tiny")}
    assert states["good"].n_new > 0 and states["bad"].error and states["keyed"].lacks
    capsys.readouterr()
    assert call(library, "check") == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:5] for line in lines if " good " in line] == [["tiny", "good", "yes", "yes", "yes"]]


def test_list_names_terms_and_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feeds", "list", "--json"], {}) == 0
    told = {one["source"]: one for one in json.loads(capsys.readouterr().out)}
    assert set(told) == {source.name for source in SOURCES}
    assert told["kma-aws"]["needs"] == "ANSIMGIL_KMA_KEY" and told["gtfs-alerts"]["needs"] == "a url"
    assert main(["feeds", "list"], {}) == 0
    assert "CC BY 4.0" in capsys.readouterr().out
