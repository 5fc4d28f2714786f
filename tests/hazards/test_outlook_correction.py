"""Live stations and the members' probabilities."""

import numpy as np
import pytest

from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS
from risk_core.hazards.typhoon.outlook import level_rungs
from risk_core.hazards.typhoon.outlook_correction import corrected_outlook, over_at
from risk_core.hazards.typhoon.point_wind import surface_wind_at
from risk_core.hazards.typhoon.storm import storm_at
from risk_core.state.situation import WindStations
from risk_core.state.wind_outlook import code_to_prob
from tests.hazards.test_joint import NOW_S, outlook, track  # noqa: F401 - a fixture

AT = (33.6, 127.0)


def stations(share):
    storm = storm_at(track(), NOW_S, TYPHOON_DEFAULTS)
    lat, lon = np.array([AT[0]]), np.array([AT[1]])
    east, north = surface_wind_at(storm, lat, lon, TYPHOON_DEFAULTS)
    speed = np.hypot(east, north) * 0.8 * share
    return WindStations(lat, lon, np.array([NOW_S - 600.0]), speed, speed * 1.5)


def probs(told):
    return code_to_prob(told.wind.over_code), code_to_prob(told.wind.event_code)


def test_a_station_that_agrees_changes_nothing_and_a_silent_one_neither(outlook):  # noqa: F811
    agreed = corrected_outlook(outlook, (track(),), NOW_S, stations(1.0), TYPHOON_DEFAULTS)
    for before, after in zip(probs(outlook), probs(agreed), strict=True):
        assert np.abs(after - before).max() < 0.03
    assert corrected_outlook(outlook, (track(),), NOW_S, stations(np.nan), TYPHOON_DEFAULTS) is outlook


@pytest.mark.parametrize(("share", "sign"), [(1.6, 1), (0.6, -1)])
def test_more_wind_than_modelled_raises_the_chances_near_by_and_soon(outlook, share, sign):  # noqa: F811
    told = corrected_outlook(outlook, (track(),), NOW_S, stations(share), TYPHOON_DEFAULTS)
    (before, event_before), (after, event_after) = probs(outlook), probs(told)
    assert (sign * (after - before) > -0.005).all() and (sign * (after - before)).max() > 0.02
    assert np.abs(after[:, 8:] - before[:, 8:]).max() < 0.005
    assert (event_after >= after.max(axis=1) - 0.01).all()
    if sign > 0:
        assert (event_after >= event_before - 0.005).all()


def test_the_share_at_a_counted_wind_is_the_counted_share(outlook):  # noqa: F811
    rung = level_rungs(outlook.wind.levels, TYPHOON_DEFAULTS)
    shape = outlook.over.shape[:2]
    for k in range(len(outlook.wind.levels)):
        found = over_at(outlook.over, outlook.rung_m_per_s, np.full(shape, rung[0, k]))
        counted = code_to_prob(outlook.wind.over_code)[0, :, k].reshape(shape)
        assert np.abs(found - counted).max() < 0.005
