"""The body of /v1/version and of each event: which snapshot is served."""

import zlib

from pydantic import Field

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
    issued: str = Field(
        description="Changes when a closure or an alert is issued, changed or taken back; not with what is computed."
    )

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
            issued=_issued(assessment),
        )


def _issued(assessment: Assessment) -> str:
    """Checksum of what people have issued."""
    closures = [(one.closure_id, one.from_s, one.until_s) for one in assessment.closures if one.computed is None]
    alerts = [(one.alert_id, one.sent_s, one.until_s) for one in assessment.alerts]
    return f"{zlib.crc32(repr((closures, alerts)).encode()):08x}"


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
