"""Parts of the answers that several faces share."""

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.headers import private
from dashboard.api.language import choose_language
from dashboard.api.schemas.words import Time, iso_time, known
from risk_core.state.assessment import Assessment
from risk_core.state.level import Level
from risk_core.state.route import Route, RouteAnswer


class FaceBody(BaseModel):
    """Base of what a face answers."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class WayRiskBody(FaceBody):
    """What the other service's answer has no word for: the danger of the way, and what it rests on."""

    kind: str = Field(description="what the way minimises: fastest, balanced or safest")
    danger_m: float = Field(description="metres at risk of 0.6 or more")
    exposure_s: float = Field(description="seconds times the danger there; a second where Alert begins counts 1")
    max_risk: float | None = Field(default=None, description="largest risk met, 0..1; null where nothing is known")
    level: str = Field(description="highest level met: safe, attention, caution, alert, serious or unknown")
    area: str
    version: str = Field(description="snapshot it was answered on")
    valid_at: Time
    simulated: bool = Field(description="true when any observation used was simulated (a drill)")
    attribution: str

    @classmethod
    def of(cls, route: Route, answer: RouteAnswer, attribution: str) -> "WayRiskBody":
        """Tell one way of an answer."""
        risk = known(route.max_risk)
        return cls(
            kind=route.kind.value,
            danger_m=round(route.danger_m, 1),
            exposure_s=round(route.exposure_s, 1),
            max_risk=risk,
            level="unknown" if risk is None else Level.from_risk(risk).name.lower(),
            area=answer.area_id,
            version=answer.version,
            valid_at=iso_time(answer.valid_s) or "",
            simulated=answer.simulated,
            attribution=attribution,
        )


def snapshot_ms(assessment: Assessment) -> int:
    """Unix milliseconds of the assessment, as some services stamp their answers."""
    return round(assessment.now_s * 1000)


def face_answer(body: BaseModel, mimetype: str = "application/json") -> Response:
    """Answer with a body that leaves out what it has nothing to say of, kept by nobody: it tells where somebody is."""
    response = Response(body.model_dump_json(by_alias=True, exclude_none=True), mimetype=mimetype)
    return private(response, choose_language())
