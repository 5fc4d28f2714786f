"""Row 2: ways round three areas between random places of a real city."""

import itertools
import json
import random
import time

from risk_core.state.area import Area
from tests.faults.served import Server
from tests.reliability.figures import Figures, Plan
from tests.reliability.grounds import make_ground, random_ends
from tests.reliability.load import Load

TITLE = "POST routes with 3 avoid polygons"
TARGET = "20 req/s, p99 <= 500 ms"
RATE_PER_S, P99_MS = 20.0, 500.0
N_QUESTION = 499
HALF_DEG = 0.0006
"""Half the side of a square to keep out of: some 130 m."""


def measure(plan: Plan) -> Figures:
    """Ask for the fastest and the safest way of random pairs, in a steady rhythm, then as fast as it goes.

    A latency counts from the moment a question was due, so that one that had to wait for others counts its wait too.
    """
    area = make_ground(plan)
    rng = random.Random(plan.seed)
    bodies = [question(area.area_id, ends, rng) for ends in itertools.islice(random_ends(area, rng), N_QUESTION)]
    ask = lambda k: ("POST", "/api/v1/routes", bodies[k % len(bodies)])  # noqa: E731
    server = Server(plan.folder, "--area", area.area_id)
    try:
        server.wait_for_address()
        with Load(server.port, ask, n_thread=4):
            time.sleep(plan.pick(1, 10))
        with Load(server.port, ask, n_thread=16, per_s=RATE_PER_S) as steady:
            time.sleep(plan.pick(3, 60))
        with Load(server.port, ask, n_thread=4) as most:
            time.sleep(plan.pick(1, 20))
    finally:
        server.close()
    told = steady.account
    values = {
        "area": area.area_id, "streets": streets(area), "asked_per_s": RATE_PER_S, "answered_per_s": steady.rate_per_s,
        "questions": told.n, "outcomes": dict(told.outcomes), "p50_ms": told.quantile_ms(0.5),
        "p99_ms": told.quantile_ms(0.99), "most_per_s": most.rate_per_s, "most_outcomes": dict(most.account.outcomes),
    }  # fmt: skip
    n_failed = told.n_failed + most.account.n_failed
    failed = [f"{n_failed} failed: {told.outcomes}, {most.account.outcomes}"] if n_failed else []
    failed += [] if told.outcomes["200"] else ["nothing was answered"]
    missed = [f"p99 {values['p99_ms']} ms"] if values["p99_ms"] > P99_MS else []
    missed += [f"{steady.rate_per_s} a second"] if steady.rate_per_s < 0.95 * RATE_PER_S else []
    return Figures(values, failed, missed)


def question(area_id: str, ends: tuple[float, float, float, float], rng: random.Random) -> bytes:
    """Body of one question: squares stand a third, a half and two thirds of the way, a little aside."""
    lat, lon, to_lat, to_lon = ends
    squares = []
    for share in (1 / 3, 1 / 2, 2 / 3):
        x = lon + share * (to_lon - lon) + rng.uniform(-HALF_DEG, HALF_DEG)
        y = lat + share * (to_lat - lat) + rng.uniform(-HALF_DEG, HALF_DEG)
        corners = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
        squares.append([[[x + HALF_DEG * dx, y + HALF_DEG * dy] for dx, dy in corners]])
    body = {
        "area": area_id, "from": {"lat": lat, "lon": lon}, "to": {"lat": to_lat, "lon": to_lon},
        "avoid": {"type": "MultiPolygon", "coordinates": squares},
    }  # fmt: skip
    return json.dumps(body).encode()


def streets(area: Area) -> int:
    """Directed edges of the network."""
    return len(area.network.head)
