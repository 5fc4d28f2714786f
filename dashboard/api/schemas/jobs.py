"""The body of a job."""

from pydantic import Field

from dashboard.api.problems import FaultBody
from dashboard.api.schemas.words import Body, Share, Time, iso_time
from dashboard.i18n import text
from dashboard.store.jobs import Job


class JobBody(Body):
    """Long work and how far it is."""

    job_id: str
    kind: str
    area: str
    status: str = Field(description="accepted, running, successful, failed or dismissed, as in OGC API Processes")
    step: str = Field(description="what is being done, in the language asked for")
    done_share: Share
    made_at: Time
    begun_at: Time | None
    ended_at: Time | None
    result: str | None = Field(description="address of the result once it is there")
    faults: list[FaultBody] = Field(description="why it failed")

    @classmethod
    def from_job(cls, job: Job, root: str, lang: str) -> "JobBody":
        """Say a job in a language; `root` is what addresses begin with."""
        return cls(
            job_id=job.job_id,
            kind=job.kind,
            area=job.area_id,
            status=str(job.state),
            step=text(f"job.step.{job.step}", lang),
            done_share=job.done_share,
            made_at=iso_time(job.made_s) or "",
            begun_at=None if job.begun_s is None else iso_time(job.begun_s),
            ended_at=None if job.ended_s is None else iso_time(job.ended_s),
            result=f"{root}{job.result}" if job.result else None,
            faults=[
                FaultBody(argument=argument, value=value, wanted=wanted, remedy=remedy)
                for argument, value, wanted, remedy in job.problem
            ],
        )


class JobsBody(Body):
    """Somebody's own jobs."""

    jobs: list[JobBody]
