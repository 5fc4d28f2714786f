import numpy as np
import pytest

from risk_core.assess import assess, assess_point
from risk_core.fields.storm_rain import LEAST_CODE, NOWCAST_S, STORM_RAIN_NAME, explain_storm_rain, join_storm_rain
from risk_core.hazards.rain.field import assess_rain
from risk_core.hazards.typhoon.ensemble import Members
from risk_core.hazards.typhoon.member_rain import rain_codes_of
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS
from risk_core.hazards.typhoon.outlook import look_ahead
from risk_core.hazards.typhoon.storm import storm_at
from risk_core.hazards.typhoon.tuleya_2007 import rain_profile
from risk_core.state.grid import Grid
from risk_core.state.level import Layer
from risk_core.state.situation import RainGauges, Situation, SourceStatus
from tests.hazards.test_outlook import FEW
from tests.hazards.test_typhoon import HOUR_S, NOW_S, country, track

GRID = Grid.from_bounds(124.0, 32.0, 132.0, 40.0, 25_000.0)
LEADS = np.array([-6, 0, 2, 3, 12, 24], np.int32) * 3600
LATE = LEADS > NOWCAST_S


@pytest.fixture(scope="module")
def storm():
    return look_ahead(GRID, (track(lat=32.0),), NOW_S, LEADS, TYPHOON_DEFAULTS, FEW)


def gauges(rate=0.0):
    time_s = NOW_S + np.arange(-18, 1) * 600.0
    return RainGauges(np.array([34.0, 36.0]), np.array([126.0, 128.0]), time_s, np.full((19, 2), rate))


def test_gauges_hold_for_the_nowcast_and_the_storm_counts_later(storm):
    dry = assess_rain(GRID, gauges(), NOW_S, LEADS)
    joined = join_storm_rain(dry, storm, GRID, NOW_S, LEADS)
    np.testing.assert_array_equal(joined.risk[~LATE], dry.risk[~LATE])
    assert (joined.risk[LATE] >= dry.risk[LATE]).all() and (joined.risk[LATE] > dry.risk[LATE]).any()
    known = joined.risk != 255
    assert (joined.low[known] <= joined.risk[known]).all() and (joined.risk[known] <= joined.high[known]).all()
    assert (joined.high[3] > joined.low[3]).any()
    assert set(joined.intensity) == {*dry.intensity, STORM_RAIN_NAME}


def test_heavy_gauges_are_never_lowered(storm):
    heavy = assess_rain(GRID, gauges(60.0), NOW_S, LEADS)
    joined = join_storm_rain(heavy, storm, GRID, NOW_S, LEADS)
    assert (joined.risk >= heavy.risk).all() and (joined.high >= heavy.high).all()


def test_without_gauges_places_the_storm_spares_stay_unknown(storm):
    alone = join_storm_rain(None, storm, GRID, NOW_S, LEADS)
    assert (alone.risk[LEADS < 0] == 255).all()
    now = int(np.flatnonzero(LEADS == 0)[0])
    near, far = GRID.cell_of(32.3, 127.5), GRID.cell_of(39.9, 124.1)
    assert alone.risk[now].ravel()[near] != 255 and alone.risk[now].ravel()[far] == 255
    assert alone.risk[alone.risk != 255].max() > 50
    assert set(alone.intensity) == {STORM_RAIN_NAME}


def test_no_storm_or_a_far_one_changes_nothing(storm):
    dry = assess_rain(GRID, gauges(), NOW_S, LEADS)
    assert join_storm_rain(dry, None, GRID, NOW_S, LEADS) is dry
    assert join_storm_rain(None, None, GRID, NOW_S, LEADS) is None
    far = look_ahead(GRID, (track(lat=5.0, lon=150.0, north_deg=0.1),), NOW_S, LEADS, TYPHOON_DEFAULTS, FEW)
    assert far.rain_code[-1].max() < LEAST_CODE
    assert join_storm_rain(dry, far, GRID, NOW_S, LEADS) is dry


def test_one_member_without_error_rains_by_its_profile():
    """A resting storm: the hour's rain is the rate of the profile, the 3-hour sum three times that."""
    resting = track(lat=34.0, north_deg=0.0)
    at = storm_at(resting, NOW_S, TYPHOON_DEFAULTS)
    still = Members(np.zeros((1, 6, 2)), np.ones((1, 6)), np.ones(1))
    count = rain_codes_of(GRID, (np.arange(6), (at,) * 6), still, 6)
    rate = count.middle_mm_per_h[0]
    assert rate.max() == pytest.approx(rain_profile(43.0).largest_mm_per_h, rel=0.1)
    wet = int(rate.argmax())
    expected = np.interp(3 * rate[wet], (0, 30, 60, 90, 120, 180), np.arange(6) / 5)
    assert count.code[1, 2, wet] / 250 == pytest.approx(max(expected, rate[wet] / 15 * 0.2), abs=0.02)


def test_the_assessment_tells_what_the_storm_brings(area):
    here = country(area, GRID)
    sources = (SourceStatus("kma", "tracks", NOW_S, 9, False),)
    situation = Situation(
        here.area_id, NOW_S, tuple(LEADS.tolist()), None, None, None, (track(lat=33.0),), (), (), (), sources, None
    )
    found = assess(here, situation)
    assert found.layers[Layer.RAIN].sources == ("kma",) and found.wind_outlook.storms == ("2501",)
    point = assess_point(here, found, 33.5, 127.5)
    rain = next(one for one in point.hazards if one.hazard == "rain")
    assert rain.reason.code == "rain_storm" and rain.reason.values["accumulation_mm"] > 20
    assert point.wind is not None and point.wind.event_prob[0] > 0.9
    assert np.isfinite(point.wind.arrival_s[:, 0]).all() and point.wind.hour_s[0] <= NOW_S < point.wind.hour_s[1]
    later = assess_point(here, found, 33.5, 127.5, step=3)
    assert next(one for one in later.hazards if one.hazard == "rain").reason.code == "rain_storm"


def test_measured_rain_is_told_before_the_storms():
    values = {"accumulation_1h_mm": 55.0, "accumulation_3h_mm": 61.0, STORM_RAIN_NAME: 80.0}
    assert explain_storm_rain(values).code == "rain_advisory"
    assert explain_storm_rain(values, lead_s=3 * HOUR_S).code == "rain_storm"
    assert explain_storm_rain({STORM_RAIN_NAME: 0.2}).code == "rain_unknown"
