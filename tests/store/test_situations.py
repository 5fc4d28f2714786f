"""What is known at a moment, shaped for an assessment."""

import dataclasses
import math

import numpy as np
import pytest

from dashboard.store.acts import DESK
from dashboard.store.kinds import Kind
from dashboard.store.observations import ObservationStore
from dashboard.store.situations import build_situation
from risk_core.state.area import Area
from risk_core.state.profile import Profile
from risk_core.state.situation import ClosureReason, DrillPhase, DrillStatus, GeometryKind, Situation

NOW_S = 1_785_888_000.0
DAY_S = 86_400.0
LAT, LON = -29.95, -71.30


@pytest.fixture
def store(database_url: str) -> ObservationStore:
    return ObservationStore(database_url)


def put(store: ObservationStore, kind: Kind, *records: dict[str, object], simulated: bool = False,
        source: str = "x") -> None:  # fmt: skip
    report = store.ingest(kind, "tiny", records, source=source, simulated=simulated, received_s=NOW_S)
    assert report.faults == ()


def look(store: ObservationStore, area: Area, now_s: float = NOW_S) -> Situation:
    return build_situation(store, area, now_s, (-3600, 0, 3600), None)


def gauge(station: str, at_s: float, rate: float, **fields: object) -> dict[str, object]:
    return {"station_id": station, "time": NOW_S + at_s, "lat": LAT, "lon": LON, "rate_mm_per_h": rate} | fields


def test_nothing_known_is_nothing_said(store: ObservationStore, area: Area) -> None:
    situation = look(store, area)
    assert (situation.area_id, situation.now_s, situation.lead_s) == ("tiny", NOW_S, (-3600, 0, 3600))
    assert (situation.rain, situation.wind, situation.cases) == (None, None, None)
    assert (situation.tracks, situation.closures, situation.alerts, situation.sources) == ((), (), (), ())
    (shelter,) = situation.shelters
    assert (shelter.shelter_id, shelter.capacity_persons, shelter.is_open) == ("s1", 300.0, True)
    assert math.isnan(shelter.occupancy_persons)


def test_the_drill_is_handed_on(store: ObservationStore, area: Area) -> None:
    drill = DrillStatus("7-1", 7, 60.0, DrillPhase.PLAYING, "rain", 5.0, 60.0)
    assert build_situation(store, area, NOW_S, (0,), drill).drill is drill


def test_rain_stands_on_an_even_axis_with_gaps(store: ObservationStore, area: Area) -> None:
    put(store, Kind.RAIN, gauge("a", -1800, 3.0), gauge("a", -600, 5.0), gauge("b", 0, 7.0), gauge("b", 600, 9.0))
    rain = look(store, area).rain
    assert rain is not None
    assert (rain.time_s - NOW_S).tolist() == [-1800, -1200, -600, 0]
    np.testing.assert_array_equal(rain.rate_mm_per_h[:, 0], [3.0, np.nan, 5.0, np.nan])
    np.testing.assert_array_equal(rain.rate_mm_per_h[:, 1], [np.nan, np.nan, np.nan, 7.0])
    assert rain.lat_deg.tolist() == [LAT, LAT]


def test_an_hourly_gauge_fills_the_steps_of_a_ten_minute_one(store: ObservationStore, area: Area) -> None:
    put(store, Kind.RAIN, gauge("a", 0, 6.0, interval_s=3600), gauge("b", -600, 1.0), gauge("a", -600, 2.0))
    rain = look(store, area).rain
    assert rain is not None
    assert (rain.time_s - NOW_S).tolist() == [-600, 0]
    np.testing.assert_array_equal(rain.rate_mm_per_h, [[2.0, 1.0], [6.0, np.nan]])


def test_rain_looks_back_twenty_five_hours(store: ObservationStore, area: Area) -> None:
    put(store, Kind.RAIN, *(gauge("a", -600 * k, float(k)) for k in range(100)), gauge("b", 0, 1.0, quality="bad"))
    rain = look(store, area).rain
    assert rain is not None
    assert rain.rate_mm_per_h.shape == (100, 1)
    assert rain.rate_mm_per_h[-1, 0] == 0.0
    assert rain.rate_mm_per_h[0, 0] == 99.0


def test_the_axis_ends_with_the_newest_report_and_others_join_the_nearest(store: ObservationStore, area: Area) -> None:
    put(store, Kind.RAIN, gauge("a", -60, 4.0), gauge("b", -600, 1.0))
    rain = look(store, area).rain
    assert rain is not None
    assert (rain.time_s - NOW_S).tolist() == [-660, -60]
    np.testing.assert_array_equal(rain.rate_mm_per_h, [[np.nan, 1.0], [4.0, np.nan]])


def test_newest_wind_of_each_station(store: ObservationStore, area: Area) -> None:
    place = {"lat": LAT, "lon": LON}
    put(store, Kind.WIND, *(
        {"station_id": name, "time": NOW_S + at, "speed_m_per_s": speed, **place}
        for name, at, speed in (("a", -1200, 5), ("a", -600, 6), ("b", 0, 7), ("a", 600, 9), ("c", -20_000, 1))
    ))  # fmt: skip
    wind = look(store, area).wind
    assert wind is not None
    assert wind.speed_m_per_s.tolist() == [6.0, 7.0]
    assert np.isnan(wind.gust_m_per_s).all()


def case(district: str, day: float, count: float, as_of_day: float | None = None) -> dict[str, object]:
    today_s = NOW_S // DAY_S * DAY_S
    as_of = {} if as_of_day is None else {"as_of_s": today_s + as_of_day * DAY_S}
    return {"district_id": district, "day_s": today_s + day * DAY_S, "count": count} | as_of


def test_cases_are_aligned_with_the_districts(store: ObservationStore, area: Area) -> None:
    put(store, Kind.CASES, case("east", -3, 5, -2), case("west", -1, 7, 0), case("elsewhere", -1, 9, 0),
        case("east", -1, -4, 0), case("west", 1, 99, 0))  # fmt: skip
    cases = look(store, area).cases
    assert cases is not None
    assert (np.diff(cases.day_s) == DAY_S).all()
    np.testing.assert_array_equal(cases.count, [[np.nan, 5.0], [np.nan, np.nan], [7.0, np.nan]])


def test_cases_of_49_days_as_known_then(store: ObservationStore, area: Area) -> None:
    put(store, Kind.CASES, *(case("west", -day, day, 0) for day in range(1, 60)))
    put(store, Kind.CASES, case("east", -2, 10, -1), case("east", -2, 12, 0), case("east", -2, 15, 2))
    now = look(store, area).cases
    assert now is not None
    assert now.count.shape == (48, 2)
    assert now.count[-1, 0] == 1.0
    assert now.count[-2, 1] == 12.0
    before = look(store, area, NOW_S - DAY_S).cases
    assert before is not None
    assert np.nanmax(before.count[:, 1]) == 10.0
    later = look(store, area, NOW_S + 2 * DAY_S).cases
    assert later is not None
    assert np.nanmax(later.count[:, 1]) == 15.0


def test_cases_keep_what_was_known_how_many_days_later(store: ObservationStore, area: Area) -> None:
    put(store, Kind.CASES, case("east", -5, 10, -4), case("east", -5, 13, -2), case("east", -1, 4, 0))
    put(store, Kind.CASES, case("west", -5, 7, -0.5))
    cases = look(store, area).cases
    assert cases is not None and cases.known is not None
    west, east = cases.known[:, 0, 0], cases.known[:, 0, 1]
    np.testing.assert_array_equal(east, [10, 10, 13, 13, 13, np.nan, np.nan])
    np.testing.assert_array_equal(west, [np.nan] * 3 + [7, 7, np.nan, np.nan])
    np.testing.assert_array_equal(cases.known[:, -1, 1], [4.0] + [np.nan] * 6)


def test_simulated_cases_stand_before_real_ones_of_the_same_day(store: ObservationStore, area: Area) -> None:
    put(store, Kind.CASES, case("west", -1, 500), simulated=True)
    put(store, Kind.CASES, case("west", -1, 3, 0), case("east", -1, 4, 0))
    cases = look(store, area).cases
    assert cases is not None
    assert cases.count.tolist() == [[500.0, 4.0]]


def point(issue_h: float, at_h: float, lat: float = 20.0, storm: str = "2211") -> dict[str, object]:
    return {"storm_id": storm, "name": "힌남노", "issue_s": NOW_S + issue_h * 3600, "time_s": NOW_S + at_h * 3600,
            "lat": lat, "lon": 125.0, "central_pressure_hpa": 950}  # fmt: skip


def test_the_newest_bulletin_with_what_was_analysed_before(store: ObservationStore, area: Area) -> None:
    put(store, Kind.TRACKS, point(-6, -6, 18), point(-6, 6, 25), point(-3, -3, 19), point(-3, 0, 20), point(-3, 9, 22))
    put(store, Kind.TRACKS, point(1, 1, 30), point(-90, -90, 5, "old"))
    (track,) = look(store, area).tracks
    assert (track.storm_id, track.name, track.issue_s) == ("2211", "힌남노", NOW_S - 3 * 3600)
    assert ((track.time_s - NOW_S) / 3600).tolist() == [-6, -3, 0, 9]
    assert track.lat_deg.tolist() == [18, 19, 20, 22]
    assert track.central_pressure_hpa.tolist() == [950.0] * 4
    assert np.isnan(track.radius_25_m).all()


def closure(closure_id: str, from_s: float, **fields: object) -> dict[str, object]:
    return {"closure_id": closure_id, "from_s": NOW_S + from_s, "geometry": f"POINT ({LON} {LAT})"} | fields


def test_closures_in_force_or_coming(store: ObservationStore, area: Area) -> None:
    line = f"LINESTRING ({LON} {LAT}, {LON + 0.001} {LAT})"
    put(store, Kind.CLOSURES, closure("over", -600, until_s=NOW_S), closure("back", -600, cancelled=True),
        closure("coming", 600), closure("now", -600, until_s=NOW_S + 1, reason="underpass", profiles="bus car",
                                        geometry=line, name="지하차도"))  # fmt: skip
    now, coming = look(store, area).closures
    assert (now.closure_id, now.reason, now.name) == ("now", ClosureReason.UNDERPASS, "지하차도")
    assert now.profiles == (Profile.CAR, Profile.BUS)
    assert now.shape.kind is GeometryKind.LINE
    assert now.shape.parts[0][0].tolist() == [LAT, LON]
    assert (coming.closure_id, coming.until_s, coming.profiles) == ("coming", math.inf, ())


def alert(identifier: str, sent_s: float, **fields: object) -> dict[str, object]:
    return {"identifier": identifier, "sender": "kma", "sent_s": NOW_S + sent_s, "status": "Actual", "event": "호우",
            "expires": NOW_S + 3600} | fields  # fmt: skip


def test_alerts_in_force(store: ObservationStore, area: Area) -> None:
    put(
        store,
        Kind.ALERTS,
        alert("a1", -600, language="ko-KR"),
        alert("a1", -600, info=1, language="en-US"),
        alert("a2", -300),
        alert("a3", -200, msg_type="Update", references="kma,a2,2026-08-05T00:00:00Z"),
        alert("a4", -600),
        alert("a5", -100, msg_type="Cancel", references="kma,a4,x", expires=NOW_S - 1),
        alert("future", 60),
        alert("over", -600, expires=NOW_S),
        alert("drill", -600, status="Exercise"),
        alert("test", -600, status="Test"),
    )
    put(store, Kind.ALERTS, alert("evil", -1, msg_type="Cancel", references="kma,a1,x"), source="other")
    put(store, Kind.ALERTS, alert("exercise", -700, status="Exercise"), simulated=True)
    found = look(store, area).alerts
    assert [(entry.alert_id, entry.language) for entry in found] == [
        ("a3", ""), ("a1", "en-US"), ("a1", "ko-KR"), ("exercise", ""),
    ]  # fmt: skip
    assert found[-1].simulated
    assert not found[0].simulated
    assert found[0].shape is None


def test_shelters_take_the_newest_report(store: ObservationStore, area: Area) -> None:
    school = {"shelter_id": "s1"}
    hall = {"shelter_id": "new", "name": "체육관", "lat": LAT, "lon": LON, "capacity": 90, "open": "no"}
    put(store, Kind.SHELTERS, school | {"time": NOW_S - 60, "occupancy": 20}, hall | {"time": NOW_S - 60})
    put(store, Kind.SHELTERS, school | {"time": NOW_S - 600, "occupancy": 5}, school | {"time": NOW_S + 60, "open": 0})
    put(store, Kind.SHELTERS, {"shelter_id": "nowhere", "time": NOW_S - 60})
    known, new = look(store, area).shelters
    assert (known.shelter_id, known.name, known.occupancy_persons, known.is_open) == ("s1", "Tiny School", 20.0, True)
    assert known.capacity_persons == 300.0
    assert (new.shelter_id, new.name, new.capacity_persons, new.is_open) == ("new", "체육관", 90.0, False)


def test_access_pets_and_closing_time_hold_until_another_source_tells_of_them(
    store: ObservationStore, area: Area
) -> None:
    school, until = {"shelter_id": "s1"}, {"until": NOW_S + 3600}
    put(store, Kind.SHELTERS, school | until | {"time": NOW_S - 600, "step_free": "no", "pets": "yes"})
    put(store, Kind.SHELTERS, school | {"time": NOW_S - 60, "occupancy": 4, "pets": "no"}, source=DESK)
    (known,) = look(store, area).shelters
    assert known.is_step_free is False and known.takes_pets is False and known.until_s == NOW_S + 3600


def test_nobody_knows_who_gets_into_a_shelter_without_reports(store: ObservationStore, area: Area) -> None:
    (known,) = look(store, area).shelters
    assert known.is_step_free is None and known.takes_pets is None and known.until_s == math.inf


def test_a_report_that_tells_no_place_leaves_the_shelter_where_it_was(store: ObservationStore, area: Area) -> None:
    hall = {"shelter_id": "new", "name": "체육관", "lat": LAT, "lon": LON, "capacity": 90}
    put(store, Kind.SHELTERS, hall | {"time": NOW_S - 600})
    put(store, Kind.SHELTERS, {"shelter_id": "new", "time": NOW_S - 60, "open": "no", "occupancy": 4}, source=DESK)
    new = look(store, area).shelters[-1]
    assert (new.shelter_id, new.name, new.capacity_persons, new.is_open) == ("new", "체육관", 90.0, False)
    assert (new.lat_deg, new.lon_deg, new.occupancy_persons) == (LAT, LON, 4.0)


def test_freshness_of_sources(store: ObservationStore, area: Area) -> None:
    put(store, Kind.RAIN, gauge("a", -600, 1.0), gauge("a", 600, 1.0))
    put(store, Kind.RAIN, gauge("a", -300, 1.0), simulated=True)
    found = [
        (status.kind, status.simulated, status.newest_s - NOW_S, status.n_record)
        for status in look(store, area).sources
    ]
    assert found == [("rain", False, -600, 1), ("rain", True, -300, 1)]


def test_another_area_is_another_world(store: ObservationStore, area: Area) -> None:
    put(store, Kind.RAIN, gauge("a", 0, 1.0))
    assert look(store, dataclasses.replace(area, area_id="other")).rain is None
