"""Row 6: kill -9 of what ingests, of web processes and of the engine, under load."""

import contextlib
import os
import random
import signal
import time
from pathlib import Path

from dashboard.store.bundles import Manifest, write_bundle
from tests.faults.served import Server, wait_until
from tests.faults.test_kill_ingest import ingest_and_kill
from tests.reliability.figures import Figures, Plan
from tests.reliability.load import Load
from tests.tiny import tiny_area

TITLE = "kill -9 of ingest, web worker, web server, engine"
TARGET = "0 acknowledged lost, 0 half, integrity ok, 0 failed idempotent reads, back <= 2 s"
BACK_S = 2.0
PATHS = ("/api/v1/version?area=tiny", "/api/v1/areas", "/healthz")


def measure(plan: Plan) -> Figures:
    """Kill again and again; count what was lost and how long each took to come back."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    n_ingest = plan.pick(10, 100)
    ingested = ingest_and_kill(plan.folder / "store.sqlite", n_ingest, plan.seed)
    write_bundle(plan.folder, tiny_area(), Manifest())
    server = Server(plan.folder)
    try:
        server.wait_for_address()
        back = _kill_parts(server, plan)
    finally:
        server.close()
    load = back.pop("load")
    values = {
        "ingest_kills": n_ingest, **ingested, "questions": load.account.n, "questions_per_s": load.rate_per_s,
        "outcomes": dict(load.account.outcomes), "asked_again": load.account.retries,
        **{f"{name}_kills": len(times) for name, times in back.items()},
        **{f"{name}_back_s_max": round(max(times), 2) for name, times in back.items()},
    }  # fmt: skip
    failed = [f"{load.account.n_failed} reads failed: {load.account.outcomes}"] if load.account.n_failed else []
    missed = [f"{name} back after {max(times):.2f} s" for name, times in back.items() if max(times) > BACK_S]
    return Figures(values, failed, missed)


def _kill_parts(server: Server, plan: Plan) -> dict:
    rng = random.Random(plan.seed)
    back = {"worker": [], "engine": [], "server": []}
    with Load(server.port, lambda k: ("GET", PATHS[k % len(PATHS)], None), n_retry=100, per_s=150) as load:
        for _ in range(plan.pick(2, 20)):
            victim = rng.choice(sorted(wait_for_workers(server)))
            back["worker"].append(kill_and_time(victim, lambda gone=victim: serves(server, gone)))
            time.sleep(0.5)
        pulse = Path(plan.folder / "engine.pulse")
        for _ in range(plan.pick(1, 20)):
            wait_until(lambda: len(server.children("engine")) == 2)
            engine = server.engine()
            since = pulse.stat().st_mtime_ns
            back["engine"].append(kill_and_time(engine, lambda since=since: pulse.stat().st_mtime_ns > since))
            time.sleep(3.0)
        for _ in range(plan.pick(1, 3)):
            wait_until(lambda: len(server.web_workers()) == 2)
            back["server"].append(kill_and_time(server.web_master(), lambda: server.answers("/healthz")))
            time.sleep(3.5)
    back["load"] = load
    return back


def wait_for_workers(server: Server) -> set[int]:
    """Both web workers, once there are two."""
    wait_until(lambda: len(server.web_workers()) == 2)
    return server.web_workers()


def serves(server: Server, gone: int) -> bool:
    """Whether two workers other than the one that is gone have let visitors in: each holds the open socket."""
    workers = server.web_workers() - {gone}
    return len(workers) == 2 and all(has_threads(one) for one in workers)


def has_threads(worker: int) -> bool:
    """Whether a worker has come as far as to start its threads, which it does when it begins to let visitors in."""
    return len(os.listdir(f"/proc/{worker}/task")) > 1


def kill_and_time(victim: int, is_back) -> float:
    """Seconds from the kill until it is back."""
    begun_s = time.monotonic()
    os.kill(victim, signal.SIGKILL)

    def back() -> bool:
        with contextlib.suppress(ValueError, OSError):
            return is_back()
        return False

    wait_until(back)
    return time.monotonic() - begun_s
