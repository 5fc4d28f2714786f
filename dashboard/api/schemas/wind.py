"""What the members of the storms say of a place: part of the body of /v1/risk."""

import math

from pydantic import Field

from dashboard.api.schemas.words import Body, Members, Share, Time, iso_time
from risk_core.state.wind_outlook import PlaceWind


class ArrivalBody(Body):
    """Time by which a share of the members that pass the level have passed it."""

    prob: Share
    at: Time | None = Field(description="null where fewer than 5 % of all members pass the level")


class GustBody(Body):
    """Quantile of the largest gust."""

    prob: Share
    gust_m_per_s: float


class WindLevelBody(Body):
    """One wind level: passed by the 10-minute wind or by the gust, whichever comes first."""

    name: str
    wind_m_per_s: float | None = Field(description="10-minute mean; null where only the gust counts")
    gust_m_per_s: float | None = Field(description="null where only the mean counts")
    source: str
    event_prob: Share = Field(description="probability that it is passed in at least one of the hours")
    hour_prob: list[Share] = Field(description="probability in each of `hours`")
    arrival: list[ArrivalBody]


class WindBody(Body):
    """Probability of wind levels and time of arrival here, from a thousand members of each storm's forecast.

    A model's value, never an official warning. Standard error of a probability: at most 0.5 / sqrt(n_member).
    """

    storms: list[str]
    issued_at: Time | None = Field(description="issue of the newest bulletin used")
    n_member: int
    hours: list[Time]
    levels: list[WindLevelBody]
    gust: list[GustBody] = Field(description="quantiles of the largest gust of these hours")


def wind_members(wind: PlaceWind) -> Members:
    """Members of `WindBody`: what a record says."""
    gusts = zip(wind.gust_prob, wind.gust_m_per_s.tolist(), strict=True)
    return {
        "storms": wind.storms,
        "issued_at": iso_time(wind.issue_s),
        "n_member": wind.n_member,
        "hours": [iso_time(hour) or "" for hour in wind.hour_s.tolist()],
        "levels": [_level(wind, k) for k in range(len(wind.levels))],
        "gust": [{"prob": prob, "gust_m_per_s": round(speed, 1)} for prob, speed in gusts],
    }


def _level(wind: PlaceWind, k: int) -> Members:
    level = wind.levels[k]
    arrivals = zip(wind.arrival_prob, wind.arrival_s[:, k].tolist(), strict=True)
    return {
        "name": level.name,
        "wind_m_per_s": _figure(level.wind_m_per_s),
        "gust_m_per_s": _figure(level.gust_m_per_s),
        "source": level.source,
        "event_prob": _share(float(wind.event_prob[k])),
        "hour_prob": [_share(prob) for prob in wind.over_prob[:, k].tolist()],
        "arrival": [{"prob": prob, "at": iso_time(at_s)} for prob, at_s in arrivals],
    }


def _figure(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _share(prob: float) -> float:
    return round(min(max(prob, 0.0), 1.0), 4)
