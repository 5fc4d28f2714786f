"""The risk at a point -> the words of the status strip, the hazards' levels, the advice and the coloured row."""

import math
from collections.abc import Sequence
from datetime import tzinfo

from dash.development.base_component import Component

from components.level_badge import level_badge
from components.status_strip import StatusWords
from dashboard.i18n import text
from dashboard.views.format import clock, lead_words, level_key, near_clock, offset_words, points
from dashboard.views.reasons import reason_text
from risk_core.state.assessment import HazardRisk, PointRisk
from risk_core.state.level import Hazard, Layer, Level

LAYERS = (Layer.COMBINED, Layer.RAIN, Layer.INFECTION, Layer.TYPHOON)
"""Order of the buttons."""


def status_words(risk: PointRisk, place: str, now_s: float, zone: tzinfo, lang: str) -> StatusWords:
    """Words of the status strip.

    Parameters
    ----------
    risk
        The answer at the point.
    place
        What the point is called.
    now_s
        The moment of the snapshot, unix seconds.
    zone
        Of the area.
    lang
        Of the reader.
    """
    level = risk.level
    verdict = text("status.verdict.unknown" if level is None else f"status.verdict.{level.name.lower()}", lang)
    known = level is not None
    return StatusWords(
        level=int(level) if level is not None else None,
        where=text("status.where", lang, place=place, time=time_words(risk.valid_s, now_s, zone, lang)),
        word=text(level_key(level), lang),
        verdict=verdict,
        why=why_sentence(risk, lang),
        score=score_words(risk.risk, risk.low, risk.high, lang),
        meta=meta_words(risk, now_s, zone, lang),
        first=(text("status.first", lang), text(f"advice.{risk.advice[0]}", lang)) if risk.advice else None,
        points=points(risk.risk) if known else 0.0,
        low=points(risk.low) if known and math.isfinite(risk.low) else 0.0,
        high=points(risk.high) if known and math.isfinite(risk.high) else 0.0,
    )


def why_sentence(risk: PointRisk, lang: str) -> str:
    """The main hazard and its reason, one sentence."""
    main = next((one for one in risk.hazards if one.hazard == risk.main_hazard), None)
    if main is None or risk.level is None:
        return text("status.nothing_known", lang)
    return text("status.why", lang, hazard=text(f"hazard.{main.hazard}", lang), reason=reason_text(main.reason, lang))


def score_words(risk: float, low: float, high: float, lang: str) -> str:
    """The number with its interval; without one where none is known."""
    if not math.isfinite(risk):
        return text("status.no_score", lang)
    if not (math.isfinite(low) and math.isfinite(high)):
        return text("status.score_only", lang, points=points(risk))
    return text("status.score", lang, points=points(risk), low=points(low), high=points(high))


def meta_words(risk: PointRisk, now_s: float, zone: tzinfo, lang: str) -> str:
    """Time of the newest data, number of sources, and that this is a model's value."""
    sources = {source for hazard in risk.hazards for source in hazard.sources}
    return text(
        "status.meta",
        lang,
        time=near_clock(risk.data_as_of_s, now_s, zone, lang),
        offset=offset_words(now_s, zone),
        n=len(sources),
        model=risk.model_version,
    )


def time_words(valid_s: float, now_s: float, zone: tzinfo, lang: str) -> str:
    """Local time a value holds for, with its distance from now."""
    lead_s = valid_s - now_s
    if abs(lead_s) < 30:
        return text("status.at_now", lang, clock=clock(valid_s, zone))
    key = "status.at_lead" if lead_s > 0 else "status.at_past"
    return text(key, lang, clock=near_clock(valid_s, now_s, zone, lang), lead=lead_words(lead_s, lang))


def advice_lines(risk: PointRisk, lang: str) -> list[str]:
    """What to do, most urgent first."""
    return [text(f"advice.{code}", lang) for code in risk.advice]


def layer_level(risk: PointRisk, layer: Layer) -> Level | None:
    """Level of a layer at the point."""
    if layer is Layer.COMBINED:
        return risk.level
    one: HazardRisk | None = next((h for h in risk.hazards if h.hazard == Hazard(layer)), None)
    return None if one is None else one.level


def layer_badges(risk: PointRisk | None, layers: Sequence[Layer], lang: str) -> list[Component]:
    """One badge a button, in the order of the buttons; all unknown without an answer."""
    levels = [None if risk is None else layer_level(risk, layer) for layer in layers]
    return [level_badge(None if level is None else int(level), text(level_key(level), lang)) for level in levels]


def series_words(risk: PointRisk, zone: tzinfo, now_s: float, lang: str) -> tuple[list[int | None], list[str]]:
    """Level at each time step and its words, for the coloured row above the slider."""
    levels = [None if not math.isfinite(value) else int(Level.from_risk(value)) for _, value in risk.series]
    labels = [
        text("status.step", lang, clock=clock(now_s + lead_s, zone), level=text(level_key(level), lang))
        for (lead_s, _), level in zip(risk.series, levels, strict=True)
    ]
    return levels, labels
