"""Long work that was asked for, in the database of the observations: it outlives the process that took the request."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import and_, delete, func, insert, or_, select, update

from dashboard.store.open_tables import JOBS
from dashboard.store.schema import open_database, writing
from risk_core.errors import AnsimgilError, Fault, NotFoundError, UnavailableError
from risk_core.units import S_PER_DAY

KEPT_S: Final = S_PER_DAY
"""Jobs that ended are forgotten after this long, with what was asked."""
LEASE_S: Final = 15.0
"""Work whose worker has not been heard of for this long is taken up by another."""
MOST_BEGUN: Final = 3
"""Work that three workers died of is given up."""
MOST_WAITING: Final = 50


class JobState(StrEnum):
    """Where a job stands; the words of OGC API Processes, part 1."""

    ACCEPTED = "accepted"
    RUNNING = "running"
    SUCCESSFUL = "successful"
    FAILED = "failed"
    DISMISSED = "dismissed"


OPEN: Final = (JobState.ACCEPTED, JobState.RUNNING)


class DismissedError(AnsimgilError):
    """Whoever asked for the work does not want it any more."""

    code = "dismissed"


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work; `done_share` 0..1, times unix seconds.

    Attributes
    ----------
    owner_id, owner_name
        Who asked: only they are told of it.
    kind, request
        What is to be done, and with what.
    step
        What is being done, a word of ``job.step.<word>``.
    n_begun
        How often it was begun.
    result
        Where the result is, empty before.
    problem
        Faults of work that failed, as (argument, value, wanted, remedy).
    """

    job_id: str
    owner_id: str
    owner_name: str
    area_id: str
    kind: str
    request: Mapping[str, Any]
    state: JobState
    step: str
    done_share: float
    made_s: float
    begun_s: float | None
    ended_s: float | None
    beat_s: float
    n_begun: int
    result: str
    problem: tuple[tuple[str, str, str, str], ...]


class JobStore:
    """Jobs, their progress and their end.

    Examples
    --------
    >>> import tempfile
    >>> jobs = JobStore(f"sqlite:///{tempfile.mkdtemp()}/store.sqlite")
    >>> job = jobs.add(("1f2e3d4c", "City hall"), "seoul", "evacuation", {"districts": ["11"]}, now_s=1.8e9)
    >>> jobs.claim(1.8e9 + 1).job_id == job.job_id, jobs.claim(1.8e9 + 1) is None
    (True, True)
    >>> jobs.end(job.job_id, "/v1/evacuations/0123456789ab", 1.8e9 + 3)
    >>> jobs.find("1f2e3d4c", job.job_id).state
    <JobState.SUCCESSFUL: 'successful'>
    """

    def __init__(self, database_url: str) -> None:
        self._engine = open_database(database_url)

    def add(self, owner: tuple[str, str], area_id: str, kind: str, request: Mapping[str, Any], now_s: float) -> Job:
        """Queue a job.

        Raises
        ------
        UnavailableError
            When `MOST_WAITING` wait already.
        """
        job = Job(
            f"job-{secrets.token_hex(8)}", *owner, area_id, kind, request, JobState.ACCEPTED, "waiting", 0.0, now_s,
            None, None, now_s, 0, "", (),
        )  # fmt: skip
        values = {name: getattr(job, name) for name in Job.__dataclass_fields__}
        values |= {"request": json.dumps(request), "state": str(job.state), "problem": "[]"}
        with writing(self._engine) as connection:
            connection.execute(delete(JOBS).where(JOBS.c.ended_s < now_s - KEPT_S))
            n_open = select(func.count()).select_from(JOBS).where(JOBS.c.state.in_(OPEN))
            if connection.execute(n_open).scalar_one() >= MOST_WAITING:
                raise UnavailableError(
                    Fault("jobs", str(MOST_WAITING), f"fewer than {MOST_WAITING} waiting", "Try again in a minute.")
                )
            connection.execute(insert(JOBS).values(values))
        return job

    def find(self, owner_id: str, job_id: str) -> Job:
        """One of somebody's own jobs.

        Raises
        ------
        NotFoundError
            When there is none of that id, it is somebody else's, or it was forgotten.
        """
        query = select(JOBS).where(JOBS.c.job_id == job_id, JOBS.c.owner_id == owner_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFoundError(Fault("job_id", job_id[:40], "the id of a job of yours", "Ask for the work again."))
        return _job_of(row)

    def of_owner(self, owner_id: str, most: int = 50) -> tuple[Job, ...]:
        """Somebody's own jobs, newest first."""
        query = select(JOBS).where(JOBS.c.owner_id == owner_id).order_by(JOBS.c.made_s.desc(), JOBS.c.job_id)
        with self._engine.connect() as connection:
            return tuple(_job_of(row) for row in connection.execute(query.limit(most)).mappings())

    def claim(self, now_s: float) -> Job | None:
        """Take the next piece of work, one whose worker died among them; None where there is none."""
        is_left = and_(JOBS.c.state == str(JobState.RUNNING), JOBS.c.beat_s < now_s - LEASE_S)
        query = select(JOBS).where(or_(JOBS.c.state == str(JobState.ACCEPTED), is_left))
        with writing(self._engine) as connection:
            row = connection.execute(query.order_by(JOBS.c.made_s, JOBS.c.job_id).limit(1)).mappings().first()
            if row is None:
                return None
            job = _job_of(row)
            is_it = update(JOBS).where(JOBS.c.job_id == job.job_id)
            if job.n_begun >= MOST_BEGUN:
                problem = [["job", f"begun {job.n_begun} times", "work that comes to its end", "Ask for less at once."]]
                ended = {"state": str(JobState.FAILED), "ended_s": now_s, "problem": json.dumps(problem)}
                connection.execute(is_it.values(ended))
                return None
            begun = {"state": str(JobState.RUNNING), "begun_s": now_s, "beat_s": now_s, "n_begun": job.n_begun + 1}
            connection.execute(is_it.values(begun))
        return job

    def beat(self, job_id: str, now_s: float, step: str | None = None, done_share: float | None = None) -> None:
        """Tell that the work goes on, and how far it is.

        Raises
        ------
        DismissedError
            When it is not wanted any more.
        """
        told = {"beat_s": now_s} | ({"step": step, "done_share": done_share} if step is not None else {})
        is_it = JOBS.c.job_id == job_id, JOBS.c.state == str(JobState.RUNNING)
        with writing(self._engine) as connection:
            changed = connection.execute(update(JOBS).where(*is_it).values(told)).rowcount
        if not changed:
            raise DismissedError(Fault("job_id", job_id, "work that is wanted", "Ask for it again."))

    def end(self, job_id: str, result: str, now_s: float) -> None:
        """Note that the work is done; what was asked is forgotten."""
        done = {"state": str(JobState.SUCCESSFUL), "result": result, "done_share": 1.0, "step": "done"}
        self._end(job_id, (JobState.RUNNING,), done, now_s)

    def fail(self, job_id: str, faults: tuple[Fault, ...], now_s: float) -> None:
        """Note that the work cannot be done, and why."""
        problem = json.dumps([[one.argument, one.value, one.wanted, one.remedy] for one in faults])
        self._end(job_id, (JobState.RUNNING,), {"state": str(JobState.FAILED), "problem": problem}, now_s)

    def dismiss(self, owner_id: str, job_id: str, now_s: float) -> Job:
        """Give one of somebody's own jobs up; one that ended stays as it ended. Raises as `find`."""
        self.find(owner_id, job_id)
        self._end(job_id, OPEN, {"state": str(JobState.DISMISSED)}, now_s)
        return self.find(owner_id, job_id)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _end(self, job_id: str, states: tuple[JobState, ...], values: dict[str, Any], now_s: float) -> None:
        is_it = JOBS.c.job_id == job_id, JOBS.c.state.in_(states)
        with writing(self._engine) as connection:
            connection.execute(update(JOBS).where(*is_it).values(values | {"ended_s": now_s, "request": "{}"}))


def _job_of(row: Any) -> Job:
    values = {name: row[name] for name in Job.__dataclass_fields__}
    problem = tuple((one[0], one[1], one[2], one[3]) for one in json.loads(row["problem"]))
    read = {"request": json.loads(row["request"]), "state": JobState(row["state"]), "problem": problem}
    return Job(**values | read)
