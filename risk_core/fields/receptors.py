"""One place, six receptors: walker, child or elderly, car, bus, indoors on the ground floor, basement.

All stand on the same fields: the storm's wind and gust, the sums of rain, depth and strength of the water. Each has its
own figures (`risk_core/hazards/criteria.csv`); what hazards mean together follows the combination rule of `combine`.
Infection is told apart and never mixed in: it harms by who is near, not by where one stands.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.criteria import Criteria, default_criteria
from risk_core.hazards.flood.join import DEPTH_NAME, STRENGTH_NAME
from risk_core.hazards.flood.scale import FloodScale, flood_risk, flood_risk_at, flood_scales
from risk_core.hazards.rain.field import WINDOW_NAMES
from risk_core.hazards.typhoon.field import GUST_NAME, WIND_NAME
from risk_core.hazards.typhoon.harper_2010 import GUST_INLAND
from risk_core.state.assessment import Assessment
from risk_core.state.level import RISK_CODE_MISSING, RISK_CODE_STEPS, Hazard, Layer
from risk_core.state.receptor import RECEPTORS, Receptor, ReceptorRisk
from risk_core.state.scale import N_STEP, RiskScale

OTHERS_SHARE: Final = 0.2
"""Share of what is left to 1 by which the other hazards can raise the worst one; see `combine`."""
WEATHER: Final = (Hazard.TYPHOON, Hazard.RAIN)
"""Hazards that receptors are told of."""
LATEST: Final = "9999-12-31"


@dataclass(frozen=True, slots=True)
class ReceptorScales:
    """Figures of every receptor, in the order of `Receptor`.

    Attributes
    ----------
    wind
        Ten-minute wind and gust.
    rain
        Sums, one scale a window of `WINDOW_NAMES`.
    flood
        Depth, and depth times speed.
    """

    wind: tuple[tuple[RiskScale, RiskScale], ...]
    rain: tuple[tuple[RiskScale, ...], ...]
    flood: tuple[FloodScale, ...]


def receptor_scales(criteria: Criteria, day: str = LATEST) -> ReceptorScales:
    """Figures of a table on a day; a receptor without rows of its own has those that name nobody.

    Parameters
    ----------
    criteria
        The table.
    day
        Korean day, as 2025-05-15.
    """
    rows = criteria.in_force(day)
    own = {row.group for row in rows}

    def find(hazard: str, quantity: str, receptor: Receptor) -> RiskScale:
        name = receptor.value if (hazard, "scale", receptor.value, quantity) in own else ""
        return criteria.scale(hazard, quantity, name, day)

    wind = tuple((find("wind", WIND_NAME, one), find("wind", GUST_NAME, one)) for one in Receptor)
    rain = tuple(tuple(find("rain", name, one) for name in WINDOW_NAMES) for one in Receptor)
    return ReceptorScales(wind, rain, flood_scales(criteria, day))


RECEPTOR_SCALES: Final = receptor_scales(default_criteria())


def receptor_risks(
    intensity: Mapping[str, float], scales: ReceptorScales = RECEPTOR_SCALES
) -> tuple[ReceptorRisk, ...]:
    """Risk of every receptor from the physical values at a place.

    Parameters
    ----------
    intensity
        Values of the typhoon's and the rain's layer there, by name; missing ones are unknown.
    scales
        Figures.

    Examples
    --------
    >>> found = receptor_risks({"inundation_depth_m": 0.3, "depth_speed_m2_per_s": 0.0})
    >>> {str(one.receptor): round(one.risk, 2) for one in found}
    {'walker': 0.4, 'frail': 0.6, 'car': 0.8, 'bus': 0.6, 'indoor': 0.6, 'basement': 1.0}
    """
    depth, strength = (float(intensity.get(name, math.nan)) for name in (DEPTH_NAME, STRENGTH_NAME))
    found = []
    for k, receptor in enumerate(Receptor):
        water = flood_risk_at(scales.flood[k], depth, strength)
        rain = _worst(intensity, WINDOW_NAMES, scales.rain[k])
        wet = max((one for one in (water, rain) if math.isfinite(one)), default=math.nan)
        parts = {Hazard.TYPHOON: _worst(intensity, (WIND_NAME, GUST_NAME), scales.wind[k]), Hazard.RAIN: wet}
        found.append(ReceptorRisk(receptor, combined_risk(tuple(parts.values())), parts))
    return tuple(found)


def combined_risk(risks: tuple[float, ...]) -> float:
    """Combination rule for plain numbers, unknown ones left out; NaN where none is known.

    Examples
    --------
    >>> round(combined_risk((0.6, 0.4, float("nan"))), 3)
    0.632
    """
    known = sorted(one for one in risks if math.isfinite(one))
    if not known:
        return math.nan
    others = 1.0 - math.prod(1.0 - one for one in known[:-1])
    return known[-1] + OTHERS_SHARE * (1.0 - known[-1]) * others


def shift_wind_codes(
    code: NDArray[np.uint8],
    receptor: Receptor,
    scales: ReceptorScales = RECEPTOR_SCALES,
    layer: RiskScale | None = None,
) -> NDArray[np.uint8]:
    """Risk bytes of a walker in a storm as those of another receptor in the same gusts, any shape; 255 stays.

    Over land, where the gust is what counts; at sea, where the mean wind counts, the walker's figures stand a little
    higher and the answer is on the safe side for vehicles.

    Parameters
    ----------
    code
        Bytes of the storm's layer.
    receptor
        Who.
    scales
        Figures in force.
    layer
        Scale of the gust that the layer was made with; the walker's where None.

    Examples
    --------
    >>> shift_wind_codes(np.array([100, 150, 255], np.uint8), Receptor.FRAIL).tolist()
    [150, 200, 255]
    """
    wind, gust = scales.wind[RECEPTORS.index(receptor)]
    return _wind_table(wind, gust, scales.wind[0][1] if layer is None else layer)[code]


@cache
def _wind_table(wind: RiskScale, gust: RiskScale, layer: RiskScale) -> NDArray[np.uint8]:
    code = np.arange(RISK_CODE_STEPS + 1)
    steps = np.arange(N_STEP + 1) / N_STEP
    gusts = np.interp(code / RISK_CODE_STEPS, steps, (0.0, *layer.figures))
    by_gust = np.interp(gusts, (0.0, *gust.figures), steps)
    by_wind = np.interp(gusts / GUST_INLAND, (0.0, *wind.figures), steps)
    out = np.full(256, RISK_CODE_MISSING, np.uint8)
    out[: RISK_CODE_STEPS + 1] = np.rint(np.maximum(by_gust, by_wind) * RISK_CODE_STEPS)
    return out


@dataclass(frozen=True, slots=True, eq=False)
class SliceValues:
    """What a snapshot keeps of a place, by time slice, shape=(n_time,) each.

    Attributes
    ----------
    storm_code, rain_code
        Risk bytes of the storm's layer and of the rain without the water, 255 unknown.
    depth_m, depth_speed_m2_per_s
        Water on the ground; None where none was reckoned.
    """

    storm_code: NDArray[np.uint8]
    rain_code: NDArray[np.uint8]
    depth_m: NDArray[np.float64] | None = None
    depth_speed_m2_per_s: NDArray[np.float64] | None = None


def receptor_parts(
    values: SliceValues, scales: ReceptorScales, layers: tuple[RiskScale, tuple[RiskScale, ...]]
) -> NDArray[np.float64]:
    """Risk of the wind and of rain and water for every receptor, from the bytes of the layers.

    Rain comes as the risk of the worst of its windows, without which one: on a receptor's own figures the window counts
    by which it fares worst, which is on the safe side. A layer's byte ends at its risk 1: of stronger wind or rain
    those who bear more are told the risk of that figure.

    Parameters
    ----------
    values
        At the place.
    scales
        Figures in force.
    layers
        Scales the layers were made with: of the gust, and of the rain's windows.

    Returns
    -------
    float64 array
        shape=(2, n_receptor, n_time), NaN unknown.

    Examples
    --------
    >>> here = SliceValues(np.array([100], np.uint8), np.array([255], np.uint8), np.array([0.3]), np.array([0.0]))
    >>> found = receptor_parts(here, RECEPTOR_SCALES, (RECEPTOR_SCALES.wind[0][1], RECEPTOR_SCALES.rain[0]))
    >>> found[:, RECEPTORS.index(Receptor.CAR), 0].round(2).tolist()
    [0.2, 0.8]
    """
    found = np.full((2, len(RECEPTORS), len(values.storm_code)), np.nan)
    for k, receptor in enumerate(RECEPTORS):
        storm = _wind_table(*scales.wind[k], layers[0])[values.storm_code]
        found[0, k] = np.where(storm == RISK_CODE_MISSING, np.nan, storm / RISK_CODE_STEPS)
        found[1, k] = _rain_table(scales.rain[k], layers[1])[values.rain_code]
        if values.depth_m is not None and values.depth_speed_m2_per_s is not None and values.depth_m.any():
            water = flood_risk(receptor, values.depth_m, values.depth_speed_m2_per_s, scales.flood)
            found[1, k] = np.fmax(found[1, k], water)
    return found


def receptor_slices(
    assessment: Assessment,
    cell: tuple[int, int],
    scales: ReceptorScales,
    layers: tuple[RiskScale, tuple[RiskScale, ...]],
) -> NDArray[np.float64]:
    """Risk of wind, and of rain and water, for every receptor at a cell and every time slice.

    At present from the physical values, where the layers have them; at other times from the bytes that are kept.

    Parameters
    ----------
    assessment
        The snapshot.
    cell
        Row and column.
    scales, layers
        As in `receptor_parts`.

    Returns
    -------
    float64 array
        shape=(2, n_receptor, n_time), in the order of `WEATHER`, NaN unknown.
    """
    fields = [assessment.layers.get(Layer(one.value)) for one in WEATHER]
    unknown = np.full(len(assessment.lead_s), RISK_CODE_MISSING, np.uint8)
    storm, rain = (unknown if one is None else np.asarray(one.risk[:, *cell]) for one in fields)
    ground = None if assessment.ground_water is None else assessment.ground_water.at(*cell)
    values = SliceValues(storm, rain) if ground is None else SliceValues(storm, ground[2], *ground[:2])
    parts = receptor_parts(values, scales, layers)
    here = {name: float(value[cell]) for one in fields if one is not None for name, value in one.intensity.items()}
    risks = receptor_risks(here, scales)
    told = np.array([[one.parts[hazard] for one in risks] for hazard in WEATHER])
    step = assessment.step_now
    parts[:, :, step] = np.where(np.isfinite(told), told, parts[:, :, step])
    return parts


def combined_parts(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Combination rule for two hazards along the first axis, as `combined_risk`; NaN where neither is known.

    Examples
    --------
    >>> combined_parts(np.array([[0.6, np.nan], [0.4, np.nan]])).round(3).tolist()
    [0.632, nan]
    """
    worst = np.fmax(parts[0], parts[1])
    other = np.nan_to_num(np.minimum(parts[0], parts[1]))
    return np.asarray(worst + OTHERS_SHARE * (1.0 - worst) * other)


@cache
def _rain_table(own: tuple[RiskScale, ...], layer: tuple[RiskScale, ...]) -> NDArray[np.float64]:
    """Risk by the byte of the rain's layer, shape=(256,), NaN of 255."""
    out, steps = np.full(256, np.nan), np.arange(N_STEP + 1) / N_STEP
    risk = np.arange(RISK_CODE_STEPS + 1) / RISK_CODE_STEPS
    sums = [np.interp(risk, steps, (0.0, *scale.figures)) for scale in layer]
    risks = [np.interp(amount, (0.0, *scale.figures), steps) for scale, amount in zip(own, sums, strict=True)]
    out[: RISK_CODE_STEPS + 1] = np.max(risks, axis=0)
    return out


def _worst(intensity: Mapping[str, float], names: Sequence[str], scales: Sequence[RiskScale]) -> float:
    values = [float(intensity.get(name, math.nan)) for name in names]
    risks = [scale.risk(value) for scale, value in zip(scales, values, strict=True)]
    return max((one for one in risks if math.isfinite(one)), default=math.nan)
