"""The same water and wind for every traveller: own speed, own danger, own chance of a closed street."""

import dataclasses

import numpy as np
import pytest

from risk_core.assess import ASSESS_DEFAULTS, assess, with_criteria
from risk_core.costs.edge_costs import edge_costs
from risk_core.costs.passing import (
    AVOIDED_PROB,
    WET_ROAD_SHARE,
    StreetState,
    closing_probs,
    passing_speed_m_per_s,
    profile_field,
    street_danger,
    street_state,
)
from risk_core.costs.wind_rules import limits_of, own_wind_codes, wind_limits
from risk_core.costs.windy import closing_wind_m_per_s, closures_by_wind, wind_of_codes, windy_speed_m_per_s
from risk_core.fields.receptors import RECEPTOR_SCALES, shift_wind_codes
from risk_core.hazards.criteria import default_criteria, read_criteria
from risk_core.hazards.flood.pregnolato_2017 import safe_speed_m_per_s
from risk_core.hazards.typhoon.options import GUST_SCALE, WIND_SCALE
from risk_core.routes.price import costs_at
from risk_core.state.level import Layer
from risk_core.state.profile import PROFILES, VEHICLES, Profile, traits
from risk_core.state.receptor import RECEPTOR_OF, RECEPTORS
from risk_core.state.street_state import DEPTH_STEP_M, WIND_STEP_M_PER_S, WaterSlices, WindSlices, value_to_code
from tests.assess.test_assess import everything, nothing
from tests.tiny import tiny_area

TOWN = tiny_area()
NETWORK = TOWN.network
N = NETWORK.n_street
DRY = np.zeros(N, bool)
CARS_ROW = PROFILES.index(Profile.CAR)


def closing_table(assessment):
    """Chance that each street is closed to each traveller at each slice, shape=(n_profile, n_time, n_street)."""
    states = [street_state(assessment, step) for step in range(len(assessment.lead_s))]
    return np.array([[closing_probs(profile, one, N) for one in states] for profile in PROFILES])


def in_water(low, middle, high, strength=0.0, under=False):
    codes = value_to_code(np.broadcast_to(np.array([low, middle, high])[:, None, None], (3, 1, N)), DEPTH_STEP_M)
    strong = value_to_code(np.full((1, N), strength), DEPTH_STEP_M)
    return StreetState(WaterSlices(codes, strong, np.full(N, under, np.uint8)), None, 0, DRY)


def in_wind(wind, ratio=1.3, on_bridge=True, spread=0.0):
    bounds = np.array([wind * (1 - spread), wind, wind * (1 + spread)])[:, None, None]
    codes = value_to_code(np.broadcast_to(bounds, (3, 1, N)), WIND_STEP_M_PER_S)
    slices = WindSlices(codes, np.full(N, ratio, np.float32), np.full(N, on_bridge, np.uint8))
    return StreetState(None, slices, 0, DRY)


def speeds(state, profile, free=20.0):
    return passing_speed_m_per_s(profile, np.full(NETWORK.n_edge, free, np.float32), NETWORK.street, state)


def test_the_same_water_slows_each_traveller_by_its_own_rule():
    state = in_water(0.1, 0.2, 0.3)
    car, bus, walk, chair = (speeds(state, one)[0] for one in (Profile.CAR, Profile.BUS, Profile.WALK,
                                                               Profile.WHEELCHAIR))  # fmt: skip
    assert car == pytest.approx(float(safe_speed_m_per_s(0.2)), abs=0.01)
    assert bus == pytest.approx(float(safe_speed_m_per_s(0.2 * 0.3 / 0.4)), abs=0.01)
    assert walk == pytest.approx(20.0 * (1 - 0.2 / 1.2), abs=0.01)
    assert car < bus < walk == chair
    deep = in_water(0.3, 0.35, 0.4)
    stuck = {one for one in PROFILES if speeds(deep, one)[0] == 0.0}
    assert stuck == {Profile.CAR, Profile.WHEELCHAIR, Profile.BICYCLE}


def test_a_wet_road_takes_a_fifth_of_a_vehicles_speed_and_nothing_of_a_walkers():
    state = StreetState(None, None, 0, np.ones(N, bool))
    for profile in PROFILES:
        share = WET_ROAD_SHARE if profile in VEHICLES else 1.0
        assert speeds(state, profile) == pytest.approx(20.0 * share)


@pytest.mark.parametrize(
    ("wind", "profile", "speed"),
    [(13.9, Profile.CAR, 30.0), (14.0, Profile.CAR, 70 / 3.6), (21.0, Profile.BUS, 40 / 3.6)],
)
def test_bridges_are_driven_by_the_incheon_bridges_rule(wind, profile, speed):
    on, off = (windy_speed_m_per_s(profile, 30.0, wind, 1.3, np.array(is_bridge)) for is_bridge in (True, False))
    assert on == pytest.approx(speed) and off == pytest.approx(30.0)


def test_wind_slows_those_who_balance_down_to_half_at_their_limit():
    for profile, gust in ((Profile.WALK, 23.0), (Profile.WHEELCHAIR, 20.0)):
        at = np.array([15.0, (15.0 + gust) / 2, gust, 60.0]) / 1.3
        found = windy_speed_m_per_s(profile, np.full(4, 1.0), at, np.full(4, 1.3), np.zeros(4, bool))
        assert found == pytest.approx([1.0, 0.75, 0.5, 0.5])


def test_each_traveller_has_its_own_closing_chance_and_it_rises_with_the_water():
    shallow, deep = in_water(0.1, 0.25, 0.6), in_water(0.2, 0.5, 1.2)
    for profile in PROFILES:
        assert closing_probs(profile, shallow, N)[0] < closing_probs(profile, deep, N)[0]
    car, bus, walk = (closing_probs(one, shallow, N)[0] for one in (Profile.CAR, Profile.BUS, Profile.WALK))
    assert car > bus > walk > 0.0
    assert closing_probs(Profile.CAR, in_water(0.1, 0.3, 0.6), N)[0] == pytest.approx(0.5)
    assert closing_probs(Profile.WALK, in_water(0.05, 0.15, 0.3, under=True), N)[0] == pytest.approx(0.5)


def test_wind_closes_bridges_alone_at_the_limit_of_wind_or_gust():
    car, bus = (limits_of(in_wind(0.0).wind, one) for one in (Profile.CAR, Profile.BUS))
    assert closing_wind_m_per_s(car, np.array([1.3])) == pytest.approx([25.0])
    assert closing_wind_m_per_s(bus, np.array([1.3])) == pytest.approx([25.0 / 1.3])
    state = in_wind(20.0, spread=0.2)
    probs = {one: closing_probs(one, state, N)[0] for one in PROFILES}
    assert probs[Profile.WHEELCHAIR] > probs[Profile.BUS] > probs[Profile.CAR]
    assert not closing_probs(Profile.WHEELCHAIR, in_wind(20.0, on_bridge=False), N).any()


def test_danger_is_one_at_one_chance_in_ten_and_adds_up_as_chances_do():
    def danger(prob):
        sigma = 0.5
        middle = 0.3 * np.exp(sigma * _z(prob))
        state = in_water(middle * np.exp(-1.2816 * sigma), middle, middle * np.exp(1.2816 * sigma))
        return street_danger(Profile.WALK, _as_car(state), N)[1][0]

    assert danger(AVOIDED_PROB) == pytest.approx(1.0, rel=0.15)
    assert danger(0.4) > 3.0


def _z(prob):
    from scipy.special import ndtri

    return float(ndtri(prob))


def _as_car(state):
    """A walker's limit is 0.5 m; scale the water so that 0.3 m closes."""
    code = np.minimum(state.water.depth_code.astype(int) * 5 // 3, 250).astype(np.uint8)
    return dataclasses.replace(state, water=dataclasses.replace(state.water, depth_code=code))


def test_edge_costs_differ_by_profile_in_the_same_flood():
    field = np.zeros((TOWN.grid.n_row, TOWN.grid.n_col), np.uint8)
    mask = np.zeros(NETWORK.n_edge, np.uint8)
    dry = {one: edge_costs(NETWORK, one, field, mask) for one in PROFILES}
    wet = {one: edge_costs(NETWORK, one, field, mask, in_water(0.1, 0.25, 0.35)) for one in PROFILES}
    for one in PROFILES:
        passable = np.isfinite(dry[one].travel_time_s)
        assert (wet[one].travel_time_s[passable] > dry[one].travel_time_s[passable]).any()
        assert (wet[one].travel_time_s >= dry[one].travel_time_s).all()
    assert wet[Profile.CAR].risk.max() > wet[Profile.BUS].risk.max() > 0.0
    assert wet[Profile.CAR].danger.max() > wet[Profile.WALK].danger.max()


def test_the_wind_is_read_back_from_the_risk():
    wind = np.array([5.0, 14.0, 17.5, 25.0, 30.0])
    for ratio in (1.23, 1.66):
        risk = np.array([max(WIND_SCALE.risk(w), GUST_SCALE.risk(ratio * w)) for w in wind])
        code = np.rint(risk * 250).astype(np.uint8)
        back = wind_of_codes(code, np.full(5, ratio), WIND_SCALE, GUST_SCALE)
        below = risk < 1.0
        assert back[below] == pytest.approx(wind[below], abs=0.15)
        assert (back[~below] <= wind[~below]).all()


def test_bridges_close_by_computed_closures_with_chance_and_hours():
    bridge = np.zeros(N, np.uint8)
    bridge[2] = 1
    middle = np.array([10.0, 30.0, 10.0, 5.0])
    codes = np.stack([value_to_code(np.repeat(middle[:, None] * share, N, axis=1), 0.25) for share in (0.9, 1, 1.1)])
    wind = WindSlices(codes, np.full(N, 1.23, np.float32), bridge)
    found = closures_by_wind(NETWORK, wind, (1000.0, np.array([0, 600, 1200, 1800])), simulated=True)
    assert {street for one in found for street in one.streets} == {2}
    one = found[0]
    assert (one.source, str(one.reason), one.simulated) == ("computed", "wind", True)
    assert (one.from_s, one.until_s) == (1000.0, 2200.0)
    assert one.computed.prob > 0.9 and one.computed.wind_m_per_s == 30.0 and one.computed.peak_s == 1600.0
    assert not closures_by_wind(NETWORK, dataclasses.replace(wind, is_exposed=bridge * 0),
                                (0.0, np.array([0, 600, 1200, 1800])), simulated=False)  # fmt: skip


def test_an_assessment_prices_each_profile_by_its_own_state():
    told = assess(TOWN, nothing())
    step = told.step_now
    code = value_to_code(np.broadcast_to(np.array([0.1, 0.25, 0.4])[:, None, None], (3, len(told.lead_s), N)), 0.01)
    water = WaterSlices(code, np.zeros((len(told.lead_s), N), np.uint8), np.zeros(N, np.uint8))
    wet = dataclasses.replace(told, street_water=water)
    assert street_state(wet, step).water is water
    for profile in (Profile.CAR, Profile.WALK):
        before, after = (costs_at(NETWORK, one, profile, step) for one in (told, wet))
        open_before = np.isfinite(before.travel_time_s)
        assert (after.travel_time_s[open_before] >= before.travel_time_s[open_before]).all()
        assert (after.danger >= before.danger).all() and (after.danger > before.danger).any()
        if profile is Profile.WALK:
            assert (after.travel_time_s[open_before] > before.travel_time_s[open_before]).any()
    probs = closing_table(wet)
    assert probs.shape == (len(PROFILES), len(told.lead_s), N)
    assert (probs[CARS_ROW] >= probs[PROFILES.index(Profile.WALK)]).all() and probs.max() > 0.2


def test_wheelchairs_meet_the_storm_on_their_own_scale():
    told = assess(TOWN, everything())
    assert RECEPTOR_OF[Profile.WHEELCHAIR] == "frail"
    if Layer.TYPHOON not in told.layers:
        pytest.fail("the example has a storm")
    walk, chair = (profile_field(told, one, told.step_now).astype(int) for one in (Profile.WALK, Profile.WHEELCHAIR))
    assert (chair >= walk).all()
    assert walk is not chair


def edited(figures, receptor="", quantity="wind_m_per_s"):
    """Settings after an operator's own rows for one wind scale."""
    rows = [f"wind,scale,{receptor},,{quantity},,{risk},{figure},2025-01-01,test,no" for risk, figure in
            zip((0.2, 0.4, 0.6, 0.8, 1.0), figures, strict=True)]  # fmt: skip
    head = "hazard,kind,name,rule,quantity,place,risk,value,valid_from,source,is_verified"
    own = read_criteria("\n".join([head, *rows]) + "\n")
    return with_criteria(ASSESS_DEFAULTS, default_criteria().overlaid(own), "2026-07-01")


def test_standard_scales_leave_every_limit_as_the_tables_say():
    plain = with_criteria(ASSESS_DEFAULTS, default_criteria(), "2026-07-01")
    limits = wind_limits(plain.typhoon, plain.receptors)
    for p, profile in enumerate(PROFILES):
        own = traits(profile).limits
        assert limits[p].tolist() == pytest.approx([own.wind_m_per_s.value, own.gust_m_per_s.value, 14.0, 21.0, 15.0])
    for p, profile in enumerate(PROFILES):
        shifted = shift_wind_codes(np.arange(251, dtype=np.uint8), RECEPTOR_OF[profile])
        np.testing.assert_array_equal(own_wind_codes(plain.typhoon, plain.receptors)[p, :251], shifted)


def test_an_operators_scale_moves_closures_speeds_and_levels_alike():
    """Cars at half the wind: bridges close to them at half the wind, and the same wind is a higher level to them."""
    half = tuple(figure / 2 for figure in RECEPTOR_SCALES.wind[RECEPTORS.index("car")][0].figures)
    own, plain = edited(half, "car"), with_criteria(ASSESS_DEFAULTS, default_criteria(), "2026-07-01")
    limits, before = (wind_limits(one.typhoon, one.receptors) for one in (own, plain))
    car, bus = PROFILES.index(Profile.CAR), PROFILES.index(Profile.BUS)
    assert limits[car, 0] == pytest.approx(before[car, 0] / 2) and limits[bus].tolist() == before[bus].tolist()
    codes = own_wind_codes(own.typhoon, own.receptors), own_wind_codes(plain.typhoon, plain.receptors)
    assert (codes[0][car] >= codes[1][car]).all() and codes[0][car, 150] > codes[1][car, 150]
    np.testing.assert_array_equal(codes[0][bus], codes[1][bus])
    state = in_wind(15.0)
    wind = dataclasses.replace(state.wind, limit_m_per_s=limits, own_code=codes[0])
    moved = dataclasses.replace(state, wind=wind)
    assert closing_probs(Profile.CAR, state, N)[0] == 0.0 and closing_probs(Profile.CAR, moved, N)[0] == 1.0
    assert closing_probs(Profile.BUS, moved, N)[0] == closing_probs(Profile.BUS, state, N)[0]


def test_the_scale_of_all_moves_the_speeds_on_bridges_and_steady_gusts():
    own = edited((4.5, 7.0, 10.5, 12.5, 16.5))
    limits = wind_limits(own.typhoon, own.receptors)
    assert limits[:, 2].tolist() == pytest.approx([7.0] * len(PROFILES))
    assert limits[:, 3].tolist() == pytest.approx([10.5] * len(PROFILES))
    on = np.array(True)
    slow = windy_speed_m_per_s(Profile.CAR, 30.0, 8.0, 1.3, on, limits[CARS_ROW])
    assert slow == pytest.approx(70 / 3.6) and windy_speed_m_per_s(Profile.CAR, 30.0, 8.0, 1.3, on) == 30.0
    gusts = edited((6.5, 10.0, 13.0, 17.5, 23.0), quantity="gust_m_per_s")
    assert wind_limits(gusts.typhoon, gusts.receptors)[0, 4] == pytest.approx(7.5, abs=0.01)


def test_the_assessment_carries_the_operators_limits_to_the_router():
    told = {}
    for name, options in (("plain", ASSESS_DEFAULTS), ("own", edited((2.0, 4.0, 6.0, 8.0, 10.0), "car"))):
        made = assess(TOWN, everything(), options)
        bridges = dataclasses.replace(made.street_wind, is_exposed=np.ones(N, np.uint8))
        told[name] = closing_table(dataclasses.replace(made, street_wind=bridges))
    assert (told["own"][CARS_ROW] >= told["plain"][CARS_ROW]).all()
    assert told["own"][CARS_ROW].max() > told["plain"][CARS_ROW].max()
    bus = PROFILES.index(Profile.BUS)
    np.testing.assert_array_equal(told["own"][bus], told["plain"][bus])
