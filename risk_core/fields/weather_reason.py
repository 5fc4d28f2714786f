"""Why a risk is as it is where a weather model carries it, in a message code and its values."""

import math
from collections.abc import Mapping

from risk_core.fields.storm_rain import NOWCAST_S
from risk_core.fields.weather_forecast import (
    FORECAST_GUST_12H_NAME,
    FORECAST_GUST_NAME,
    FORECAST_RAIN_1H_NAME,
    FORECAST_RAIN_NAME,
    FORECAST_WIND_NAME,
)
from risk_core.hazards.rain.field import KNOWN_NAME
from risk_core.hazards.typhoon.field import GUST_NAME
from risk_core.state.assessment import Reason
from risk_core.state.level import Hazard
from risk_core.units import S_PER_H


def explain_model(hazard: Hazard, intensity: Mapping[str, float], lead_s: float) -> Reason | None:
    """Give what the model expects where nothing measured and no storm says more; None elsewhere.

    Parameters
    ----------
    hazard
        Which.
    intensity
        Values at a cell now, by name.
    lead_s
        Seconds from now.

    Examples
    --------
    >>> explain_model(Hazard.RAIN, {"forecast_rain_12h_mm": 40.0, "forecast_rain_1h_mm": 12.0}, 0.0).code
    'rain_model'
    """
    if hazard is Hazard.RAIN:
        return _explain_rain(intensity, lead_s)
    return _explain_wind(intensity, lead_s) if hazard is Hazard.TYPHOON else None


def _explain_rain(intensity: Mapping[str, float], lead_s: float) -> Reason | None:
    ahead_mm = float(intensity.get(FORECAST_RAIN_NAME, math.nan))
    is_gauged = intensity.get(KNOWN_NAME, 0.0) > 0.0
    if not math.isfinite(ahead_mm) or (is_gauged and lead_s <= NOWCAST_S):
        return None
    if lead_s == 0.0:
        hour_mm = float(intensity.get(FORECAST_RAIN_1H_NAME, math.nan))
        return Reason("rain_model", {"accumulation_mm": ahead_mm, "hour_mm": hour_mm})
    return _at("rain_model", lead_s)


def _explain_wind(intensity: Mapping[str, float], lead_s: float) -> Reason | None:
    gust = float(intensity.get(FORECAST_GUST_NAME, math.nan))
    if not math.isfinite(gust) or math.isfinite(intensity.get(GUST_NAME, math.nan)):
        return None
    if lead_s == 0.0:
        wind = float(intensity.get(FORECAST_WIND_NAME, math.nan))
        ahead = float(intensity.get(FORECAST_GUST_12H_NAME, math.nan))
        highest = max(gust, ahead) if math.isfinite(ahead) else gust
        return Reason("wind_model", {"gust_m_per_s": gust, "wind_m_per_s": wind, "ahead_m_per_s": highest})
    return _at("wind_model", lead_s)


def _at(code: str, lead_s: float) -> Reason:
    when = "outlook" if lead_s > 0 else "past"
    return Reason(f"{code}_{when}", {"lead_h": round(abs(lead_s) / S_PER_H, 1)})
