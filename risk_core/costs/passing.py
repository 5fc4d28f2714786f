"""Each traveller in the same water and wind: own speed, own danger, own chance that a street is closed on arrival.

Speed on an edge is the least of the free speed, 0.8 of it for vehicles on a wet road (Enforcement Rule of the Road
Traffic Act, article 19), the speed in water (`flood.wet_speed_m_per_s`) and in wind (`windy.windy_speed_m_per_s`).

Danger: a risk layer is that of a walker. Others meet the storm's wind on their own scale, and water on the street on
theirs. A chance P that the street is closed on arrival counts as danger -ln(1 - P) / -ln(1 - 0.1), so that a second on
a street closed with one chance in ten weighs as much as one at the level Alert, and chances add up along a way as
-ln(1 - P) does; form after the product of independent chances, scale our own choice.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.flood import closing_depth_m, closing_prob, is_barred, wet_speed_m_per_s
from risk_core.costs.wind_rules import codes_of, limits_of
from risk_core.costs.windy import wind_closing_prob, windy_speed_m_per_s
from risk_core.fields.combine import combine_risks
from risk_core.fields.sample import danger_of
from risk_core.hazards.flood.scale import flood_risk
from risk_core.state.assessment import Assessment
from risk_core.state.level import RISK_CODE_MISSING, Hazard, Layer, risk_to_code
from risk_core.state.profile import VEHICLES, Profile
from risk_core.state.receptor import RECEPTOR_OF, Receptor
from risk_core.state.street_state import DEPTH_STEP_M, WIND_STEP_M_PER_S, WaterSlices, WindSlices, code_to_value

AVOIDED_PROB: Final = 0.1
MOST_PROB: Final = 0.99
WET_ROAD_SHARE: Final = 0.8
WET_ROAD_RISK: Final = 0.04
"""Risk of the rain from which a road counts as wet: 3 mm in an hour."""


@dataclass(frozen=True, slots=True, eq=False)
class StreetState:
    """Streets at one time slice.

    Attributes
    ----------
    water, wind
        Slices of the assessment, or None without.
    step
        Position of the time slice.
    is_wet
        Whether it rains on a street, shape=(n_street,).
    """

    water: WaterSlices | None
    wind: WindSlices | None
    step: int
    is_wet: NDArray[np.bool_]


def street_state(assessment: Assessment, step: int) -> StreetState | None:
    """State of the streets at a time slice; None where no rain, water or wind is known of."""
    rain = assessment.street_risk.get(Layer.RAIN)
    water, wind = assessment.street_water, assessment.street_wind
    if rain is None and water is None and wind is None:
        return None
    n_street = len(assessment.street_risk[Layer.COMBINED][step])
    code = np.zeros(n_street, np.uint8) if rain is None else np.asarray(rain[step])
    is_wet = (code >= int(risk_to_code(np.array(WET_ROAD_RISK)))) & (code != RISK_CODE_MISSING)
    return StreetState(water, wind, step, is_wet)


def profile_field(assessment: Assessment, profile: Profile, step: int) -> NDArray[np.uint8]:
    """Risk bytes of the grid as one traveller meets them, shape=(n_row, n_col): the storm's wind on the own scale."""
    if RECEPTOR_OF[profile] is Receptor.WALKER or Layer.TYPHOON not in assessment.layers:
        return np.asarray(assessment.layers[Layer.COMBINED].risk[step])
    layers = [assessment.layers[Layer(one.value)].risk[step] for one in Hazard if Layer(one.value) in assessment.layers]
    at = [one for one in Hazard if Layer(one.value) in assessment.layers].index(Hazard.TYPHOON)
    layers[at] = codes_of(assessment.street_wind, profile)[layers[at]]
    return np.asarray(combine_risks(layers, layers[0].shape))


def passing_speed_m_per_s(
    profile: Profile, free_m_per_s: NDArray[np.float32], street: NDArray[np.int32], state: StreetState
) -> NDArray[np.float32]:
    """Speed on each edge, shape=(n_edge,); 0 where the water is more than the traveller bears.

    Parameters
    ----------
    profile
        The traveller.
    free_m_per_s
        Free speed of each edge.
    street
        Street of each edge.
    state
        Of the streets.
    """
    speed = np.array(free_m_per_s, np.float32)
    if profile in VEHICLES:
        wet = state.is_wet[street]
        speed[wet] *= np.float32(WET_ROAD_SHARE)
    if state.wind is not None:
        wind = code_to_value(state.wind.wind_code[1, state.step], WIND_STEP_M_PER_S)
        blown = np.flatnonzero((wind > 0)[street])
        at = street[blown]
        speed[blown] = windy_speed_m_per_s(
            profile,
            speed[blown],
            wind[at],
            state.wind.gust_ratio[at],
            state.wind.is_exposed[at] > 0,
            limits_of(state.wind, profile),
        )
    if state.water is not None:
        depth = code_to_value(state.water.depth_code[1, state.step], DEPTH_STEP_M)
        under = np.flatnonzero((depth > 0)[street])
        speed[under] = np.minimum(speed[under], wet_speed_m_per_s(profile, free_m_per_s[under], depth[street[under]]))
    return speed


def street_danger(profile: Profile, state: StreetState, n_street: int) -> tuple[NDArray[np.float32], ...]:
    """Risk of the water for this traveller, and danger of water and of closing, shape=(n_street,) each."""
    risk, danger = np.zeros(n_street, np.float32), np.zeros(n_street, np.float32)
    receptor = RECEPTOR_OF[profile]
    if state.water is not None and receptor is not Receptor.WALKER:
        depth = code_to_value(state.water.depth_code[1, state.step], DEPTH_STEP_M)
        on = np.flatnonzero(depth)
        strength = code_to_value(state.water.strength_code[state.step, on], DEPTH_STEP_M)
        risk[on] = flood_risk(receptor, depth[on], strength)
        danger[on] = danger_of(risk[on].astype(np.float64))
    prob = np.minimum(closing_probs(profile, state, n_street), MOST_PROB)
    return risk, np.maximum(danger, np.log1p(-prob) / np.log1p(-AVOIDED_PROB)).astype(np.float32)


def closing_probs(profile: Profile, state: StreetState, n_street: int) -> NDArray[np.float64]:
    """Chance that each street is closed to a traveller at the slice, by water or by wind, shape=(n_street,).

    Water by its depth and, in the middle run, by its strength; wind on bridges. Both are taken as independent.
    """
    free = np.ones(n_street)
    if state.water is not None:
        codes = state.water.depth_code[:, state.step]
        on = np.flatnonzero(codes[2])
        if on.size:
            is_under = state.water.is_underpass[on] > 0
            low, middle, high = np.sort(code_to_value(codes[:, on], DEPTH_STEP_M), axis=0)
            strength = code_to_value(state.water.strength_code[state.step, on], DEPTH_STEP_M)
            likely = closing_prob(low, middle, high, closing_depth_m(profile, is_under))
            free[on] = np.where(
                is_barred(profile, middle, strength, is_under), np.minimum(1.0 - likely, 0.5), 1.0 - likely
            )
    if state.wind is not None:
        one = replace(state.wind, wind_code=state.wind.wind_code[:, state.step : state.step + 1])
        free *= 1.0 - wind_closing_prob(one, profile)[0]
    return 1.0 - free
