"""The body of /v1/version and of each event: which snapshot is served."""

from dashboard.api.schemas.words import Body, Time, iso_time
from risk_core.state.assessment import Assessment


class DrillBody(Body):
    """The drill that feeds an area."""

    run_id: str
    speed: float
    phase: str
    caption_code: str
    elapsed_s: float
    story_s: float


class VersionBody(Body):
    """Which snapshot of an area is served."""

    area: str
    version: str
    sequence: int
    now: Time
    simulated: bool
    drill: DrillBody | None

    @classmethod
    def from_assessment(cls, assessment: Assessment) -> "VersionBody":
        """Describe a snapshot in one line."""
        return cls(
            area=assessment.area_id,
            version=assessment.version,
            sequence=assessment.sequence,
            now=iso_time(assessment.now_s) or "",
            simulated=assessment.simulated,
            drill=_drill(assessment),
        )


def _drill(assessment: Assessment) -> DrillBody | None:
    drill = assessment.drill
    if drill is None:
        return None
    return DrillBody(
        run_id=drill.run_id,
        speed=drill.speed,
        phase=drill.phase.value,
        caption_code=drill.caption_code,
        elapsed_s=drill.elapsed_s,
        story_s=drill.story_s,
    )
