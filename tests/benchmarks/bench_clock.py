"""Ways while a storm moves, exact and quick, on the largest street graph at hand: how often one label a node is right.

    python -m tests.benchmarks.bench_clock [--pairs 60] [--budget 500000] [--write]

A ring of danger drifts over each pair while its traveller is under way: on its rim the cost of a street is up to seven
times its time. The exact answer has labels of cost and clock, the quick one keeps the cheapest label of a node alone.
Both have the hierarchy's least costs as bounds, and are travelled again on the true clock. Gaps are how much dearer the
quick way is where the exact search came to its end; times are CPU times of one thread. `--write` keeps the figures in
the results file.
"""

import argparse
import shlex
import sys
import time
from datetime import UTC, datetime

import numpy as np

from risk_core.routes.clock import LABEL_BUDGET, depart_at, depart_at_quickly
from risk_core.routes.clock_network import prepare_clock
from risk_core.routes.clock_record import ClockStatus, SliceCosts, at_nodes
from risk_core.state.hierarchy_build import DirectedEdges, build_hierarchy
from tests.benchmarks.bench_pareto import pairs_between
from tests.benchmarks.routing.graphs import MissingDataError, newyork
from tests.benchmarks.routing.ours import RULE, rank_of
from tests.benchmarks.routing.report import RESULTS, machine, merge

BANDS_KM = ((1, 5), (5, 10))
N_SLICE = 16
SLICE = 12_000
"""Units of the graph's own time a slice lasts: ten kilometres take about ten slices."""

RIM_KM = 1.5
WIDTH_KM = 0.6
DRIFT_KM = 0.5
"""Radius and width of the ring, and how far it drifts in a slice."""


def ring_costs(graph, rng, pair):
    """Cost of each edge in each slice while a ring drifts over the middle of a pair, shape=(n_slice, n_edge)."""
    lat, lon = (np.asarray(some)[graph.tail] for some in (graph.lat_deg, graph.lon_deg))
    at_lat, at_lon = (float(some[pair].mean()) for some in (graph.lat_deg, graph.lon_deg))
    north_km, east_km = (lat - at_lat) * 111.32, (lon - at_lon) * 111.32 * np.cos(np.radians(at_lat))
    towards = rng.uniform(0, 2 * np.pi)
    cost = np.empty((N_SLICE, graph.n_edge), dtype=np.int32)
    for i in range(N_SLICE):
        gone_km = DRIFT_KM * (i - N_SLICE / 3)
        far_km = np.hypot(north_km - gone_km * np.sin(towards), east_km - gone_km * np.cos(towards))
        danger = 6 * np.exp(-(((far_km - RIM_KM) / WIDTH_KM) ** 2))
        cost[i] = graph.time + np.rint(graph.time * np.where(danger < 0.1, 0.0, danger)).astype(np.int32)
    return cost


def timed(search, *asked):
    """An answer and CPU milliseconds."""
    begin = time.process_time()
    found = search(*asked)
    return found, (time.process_time() - begin) * 1e3


def measure(graph, hierarchy, rank, pairs, rng, budget):
    """Ask every pair both ways; figures of the set."""
    spent, gaps, n_exact = [], [], 0
    begin = (SLICE * np.arange(N_SLICE)).astype(np.int32)
    for pair in pairs:
        costs = SliceCosts.without_waiting(begin, graph.time, ring_costs(graph, rng, pair))
        network = prepare_clock(hierarchy, costs, RULE)
        ends = [at_nodes(costs, rank[pair[i : i + 1]]) for i in range(2)]
        exact, exact_ms = timed(depart_at, network, *ends, 0, budget)
        quick, quick_ms = timed(depart_at_quickly, network, *ends, 0)
        spent.append((exact_ms, quick_ms))
        if exact.status is ClockStatus.EXACT:
            n_exact += 1
            gaps.append(quick.score.cost / exact.score.cost - 1.0)
    exact_ms, quick_ms = np.median(np.array(spent), axis=0)
    gap = np.array(gaps or [np.nan])
    return {
        "pairs": len(pairs),
        "exact_within_budget": n_exact,
        "exact_median_ms": float(exact_ms),
        "quick_median_ms": float(quick_ms),
        "quick_is_best_share": float((gap <= 0).mean()),
        "mean_gap_share": float(gap.mean()),
        "worst_gap_share": float(gap.max()),
    }


def main() -> None:
    """Measure both bands of distance."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=60, help="pairs a band")
    parser.add_argument("--budget", type=int, default=LABEL_BUDGET, help="most labels of a question")
    parser.add_argument("--write", action="store_true", help="keep the figures in the results file")
    args = parser.parse_args()
    try:
        graph = newyork()
    except MissingDataError as error:
        raise SystemExit(str(error)) from error
    none, street = np.empty(0, np.int32), np.arange(graph.n_edge, dtype=np.int32)
    hierarchy = build_hierarchy(DirectedEdges(graph.tail, graph.head, street, none, none), graph.lat_deg, graph.lon_deg)
    rank, rng = rank_of(hierarchy), np.random.default_rng(1)
    measure(graph, hierarchy, rank, pairs_between(graph, rng, 0, 1, 1), rng, args.budget)
    rows = {}
    for low_km, high_km in BANDS_KM:
        pairs = pairs_between(graph, rng, low_km, high_km, args.pairs)
        row = rows[f"{low_km}-{high_km} km"] = measure(graph, hierarchy, rank, pairs, rng, args.budget)
        words = ", ".join(f"{name} {value:.4g}" for name, value in row.items())
        sys.stdout.write(f"{low_km}-{high_km} km: {words}\n")
        sys.stdout.flush()
    if args.write:
        command = shlex.join(["python", "-m", "tests.benchmarks.bench_clock", *sys.argv[1:]])
        date = datetime.now(UTC).isoformat(timespec="seconds")
        merge(
            RESULTS, "moving clock on newyork", {"command": command, "date": date, "machine": machine(), "rows": rows}
        )


if __name__ == "__main__":
    main()
