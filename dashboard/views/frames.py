"""The time steps of a snapshot: what the slider says and where the pictures are."""

from datetime import tzinfo
from typing import Any, Final

from components.map import BLANK_IMAGE
from dashboard.i18n import text
from dashboard.views.format import clock, lead_words
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import Layer

PICTURE: Final = "/api/v1/fields/{layer}/overlay.png"
STREETS: Final = "/api/v1/fields/{layer}/streets.bin"


def frames(area: Area, assessment: Assessment, zone: tzinfo, lang: str) -> dict[str, Any]:
    """What the browser needs to show any layer at any step without asking: labels and addresses by version."""
    query = f"?area={assessment.area_id}&v={assessment.version}&step={{step}}"
    return {
        "area": assessment.area_id,
        "version": assessment.version,
        "now": assessment.step_now,
        "labels": step_labels(assessment, zone, lang),
        "layers": [str(layer) for layer in Layer if layer in assessment.layers],
        "template": PICTURE + query,
        "streets": STREETS + query if area.network is not None else None,
        "blank": BLANK_IMAGE,
    }


def step_labels(assessment: Assessment, zone: tzinfo, lang: str) -> list[str]:
    """Local time of each step with its distance from now."""
    return [
        text(
            "slider.label",
            lang,
            clock=clock(assessment.now_s + lead_s, zone),
            lead=lead_words(lead_s, lang),
        )
        for lead_s in assessment.lead_s.tolist()
    ]


def picture_url(assessment: Assessment | None, layer: Layer, step: int | None) -> str:
    """Address of one picture (None: now), or one clear pixel where there is none."""
    if assessment is None or layer not in assessment.layers:
        return BLANK_IMAGE
    shown = assessment.step_now if step is None else step
    return f"{PICTURE.format(layer=layer)}?area={assessment.area_id}&v={assessment.version}&step={shown}"
