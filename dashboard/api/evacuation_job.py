"""An evacuation planned as a job, with the same result as an answer at once."""

from dashboard.api.evacuations import EvacuationRequest
from dashboard.api.schemas.evacuations import EvacuationBody
from dashboard.plans.ask import answer_plan, plan_content
from dashboard.store.jobs import Job
from dashboard.store.library import Library
from risk_core.plans.plan import Tell


def plan_evacuation(library: Library, job: Job, tell: Tell) -> str:
    """Plan, keep the plan and return its address; raises as `answer_plan`, and what `tell` raises."""
    tell("reading", 0.0)
    asked = EvacuationRequest.model_validate(job.request)
    area = library.area(job.area_id)
    plan, drawn = answer_plan(area, library.assessment(area.area_id), asked.question(), tell)
    body = EvacuationBody.from_plan(plan, area)
    tell("keeping", 0.98)
    made = {"body": body.model_dump(mode="json"), "made_by": job.owner_name, "made_s": job.made_s}
    library.plans.keep(area.area_id, plan.plan_id, plan_content(area, plan, drawn) | made)
    return f"/v1/evacuations/{plan.plan_id}?area={area.area_id}"
