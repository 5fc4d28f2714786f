"""Risk of each receptor in words."""

import math
from datetime import tzinfo

from components.receptor_row import ReceptorWords
from dashboard.i18n import text
from dashboard.views.format import level_key, near_clock, share_words
from risk_core.state.assessment import PointRisk
from risk_core.state.joint import KINDS
from risk_core.state.level import Level
from risk_core.state.receptor import RECEPTORS

LEAST_TOLD = 0.05


def receptor_words(risk: PointRisk | None, now_s: float, zone: tzinfo, lang: str) -> list[ReceptorWords]:
    """One entry a receptor, with its worst time ahead; none where nothing is told, or nobody is or will be at risk.

    Parameters
    ----------
    risk
        The answer at the point.
    now_s
        The moment of the snapshot, unix seconds.
    zone
        Of the area.
    lang
        Of the reader.
    """
    told = [] if risk is None else [one for one in risk.receptors if math.isfinite(one.risk)]
    if risk is None or not told:
        return []
    worst = _worst_ahead(risk, now_s)
    if all(Level.from_risk(one.risk) is Level.SAFE for one in told) and all(one[0] is Level.SAFE for one in worst):
        return []
    found = []
    for one in told:
        level, (later, when_s) = Level.from_risk(one.risk), worst[RECEPTORS.index(one.receptor)]
        ahead = ""
        if later > level:
            time = near_clock(when_s, now_s, zone, lang)
            ahead = text("receptor.later", lang, time=time, level=text(level_key(later), lang))
        found.append(
            ReceptorWords(text(f"receptor.{one.receptor}", lang), int(level), text(level_key(level), lang), ahead)
        )
    return found


def _worst_ahead(risk: PointRisk, now_s: float) -> list[tuple[Level, float]]:
    """Highest level of each receptor after the time spoken of, and when it is first reached, unix seconds."""
    found = [(Level.SAFE, now_s)] * len(RECEPTORS)
    for (lead_s, _), own in zip(risk.series, risk.receptor_series, strict=False):
        if now_s + lead_s <= risk.valid_s:
            continue
        for k, value in enumerate(own):
            if math.isfinite(value) and Level.from_risk(value) > found[k][0]:
                found[k] = Level.from_risk(value), now_s + lead_s
    return found


def together_words(risk: PointRisk | None, now_s: float, zone: tzinfo, lang: str) -> str:
    """Hour in which strong wind and heavy rain (Caution or above) most likely come together; empty where unlikely."""
    if risk is None or risk.joint is None:
        return ""
    both = risk.joint.prob[KINDS.index("wind_and_rain"), :, 0]
    k = int(both.argmax())
    if both[k] < LEAST_TOLD:
        return ""
    when = near_clock(float(risk.joint.hour_s[k]), now_s, zone, lang)
    return text("receptor.together", lang, time=when, prob=share_words(float(both[k])))
