"""Six receptors on the same fields."""

import dataclasses
import math

import numpy as np
import pytest

from risk_core.fields.combine import combine_risks
from risk_core.fields.receptors import (
    RECEPTOR_SCALES,
    SliceValues,
    combined_parts,
    combined_risk,
    receptor_parts,
    receptor_risks,
    shift_wind_codes,
)
from risk_core.state.level import Hazard, risk_to_code
from risk_core.state.receptor import RECEPTORS, Receptor

RAIN = {"accumulation_1h_mm": 30.0, "accumulation_3h_mm": 60.0, "accumulation_12h_mm": 110.0}


def risks(values):
    return {one.receptor: one.risk for one in receptor_risks(values)}


@pytest.mark.parametrize("value", [0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.5, 2.5])
def test_deeper_water_never_harms_less_and_the_frail_never_less_than_walkers(value):
    here = {"inundation_depth_m": value, "depth_speed_m2_per_s": 0.1}
    deeper = {"inundation_depth_m": value + 0.1, "depth_speed_m2_per_s": 0.1}
    found, more = risks(here), risks(deeper)
    assert all(more[one] >= found[one] for one in RECEPTORS)
    assert found[Receptor.FRAIL] >= found[Receptor.WALKER] and found[Receptor.CAR] >= found[Receptor.BUS]
    assert found[Receptor.BASEMENT] >= found[Receptor.INDOOR]


def test_wind_harms_each_on_its_own_scale():
    found = risks({"wind_m_per_s": 12.0, "gust_m_per_s": 20.0})
    assert found[Receptor.WALKER] == pytest.approx(0.4) and found[Receptor.FRAIL] == pytest.approx(0.6)
    assert found[Receptor.CAR] == pytest.approx(0.2)
    order = [found[one] for one in (Receptor.FRAIL, Receptor.BUS, Receptor.CAR, Receptor.INDOOR, Receptor.BASEMENT)]
    assert order == sorted(order, reverse=True)


def test_rain_indoors_counts_one_level_later_and_full_in_a_basement():
    found = risks(RAIN)
    assert (found[Receptor.WALKER], found[Receptor.INDOOR], found[Receptor.BASEMENT]) == pytest.approx((0.4, 0.2, 0.4))


def test_hazards_join_by_the_rule_of_the_fields():
    values = RAIN | {"wind_m_per_s": 14.0, "gust_m_per_s": 18.0}
    (walker,) = [one for one in receptor_risks(values) if one.receptor is Receptor.WALKER]
    assert walker.parts[Hazard.RAIN] == pytest.approx(0.4) and walker.parts[Hazard.TYPHOON] == pytest.approx(0.4)
    field = combine_risks([np.full(1, 100, np.uint8)] * 2, (1,))[0] / 250
    assert walker.risk == pytest.approx(field, abs=0.003)
    assert combined_risk(()) != combined_risk(()) and math.isnan(combined_risk((math.nan,)))


def test_unknown_stays_unknown_and_one_known_hazard_is_told():
    assert all(math.isnan(one.risk) for one in receptor_risks({}))
    (walker, *_) = receptor_risks({"gust_m_per_s": 20.0})
    assert walker.risk == pytest.approx(0.4) and math.isnan(walker.parts[Hazard.RAIN])


@pytest.mark.parametrize("receptor", RECEPTORS)
def test_shifted_wind_is_the_same_gust_on_another_scale(receptor):
    gust = np.linspace(0.0, 45.0, 40)
    wind, gusts = RECEPTOR_SCALES.wind[RECEPTORS.index(receptor)]
    walker = risk_to_code(np.array([RECEPTOR_SCALES.wind[0][1].risk(one) for one in gust]))
    wanted = np.array([max(gusts.risk(one), wind.risk(one / 1.66)) for one in gust])
    assert shift_wind_codes(walker, receptor) / 250 == pytest.approx(wanted, abs=0.012)
    assert shift_wind_codes(np.array([255], np.uint8), receptor)[0] == 255


LAYERS = RECEPTOR_SCALES.wind[0][1], RECEPTOR_SCALES.rain[0]


@pytest.mark.parametrize("millimetres", [0.0, 12.0, 30.0, 61.0, 90.0, 100.0])
@pytest.mark.parametrize("depth", [0.0, 0.04, 0.2, 0.6, 1.4])
def test_a_later_slice_tells_what_the_physical_values_would(millimetres, depth):
    """Rain of one window, water and gust known: from bytes and from values the same risk, as fine as bytes are."""
    gust = 6.0 + 20.0 * depth
    values = {
        "accumulation_1h_mm": millimetres, "inundation_depth_m": depth, "depth_speed_m2_per_s": depth / 2,
        "gust_m_per_s": gust, "wind_m_per_s": gust / 1.66,
    }  # fmt: skip
    wanted = receptor_risks(values)
    rain = risk_to_code(np.array([RECEPTOR_SCALES.rain[0][0].risk(millimetres)]))
    storm = risk_to_code(np.array([RECEPTOR_SCALES.wind[0][1].risk(gust)]))
    found = receptor_parts(SliceValues(storm, rain, np.array([depth]), np.array([depth / 2])), RECEPTOR_SCALES, LAYERS)
    for k, one in enumerate(wanted):
        assert found[0, k, 0] == pytest.approx(one.parts[Hazard.TYPHOON], abs=0.012), one.receptor
        assert found[1, k, 0] == pytest.approx(one.parts[Hazard.RAIN], abs=0.012), one.receptor
        assert combined_parts(found)[k, 0] == pytest.approx(one.risk, abs=0.015)


def test_unknown_bytes_stay_unknown_and_the_rule_is_that_of_single_numbers():
    nothing = np.array([255], np.uint8)
    assert np.isnan(receptor_parts(SliceValues(nothing, nothing), RECEPTOR_SCALES, LAYERS)).all()
    pairs = np.array([[0.6, 0.4, np.nan, 0.2, np.nan], [0.4, 0.4, 0.3, np.nan, np.nan]])
    assert combined_parts(pairs) == pytest.approx([combined_risk(tuple(one)) for one in pairs.T], nan_ok=True)


def test_a_receptor_of_its_own_rain_scale_counts_the_window_by_which_it_fares_worst():
    own = tuple(dataclasses.replace(one, figures=tuple(f * s for f in one.figures)) for one, s in
                zip(RECEPTOR_SCALES.rain[0], (2.0, 0.5, 1.0), strict=True))  # fmt: skip
    scales = dataclasses.replace(RECEPTOR_SCALES, rain=(own, *RECEPTOR_SCALES.rain[1:]))
    code = np.array([100], np.uint8)
    found = receptor_parts(SliceValues(code, code), scales, LAYERS)[1, 0, 0]
    three_hours = RECEPTOR_SCALES.rain[0][1].figures[1]
    assert found == pytest.approx(own[1].risk(three_hours)) and found > 0.4
