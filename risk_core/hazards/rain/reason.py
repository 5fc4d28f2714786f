"""Why the rain gives the risk it gives, in a message code and its values."""

import math
from collections.abc import Mapping

from risk_core.hazards.rain.field import RATE_NAME, WINDOW_NAMES
from risk_core.hazards.rain.options import RAIN_SCALES, WINDOWS_H
from risk_core.state.assessment import Reason

DRY_MM = 0.1


def explain_rain(intensity: Mapping[str, float]) -> Reason:
    """Name the window whose rain is worst against its figures; `rain_dry` where none has fallen.

    Examples
    --------
    >>> explain_rain({"accumulation_1h_mm": 55.0, "accumulation_3h_mm": 61.0}).values["threshold_mm"]
    50.0
    """
    known = [
        (scale, window_h, intensity[name])
        for scale, window_h, name in zip(RAIN_SCALES, WINDOWS_H, WINDOW_NAMES, strict=True)
        if math.isfinite(intensity.get(name, math.nan))
    ]
    if not known:
        return Reason("rain_unknown", {})
    rate = float(intensity.get(RATE_NAME, math.nan))
    if max(mm for _, _, mm in known) < DRY_MM and not rate >= DRY_MM:
        return Reason("rain_dry", {})
    scale, window_h, mm = max(known, key=lambda one: one[0].risk(one[2]))
    reached = scale.reached(mm)
    code = "rain_accumulation" if mm >= reached else "rain_light"
    values = {"window_h": float(window_h), "accumulation_mm": float(mm), "threshold_mm": reached}
    return Reason(code, values | {"rain_rate_mm_per_h": rate})
