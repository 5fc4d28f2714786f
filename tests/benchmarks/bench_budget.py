"""What a smaller label budget of the exact search on the clock costs and saves, on the snapshot a running server wrote.

    make run    (beside it, so that a drill's storm moves)
    python -m tests.benchmarks.bench_budget [--home .ansimgil] [--pairs 25] [--write]

Random pairs 1-6 km apart, the three ways of a walker. Told by budget: CPU of the three searches of a pair, how many of
all searches end within it, and how much worse the objective is than with the largest budget.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

from dashboard.answers import Answers, RouteQuestion
from dashboard.settings import Settings
from dashboard.store.library import Library
from risk_core.errors import AnsimgilError
from risk_core.routes import moving
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
from risk_core.units import M_PER_DEG_LAT
from tests.benchmarks.results import dated, keep

AREA = "coquimbo"
BUDGETS = (100_000, 30_000, 5_000)


def pairs_of(network, n: int) -> list[tuple[float, float, float, float]]:
    """Ends of ways, degrees."""
    rng, found = np.random.default_rng(3), []
    while len(found) < n:
        one, other = rng.integers(network.n_node, size=2)
        ends = np.array([[network.node_lat_deg[k], network.node_lon_deg[k]] for k in (one, other)])
        d_lat, d_lon = np.diff(ends, axis=0)[0]
        far_m = float(np.hypot(d_lat, d_lon * np.cos(np.radians(ends[0, 0])))) * M_PER_DEG_LAT
        if 1_000 < far_m < 6_000:
            found.append(tuple(float(x) for x in ends.ravel()))
    return found


def measure(answers: Answers, version: str, pairs, budget: int) -> np.ndarray:
    """CPU seconds, gap and objective of every search, shape=(n, 3)."""
    told, search = [], moving.depart_at

    def timed(*asked):
        begin_s = time.thread_time()
        found = search(*asked[:-1], budget)
        told.append((time.thread_time() - begin_s, float(found.gap), float(found.objective)))
        return found

    moving.depart_at = timed
    try:
        for ends in pairs:
            try:
                answers.routes_between(RouteQuestion(AREA, *ends, Profile.WALK, tuple(RouteKind)), version)
            except AnsimgilError:
                continue
    finally:
        moving.depart_at = search
    return np.array(told)


def main() -> None:
    """Measure each budget and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=Path(".ansimgil"))
    parser.add_argument("--pairs", type=int, default=25)
    parser.add_argument("--write", action="store_true", help="keep the figures in benchmarks.json")
    args = parser.parse_args()
    answers = Answers(Library(Settings(home=args.home, area=AREA), marks_use=False), None)
    version = answers.assessment(AREA).version
    pairs = pairs_of(answers.area(AREA).network, args.pairs)
    measure(answers, version, pairs[:2], BUDGETS[0])
    found = {budget: measure(answers, version, pairs, budget) for budget in BUDGETS}
    most, told = found[BUDGETS[0]], {}
    for budget, rows in found.items():
        excess = rows[:, 2] / np.maximum(most[:, 2], 1.0) - 1.0
        told[f"{budget} labels"] = (
            f"{1e3 * rows[:, 0].sum() / args.pairs:.1f} ms a pair, one search at most {1e3 * rows[:, 0].max():.0f}; "
            f"{(rows[:, 1] <= 0).sum()} of {len(rows)} exact; {(excess > 0).sum()} worse, by {excess.max():.2%} at most"
        )
        sys.stdout.write(f"{budget:7d} labels: {told[f'{budget} labels']}\n")
    if args.write:
        keep("B", {"label budget on the clock": dated("python -m tests.benchmarks.bench_budget", told)})


if __name__ == "__main__":
    main()
