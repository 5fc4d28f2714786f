"""Row 1: reading risk from many connections."""

import itertools
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

from risk_core.state.area import Area
from tests.faults.served import Server
from tests.reliability.figures import Figures, Plan
from tests.reliability.grounds import make_ground, random_points
from tests.reliability.load import Load, Question

TITLE = "GET risk, 16 connections"
TARGET = "300 req/s held, p99 <= 100 ms, 0 x 5xx"
RATE_PER_S, P99_MS = 300.0, 100.0
HELD_SHARE = 0.99
"""Of the rate: the last questions are still on their way when the time is up."""


def measure(plan: Plan) -> Figures:
    """Ask for the risk of random points of a city: at the rate that is to be held, then as fast as it goes."""
    area = make_ground(plan)
    ask = risk_questions(area, plan.seed)
    server = Server(plan.folder, "--area", area.area_id)
    try:
        server.wait_for_address()
        with Load(server.port, ask, n_thread=16):
            time.sleep(plan.pick(1, 5))
        with Load(server.port, ask, n_thread=16, per_s=RATE_PER_S) as held:
            time.sleep(plan.pick(2, 30))
        cpu_s = cpu(server)
        with Load(server.port, ask, n_thread=16) as most:
            time.sleep(plan.pick(2, 20))
        cpu_s = cpu(server) - cpu_s
    finally:
        server.close()
    outcomes = held.account.outcomes + most.account.outcomes
    values = {
        "area": area.area_id, "questions": outcomes.total(), "outcomes": dict(outcomes),
        "held_per_s": held.rate_per_s, "p50_ms": held.account.quantile_ms(0.5),
        "p99_ms": held.account.quantile_ms(0.99), "most_per_s": most.rate_per_s,
        "p50_ms_at_most": most.account.quantile_ms(0.5), "p99_ms_at_most": most.account.quantile_ms(0.99),
        "web_cpu_us_per_question": round(1e6 * cpu_s / max(most.account.n, 1)),
    }  # fmt: skip
    n_failed = held.account.n_failed + most.account.n_failed
    failed = [f"{n_failed} failed: {outcomes}"] if n_failed else []
    missed = [f"{held.rate_per_s} a second"] if held.rate_per_s < HELD_SHARE * RATE_PER_S else []
    missed += [f"p99 {values['p99_ms']} ms"] if values["p99_ms"] > P99_MS else []
    return Figures(values, failed, missed)


def risk_questions(area: Area, seed: int) -> Callable[[int], Question]:
    """Question k: the risk at one of many random points."""
    spots = list(itertools.islice(random_points(area, random.Random(seed)), 997))

    def ask(k: int) -> Question:
        lat, lon = spots[k % len(spots)]
        return "GET", f"/api/v1/risk?area={area.area_id}&lat={lat:.6f}&lon={lon:.6f}", None

    return ask


def cpu(server: Server) -> float:
    """Seconds of the processor that the web workers have used."""
    fields = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in server.web_workers()]
    return sum(int(one[11]) + int(one[12]) for one in fields) / os.sysconf("SC_CLK_TCK")
