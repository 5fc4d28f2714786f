"""Why water on the ground gives the risk it gives, where it gives more than the rain itself."""

import math
from collections.abc import Mapping
from typing import Final

from risk_core.hazards.flood.join import DEPTH_NAME, PEAK_LEAD_NAME, PEAK_NAME, STRENGTH_NAME
from risk_core.hazards.flood.options import FLOOD_DEFAULTS, FloodOptions
from risk_core.hazards.flood.scale import flood_risk
from risk_core.hazards.rain.field import WINDOW_NAMES
from risk_core.hazards.rain.options import RAIN_DEFAULTS, RainOptions
from risk_core.state.assessment import Reason
from risk_core.state.receptor import Receptor
from risk_core.units import S_PER_MIN

TOLD_M: Final = 0.05
"""Shallower water is not told."""


def explain_flood(
    intensity: Mapping[str, float], options: FloodOptions = FLOOD_DEFAULTS, rain: RainOptions = RAIN_DEFAULTS
) -> Reason | None:
    """Depth now, the deepest to come and the minutes until then; None where no water is told.

    ``flood_water`` where the water is the worse of the two, ``flood_coming`` where it comes later and the rain is worse
    as yet.

    Examples
    --------
    >>> explain_flood({"inundation_depth_m": 0.4, "depth_speed_m2_per_s": 0.1, "peak_depth_m": 0.5}).code
    'flood_water'
    >>> explain_flood({"accumulation_1h_mm": 60.0}) is None
    True
    """
    depth = float(intensity.get(DEPTH_NAME, math.nan))
    peak = float(intensity.get(PEAK_NAME, depth))
    if not max(depth, peak) >= TOLD_M:
        return None
    strength = float(intensity.get(STRENGTH_NAME, 0.0))
    water = float(flood_risk(Receptor.WALKER, depth, strength, options.scales))
    known = [
        scale.risk(float(intensity[name]))
        for scale, name in zip(rain.scales, WINDOW_NAMES, strict=True)
        if math.isfinite(intensity.get(name, math.nan))
    ]
    lead_min = float(intensity.get(PEAK_LEAD_NAME, 0.0)) / S_PER_MIN
    values = {"depth_m": round(depth, 2), "peak_m": round(peak, 2), "peak_min": round(lead_min)}
    if depth >= TOLD_M and water >= max(known, default=0.0):
        return Reason("flood_water", values)
    return Reason("flood_coming", values) if peak > depth + TOLD_M else None
