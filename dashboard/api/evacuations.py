"""/v1/evacuations: plans of evacuations, for coordinators; the published one for everybody."""

from typing import Annotated, Any, Final

from apiflask import APIBlueprint
from flask import Response, request
from pydantic import Field

from dashboard.acts import plans
from dashboard.acts.desk import Desk
from dashboard.api import examples_plan as examples
from dashboard.api.documents import documented, writing
from dashboard.api.headers import json_answer, private
from dashboard.api.jobs import accepted, accepting, prefers_async
from dashboard.api.language import choose_language
from dashboard.api.reading import AreaQuery, Asked
from dashboard.api.schemas.evacuations import EvacuationBody
from dashboard.plans.ask import Asked as Question
from dashboard.plans.ask import answer_plan, plan_content
from risk_core.errors import Fault, NotFoundError
from risk_core.state.level import Layer

MOST_DISTRICTS: Final = 5_000
Share = Annotated[float, Field(ge=0, le=1)]


class EvacuationRequest(Asked):
    """Zones and what-ifs as GeoJSON, districts, and settings."""

    drawing: Annotated[
        dict[str, Any] | None,
        Field(description="GeoJSON geometry, Feature or FeatureCollection; `role` of a feature: zone (delay_min; "
              "districts or danger_within_h instead of a shape), shelter (capacity_persons, until, step_free, pets), "
              "institution (persons, profile; vehicles and round_min for a loop), closure or contraflow"),
    ] = None  # fmt: skip
    districts: Annotated[
        tuple[str, ...], Field(max_length=MOST_DISTRICTS, description="ids of districts to leave")
    ] = ()
    participation_share: Annotated[Share | None, Field(description="residents who leave")] = None
    shelter_share: Annotated[Share | None, Field(description="of those leaving who want a public shelter")] = None
    shadow_share: Annotated[Share | None, Field(description="of those around who leave unasked")] = None
    car_share: Annotated[Share | None, Field(description="of those leaving who drive")] = None
    half_gone_min: Annotated[float | None, Field(gt=0, le=2880, description="minutes until half have set off")] = None
    pets_share: Annotated[Share | None, Field(description="of those for a shelter who bring a pet")] = None
    danger_within_h: Annotated[
        float | None, Field(gt=0, le=240, description="also every cell that reaches level 3 within so many hours")
    ] = None
    hazard: Layer | None = None

    def question(self) -> Question:
        """What is asked of the planner."""
        shares = ("participation_share", "shelter_share", "shadow_share", "car_share", "pets_share")
        names = (*shares, "half_gone_min", "hazard")
        settings = {name: getattr(self, name) for name in names}
        return Question(self.drawing, self.districts, settings, danger_within_h=self.danger_within_h)


def evacuations_blueprint(desk: Desk) -> APIBlueprint:
    """Addresses of plans."""
    bp = APIBlueprint("evacuations", __name__, url_prefix="/v1/evacuations")

    @bp.post("")
    @bp.input(EvacuationRequest, location="json", arg_name="asked", example=examples.REQUEST)
    @bp.output(EvacuationBody, status_code=201, example=examples.PLAN)
    @accepting
    @writing("Plan an evacuation: who goes where, by which way and when", 404, 413, 415, 503)
    def plan_evacuation(asked: EvacuationRequest) -> Response:
        person = desk.coordinator()
        area = desk.library.area(asked.area or desk.library.settings.area)
        if prefers_async():
            request_of = asked.model_dump(mode="json", exclude={"lang", "area"}, exclude_unset=True)
            job = desk.library.jobs.add(person.identity, area.area_id, "evacuation", request_of, desk.clock())
            return accepted(job, choose_language(asked.lang))
        plan, drawn = answer_plan(area, desk.library.assessment(area.area_id), asked.question())
        body = EvacuationBody.from_plan(plan, area)
        content = plan_content(area, plan, drawn) | {"body": body.model_dump(mode="json")}
        plans.keep(desk, area.area_id, plan.plan_id, content)
        response = json_answer(body)
        response.status_code = 201
        response.headers["Location"] = f"{request.script_root}/v1/evacuations/{plan.plan_id}?area={area.area_id}"
        return private(response, choose_language(asked.lang))

    @bp.get("/<plan_id>")
    @bp.input(AreaQuery, location="query", arg_name="asked")
    @bp.output(EvacuationBody, example=examples.PLAN)
    @documented("A plan made before; unpublished ones need a coordinator's key", 404)
    def show_evacuation(plan_id: str, asked: AreaQuery) -> Response:
        area_id = desk.library.area(asked.area or desk.library.settings.area).area_id
        published = desk.library.plans.published(area_id)
        if published is None or published.plan_id != plan_id:
            desk.coordinator()
        kept = desk.library.plans.read(area_id, plan_id)
        if "body" not in kept:
            raise NotFoundError(Fault("plan_id", plan_id, "a plan made through the API", "Make the plan again."))
        body = EvacuationBody.model_validate(kept["body"])
        return private(json_answer(body), choose_language(asked.lang))

    return bp
