"""Row 6: kill -9 of what ingests, of web processes and of the engine, under load."""

import contextlib
import os
import random
import signal
import statistics
import time
from pathlib import Path

from tests.faults.served import Server, wait_until
from tests.faults.test_kill_ingest import ingest_and_kill
from tests.feeds.live import stub
from tests.reliability.figures import Figures, Plan
from tests.reliability.grounds import make_feed, make_tiny
from tests.reliability.load import Load

TITLE = "kill -9 of ingest, web worker, web server, engine, reader of feeds, process of long work"
TARGET = "0 acknowledged lost, 0 half, integrity ok, 0 failed idempotent reads, back <= 2 s"
BACK_S = 2.0
STEADY_S = 3.1
"""Pause after which a process counts as steady, so that the next time begins with the shortest wait."""
N_OWN_THREAD = 2
"""Of a worker before it lets visitors in: its first, and the one that follows snapshots."""
PATHS = ("/api/v1/version?area=tiny", "/api/v1/areas", "/healthz")


def measure(plan: Plan) -> Figures:
    """Kill again and again; count what was lost and how long each took to come back."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    n_ingest = plan.pick(10, 100)
    ingested = ingest_and_kill(plan.folder / "store.sqlite", n_ingest, plan.seed)
    area = make_tiny(plan)
    with stub.running() as played:
        server = Server(plan.folder, "--live", **make_feed(plan.folder, area, played))
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
        **{f"{name}_back_s_median": round(statistics.median(times), 2) for name, times in back.items()},
        **{f"{name}_back_s_max": round(max(times), 2) for name, times in back.items()},
    }  # fmt: skip
    failed = [f"{load.account.n_failed} reads failed: {load.account.outcomes}"] if load.account.n_failed else []
    missed = [f"{name} back after {max(times):.2f} s" for name, times in back.items() if max(times) > BACK_S]
    return Figures(values, failed, missed)


def _kill_parts(server: Server, plan: Plan) -> dict:
    rng, home = random.Random(plan.seed), plan.folder
    back: dict = {"worker": [], "engine": [], "feeds": [], "long_work": [], "server": []}
    with Load(server.port, lambda k: ("GET", PATHS[k % len(PATHS)], None), n_retry=100, per_s=150) as load:
        for _ in range(plan.pick(2, 20)):
            victim = rng.choice(sorted(wait_for_workers(server)))
            back["worker"].append(kill_and_time(victim, lambda gone=victim: serves(server, gone)))
            time.sleep(0.5)
        for name, word, sign, n in (
            ("engine", "engine", home / "engine.pulse", plan.pick(1, 10)),
            ("feeds", "read-feeds", home / "feeds" / "tiny.json", plan.pick(1, 20)),
            ("long_work", "worker", home / "worker.lock", plan.pick(1, 3)),
        ):
            for _ in range(n):
                wait_until(lambda word=word, sign=sign: len(server.children(word)) == 2 and sign.is_file())
                back[name].append(kill_and_time(server.forked(word), is_newer(sign)))
                time.sleep(STEADY_S)
        for _ in range(plan.pick(1, 3)):
            wait_for_workers(server)
            victim = server.web_master()
            back["server"].append(
                kill_and_time(victim, lambda gone=victim: server.web_master() != gone and answers(server))
            )
            time.sleep(STEADY_S)
    back["load"] = load
    return back


def is_newer(sign: Path):
    """Tell whether a file was written since this was called."""
    since = sign.stat().st_mtime_ns
    return lambda: sign.stat().st_mtime_ns > since


def answers(server: Server) -> bool:
    """Whether both workers let visitors in."""
    return len(server.web_workers()) == 2 and all(map(has_threads, server.web_workers()))


def wait_for_workers(server: Server) -> set[int]:
    """Both web workers, once there are two."""
    wait_until(lambda: len(server.web_workers()) == 2)
    return server.web_workers()


def serves(server: Server, gone: int) -> bool:
    """Whether two workers other than the one that is gone have let visitors in: each holds the open socket."""
    return gone not in server.web_workers() and answers(server)


def has_threads(worker: int) -> bool:
    """Whether a worker has come as far as to start its threads, which it does when it begins to let visitors in."""
    return len(os.listdir(f"/proc/{worker}/task")) > N_OWN_THREAD


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
