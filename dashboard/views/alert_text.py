"""Draft of a safety text from what is known now, within the length the broadcast takes."""

from typing import Final

from dashboard.acts.messages import MAX_LETTERS, MessageKind
from dashboard.i18n import text
from dashboard.views.format import area_name, level_key
from dashboard.views.status import advice_lines
from risk_core.state.area import Area
from risk_core.state.assessment import PointRisk
from risk_core.state.level import Level

LEAST_LEVEL: Final = Level(2)
"""Below 주의 no text is drafted."""


def draft_text(area: Area, risk: PointRisk, kind: MessageKind, lang: str) -> str:
    """Area, hazard and level, then as many pieces of advice as fit; empty below 주의.

    Parameters
    ----------
    area
        Whose people are spoken to.
    risk
        At the place that matters most.
    kind
        Which text it is to be: it bounds the length.
    lang
        Language of the text.
    """
    if risk.level is None or risk.main_hazard is None or risk.level < LEAST_LEVEL:
        return ""
    said = text(
        "message.head",
        lang,
        mark=text("message.drill", lang) if risk.simulated else "",
        area=area_name(area, lang).split("(")[0].strip(),
        hazard=text(f"hazard.{risk.main_hazard}", lang),
        level=text(level_key(risk.level), lang),
    ).strip()
    most = MAX_LETTERS[kind]
    for line in advice_lines(risk, lang):
        longer = f"{said} {line}"
        if len(longer) <= most:
            said = longer
    return said[:most]
