"""The invented weather and outbreak: reproducible, bounded, and shaped as described."""

import numpy as np
import pytest

from dashboard.drills.cloudburst import (
    CLOUDBURST_DEFAULTS,
    closing_time_s,
    hour_accumulation_mm,
    measured_mm_per_h,
    place_gauges,
    rain_rate_mm_per_h,
)
from dashboard.drills.outbreak import HOTSPOT_APART_M, N_DAY, daily_cases, hot_spot
from dashboard.drills.storm import LONGEST_LEAD_H, bulletin
from dashboard.drills.story import caption_at, steps_between
from risk_core.state.area import Area

CENTRE = (-29.92, -71.25)
BOUNDS = (-71.36, -30.09, -71.16, -29.82)


def test_rain_is_heaviest_in_the_middle_and_gone_at_the_end() -> None:
    lat = CENTRE[0] + np.array([0.0, 0.005, 0.02])
    lon = np.full(3, CENTRE[1])
    rate = rain_rate_mm_per_h(lat, lon, CLOUDBURST_DEFAULTS.full_s, CENTRE)
    assert rate[0] > rate[1] > rate[2] > 0
    gone = rain_rate_mm_per_h(lat, lon, CLOUDBURST_DEFAULTS.end_s + 1, CENTRE)
    np.testing.assert_allclose(gone, CLOUDBURST_DEFAULTS.drizzle_mm_per_h)


def test_gauges_report_the_truth_with_little_noise_and_always_the_same() -> None:
    gauges = place_gauges(CENTRE, BOUNDS, 400.0, seed=7)
    first = measured_mm_per_h(gauges, 1200.0, CENTRE, 7)
    np.testing.assert_array_equal(first, measured_mm_per_h(gauges, 1200.0, CENTRE, 7))
    assert not np.array_equal(first, measured_mm_per_h(gauges, 1200.0, CENTRE, 8))
    truth = rain_rate_mm_per_h(gauges.lat_deg, gauges.lon_deg, 1140.0, CENTRE)
    assert np.max(np.abs(np.log((first + 0.05) / (truth + 0.05)))) < 0.4


def test_gauges_lie_inside_and_have_names_of_their_own() -> None:
    gauges = place_gauges(CENTRE, BOUNDS, 400.0, seed=7)
    west, south, east, north = BOUNDS
    assert ((gauges.lat_deg > south) & (gauges.lat_deg < north)).all()
    assert ((gauges.lon_deg > west) & (gauges.lon_deg < east)).all()
    assert len(set(gauges.station_id)) == len(gauges.lat_deg) >= 40


def test_a_street_closes_when_the_rain_of_an_hour_has_come() -> None:
    closes_s = closing_time_s(*CENTRE, 40.0, CENTRE)
    assert hour_accumulation_mm(*CENTRE, closes_s, CENTRE) >= 40.0
    assert hour_accumulation_mm(*CENTRE, closes_s - 120.0, CENTRE) < 40.0
    assert closing_time_s(*CENTRE, 20.0, CENTRE) < closes_s < closing_time_s(*CENTRE, 60.0, CENTRE)
    assert closing_time_s(*CENTRE, 1000.0, CENTRE) == np.inf


def test_outbreak_ends_higher_than_it_began_and_leaves_empty_districts_alone(area: Area) -> None:
    counts = sum(daily_cases(area, 20_000, CENTRE, seed) for seed in range(200))
    assert counts.shape == (N_DAY, len(area.districts))
    assert counts[-7:].sum() > 1.5 * counts[:7].sum()
    np.testing.assert_array_equal(daily_cases(area, 20_000, CENTRE, 1), daily_cases(area, 20_000, CENTRE, 1))


def test_forecast_track_is_true_now_and_less_sure_later() -> None:
    hours = [bulletin(24.0, seed) for seed in range(300)]
    now = [(b.lat_deg[b.hour == 24.0][0], b.lon_deg[b.hour == 24.0][0]) for b in hours]
    assert len(set(now)) == 1
    spread = [np.std([b.lat_deg[b.hour == h][0] for b in hours]) for h in (30.0, 48.0, 72.0)]
    assert 0 < spread[0] < spread[1] < spread[2]
    assert hours[0].hour[-1] == 24.0 + LONGEST_LEAD_H
    error_km = np.std([b.lat_deg[b.hour == 48.0][0] for b in hours]) * 111.2
    assert error_km == pytest.approx(93.0 / 1.2533, rel=0.15)


def test_steps_and_captions_at_their_edges() -> None:
    assert steps_between(-240.0, 0.0, 120.0) == [-120.0, 0.0]
    assert steps_between(0.0, 119.9, 120.0) == []
    captions = [(0.0, "a"), (10.0, "b")]
    assert [caption_at(captions, t) for t in (-5.0, 0.0, 9.9, 10.0)] == ["a", "a", "a", "b"]


def test_the_hot_spot_of_the_outbreak_lies_apart_from_the_storm(area):
    storm = (area.districts[0].lat_deg, area.districts[0].lon_deg)
    lat, lon = hot_spot(area, storm)
    apart_m = [abs(one.lat_deg - storm[0]) + abs(one.lon_deg - storm[1]) for one in area.districts]
    found = next(one for one in area.districts if (one.lat_deg, one.lon_deg) == (lat, lon))
    assert found is not area.districts[0] or max(apart_m) == 0
    far = (storm[0] + 10 * HOTSPOT_APART_M / 111_000, storm[1])
    most = max(area.districts, key=lambda one: one.population)
    assert hot_spot(area, far) == (most.lat_deg, most.lon_deg)
