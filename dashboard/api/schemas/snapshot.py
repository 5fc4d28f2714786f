"""What every answer on a snapshot tells: which one, for when, of what, and whether it is a drill."""

from typing import Any

from dashboard.api.schemas.words import Body, Time, iso_time
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import Layer
from risk_core.state.many import OnSlice
from risk_core.state.route import RouteAnswer


class OnSnapshot(Body):
    """What holds for every answer on a snapshot."""

    area: str
    version: str
    model_version: str
    simulated: bool
    valid_at: Time
    data_as_of: Time | None
    profile: str
    attribution: str


def on_snapshot(answer: RouteAnswer | OnSlice, area: Area, assessment: Assessment) -> dict[str, Any]:
    """Members of `OnSnapshot`."""
    combined = assessment.layers.get(Layer.COMBINED)
    return {
        "area": answer.area_id,
        "version": answer.version,
        "model_version": assessment.model_version,
        "simulated": answer.simulated,
        "valid_at": iso_time(answer.valid_s) or "",
        "data_as_of": None if combined is None else iso_time(combined.data_as_of_s),
        "profile": answer.profile.value,
        "attribution": area.attribution,
    }
