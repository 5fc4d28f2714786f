"""Six receptors on the same fields."""

import math

import numpy as np
import pytest

from risk_core.fields.combine import combine_risks
from risk_core.fields.receptors import RECEPTOR_SCALES, combined_risk, receptor_risks, shift_wind_codes
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
