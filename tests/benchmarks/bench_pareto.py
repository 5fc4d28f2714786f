"""Exact trade-offs between two costs on the largest street graph at hand: ways in the set, and CPU time of one thread.

    python -m tests.benchmarks.bench_pareto [--pairs 100] [--bands 4] [--labels 500000] [--queries FILE] [--write]

Pairs by the distance between them as the crow flies; the second cost is time times a random smooth field of danger (a
few rings, 0 outside), which has nothing to do with the streets. `--queries` takes pairs of ids from 1, one a line, on
the graph's own distances and times, such as the fifty that the authors of BOA* publish with their program. `--write`
keeps the figures in the results file.
"""

import argparse
import shlex
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from risk_core.kernels.hierarchy import INF_COST
from risk_core.kernels.pareto import Criterion, Limits, Places, find_front
from risk_core.state.hierarchy_build import DirectedEdges, build_hierarchy
from tests.benchmarks.routing.graphs import MissingDataError, newyork
from tests.benchmarks.routing.ours import RULE, customised, rank_of
from tests.benchmarks.routing.report import RESULTS, machine, merge

BANDS_KM = ((0, 5), (5, 10), (10, 20), (20, 40))
SLACKS = (0, 10, 50)


def criterion(hierarchy, cost):
    """A cost with the hierarchy customised to it."""
    weights = customised(hierarchy, cost)
    return Criterion(cost, RULE, weights.up, weights.down)


def random_danger(graph, rng):
    """Time times a field of forty rings of danger, whole units."""
    lat, lon = (np.asarray(some)[graph.tail] for some in (graph.lat_deg, graph.lon_deg))
    danger = np.zeros(graph.n_edge)
    for at in rng.choice(graph.n_node, 40):
        east_km = (lon - graph.lon_deg[at]) * 111.32 * np.cos(np.radians(lat))
        far_km = np.hypot(east_km, (lat - graph.lat_deg[at]) * 111.32)
        danger += rng.uniform(1, 5) * np.exp(-((far_km / rng.uniform(0.5, 3.0)) ** 2))
    danger[danger < 0.1] = 0.0
    return np.rint(graph.time * danger).astype(np.int32)


def ask(hierarchy, pair, first, second, limits):
    """Search one pair of search nodes: the front, and CPU milliseconds."""
    ends = [Places(np.array([node], np.int32), np.zeros(1, np.int32), np.zeros(1, np.int32)) for node in pair]
    begin = time.process_time()
    front = find_front(hierarchy.tree, hierarchy.moves, first, second, *ends, limits)
    return front, (time.process_time() - begin) * 1e3


def tell(name, hierarchy, pairs, first, second, limits):
    """Print one line of a set of pairs; its figures."""
    found = [ask(hierarchy, pair, first, second, limits) for pair in pairs]
    spent = np.array([ms for _, ms in found])
    size = np.array([len(front.first) for front, _ in found])
    cut = sum(not front.is_complete for front, _ in found)
    figures = f"median {np.median(spent):7.2f} ms, mean {spent.mean():8.2f}, worst {spent.max():9.1f}"
    sys.stdout.write(f"{name:28} {len(pairs):4} pairs: {size.mean():7.1f} ways, {figures}, out of labels {cut}\n")
    sys.stdout.flush()
    return {
        "pairs": len(pairs),
        "ways": float(size.mean()),
        "median_ms": float(np.median(spent)),
        "mean_ms": float(spent.mean()),
        "worst_ms": float(spent.max()),
        "out_of_labels": cut,
    }


def pairs_between(graph, rng, low_km, high_km, n):
    """Random pairs of nodes so far from each other."""
    found = []
    while len(found) < n:
        a, b = rng.choice(graph.n_node, 2)
        east_km = (graph.lon_deg[a] - graph.lon_deg[b]) * 111.32 * np.cos(np.radians(graph.lat_deg[a]))
        if low_km <= np.hypot(east_km, (graph.lat_deg[a] - graph.lat_deg[b]) * 111.32) < high_km:
            found.append((a, b))
    return np.array(found)


def main() -> None:
    """Measure all bands, then the pairs of a file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=100, help="pairs a band")
    parser.add_argument("--bands", type=int, default=len(BANDS_KM), help="how many of the bands of distance")
    parser.add_argument("--labels", type=int, default=500_000, help="most labels of a question")
    parser.add_argument("--queries", type=Path, help="file of pairs of ids")
    parser.add_argument("--write", action="store_true", help="keep the figures in the results file")
    args = parser.parse_args()
    try:
        graph = newyork()
    except MissingDataError as error:
        raise SystemExit(str(error)) from error
    none, street = np.empty(0, np.int32), np.arange(graph.n_edge, dtype=np.int32)
    hierarchy = build_hierarchy(DirectedEdges(graph.tail, graph.head, street, none, none), graph.lat_deg, graph.lon_deg)
    rank, rng = rank_of(hierarchy), np.random.default_rng(1)
    first, second = criterion(hierarchy, graph.time), criterion(hierarchy, random_danger(graph, rng))
    ask(hierarchy, rank[:2], first, second, Limits(1000, INF_COST - 1, 1, 1))
    rows = {}
    for low_km, high_km in BANDS_KM[: args.bands]:
        pairs = rank[pairs_between(graph, rng, low_km, high_km, args.pairs)]
        for slack in SLACKS:
            limits = Limits(args.labels, INF_COST - 1, 1000 + slack, 1000)
            name = f"{low_km}-{high_km} km" + (f", slack {slack / 10:g} %" if slack else ", exact")
            rows[name] = tell(name, hierarchy, pairs, first, second, limits)
    if args.queries:
        pairs = rank[np.loadtxt(args.queries, dtype=np.int64)[:, :2] - 1]
        distance = criterion(hierarchy, graph.distance)
        limits = Limits(30_000_000, INF_COST - 1, 1, 1)
        second = criterion(hierarchy, graph.time)
        rows["published pairs, exact"] = tell("published pairs, exact", hierarchy, pairs, distance, second, limits)
    if args.write:
        command = shlex.join(["python", "-m", "tests.benchmarks.bench_pareto", *sys.argv[1:]])
        date = datetime.now(UTC).isoformat(timespec="seconds")
        merge(RESULTS, "trade-offs on newyork", {"command": command, "date": date, "machine": machine(), "rows": rows})


if __name__ == "__main__":
    main()
