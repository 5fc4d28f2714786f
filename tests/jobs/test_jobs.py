"""Jobs: taken, done beside the web process, given up, taken up again after a death."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.api.evacuation_job import plan_evacuation
from dashboard.jobs.runner import Runner, Tell
from dashboard.store.jobs import LEASE_S, MOST_BEGUN, DismissedError, Job, JobState, JobStore
from dashboard.store.keys import Role, Scope
from dashboard.store.library import Library
from risk_core.errors import Fault, InputError
from tests.answers.small_world import NOW_S, make_library, write_next

ASYNC = {"Prefer": "respond-async, wait=5"}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    made = make_library(tmp_path_factory.mktemp("home"))
    write_next(made)
    return Library(made.settings.replace(open_per_min=0, keyed_per_min=0), marks_use=False)


@pytest.fixture
def client(library: Library) -> FlaskClient:
    client = create_api(library, Answers(library), lambda: NOW_S).test_client()
    key = library.keys.make("city", Role.COORDINATE, tuple(Scope), None, NOW_S - 1)[1]
    client.environ_base.update(
        REMOTE_ADDR="198.51.100.7", HTTP_AUTHORIZATION=f"Bearer {key}", HTTP_ACCEPT_LANGUAGE="en"
    )
    return client


def question(library: Library) -> dict[str, object]:
    return {"districts": [library.area("tiny").districts[0].district_id]}


def runner(library: Library, now_s: float = NOW_S) -> Runner:
    return Runner(library, {"evacuation": plan_evacuation}, lambda: now_s)


def test_a_plan_as_a_job_is_the_plan_at_once(client: FlaskClient, library: Library) -> None:
    at_once = client.post("/v1/evacuations", json=question(library))
    assert at_once.status_code == 201
    taken = client.post("/v1/evacuations", json=question(library), headers=ASYNC)
    assert taken.status_code == 202 and taken.headers["Preference-Applied"] == "respond-async"
    assert taken.headers["Location"].endswith(f"/v1/jobs/{taken.json['job_id']}") and taken.json["status"] == "accepted"
    assert runner(library).step() and not runner(library).step()
    job = client.get(f"/v1/jobs/{taken.json['job_id']}")
    assert job.json["status"] == "successful" and job.json["done_share"] == 1.0 and job.json["step"] == "Done"
    assert client.get(job.json["result"]).json == at_once.json
    assert client.get("/v1/jobs").json["jobs"][0] == job.json


def test_what_does_not_fit_is_told_at_the_job(client: FlaskClient, library: Library) -> None:
    taken = client.post("/v1/evacuations", json={"districts": ["nowhere"]}, headers=ASYNC)
    runner(library).step()
    job = client.get(f"/v1/jobs/{taken.json['job_id']}").json
    assert job["status"] == "failed" and job["faults"] and job["result"] is None


def test_a_job_is_given_up_at_its_next_step(client: FlaskClient, library: Library) -> None:
    taken = client.post("/v1/evacuations", json=question(library), headers=ASYNC).json
    steps: list[str] = []

    def work(of: Library, job: Job, tell: Tell) -> str:
        tell("reading", 0.1)
        steps.append("begun")
        assert client.get(f"/v1/jobs/{job.job_id}").json["done_share"] == 0.1
        assert client.delete(f"/v1/jobs/{job.job_id}").json["status"] == "dismissed"
        tell("ways", 0.2)
        steps.append("went on")
        return "/v1/never"

    Runner(library, {"evacuation": work}, lambda: NOW_S).step()
    job = client.get(f"/v1/jobs/{taken['job_id']}").json
    assert steps == ["begun"] and job["status"] == "dismissed" and job["result"] is None
    assert client.delete(f"/v1/jobs/{taken['job_id']}").json["status"] == "dismissed", "twice does no harm"


def test_a_job_nobody_began_can_be_given_up(client: FlaskClient, library: Library) -> None:
    taken = client.post("/v1/evacuations", json=question(library), headers=ASYNC).json
    client.delete(f"/v1/jobs/{taken['job_id']}")
    assert not runner(library).step()


def test_others_jobs_are_not_there(client: FlaskClient, library: Library) -> None:
    taken = client.post("/v1/evacuations", json=question(library), headers=ASYNC).json
    other = library.keys.make("other", Role.COORDINATE, tuple(Scope), None, NOW_S - 1)[1]
    headers = {"Authorization": f"Bearer {other}"}
    path = f"/v1/jobs/{taken['job_id']}"
    assert client.get(path, headers=headers).status_code == client.delete(path, headers=headers).status_code == 404
    assert client.get("/v1/jobs", headers=headers).json == {"jobs": []}
    client.delete(path)


def test_work_whose_runner_died_is_taken_up_and_given_up_in_the_end(tmp_path: Path) -> None:
    jobs = JobStore(f"sqlite:///{tmp_path / 'store.sqlite'}")
    made = jobs.add(("key", "city"), "tiny", "evacuation", {}, 0.0)
    now_s = 0.0
    for n in range(MOST_BEGUN):
        claimed = jobs.claim(now_s)
        assert claimed is not None and claimed.n_begun == n
        assert jobs.claim(now_s + LEASE_S) is None, "its runner may still be at work"
        now_s += LEASE_S + 1
    assert jobs.claim(now_s) is None
    ended = jobs.find("key", made.job_id)
    assert ended.state is JobState.FAILED and "3 times" in ended.problem[0][1]
    with pytest.raises(DismissedError):
        jobs.beat(made.job_id, now_s)


def test_errors_of_ours_are_told_as_such(library: Library, client: FlaskClient) -> None:
    taken = client.post("/v1/evacuations", json=question(library), headers=ASYNC).json

    def work(of: Library, job: Job, tell: Tell) -> str:
        raise ZeroDivisionError

    Runner(library, {"evacuation": work}, lambda: NOW_S).step()
    assert client.get(f"/v1/jobs/{taken['job_id']}").json["faults"][0]["value"] == "ZeroDivisionError"


def test_faults_are_kept_whole(tmp_path: Path) -> None:
    jobs = JobStore(f"sqlite:///{tmp_path / 'store.sqlite'}")
    made = jobs.add(("key", "city"), "tiny", "evacuation", {}, 0.0)
    jobs.claim(0.0)
    jobs.fail(made.job_id, InputError(Fault("zone", "'x'", "a zone", "Draw one.")).faults, 1.0)
    assert jobs.find("key", made.job_id).problem == (("zone", "'x'", "a zone", "Draw one."),)


@pytest.mark.fault
def test_a_job_outlives_the_death_of_who_took_it_and_of_who_did_it(library: Library, client: FlaskClient) -> None:
    """A worker is killed without warning while it plans; the next one finishes the job."""
    taken = client.post("/v1/evacuations", json=question(library), headers=ASYNC).json
    script = (
        "import sys, time\nfrom dashboard.settings import Settings\nfrom dashboard.store.library import Library\n"
        "from dashboard.jobs.runner import Runner\n"
        "def work(library, job, tell):\n    tell('ways', 0.5)\n    print('begun', flush=True)\n    time.sleep(60)\n"
        f"library = Library(Settings.from_environ({json.dumps(library.settings.to_environ())}))\n"
        "Runner(library, {'evacuation': work}, time.time).step()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None and child.stdout.readline() == "begun\n"
        assert client.get(f"/v1/jobs/{taken['job_id']}").json["status"] == "running"
        os.kill(child.pid, signal.SIGKILL)
    assert runner(library, time.time() + LEASE_S + 1).step()
    assert client.get(f"/v1/jobs/{taken['job_id']}").json["status"] == "successful"


@pytest.mark.fault
def test_the_worker_process_does_jobs_beside_the_web(library: Library, client: FlaskClient) -> None:
    """The process that `serve` starts: it plans what waits, and ends when it is asked to."""
    taken = client.post("/v1/evacuations", json=question(library), headers=ASYNC).json
    command = [sys.executable, "-m", "dashboard", "worker"]
    with subprocess.Popen(command, env=os.environ | library.settings.to_environ()) as worker:
        try:
            deadline_s = time.monotonic() + 120
            while client.get(f"/v1/jobs/{taken['job_id']}").json["status"] in {"accepted", "running"}:
                assert worker.poll() is None and time.monotonic() < deadline_s
                time.sleep(0.2)
        finally:
            worker.terminate()
            status = worker.wait(30)
    assert client.get(f"/v1/jobs/{taken['job_id']}").json["status"] == "successful" and status == 0
