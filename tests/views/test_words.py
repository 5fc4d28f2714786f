"""What is known of an area becomes words, features and rows."""

import math
from dataclasses import replace
from datetime import UTC, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from dashboard.views.alerts import alert_banners
from dashboard.views.deeplink import read_address, read_point
from dashboard.views.defaults import default_ends, default_place, nearest_node, walkable_nodes
from dashboard.views.drill import caption_for
from dashboard.views.endpoints import endpoints
from dashboard.views.features import closure_features, free_words, scenery_features, track_features
from dashboard.views.figures import closed_streets, exposed_people
from dashboard.views.format import age_words, area_zone, clock, distance, duration, near_clock, offset_words
from dashboard.views.frames import frames, picture_url
from dashboard.views.reasons import reason_text
from dashboard.views.routes import CARD_ORDER, cards_shown, danger_parts, route_words
from dashboard.views.shelters import nearest_shelters, shelter_words
from dashboard.views.status import meta_words, score_words, series_words, status_words
from dashboard.views.tables import closure_rows, district_risk, district_rows, source_rows
from risk_core.assess import assess, assess_point
from risk_core.state.area import Area, Scenery
from risk_core.state.assessment import Reason
from risk_core.state.level import Hazard, Layer, risk_to_code
from risk_core.state.profile import Profile, profile_position
from risk_core.state.route import HazardMet, Route, RouteAnswer, RouteKind, Snap
from risk_core.state.shelters import known_shelters
from risk_core.state.situation import Alert, Shelter, Track
from tests.answers.small_world import NOW_S, closure, wet_situation
from tests.components.tree import words
from tests.tiny import N, node_position

ZONE = ZoneInfo("America/Santiago")
NO_SHELTER = Shelter("x", "Hall", "hall", *node_position(0), 100.0, math.nan, True, "source", False)


@pytest.fixture(scope="module")
def wet(area: Area):
    return assess(area, wet_situation(area, 70.0, (closure(),)))


def with_scenery(area: Area) -> Area:
    """A stream from west to east through the middle, with underpasses on the columns it crosses."""
    lat, west = node_position(12)
    _, east = node_position(17)
    lon = np.linspace(west, east, 30)
    first_column = 5 * N
    streets = np.arange(first_column + 1, first_column + 5 * N, 5, dtype=np.int32)
    scenery = Scenery(
        elevation_m=np.zeros((area.grid.n_row, area.grid.n_col), np.float32),
        stream_lat_deg=np.full(30, lat),
        stream_lon_deg=lon,
        underpass_street=streets,
        low_street=streets,
        shelters=(),
    )
    return replace(area, scenery=scenery)


def test_times_are_local_and_say_how_far_from_utc(area: Area) -> None:
    assert clock(NOW_S, ZONE) == "20:00"
    assert (offset_words(NOW_S, ZONE), offset_words(NOW_S, UTC)) == ("UTC−4", "UTC+0")
    assert offset_words(NOW_S, timezone(timedelta(hours=5, minutes=30))) == "UTC+5:30"
    assert near_clock(NOW_S - 86400, NOW_S, ZONE, "en").endswith("Jun 20:00")
    assert area_zone(replace(area, area_id="coquimbo")) == ZONE
    assert area_zone(area).utcoffset(None) == timedelta(hours=-5)
    west, south = 126.95, 37.54
    seoul = replace(area, area_id="seoul-central", grid=replace(area.grid, lon_min_deg=west, lat_max_deg=south))
    assert area_zone(seoul) == ZoneInfo("Asia/Seoul")


def test_numbers_are_rounded_as_people_say_them() -> None:
    assert (distance(994.0), distance(996.0), distance(1234.0)) == ("990 m", "1.0 km", "1.2 km")
    assert (duration(20.0, "en"), duration(3590.0, "en"), duration(3600.0, "ko")) == ("1 min", "60 min", "1시간 0분")
    assert [age_words(s, "en") for s in (59.0, 60.0, 7200.0, 129600.0)] == [
        "just now",
        "1 min ago",
        "2 h ago",
        "2 days ago",
    ]
    assert age_words(math.nan, "en") == "–"


def test_address_keeps_only_what_it_can_read() -> None:
    address = read_address({"h": "storm", "t": "-1", "z": "99", "profile": "tank", "from": "1,2,3", "lang": "fr"})
    assert (address.layer, address.step, address.zoom, address.profile, address.origin) == (None, None, 18, None, None)
    assert address.lang == "ko"
    assert read_point("inf,0") is None and read_point("10,-181") is None and read_point("a,b") is None


def test_default_ends_lie_on_both_sides_of_the_stream(area: Area) -> None:
    origin, destination = default_ends(with_scenery(area))
    stream = node_position(12)[0]
    assert (origin[0] - stream) * (destination[0] - stream) < 0
    assert default_ends(replace(area, network=None)) is None


def test_default_ends_can_be_walked_to(area: Area) -> None:
    nodes = walkable_nodes(area.network)
    assert set(nodes.tolist()) == set(range(N * N)), "the island is not offered"
    assert nearest_node(area.network, nodes, node_position(36)) != node_position(36)
    assert area.network.snap_mask.max() >= 1 << profile_position(Profile.WALK)


def test_default_place_is_where_people_live(area: Area) -> None:
    people = np.zeros_like(area.population)
    people[3, 4] = 1000.0
    lat, lon = default_place(replace(area, population=people))
    assert abs(lat - area.grid.row_lat_deg[3]) < 0.002 and abs(lon - area.grid.col_lon_deg[4]) < 0.002


def test_status_tells_level_reason_interval_time_and_source(area: Area, wet) -> None:
    risk = assess_point(area, wet, *node_position(14))
    said = status_words(risk, "Here", wet.now_s, ZONE, "en")
    assert said.level == int(risk.level) and said.word and said.verdict
    assert said.why.startswith("Heavy rain: ")
    assert said.score == score_words(risk.risk, risk.low, risk.high, "en")
    assert "80 % interval" in said.score and "not an official warning" in meta_words(risk, NOW_S, ZONE, "en")
    levels, labels = series_words(risk, ZONE, NOW_S, "en")
    assert len(levels) == len(labels) == len(wet.lead_s)


def test_unknown_is_never_called_safe(area: Area, wet) -> None:
    risk = replace(assess_point(area, wet, *node_position(14)), level=None, risk=math.nan, main_hazard=None)
    said = status_words(risk, "Here", wet.now_s, ZONE, "en")
    assert said.level is None and "not known" in said.why and "Safe" not in said.word


def test_official_warnings_keep_their_words_and_one_language() -> None:
    def alert(lang: str, until_s: float = NOW_S + 60) -> Alert:
        said = (f"a-{lang}", "KMA", "event", f"headline {lang}", "", "Severe", lang)
        return Alert(*said, NOW_S - 60, NOW_S - 60, until_s, "here", None, False)

    both = [alert("ko"), alert("en")]
    assert words(alert_banners(both, NOW_S, ZONE, "en")).count("headline") == 1
    assert "headline en" in words(alert_banners(both, NOW_S, ZONE, "en"))
    assert "headline ko" in words(alert_banners([both[0]], NOW_S, ZONE, "en")), "not understood is better than not told"
    assert alert_banners([alert("en", NOW_S)], NOW_S, ZONE, "en") == []


def make_route(levels: list[int]) -> Route:
    n = len(levels) + 1
    line = np.arange(n, dtype=np.float64)
    return Route(
        "r", RouteKind.SAFEST, np.zeros(0, np.int32), 1430.0, 2140.0, 620.0, 1.0, 0.7, (1000.0, 0, 0, 1140.0, 0),
        0.0, (), math.nan,
        np.array(levels, np.uint8), line, line + 10, (), (), 0.0,
    )  # fmt: skip


def test_danger_is_cut_out_of_the_line_in_runs() -> None:
    parts = list(danger_parts(make_route([0, 3, 4, 1, 255, 3])))
    assert parts == [[[11, 1], [12, 2], [13, 3]], [[15, 5], [16, 6]]]
    assert list(danger_parts(make_route([0, 1]))) == []


def test_route_card_says_minutes_metres_and_danger() -> None:
    said = route_words(make_route([0]), False, "en")
    assert (said.title, said.time, said.length, said.danger) == ("Safest", "24 min", "2.1 km", "620 m in danger")
    assert said.is_dangerous and abs(sum(said.shares) - 1) < 1e-9
    assert said.exposure == "Safe 1.0 km, Alert 1.1 km" and said.chance == ""


def answer_of(*way: tuple[RouteKind, float, float], is_same_way: bool = False) -> RouteAnswer:
    base, end = make_route([0]), Snap(0.0, 0.0, 0, 0.0, 0.0, False)
    routes = tuple(replace(base, kind=kind, duration_s=took, exposure_s=met) for kind, took, met in way)
    return RouteAnswer("tiny", "1-a", Profile.WALK, end, end, routes, is_same_way, NOW_S, True)


@pytest.mark.parametrize(
    ("duration_s", "exposure_s", "is_shown"),
    [
        (2100, 500, True),
        (2000, 1000, False),
        (2100, 800, False),
        (3000, 300, False),
        (2000, 1100, False),
        (2001, 999, False),
    ],
)
def test_a_balanced_way_has_a_card_where_it_saves_much_for_little(
    duration_s: float, exposure_s: float, is_shown: bool
) -> None:
    fastest, safest = (RouteKind.FASTEST, 2000.0, 1000.0), (RouteKind.SAFEST, 3000.0, 200.0)
    answer = answer_of(fastest, (RouteKind.BALANCED, duration_s, exposure_s), safest)
    wanted = CARD_ORDER if is_shown else (RouteKind.SAFEST, RouteKind.FASTEST)
    assert [route.kind for route in cards_shown(answer)] == list(wanted)
    assert [route.kind for route in cards_shown(replace(answer, is_same_way=True))] == [RouteKind.SAFEST]
    assert len(cards_shown(answer_of((RouteKind.BALANCED, 1.0, 1.0)))) == 1, "the only way asked for is shown"


def test_route_card_tells_chances_and_what_is_unknown() -> None:
    met = [
        HazardMet(hazard, 0.7, 0.5, 0.9, 0.0, prob) for hazard, prob in zip(Hazard, (0.004, 0.35, 0.999), strict=True)
    ]
    route = replace(make_route([0]), hazards=tuple(met), unknown_m=200.0)
    said = route_words(route, False, "en")
    assert said.chance == "dangerous wind 35\xa0%, danger from rain >\xa099\xa0%"
    assert said.exposure.endswith("No data 200 m")
    assert "35\xa0%" in route_words(route, False, "ko").chance
    assert route_words(replace(route, hazards=tuple(met[:1])), False, "en").chance == "chance of danger below 1 %"


def test_closures_in_force_are_drawn_with_a_sign(wet) -> None:
    drawn = closure_features(wet.closures, wet.now_s, ZONE, "en")["features"]
    assert [one["properties"]["className"] for one in drawn] == ["closure closure-area", "pin-closure"]
    assert "Flooding" in drawn[0]["properties"]["label"] and "until 22:00" in drawn[0]["properties"]["label"]
    later = replace(wet.closures[0], from_s=NOW_S + 1)
    assert closure_features([later], NOW_S, ZONE, "en")["features"] == []
    assert closure_rows([later, wet.closures[0]], NOW_S, ZONE, "en")[0][2] == "19:50"


def test_shelters_tell_their_free_places(area: Area, wet) -> None:
    assert free_words(NO_SHELTER, "en") == "100 places free"
    assert free_words(replace(NO_SHELTER, occupancy_persons=120.0), "en") == "full"
    assert free_words(replace(NO_SHELTER, capacity_persons=math.nan), "en") == "capacity unknown"
    assert free_words(replace(NO_SHELTER, is_open=False), "en") == "closed"
    known = known_shelters(area, wet)
    assert [one.name for one in known] == ["Tiny School"]
    near = nearest_shelters([*known, NO_SHELTER], node_position(0), 2)
    assert [one.name for one in near] == ["Hall", "Tiny School"]
    closed_first = nearest_shelters([replace(NO_SHELTER, is_open=False), *known], node_position(0), 2)
    assert closed_first[0].name == "Tiny School"
    assert shelter_words(near, node_position(0), "en")[1].where.endswith("north-east")


def test_scenery_is_marked_as_drill(area: Area) -> None:
    drawn = scenery_features(with_scenery(area), "en")["features"]
    assert drawn[0]["properties"]["className"] == "scenery-stream"
    assert all("Drill" in one["properties"]["label"] or "drill" in one["properties"]["label"] for one in drawn)
    assert 1 < len(drawn) < 1 + 6, "near underpasses share one sign"
    assert scenery_features(area, "en")["features"] == []


def test_track_is_split_at_the_present() -> None:
    time_s = NOW_S + np.array([-7200.0, 0.0, 7200.0])
    ones = np.ones(3)
    track = Track(
        "t", "Storm", NOW_S, time_s, ones * 33, np.array([126.0, 127.0, 128.0]), ones * 960, ones * 40, ones, ones
    )
    drawn = track_features([track], NOW_S, ZONE, "en")["features"]
    assert [one["properties"]["className"] for one in drawn[:2]] == ["track track-past", "track track-forecast"]
    assert [one["properties"]["className"] for one in drawn[2:]] == ["pin-track", "pin-storm", "pin-track"]


def test_frames_name_every_picture_by_version(area: Area, wet) -> None:
    wet = replace(wet, version="3-abc")
    known = frames(area, wet, ZONE, "en")
    assert known["labels"] == ["19:40 · −20 min", "20:00 · Now", "20:20 · +20 min", "21:00 · +1 h"]
    assert "v=3-abc" in known["template"] and "{layer}" in known["template"] and "{step}" in known["template"]
    assert set(known["layers"]) == {"rain", "combined"}
    assert picture_url(wet, Layer.TYPHOON, None).startswith("data:")
    assert picture_url(wet, Layer.RAIN, None).endswith("step=1")
    assert frames(replace(area, network=None), wet, ZONE, "en")["streets"] is None


def test_district_risk_is_weighted_by_people(area: Area) -> None:
    risk = np.full((area.grid.n_row, area.grid.n_col), np.nan)
    west = area.district == 0
    risk[west] = 0.2
    rows, cols = np.nonzero(west)
    risk[rows[0], cols[0]] = 1.0
    people = np.where(np.isnan(risk), 0, 0).astype(np.float32)
    people[rows[0], cols[0]] = 10.0
    means, tops = district_risk(replace(area, population=people), risk_to_code(risk))
    assert means[0] == pytest.approx(1.0, abs=1e-3) and tops[0] == pytest.approx(1.0)
    assert np.isnan(means[1]) and np.isnan(tops[1])


def test_tables_of_officials(area: Area, wet) -> None:
    assert district_rows(area, wet, Hazard.INFECTION, "en") == []
    rows = district_rows(area, wet, Hazard.RAIN, "en")
    assert {row[0] for row in rows} == {"West", "East"}
    assert source_rows(wet.sources, wet.now_s + 600, ZONE, "en")[0][3:] == ["10 min ago", "38", "Drill"]
    assert exposed_people(area, wet) >= 0 and closed_streets(area, wet) == 1


def test_drill_caption(wet) -> None:
    assert "Drill" in words(caption_for(wet.drill, "en"))
    assert caption_for(None, "en") is None


def test_every_endpoint_has_an_example_of_the_area(area: Area) -> None:
    assert all("tiny" in one.example or "/areas" in one.example or one.example.endswith("z") for one in endpoints(area))


@pytest.mark.parametrize(("lang", "said"), [("en", ("2.0 km", "2 h 5 min longer")), ("ko", ("2.0 km", "2시간 5분 더"))])
def test_reasons_of_a_way_are_told_in_the_units_of_its_card(lang: str, said: tuple[str, ...]) -> None:
    reason = Reason("avoids_rain", {"saved_m": 1998.0, "added_min": 124.9})
    assert all(one in reason_text(reason, lang) for one in said)
    assert "110 m" in reason_text(Reason("passes_danger", {"danger_m": 108.0}), lang)
