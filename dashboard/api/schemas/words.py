"""Parts that many answers share: times, levels, reasons and advice, each as code and as words."""

import math
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from dashboard.i18n import text
from dashboard.views.reasons import reason_text
from risk_core.state.assessment import Reason
from risk_core.state.level import Level

UNKNOWN: Final = "unknown"
TIMES_KEPT: Final = 4096

Members = dict[str, Any]
"""Members of an answer as they go into its JSON, where NaN becomes null. Answers that are asked for often are made of
these, and a test instead of a check of each answer sees to it that they fit their models."""

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""RFC 3339 in UTC."""

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Body(BaseModel):
    """Base of every answer: nothing that is not named here."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Words(Body):
    """The same words in each language."""

    ko: str
    en: str


class LevelBody(Body):
    """One of the five levels, or that nothing is known."""

    code: str = Field(description="safe, attention, caution, alert, serious or unknown")
    ko: str
    en: str


class ReasonBody(Body):
    """Why: a code for machines, the values in it, and a sentence in the language asked for."""

    code: str
    values: dict[str, float | str | None] = Field(description="SI units, told by the end of each name")
    text: str


class AdviceBody(Body):
    """What to do."""

    code: str
    text: str


class PlaceBody(Body):
    """A point."""

    lat_deg: float
    lon_deg: float


def known(value: float) -> float | None:
    """Give the number itself, or None where it is not finite.

    Examples
    --------
    >>> known(0.5), known(float("nan"))
    (0.5, None)
    """
    return float(value) if math.isfinite(value) else None


def iso_time(time_s: float) -> str | None:
    """RFC 3339 text of unix seconds in UTC, None where unknown.

    Examples
    --------
    >>> iso_time(0.0), iso_time(float("nan"))
    ('1970-01-01T00:00:00Z', None)
    """
    if not math.isfinite(time_s):
        return None
    return _iso_second(round(time_s))


@lru_cache(maxsize=TIMES_KEPT)
def _iso_second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat().replace("+00:00", "Z")


def in_each_language(key: str) -> Words:
    """Message of a key in every language of the API."""
    return Words(ko=text(key, "ko"), en=text(key, "en"))


def level_members(level: Level | None) -> Members:
    """Code and words of a level, not to be changed; None is "unknown"."""
    return _every_level()[-1 if level is None else level]


def members_of_risk(risk: float) -> Members:
    """Code and words of the level of a risk, not to be changed; NaN is "unknown"."""
    return _every_level()[-1 if math.isnan(risk) else Level.from_risk(risk)]


@cache
def _every_level() -> tuple[Members, ...]:
    codes = (*(level.name.lower() for level in Level), UNKNOWN)
    return tuple({"code": code, **in_each_language(f"level.{code}").model_dump()} for code in codes)


@cache
def level_body(level: Level | None) -> LevelBody:
    """Code and words of a level; None is "unknown"."""
    return LevelBody(**level_members(level))


def reason_members(reason: Reason, lang: str) -> Members:
    """Code, values and sentence of a reason."""
    return {"code": reason.code, "values": dict(reason.values), "text": reason_text(reason, lang)}


def reason_body(reason: Reason, lang: str) -> ReasonBody:
    """Code, values and sentence of a reason."""
    values = {name: value if isinstance(value, str) else known(value) for name, value in reason.values.items()}
    return ReasonBody(code=reason.code, values=values, text=reason_text(reason, lang))
