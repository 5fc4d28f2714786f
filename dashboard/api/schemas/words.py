"""Parts that many answers share: times, levels, reasons and advice, each as code and as words."""

import math
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dashboard.i18n import text
from dashboard.views.reasons import reason_text
from risk_core.state.assessment import Reason
from risk_core.state.level import Level

UNKNOWN = "unknown"

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
    return datetime.fromtimestamp(round(time_s), UTC).isoformat().replace("+00:00", "Z")


def in_each_language(key: str) -> Words:
    """Message of a key in every language of the API."""
    return Words(ko=text(key, "ko"), en=text(key, "en"))


def level_body(level: Level | None) -> LevelBody:
    """Code and words of a level; None is "unknown"."""
    code = UNKNOWN if level is None else level.name.lower()
    words = in_each_language(f"level.{code}")
    return LevelBody(code=code, ko=words.ko, en=words.en)


def reason_body(reason: Reason, lang: str) -> ReasonBody:
    """Code, values and sentence of a reason."""
    values = {name: value if isinstance(value, str) else known(value) for name, value in reason.values.items()}
    return ReasonBody(code=reason.code, values=values, text=reason_text(reason, lang))


def advice_body(code: str, lang: str) -> AdviceBody:
    """Code and words of an advice."""
    return AdviceBody(code=code, text=text(f"advice.{code}", lang))
