"""What wind does to travellers, after the wind scales in force: who edits the scales moves closures and speeds, too.

Limits of travellers (`profile_table`) and the speeds of bridges stand on the same published figures as the wind scales
of `criteria.csv`. Each of them therefore keeps its risk when a scale is edited: a limit at the risk 0.8 of the standard
scale lies at the figure of 0.8 of the edited one. With the standard scales all limits are what the tables say.
"""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.fields.receptors import RECEPTOR_SCALES, ReceptorScales, shift_wind_codes
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS, TyphoonOptions
from risk_core.state.level import RISK_CODE_MISSING, RISK_CODE_STEPS
from risk_core.state.profile import PROFILES, Profile, traits
from risk_core.state.receptor import RECEPTOR_OF, RECEPTORS
from risk_core.state.scale import N_STEP, RiskScale
from risk_core.state.street_state import WindSlices
from risk_core.units import km_per_h_to_m_per_s

BRIDGE_SPEEDS: Final = ((14.0, km_per_h_to_m_per_s(70.0)), (21.0, km_per_h_to_m_per_s(40.0)))
"""Ten-minute wind from which a bridge is driven at most so fast: rule of the Incheon bridge."""
STEADY_GUST_M_PER_S: Final = 15.0
"""Gust up to which walkers stand steady (Melbourne 1978)."""

CLOSING_WIND, CLOSING_GUST, FIRST_SLOW, SECOND_SLOW, STEADY_GUST = range(5)
"""Columns of `WindSlices.limit_m_per_s`."""


def wind_limits(
    typhoon: TyphoonOptions = TYPHOON_DEFAULTS, receptors: ReceptorScales = RECEPTOR_SCALES
) -> NDArray[np.float32]:
    """Limits of every traveller, in the order of the columns above, shape=(n_profile, 5), m/s.

    Parameters
    ----------
    typhoon
        Settings with the wind scales in force.
    receptors
        Scales of the receptors in force.

    Examples
    --------
    >>> wind_limits()[PROFILES.index(Profile.CAR)].tolist()
    [25.0, 35.0, 14.0, 21.0, 15.0]
    """
    plain = TYPHOON_DEFAULTS
    slow = [_moved(wind, plain.wind_scale, typhoon.wind_scale) for wind, _ in BRIDGE_SPEEDS]
    steady = _moved(STEADY_GUST_M_PER_S, plain.gust_scale, typhoon.gust_scale)
    found = np.empty((len(PROFILES), STEADY_GUST + 1), np.float32)
    for p, profile in enumerate(PROFILES):
        at, own = RECEPTORS.index(RECEPTOR_OF[profile]), traits(profile).limits
        limits = own.wind_m_per_s.value, own.gust_m_per_s.value
        closing = [_moved(limits[k], RECEPTOR_SCALES.wind[at][k], receptors.wind[at][k]) for k in (0, 1)]
        found[p] = *closing, *slow, steady
    return found


def own_wind_codes(
    typhoon: TyphoonOptions = TYPHOON_DEFAULTS, receptors: ReceptorScales = RECEPTOR_SCALES
) -> NDArray[np.uint8]:
    """Risk byte of every traveller by the byte of the storm's layer, shape=(n_profile, 256); see `shift_wind_codes`."""
    code = np.arange(256, dtype=np.uint8)
    code[RISK_CODE_STEPS + 1 :] = RISK_CODE_MISSING
    rows = [shift_wind_codes(code, RECEPTOR_OF[profile], receptors, typhoon.gust_scale) for profile in PROFILES]
    return np.stack(rows)


def limits_of(wind: WindSlices, profile: Profile) -> NDArray[np.float32]:
    """Limits of a traveller in the slices of a snapshot; the tables' in one that has none."""
    limits = _standard_limits() if wind.limit_m_per_s is None else wind.limit_m_per_s
    return np.asarray(limits[PROFILES.index(profile)])


def codes_of(wind: WindSlices | None, profile: Profile) -> NDArray[np.uint8]:
    """Risk byte of a traveller by the layer's byte, shape=(256,); the standard scales' where a snapshot has none."""
    codes = _standard_codes() if wind is None or wind.own_code is None else wind.own_code
    return np.asarray(codes[PROFILES.index(profile)])


@cache
def _standard_limits() -> NDArray[np.float32]:
    return wind_limits()


@cache
def _standard_codes() -> NDArray[np.uint8]:
    return own_wind_codes()


def _moved(limit: float, standard: RiskScale, own: RiskScale) -> float:
    """The figure of the own scale whose risk is that of a limit on the standard one; beyond both by their ratio."""
    if own.figures == standard.figures:
        return limit
    if limit >= standard.figures[-1]:
        return limit * own.figures[-1] / standard.figures[-1]
    return float(np.interp(standard.risk(limit), np.arange(N_STEP + 1) / N_STEP, (0.0, *own.figures)))
