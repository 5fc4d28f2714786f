"""Rain that a storm will bring, joined to what gauges say: the later slices of the rain layer.

Gauges and their persistence hold for `NOWCAST_S`; later the worse of them and the members' rain counts. Where no gauge
reports, the storm's rain stands alone, and places it does not reach stay unknown: nobody measured that they are dry.
"""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.rain.options import RAIN_DEFAULTS, RainOptions
from risk_core.hazards.rain.reason import NEWEST_S, explain_rain
from risk_core.hazards.typhoon.outlook import StormOutlook
from risk_core.hazards.typhoon.outlook_field import hour_place, resample
from risk_core.state.assessment import LayerFields, Reason
from risk_core.state.grid import Grid
from risk_core.state.level import RISK_CODE_MISSING
from risk_core.units import S_PER_H

NOWCAST_S: Final = 2 * S_PER_H
LEAST_CODE: Final = 5
"""Risk byte (0.02: 1.5 mm in an hour) below which even the wettest tenth of the members brings no rain to speak of."""
LEAST_TOLD_MM: Final = 1.0
STORM_RAIN_NAME: Final = "storm_rain_12h_mm"
"""Rain of the middle track in the coming 12 hours."""


def join_storm_rain(
    rain: LayerFields | None, outlook: StormOutlook | None, grid: Grid, now_s: float, lead_s: NDArray[np.int32]
) -> LayerFields | None:
    """Raise the rain layer to what the storms bring.

    Parameters
    ----------
    rain
        The layer by gauges; None without gauges.
    outlook
        What the storms' members say; None without a storm.
    grid
        The area's grid.
    now_s
        The moment assessed, unix seconds.
    lead_s
        Time slices, seconds from now.

    Returns
    -------
    LayerFields or None
        `rain` itself where no storm adds to it.
    """
    if outlook is None or int(outlook.rain_code[-1].max()) < LEAST_CODE:
        return rain
    shape = (3, len(lead_s), grid.n_row, grid.n_col)
    if rain is None:
        code, from_s = np.full(shape, RISK_CODE_MISSING, dtype=np.uint8), 0.0
    else:
        code, from_s = np.stack([rain.risk, rain.low, rain.high]), NOWCAST_S + 1.0
    for t in np.flatnonzero(lead_s >= from_s):
        brought = _codes_at(outlook, grid, now_s + float(lead_s[t])).reshape(3, *shape[2:])
        is_wet, is_known = brought[2] >= LEAST_CODE, code[0, t] != RISK_CODE_MISSING
        raised = np.where(is_known, np.maximum(code[:, t], brought), brought)
        code[:, t] = np.where(is_wet, raised, code[:, t])
    if (code == RISK_CODE_MISSING).all():
        return rain
    ahead_mm = resample(grid, outlook.wind.grid, outlook.rain_ahead_mm).reshape(shape[2:])
    return LayerFields(
        risk=code[0],
        low=code[1],
        high=code[2],
        intensity={**(rain.intensity if rain else {}), STORM_RAIN_NAME: ahead_mm},
        data_as_of_s=rain.data_as_of_s if rain else min(outlook.wind.issue_s, now_s),
        sources=(),
        simulated=False,
    )


def _codes_at(outlook: StormOutlook, grid: Grid, time_s: float) -> NDArray[np.uint8]:
    """Estimate (median), low and high of the members' rain at a time, shape=(3, n_cell)."""
    i, part = hour_place(outlook.hour_s, time_s)
    pair = outlook.rain_code[:, i : i + 2].astype(np.float32)
    low, middle, high = pair[:, 0] + np.float32(part) * (pair[:, 1] - pair[:, 0])
    fine = resample(grid, outlook.wind.grid, np.stack([middle, low, high]))
    return np.asarray(np.rint(fine).astype(np.uint8))


def explain_storm_rain(
    intensity: Mapping[str, float],
    now_s: float = NEWEST_S,
    lead_s: float = 0.0,
    options: RainOptions = RAIN_DEFAULTS,
) -> Reason:
    """Why the rain layer gives its risk: by the gauges at present, by the storm where they say nothing or no longer.

    Examples
    --------
    >>> explain_storm_rain({"storm_rain_12h_mm": 62.0}).code
    'rain_storm'
    """
    by_gauges = explain_rain(intensity, now_s, options) if lead_s <= NOWCAST_S else Reason("rain_unknown", {})
    ahead_mm = float(intensity.get(STORM_RAIN_NAME, math.nan))
    if by_gauges.code == "rain_unknown" and ahead_mm >= LEAST_TOLD_MM:
        return Reason("rain_storm", {"accumulation_mm": ahead_mm})
    return by_gauges
