"""The body of /v1/risk, built from the record that the page shows too."""

from collections.abc import Sequence
from typing import Final

from pydantic import Field

from dashboard.api.schemas.joint import TogetherBody, together_members
from dashboard.api.schemas.wind import WindBody, wind_members
from dashboard.api.schemas.words import (
    AdviceBody,
    Body,
    LevelBody,
    Members,
    ReasonBody,
    Share,
    Time,
    iso_time,
    level_members,
    members_of_risk,
    reason_members,
)
from dashboard.i18n import text
from dashboard.views.warned import alert_key, alerts_at
from risk_core.fields.receptors import WEATHER
from risk_core.state.area import Area
from risk_core.state.assessment import HazardRisk, PointRisk
from risk_core.state.level import Hazard
from risk_core.state.receptor import RECEPTORS, ReceptorRisk
from risk_core.state.situation import Alert

INTERVAL_SHARE: Final = 0.8
DISTRICT_NAMES: Final = ("district_id", "name_ko", "name_en", "name_local")
HAZARD_NAMES: Final = tuple(map(str, Hazard))
RECEPTOR_NAMES: Final = tuple(map(str, RECEPTORS))
PART_NAMES: Final = tuple(map(str, WEATHER))


class DistrictBody(Body):
    """The administrative district a point lies in."""

    district_id: str
    name_ko: str
    name_en: str
    name_local: str


class HazardBody(Body):
    """One hazard at the point."""

    hazard: str = Field(description="infection, typhoon or rain")
    risk: Share | None
    risk_low: Share | None
    risk_high: Share | None
    level: LevelBody
    intensity: dict[str, float | None] = Field(description="physical values; the unit ends each name")
    reason: ReasonBody
    data_as_of: Time | None
    sources: list[str]
    simulated: bool


class ReceptorBody(Body):
    """Risk of one receptor at the point and time: wind, rain and water; infection is not part of it."""

    receptor: str = Field(
        description="walker, frail (children, the elderly), car, bus, indoor (ground floor), basement"
    )
    risk: Share | None
    level: LevelBody
    hazards: dict[str, Share | None] = Field(description="risk by hazard, typhoon and rain")


class WarningBody(Body):
    """An official warning in force at the point, as issued: never part of our levels."""

    id: str = Field(description="its id under /v1/alerts")
    event: str
    headline: str
    severity: str
    sender: str
    language: str
    issued_at: Time | None
    until: Time | None
    simulated: bool


class SeriesBody(Body):
    """All hazards together at one time slice."""

    step: int
    lead_s: int
    risk: Share | None
    level: LevelBody
    receptors: dict[str, Share | None] = Field(description="risk of each receptor by wind, rain and water")


class RiskBody(Body):
    """The answer to "am I at risk here, now?".

    Risk is our model's value of 0..1, never an official warning; `risk_low` and `risk_high` bound its central
    80 % interval. Null means that nothing is known.
    """

    area: str
    version: str
    model_version: str
    simulated: bool = Field(description="true when any observation used was simulated (a drill)")
    valid_at: Time
    data_as_of: Time | None
    lat_deg: float
    lon_deg: float
    district: DistrictBody | None
    risk: Share | None
    risk_low: Share | None
    risk_high: Share | None
    interval_share: float
    level: LevelBody
    main_hazard: str | None
    hazards: list[HazardBody]
    advice: list[AdviceBody] = Field(description="most urgent first")
    series: list[SeriesBody]
    wind: WindBody | None = Field(description="null without a storm")
    exposure_index: Share | None = Field(
        description="where water would gather: an index, no depth and no probability; null where heights are known"
    )
    together: TogetherBody | None = Field(description="null without a storm")
    receptors: list[ReceptorBody] = Field(description="at the time asked for")
    warnings: list[WarningBody] = Field(description="official warnings in force here at that time, as issued")
    attribution: str


def risk_members(point: PointRisk, area: Area, lang: str, alerts: Sequence[Alert] = ()) -> Members:
    """Members of `RiskBody`: a record in a language; NaN, for what is unknown, becomes null in JSON.

    Parameters
    ----------
    point
        The record.
    area
        Its area.
    lang
        Language of the sentences.
    alerts
        Official warnings of the snapshot; those in force at the point are told.
    """
    warnings = alerts_at(area, alerts, point.lat_deg, point.lon_deg, point.valid_s) if alerts else ()
    return {
        "area": point.area_id,
        "version": point.version,
        "model_version": point.model_version,
        "simulated": point.simulated,
        "valid_at": iso_time(point.valid_s) or "",
        "data_as_of": iso_time(point.data_as_of_s),
        "lat_deg": point.lat_deg,
        "lon_deg": point.lon_deg,
        "district": district_members(point.district, area),
        "risk": point.risk,
        "risk_low": point.low,
        "risk_high": point.high,
        "interval_share": INTERVAL_SHARE,
        "level": level_members(point.level),
        "main_hazard": None if point.main_hazard is None else str(point.main_hazard),
        "hazards": [_hazard(name, one, lang) for name, one in zip(HAZARD_NAMES, point.hazards, strict=True)],
        "advice": [{"code": code, "text": text(f"advice.{code}", lang)} for code in point.advice],
        "series": _series(point),
        "wind": None if point.wind is None else wind_members(point.wind),
        "exposure_index": None if point.exposure_index is None else round(point.exposure_index, 3),
        "together": None if point.joint is None else together_members(point.joint),
        "receptors": [_receptor(name, one) for name, one in zip(RECEPTOR_NAMES, point.receptors, strict=False)],
        "warnings": [_warning(one) for one in warnings],
        "attribution": area.attribution,
    }


def _warning(one: Alert) -> Members:
    return {
        "id": alert_key(one),
        "event": one.event,
        "headline": one.headline,
        "severity": one.severity,
        "sender": one.sender,
        "language": one.language,
        "issued_at": iso_time(one.sent_s),
        "until": iso_time(one.until_s),
        "simulated": one.simulated,
    }


def _receptor(name: str, one: ReceptorRisk) -> Members:
    hazards = dict(zip(PART_NAMES, one.parts.values(), strict=True))
    return {"receptor": name, "risk": one.risk, "level": members_of_risk(one.risk), "hazards": hazards}


def district_members(position: int, area: Area) -> Members | None:
    """Names of a district, None outside all."""
    if position < 0:
        return None
    found = area.districts[position]
    return {name: getattr(found, name) for name in DISTRICT_NAMES}


def district_body(position: int, area: Area) -> DistrictBody | None:
    """Names of a district, None outside all."""
    members = district_members(position, area)
    return None if members is None else DistrictBody(**members)


def _hazard(name: str, hazard: HazardRisk, lang: str) -> Members:
    return {
        "hazard": name,
        "risk": hazard.risk,
        "risk_low": hazard.low,
        "risk_high": hazard.high,
        "level": level_members(hazard.level),
        "intensity": dict(hazard.intensity),
        "reason": reason_members(hazard.reason, lang),
        "data_as_of": iso_time(hazard.data_as_of_s),
        "sources": hazard.sources,
        "simulated": hazard.simulated,
    }


def _thousandths(share: float) -> float:
    """A share to three places, NaN as it is; a third of the time of `round`."""
    return (share * 1000.0 + 0.5) // 1.0 / 1000.0


def _series(point: PointRisk) -> list[Members]:
    own = point.receptor_series or ((),) * len(point.series)
    return [
        {
            "step": step,
            "lead_s": lead_s,
            "risk": risk,
            "level": members_of_risk(risk),
            "receptors": dict(zip(RECEPTOR_NAMES, map(_thousandths, each), strict=False)),
        }
        for step, ((lead_s, risk), each) in enumerate(zip(point.series, own, strict=True))
    ]
