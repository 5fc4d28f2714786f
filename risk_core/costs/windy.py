"""Storm wind on streets: how strong along each, whom it closes a bridge to, how much it slows the others.

Wind closes streets that nothing shelters, the bridges, at each traveller's own limits (`profile_traits.HazardLimits`);
elsewhere nobody is shut in by it: it slows those who balance and counts as danger by the traveller's own scale.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.computed import SOURCE, spans_ahead, streets_line
from risk_core.costs.flood import closing_prob
from risk_core.costs.wind_rules import (
    BRIDGE_SPEEDS,
    CLOSING_GUST,
    CLOSING_WIND,
    FIRST_SLOW,
    SECOND_SLOW,
    STEADY_GUST,
    limits_of,
    own_wind_codes,
    wind_limits,
)
from risk_core.fields.receptors import RECEPTOR_SCALES, ReceptorScales
from risk_core.fields.sample import sample_streets
from risk_core.hazards.typhoon.field import ground_ratios
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS, TyphoonOptions
from risk_core.state.area import Area
from risk_core.state.assessment import LayerFields
from risk_core.state.level import RISK_CODE_MISSING, RISK_CODE_STEPS
from risk_core.state.network import Network
from risk_core.state.profile import PROFILES, VEHICLES, EdgeFlag, Profile
from risk_core.state.scale import N_STEP, RiskScale
from risk_core.state.situation import Closure, ClosureReason, Computed
from risk_core.state.street_state import WIND_STEP_M_PER_S, WindSlices, code_to_value, value_to_code

Floats = NDArray[np.floating]

SLOWEST_SHARE: Final = 0.5
"""Speed at the traveller's own limit, of those who balance: an assumption; even between."""
LEAST_SPAN_M_PER_S: Final = 0.5
"""Between the steady gust and the limit, where edited scales bring both together."""


def wind_on_streets(
    area: Area,
    wind: LayerFields,
    options: TyphoonOptions = TYPHOON_DEFAULTS,
    receptors: ReceptorScales = RECEPTOR_SCALES,
) -> WindSlices | None:
    """Wind along every street at each time slice, from the risk of the storm's layer; None without streets.

    The layer's risk rises with the wind alone, ground by ground, so that the wind can be read from it, up to the figure
    of the risk 1.

    Parameters
    ----------
    area
        The place.
    wind
        Its layer of the typhoon.
    options
        Settings the layer was made with.
    receptors
        Scales in force, after which travellers are closed out and slowed.
    """
    network = area.network
    if network is None:
        return None
    gust_ratio = ground_ratios(area, options)[1]
    cell = network.street_cell[np.minimum(network.street_first_cell[:-1], len(network.street_cell) - 1)]
    ratio = np.where(cell >= 0, gust_ratio[np.maximum(cell, 0)], gust_ratio[0]).astype(np.float32)
    codes = np.stack([sample_streets(network, one) for one in (wind.low, wind.risk, wind.high)])
    flags = np.zeros(network.n_street, np.uint16)
    flags[network.street] = network.flags
    code = value_to_code(wind_of_codes(codes, ratio, options.wind_scale, options.gust_scale), WIND_STEP_M_PER_S)
    is_bridge = ((flags & EdgeFlag.BRIDGE) > 0).astype(np.uint8)
    return WindSlices(code, ratio, is_bridge, wind_limits(options, receptors), own_wind_codes(options, receptors))


def wind_of_codes(
    code: NDArray[np.uint8], gust_ratio: Floats, wind_scale: RiskScale, gust_scale: RiskScale
) -> NDArray[np.float64]:
    """Ten-minute wind whose risk, the worse of wind and gust, is that of the bytes; 0 where unknown.

    Parameters
    ----------
    code
        Risk bytes, shape=(..., n).
    gust_ratio
        Gust over wind, shape=(n,).

    Examples
    --------
    >>> scales = TYPHOON_DEFAULTS.wind_scale, TYPHOON_DEFAULTS.gust_scale
    >>> wind_of_codes(np.array([100, 100, 255], np.uint8), np.array([1.0, 1.6, 1.0]), *scales).tolist()
    [14.0, 12.5, 0.0]
    """
    steps = np.arange(N_STEP + 1) / N_STEP
    risk = np.where(code == RISK_CODE_MISSING, 0.0, code / RISK_CODE_STEPS)
    by_wind = np.interp(risk, steps, (0.0, *wind_scale.figures))
    by_gust = np.interp(risk, steps, (0.0, *gust_scale.figures)) / gust_ratio
    return np.asarray(np.minimum(by_wind, by_gust))


def closing_wind_m_per_s(limits: Floats, gust_ratio: Floats) -> NDArray[np.float64]:
    """Ten-minute wind from which a bridge is closed to a traveller, by its wind or its gust, shape of `gust_ratio`.

    Examples
    --------
    >>> closing_wind_m_per_s(wind_limits()[PROFILES.index(Profile.CAR)], np.array([1.25, 1.75])).tolist()
    [25.0, 20.0]
    """
    return np.asarray(np.minimum(limits[CLOSING_WIND], limits[CLOSING_GUST] / gust_ratio), np.float64)


def windy_speed_m_per_s(
    profile: Profile,
    free_m_per_s: Floats,
    wind_m_per_s: Floats,
    gust_ratio: Floats,
    is_exposed: NDArray[np.bool_],
    limits: Floats | None = None,
) -> NDArray[np.float64]:
    """Speed in wind: of vehicles on bridges by `BRIDGE_SPEEDS`, of all others slower evenly from steady gusts on.

    Parameters
    ----------
    profile
        The traveller.
    free_m_per_s, wind_m_per_s, gust_ratio, is_exposed
        Free speed, ten-minute wind, gust over wind, and whether it is a bridge; shapes that go together.
    limits
        Of this traveller, as `wind_limits` has them; the standard ones where None.

    Examples
    --------
    >>> on = np.array([True, False])
    >>> windy_speed_m_per_s(Profile.CAR, np.full(2, 25.0), np.full(2, 22.0), np.full(2, 1.3), on).round(1).tolist()
    [11.1, 25.0]
    """
    limits = wind_limits()[PROFILES.index(profile)] if limits is None else limits
    free = np.asarray(free_m_per_s, np.float64)
    if profile in VEHICLES:
        top = np.full(free.shape, np.inf)
        for at, (_, speed) in zip((FIRST_SLOW, SECOND_SLOW), BRIDGE_SPEEDS, strict=True):
            top = np.where(is_exposed & (wind_m_per_s >= limits[at]), speed, top)
        return np.asarray(np.minimum(free, top))
    steady, most = float(limits[STEADY_GUST]), float(limits[CLOSING_GUST])
    part = np.clip((wind_m_per_s * gust_ratio - steady) / max(most - steady, LEAST_SPAN_M_PER_S), 0.0, 1.0)
    return np.asarray(free * (1.0 - (1.0 - SLOWEST_SHARE) * part))


def wind_closing_prob(wind: WindSlices, profile: Profile) -> NDArray[np.float64]:
    """Chance that the wind closes each street to a traveller at each slice, shape=(n_time, n_street); 0 off bridges."""
    found = np.zeros(wind.wind_code.shape[1:])
    on = np.flatnonzero(wind.is_exposed)
    if on.size:
        low, middle, high = np.sort(code_to_value(wind.wind_code[:, :, on], WIND_STEP_M_PER_S), axis=0)
        closing = closing_wind_m_per_s(limits_of(wind, profile), wind.gust_ratio[on])
        found[:, on] = closing_prob(low, middle, high, closing)
    return found


def closures_by_wind(
    network: Network,
    wind: WindSlices,
    moments: tuple[float, NDArray[np.int32]],
    simulated: bool,
    least_prob: float = 0.5,
) -> tuple[Closure, ...]:
    """Bridges that the wind closes now or later, each with the travellers it bars.

    Parameters
    ----------
    network, wind
        The streets and their wind.
    moments
        The present, unix seconds, and the time slices, seconds from it.
    simulated
        Whether the storm is an invention.
    least_prob
        Chance from which a bridge counts as closed.
    """
    now_s, lead_s = moments
    time_s = now_s + lead_s.astype(np.float64)
    bridges = np.flatnonzero(wind.is_exposed & (wind.wind_code[2].max(axis=0) > 0))
    spans: dict[int, dict[tuple[float, float], list[Profile]]] = {}
    chance = np.zeros((len(time_s), network.n_street))
    for profile in PROFILES if bridges.size else ():
        prob = wind_closing_prob(wind, profile)
        chance = np.maximum(chance, prob)
        for street, span in spans_ahead(time_s, bridges, prob[:, bridges] >= least_prob, now_s):
            spans.setdefault(street, {}).setdefault(span, []).append(profile)
    ahead = lead_s >= 0
    return tuple(
        Closure(
            closure_id=f"wind-{street}-{sum(1 << PROFILES.index(one) for one in profiles)}-{span[0]:.0f}",
            reason=ClosureReason.WIND,
            name=streets_line(network, street).name,
            shape=streets_line(network, street).shape,
            from_s=span[0],
            until_s=span[1],
            profiles=() if len(profiles) == len(PROFILES) else tuple(profiles),
            source=SOURCE,
            simulated=simulated,
            streets=(street,),
            computed=_worst(wind, street, (time_s[ahead], np.flatnonzero(ahead)), chance[ahead, street]),
        )
        for street, found in sorted(spans.items())
        for span, profiles in found.items()
    )


def _worst(
    wind: WindSlices, street: int, slices: tuple[NDArray[np.float64], NDArray[np.intp]], prob: NDArray[np.float64]
) -> Computed:
    time_s, step = slices
    k = int(wind.wind_code[1, step, street].argmax())
    speed = float(wind.wind_code[1, step[k], street]) * WIND_STEP_M_PER_S
    return Computed(round(float(prob.max()), 2), float(time_s[k]), wind_m_per_s=round(speed, 1))
