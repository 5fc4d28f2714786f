"""Why the typhoon gives the risk it gives, in a message code and its values."""

import math
from collections.abc import Mapping

from risk_core.hazards.typhoon.field import GUST_NAME, WIND_NAME
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS, TyphoonOptions
from risk_core.state.assessment import Reason


def explain_typhoon(intensity: Mapping[str, float], options: TyphoonOptions = TYPHOON_DEFAULTS) -> Reason:
    """Give the gust and wind expected here now; `typhoon_weak` below the first figure, `typhoon_unknown` without.

    Examples
    --------
    >>> explain_typhoon({"wind_m_per_s": 15.2, "gust_m_per_s": 25.2}).code
    'typhoon_wind'
    """
    gust = float(intensity.get(GUST_NAME, math.nan))
    if not math.isfinite(gust):
        return Reason("typhoon_unknown", {})
    wind = float(intensity.get(WIND_NAME, math.nan))
    code = "typhoon_wind" if gust >= options.gust_scale.figures[0] else "typhoon_weak"
    return Reason(code, {"gust_m_per_s": gust, "wind_m_per_s": wind, "lead_h": 0.0})
