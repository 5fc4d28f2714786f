"""What the drill says of itself."""

from dash.development.base_component import Component

from components.drill_caption import drill_caption
from components.ribbon import ribbon
from dashboard.i18n import text
from risk_core.state.assessment import Assessment
from risk_core.state.situation import DrillPhase, DrillStatus


def ribbon_for(is_simulated: bool, lang: str) -> Component:
    """Draw the permanent line wherever simulated data is shown."""
    return ribbon(text("drill.ribbon", lang), text("drill.ribbon_means", lang), is_simulated)


def caption_for(drill: DrillStatus | None, lang: str) -> Component | None:
    """Draw the line that tells what is happening; None without a drill."""
    if drill is None or not drill.caption_code:
        return None
    return drill_caption(
        tag=text("drill.mark", lang),
        sentence=text(f"drill.caption.{drill.caption_code}", lang),
        elapsed_share=min(max(drill.elapsed_s / drill.story_s, 0.0), 1.0) if drill.story_s > 0 else 1.0,
        is_playing=drill.phase is DrillPhase.PLAYING,
    )


def has_drill(assessment: Assessment | None) -> bool:
    """Whether a drill feeds the area."""
    return assessment is not None and assessment.drill is not None
