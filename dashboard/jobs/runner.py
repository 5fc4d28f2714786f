"""Takes jobs one after the other; a job whose runner died is taken up again by the next one."""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Final

from dashboard.store.jobs import LEASE_S, DismissedError, Job
from dashboard.store.library import Library
from risk_core.errors import AnsimgilError, Fault

log = logging.getLogger(__name__)

POLL_S: Final = 0.3
RETRY_S: Final = 5.0
Tell = Callable[[str, float], None]
"""Tells a step, a word, and the share done; raises DismissedError when the work is not wanted any more."""
Work = Callable[[Library, Job, Tell], str]
"""Does a job and returns the address of its result under /api."""


class Runner:
    """Does jobs.

    Parameters
    ----------
    library
        Jobs, and what the work needs.
    works
        What to do for each kind of job.
    clock
        Unix seconds.
    """

    def __init__(self, library: Library, works: Mapping[str, Work], clock: Callable[[], float]) -> None:
        self._library = library
        self._works = works
        self._clock = clock

    def run(self, stop: threading.Event) -> None:
        """Job after job until `stop` is set; one that is not finished by then is taken up again at the next start."""
        while not stop.is_set():
            try:
                was_busy = self.step()
            except Exception:
                log.exception("jobs could not be looked at; they are tried again")
                was_busy = not stop.wait(RETRY_S)
            if not was_busy:
                stop.wait(POLL_S)

    def step(self) -> bool:
        """Do the next job, if there is one; returns whether there was."""
        job = self._library.jobs.claim(self._clock())
        if job is None:
            return False
        done = threading.Event()
        heart = threading.Thread(target=self._beat, args=(job.job_id, done), name="job-heart", daemon=True)
        heart.start()
        try:
            self._do(job)
        finally:
            done.set()
            heart.join()
        return True

    def _do(self, job: Job) -> None:
        jobs = self._library.jobs

        def tell(step: str, done_share: float) -> None:
            jobs.beat(job.job_id, self._clock(), step, done_share)

        try:
            result = self._works[job.kind](self._library, job, tell)
        except DismissedError:
            log.info("%s is not wanted any more", job.job_id)
        except AnsimgilError as error:
            jobs.fail(job.job_id, error.faults, self._clock())
        except Exception as error:
            log.exception("%s failed", job.job_id)
            remedy = "Ask again; tell the keeper of this server when it happens twice."
            fault = Fault("job", type(error).__name__, "work without an error of ours", remedy)
            jobs.fail(job.job_id, (fault,), self._clock())
        else:
            jobs.end(job.job_id, result, self._clock())

    def _beat(self, job_id: str, done: threading.Event) -> None:
        """Show that the runner lives while the work takes its time."""
        while not done.wait(LEASE_S / 4):
            try:
                self._library.jobs.beat(job_id, self._clock())
            except DismissedError:
                return
