import dataclasses
import math

import numpy as np
import pytest

from risk_core.assess import MODEL_VERSION, AssessOptions, assess, assess_point
from risk_core.errors import InputError, OutsideAreaError, SwappedCoordinatesError
from risk_core.hazards.rain.options import RainOptions
from risk_core.state.level import Hazard, Layer, Level
from risk_core.state.profile import PROFILES
from risk_core.state.situation import (
    Closure,
    ClosureReason,
    DistrictCases,
    GeometryKind,
    RainGauges,
    Shape,
    Situation,
    SourceStatus,
    Track,
)
from tests.tiny import node_position

NOW_S = 1_750_000_000.0
LEADS = (-3600, 0, 3600)
NOW = 1


def nothing(lead_s=LEADS):
    return Situation("tiny", NOW_S, lead_s, None, None, None, (), (), (), (), (), None)


def heavy_rain(rate=60.0):
    lat, lon = node_position(14)
    time_s = NOW_S - 600.0 * np.arange(18)[::-1]
    return RainGauges(np.array([lat]), np.array([lon]), time_s, np.full((18, 1), rate))


def steady_cases(per_day=2.0):
    day_s = (NOW_S // 86_400 - np.arange(1, 29)[::-1]) * 86_400
    return DistrictCases(day_s, np.full((28, 2), per_day))


def storm():
    time_s = NOW_S + 3600.0 * np.array([-6.0, 6.0])
    lat, lon = node_position(14)
    pair = np.full(2, 1.0)
    return Track("x", "x", NOW_S, time_s, pair * (lat - 1), pair * lon, pair * 950, pair * 43, pair * 1e5, pair * 3e5)


def everything():
    statuses = (
        SourceStatus("kma", "rain", NOW_S, 18, False),
        SourceStatus("drill", "cases", NOW_S, 56, True),
        SourceStatus("kma", "tracks", NOW_S, 2, False),
        SourceStatus("city", "shelters", NOW_S, 2, False),
    )
    return dataclasses.replace(nothing(), rain=heavy_rain(), cases=steady_cases(), tracks=(storm(),), sources=statuses)


def test_nothing_known_is_unknown_and_not_safe(area):
    found = assess(area, nothing())
    assert set(found.layers) == {Layer.COMBINED}
    assert (found.layers[Layer.COMBINED].risk == 255).all()
    assert (found.street_risk[Layer.COMBINED] == 255).all()
    assert not found.simulated and found.sequence == 0 and found.version == "" and found.step_now == NOW


def test_every_hazard_gets_a_layer_in_the_shape_of_the_area(area):
    found = assess(area, everything())
    assert set(found.layers) == set(Layer) == set(found.street_risk)
    for layer, fields in found.layers.items():
        assert fields.risk.shape == (3, area.grid.n_row, area.grid.n_col) and fields.risk.dtype == np.uint8
        known = fields.risk != 255
        assert (fields.low[known] <= fields.risk[known]).all() and (fields.risk[known] <= fields.high[known]).all()
        assert found.street_risk[layer].shape == (3, area.network.n_street)
    assert (found.layers[Layer.COMBINED].risk >= found.layers[Layer.RAIN].risk).all()
    assert found.area_hash == area.content_hash and found.model_version == MODEL_VERSION


def test_intensities_have_the_agreed_names(area):
    layers = assess(area, everything()).layers
    assert set(layers[Layer.RAIN].intensity) == {
        "rain_rate_mm_per_h",
        "accumulation_1h_mm",
        "accumulation_6h_mm",
        "accumulation_24h_mm",
        "accumulation_3h_mm",
        "accumulation_12h_mm",
        "gauge_known_share",
        "storm_rain_12h_mm",
    }
    assert set(layers[Layer.INFECTION].intensity) == {"incidence_per_100k_7day", "prevalence_share", "contact_prob"}
    assert set(layers[Layer.TYPHOON].intensity) == {"wind_m_per_s", "gust_m_per_s"}
    for fields in layers.values():
        for value in fields.intensity.values():
            assert value.shape == (area.grid.n_row, area.grid.n_col) and value.dtype == np.float32


def test_sources_and_simulated_go_with_their_layer(area):
    found = assess(area, everything())
    assert found.layers[Layer.RAIN].sources == ("kma",) and not found.layers[Layer.RAIN].simulated
    assert found.layers[Layer.INFECTION].sources == ("drill",) and found.layers[Layer.INFECTION].simulated
    assert found.layers[Layer.COMBINED].sources == ("drill", "kma") and found.simulated


def test_more_rain_is_never_less_combined_risk(area):
    base = everything()
    less, more = (assess(area, dataclasses.replace(base, rain=heavy_rain(rate))) for rate in (20.0, 70.0))
    assert (more.layers[Layer.COMBINED].risk >= less.layers[Layer.COMBINED].risk).all()
    assert (more.street_risk[Layer.COMBINED] > less.street_risk[Layer.COMBINED]).any()


def test_closures_in_force_close_their_edges(area):
    ends = [node_position(20), node_position(21)]
    line = Shape(GeometryKind.LINE, (np.array(ends),))
    closure = Closure("c1", ClosureReason.FLOOD, "Row 3", line, NOW_S - 10, math.inf, (), "test", True)
    later = dataclasses.replace(closure, closure_id="c2", from_s=NOW_S + 60)
    found = assess(area, dataclasses.replace(nothing(), closures=(later, closure)))
    closed = np.flatnonzero(found.closed_mask)
    assert closed.size == 2 and (found.closed_mask[closed] == (1 << len(PROFILES)) - 1).all()
    assert (found.edge_closure[closed] == 1).all() and found.closures == (later, closure) and found.simulated


def test_an_area_without_streets_has_fields_only(area):
    found = assess(dataclasses.replace(area, network=None), everything())
    assert found.street_risk == {} and found.closed_mask.size == 0 and len(found.layers) == 4


def test_the_input_is_left_alone_and_the_answer_is_repeatable(area):
    situation = everything()
    before = situation.rain.rate_mm_per_h.copy(), situation.cases.count.copy(), situation.tracks[0].lat_deg.copy()
    first, second = assess(area, situation), assess(area, situation)
    for layer in Layer:
        np.testing.assert_array_equal(first.layers[layer].risk, second.layers[layer].risk)
    after = situation.rain.rate_mm_per_h, situation.cases.count, situation.tracks[0].lat_deg
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("lead_s", [(0, 0), (3600, 0), (600, 1200), ()])
def test_time_slices_must_ascend_through_now(area, lead_s):
    with pytest.raises(InputError, match="ascending whole seconds with 0 among them"):
        assess(area, nothing(lead_s))


def test_options_reach_the_models(area):
    gentle = AssessOptions(rain=RainOptions(lifetime_s=60.0))
    situation = dataclasses.replace(nothing(), rain=heavy_rain())
    usual, gone = assess(area, situation), assess(area, situation, gentle)
    assert (gone.layers[Layer.RAIN].risk[NOW + 1] < usual.layers[Layer.RAIN].risk[NOW + 1]).all()


def test_point_tells_the_same_as_the_map(area):
    found = assess(area, everything())
    lat, lon = node_position(14)
    point = assess_point(area, found, lat, lon)
    row, col = divmod(area.grid.cell_of(lat, lon), area.grid.n_col)
    code = found.layers[Layer.COMBINED].risk[:, row, col]
    assert point.risk == code[NOW] / 250 and point.level is Level.from_risk(point.risk)
    assert point.low <= point.risk <= point.high
    assert [risk for _, risk in point.series] == (code / 250).tolist()
    assert [lead for lead, _ in point.series] == list(LEADS)
    assert point.district == area.district[row, col] and point.valid_s == NOW_S and point.simulated
    assert tuple(one.hazard for one in point.hazards) == tuple(Hazard)
    worst = max(point.hazards, key=lambda one: one.risk)
    assert point.main_hazard is worst.hazard is Hazard.RAIN
    assert worst.reason.code == "rain_message" and worst.intensity["accumulation_3h_mm"] == pytest.approx(180)
    assert point.advice[0] == "leave_basement"


def test_other_slices_say_how_they_were_reached(area):
    found = assess(area, everything())
    lat, lon = node_position(14)
    ahead, back = assess_point(area, found, lat, lon, 2), assess_point(area, found, lat, lon, 0)
    assert [one.reason.code for one in ahead.hazards] == ["infection_outlook", "typhoon_outlook", "rain_outlook"]
    assert [one.reason.code for one in back.hazards] == ["infection_past", "typhoon_past", "rain_past"]
    assert ahead.valid_s == NOW_S + 3600 and ahead.hazards[0].reason.values["lead_h"] == 1.0


def test_point_where_nothing_is_known(area):
    point = assess_point(area, assess(area, nothing()), *node_position(14))
    assert math.isnan(point.risk) and point.level is None and point.main_hazard is None
    assert [one.reason.code for one in point.hazards] == ["infection_none", "typhoon_none", "rain_none"]
    assert point.advice == ("check_alerts",) and math.isnan(point.data_as_of_s)


def test_a_quiet_point_is_safe_and_says_why(area):
    found = assess(area, dataclasses.replace(nothing(), rain=heavy_rain(0.0)))
    point = assess_point(area, found, *node_position(14))
    assert point.risk == 0.0 and point.level is Level.SAFE and point.main_hazard is Hazard.RAIN
    assert point.hazards[2].reason.code == "rain_dry"


def test_bad_points_and_slices_are_refused(area):
    found = assess(area, nothing())
    lat, lon = node_position(14)
    with pytest.raises(InputError, match="two finite numbers"):
        assess_point(area, found, math.nan, lon)
    with pytest.raises(OutsideAreaError):
        assess_point(area, found, 37.5, 127.0)
    with pytest.raises(SwappedCoordinatesError):
        assess_point(area, found, lon, lat)
    for step in (-1, 3):
        with pytest.raises(InputError, match="step is"):
            assess_point(area, found, lat, lon, step)
