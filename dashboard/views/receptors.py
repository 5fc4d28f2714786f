"""Risk of each receptor in words."""

import math

from components.receptor_row import ReceptorWords
from dashboard.i18n import text
from dashboard.views.format import level_key
from risk_core.state.assessment import PointRisk
from risk_core.state.level import Level


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
