"""Why the rain gives the risk it gives, in a message code and its values."""

import math
from collections.abc import Mapping
from typing import Final

from risk_core.hazards.rain.criteria import notices, rules_at, strongest_figure
from risk_core.hazards.rain.field import KNOWN_NAME, RATE_NAME, SUM_NAMES, WINDOW_NAMES
from risk_core.hazards.rain.options import RAIN_DEFAULTS, SUMS_H, WINDOWS_H, RainOptions
from risk_core.state.assessment import Reason

DRY_MM: Final = 0.1
NEWEST_S: Final = 4_000_000_000.0
"""A time after every rule."""
FAR_SHARE: Final = 0.5
"""Where the gauges explain less than this share of the rain's variance, the answer is said to be gauge-limited."""


def explain_rain(
    intensity: Mapping[str, float], now_s: float = NEWEST_S, options: RainOptions = RAIN_DEFAULTS
) -> Reason:
    """Name the window whose rain is worst against its figures, and the official notice it gives cause for.

    Parameters
    ----------
    intensity
        Values at a cell, by name.
    now_s
        When they held, unix seconds; it picks the rules in force. The newest rules where left out.
    options
        Figures and rules.

    Returns
    -------
    Reason
        `rain_advisory`, `rain_warning`, `rain_message` or `rain_higher_message` where a criterion is met, else
        `rain_accumulation`, `rain_light`, or `rain_dry` where none has fallen. `gauges` is ``far`` where few are near,
        else empty.

    Examples
    --------
    >>> explain_rain({"accumulation_1h_mm": 55.0, "accumulation_3h_mm": 59.0}).values["threshold_mm"]
    50.0
    """
    known = [
        (scale, window_h, intensity[name])
        for scale, window_h, name in zip(options.scales, WINDOWS_H, WINDOW_NAMES, strict=True)
        if math.isfinite(intensity.get(name, math.nan))
    ]
    if not known:
        return Reason("rain_unknown", {})
    gauges = "far" if intensity.get(KNOWN_NAME, 1.0) < FAR_SHARE else ""
    rate = float(intensity.get(RATE_NAME, math.nan))
    if max(mm for _, _, mm in known) < DRY_MM and not rate >= DRY_MM:
        return Reason("rain_dry", {"gauges": gauges})
    rules = rules_at(now_s, options.rules)
    sum_mm = told_sums_mm(intensity)
    met = notices(sum_mm, rules)
    if met:
        code = f"rain_{met[-1]}"
        window_h, threshold_mm = strongest_figure(sum_mm, rules, met[-1])
    else:
        scale, window_h, mm = max(known, key=lambda one: one[0].risk(one[2]))
        threshold_mm = scale.reached(mm)
        code = "rain_accumulation" if mm >= threshold_mm else "rain_light"
    values = {"window_h": float(window_h), "accumulation_mm": sum_mm[window_h], "threshold_mm": threshold_mm}
    return Reason(code, values | {"rain_rate_mm_per_h": rate, "gauges": gauges, "rules": rules.valid_from})


def told_sums_mm(intensity: Mapping[str, float]) -> dict[int, float]:
    """Sums of rain by window in hours, of those that are known.

    Examples
    --------
    >>> told_sums_mm({"accumulation_6h_mm": 71.0})
    {6: 71.0}
    """
    found = {hours: float(intensity.get(name, math.nan)) for hours, name in zip(SUMS_H, SUM_NAMES, strict=True)}
    return {hours: mm for hours, mm in found.items() if math.isfinite(mm)}
