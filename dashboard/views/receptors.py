"""Risk of each receptor in words."""

import math
from datetime import tzinfo

from components.receptor_row import ReceptorWords
from dashboard.i18n import text
from dashboard.views.format import level_key, near_clock, share_words
from risk_core.state.assessment import PointRisk
from risk_core.state.joint import KINDS
from risk_core.state.level import Level

LEAST_TOLD = 0.05


def receptor_words(risk: PointRisk | None, lang: str) -> list[ReceptorWords]:
    """One entry a receptor; none where nothing is told of any, or nobody is at any risk."""
    told = [] if risk is None else [one for one in risk.receptors if math.isfinite(one.risk)]
    if all(Level.from_risk(one.risk) is Level.SAFE for one in told):
        return []
    found = []
    for one in told:
        level = Level.from_risk(one.risk)
        found.append(ReceptorWords(text(f"receptor.{one.receptor}", lang), int(level), text(level_key(level), lang)))
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
