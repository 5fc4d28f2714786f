"""Live feeds on the sources page and on the badge of every page."""

import dataclasses
import json
import os

import pytest

from dashboard.answers import Answers
from dashboard.pages.page import Services, open_query
from dashboard.pages.sources.layout import body
from dashboard.pages.sources.truth import truth_words
from dashboard.probes import readiness
from dashboard.refresh import Refresher
from dashboard.store.feed_states import FeedState, forget_feed_states, read_feed_states, write_feed_states
from dashboard.store.forecasts import read_forecast, write_forecast
from dashboard.store.library import Library
from risk_core.state.assessment import Assessment
from risk_core.state.level import Layer
from tests.answers.small_world import make_library
from tests.components.tree import words
from tests.feeds.live.samples import open_meteo, question

NOW_S = 1_782_000_000.0
GOOD = FeedState(
    "open-meteo", "Open-Meteo", ("rain", "wind"), "Weather data by Open-Meteo.com", "CC BY 4.0", 1800.0, 10_800.0,
    asked_s=NOW_S - 60, good_s=NOW_S - 60, next_s=NOW_S + 1700, n_new=7,
)  # fmt: skip
BAD = dataclasses.replace(
    GOOD, name="gdacs", title="GDACS", good_s=NOW_S - 20_000, n_fail=6, is_open=True, error="status: answered 503"
)
LACKING = FeedState("kma-aws", "기상청", ("rain",), "", "", 600.0, 1800.0, lacks="set ANSIMGIL_KMA_KEY")


@pytest.fixture
def library(tmp_path) -> Library:
    return make_library(tmp_path)


@pytest.fixture
def services(library) -> Services:
    Refresher(library, lambda *_: None, lambda: NOW_S).step()
    os.utime(library.settings.home / "engine.pulse", (NOW_S, NOW_S))
    return Services(library.settings, library, Answers(library), lambda: NOW_S)


def opened_in(services, lang="en"):
    opened = open_query(services, {"area": "tiny", "lang": lang})
    assert opened is not None
    return opened


def test_the_page_tells_how_each_feed_stands_in_both_languages(library, services) -> None:
    write_feed_states(library.settings.home, "tiny", (GOOD, BAD, LACKING))
    told = " ".join(words(part) for part in body(opened_in(services)))
    for word in ("Live feeds", "○ on time", "▲ stopped", "The server refused.", "answered 503", "ANSIMGIL_KMA_KEY"):
        assert word in told, word
    assert "Weather data by Open-Meteo.com (CC BY 4.0)" in told
    korean = " ".join(words(part) for part in body(opened_in(services, "ko")))
    for word in ("실시간 자료", "○ 제때", "▲ 끊김", "서버가 거절했습니다.", "설정 필요"):
        assert word in korean, word


def test_without_live_feeds_the_page_says_nothing_of_them(services) -> None:
    assert "Live feeds" not in " ".join(words(part) for part in body(opened_in(services)))


def test_the_badge_names_a_feed_that_stopped_and_forgets_it_when_it_is_back(library, services) -> None:
    home = library.settings.home
    assert truth_words(opened_in(services)) == ""
    write_feed_states(home, "tiny", (GOOD, BAD, LACKING))
    assert truth_words(opened_in(services)).startswith("gdacs stopped")
    assert truth_words(opened_in(services, "ko")).startswith("gdacs 끊김")
    write_feed_states(home, "tiny", (dataclasses.replace(BAD, good_s=float("nan")),))
    assert truth_words(opened_in(services)) == "gdacs does not answer"
    write_feed_states(home, "tiny", (GOOD, dataclasses.replace(BAD, error="", n_fail=0, good_s=NOW_S)))
    assert truth_words(opened_in(services)) == ""


def test_the_probe_tells_ages_of_feeds(library, services) -> None:
    write_feed_states(library.settings.home, "tiny", (GOOD, BAD, LACKING))
    told = readiness(library, True, NOW_S)["areas"]["tiny"]["feeds"]
    assert told == [
        {"feed": "open-meteo", "age_s": 60.0, "stale": False, "failures": 0},
        {"feed": "gdacs", "age_s": 20_000.0, "stale": True, "failures": 6},
    ]
    json.dumps(told, allow_nan=False)


def test_states_survive_the_disk_and_damage_is_no_end(library) -> None:
    home = library.settings.home
    write_feed_states(home, "tiny", (GOOD, LACKING))
    kept = read_feed_states(home, "tiny")
    assert kept[0] == GOOD and repr(kept[1]) == repr(LACKING)
    (home / "feeds" / "tiny.json").write_bytes(b'{"schema": 1, "feeds": [{}]}')
    assert read_feed_states(home, "tiny") == ()
    forget_feed_states(home, "tiny")
    assert read_feed_states(home, "tiny") == ()


# --- the forecast reaches the risk


def assessed(library, now_s) -> Assessment:
    Refresher(library, lambda *_: None, lambda: now_s).step()
    return library.assessment("tiny")


def test_a_forecast_in_the_home_reaches_the_snapshot_and_ends_with_its_age(library) -> None:
    from dashboard.feeds.live.places import place_of
    from dashboard.feeds.sources.open_meteo import parse

    place, home = place_of(library, "tiny"), library.settings.home
    forecast = parse(open_meteo(place, NOW_S, lambda *_: 40.0, 27.0), question(place)).forecast
    assert forecast is not None
    write_forecast(home, "tiny", forecast)
    made = assessed(library, NOW_S)
    assert made.sources[-1].kind == "forecast" and not made.simulated and made.drill is None
    assert int(made.layers[Layer.RAIN].risk.min()) > 100 and int(made.layers[Layer.TYPHOON].risk.min()) > 100
    assert {"open-meteo"} == set(made.layers[Layer.COMBINED].sources)
    assert read_forecast(home, "tiny", NOW_S + 13 * 3600.0) is None
    assert Layer.RAIN not in assessed(library, NOW_S + 13 * 3600.0).layers


def test_an_older_forecast_never_replaces_a_newer_one_and_damage_is_no_end(library) -> None:
    from dashboard.feeds.live.places import place_of
    from dashboard.feeds.sources.open_meteo import parse

    place, home = place_of(library, "tiny"), library.settings.home
    new, old = (parse(open_meteo(place, now_s), question(place, now_s)).forecast for now_s in (NOW_S, NOW_S - 3600.0))
    assert new is not None and old is not None
    write_forecast(home, "tiny", new)
    write_forecast(home, "tiny", old)
    kept = read_forecast(home, "tiny")
    assert kept is not None and kept.issue_s == NOW_S
    path = home / "forecasts" / "tiny.npz"
    path.write_bytes(path.read_bytes()[:200])
    assert read_forecast(home, "tiny") is None
    write_forecast(home, "tiny", new)
    assert read_forecast(home, "tiny") is not None
