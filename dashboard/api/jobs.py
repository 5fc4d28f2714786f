"""/v1/jobs: long work somebody asked for with `Prefer: respond-async`, how far it is, and giving it up."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from apiflask import APIBlueprint
from flask import Response, request

from dashboard.acts.desk import Desk
from dashboard.api import examples_jobs as examples
from dashboard.api.documents import documented, keyed
from dashboard.api.headers import json_answer, private
from dashboard.api.language import choose_language
from dashboard.api.reading import LanguageQuery
from dashboard.api.schemas.jobs import JobBody, JobsBody
from dashboard.store.jobs import Job, JobState

F = TypeVar("F", bound=Callable[..., Any])

POLL_AFTER_S: Final = 1
ASYNC: Final = "respond-async"
PREFER: Final = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": "`respond-async` (RFC 7240): answer 202 with the address of a job instead of waiting for the plan",
    "schema": {"type": "string", "enum": [ASYNC]},
}


def prefers_async() -> bool:
    """Whether the present request asks for a job (RFC 7240)."""
    told = request.headers.get("Prefer", "")
    return any(word.strip().lower() == ASYNC for part in told.split(",") for word in part.split(";")[:1])


def accepted(job: Job, lang: str) -> Response:
    """Answer that the work was taken, and where one sees how far it is."""
    response = json_answer(JobBody.from_job(job, request.script_root, lang))
    response.status_code = 202
    response.headers["Location"] = f"{request.script_root}/v1/jobs/{job.job_id}"
    response.headers["Preference-Applied"] = ASYNC
    response.headers["Retry-After"] = str(POLL_AFTER_S)
    return private(response, lang)


def accepting(function: F) -> F:
    """Describe an operation that may also answer with a job; stands above `writing`."""
    spec: dict[str, Any] = function._spec  # type: ignore[attr-defined]
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/JobBody"}, "example": examples.JOB}}
    taken = {"description": "Taken as a job; Location tells where it is", "content": content}
    spec["responses"] = {**spec["responses"], 202: taken}
    spec["parameters"] = [*spec.get("parameters", ()), PREFER]
    return function


def jobs_blueprint(desk: Desk) -> APIBlueprint:
    """Addresses of jobs; everybody sees only their own."""
    bp = APIBlueprint("jobs", __name__, url_prefix="/v1/jobs")

    @bp.get("")
    @bp.input(LanguageQuery, location="query", arg_name="asked")
    @bp.output(JobsBody, example=examples.JOBS)
    @keyed("Your own jobs of the last day, newest first")
    @documented("Your own jobs")
    def list_jobs(asked: LanguageQuery) -> Response:
        owner, lang = desk.door.signed_in(), choose_language(asked.lang)
        jobs = [JobBody.from_job(one, request.script_root, lang) for one in desk.library.jobs.of_owner(owner.key_id)]
        return private(json_answer(JobsBody(jobs=jobs)), lang)

    @bp.get("/<job_id>")
    @bp.input(LanguageQuery, location="query", arg_name="asked")
    @bp.output(JobBody, example=examples.JOB)
    @keyed("How far a job of yours is; `result` is the address of what came of it")
    @documented("How far a job is", 404)
    def show_job(job_id: str, asked: LanguageQuery) -> Response:
        return _answer(desk.library.jobs.find(desk.door.signed_in().key_id, job_id), choose_language(asked.lang))

    @bp.delete("/<job_id>")
    @bp.input(LanguageQuery, location="query", arg_name="asked")
    @bp.output(JobBody, example=examples.JOB)
    @keyed("Give a job of yours up. Work that has begun stops at its next step; what has ended stays as it ended")
    @documented("Give a job up", 404)
    def dismiss_job(job_id: str, asked: LanguageQuery) -> Response:
        job = desk.library.jobs.dismiss(desk.door.signed_in().key_id, job_id, desk.clock())
        return _answer(job, choose_language(asked.lang))

    return bp


def _answer(job: Job, lang: str) -> Response:
    response = private(json_answer(JobBody.from_job(job, request.script_root, lang)), lang)
    if job.state in (JobState.ACCEPTED, JobState.RUNNING):
        response.headers["Retry-After"] = str(POLL_AFTER_S)
    return response
