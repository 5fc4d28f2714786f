"""A fastest + safest question against scipy: median CPU time of one thread, as ratios of one run.

    python -m tests.benchmarks.bench_routes [--bundle FOLDER] [--queries 200] [--seed 1]

Without a bundle a lattice of about 20,000 streets stands in. Both answer the same pairs on the same weights; scipy
finds node-to-node distances only, ours snaps, searches on edges with turns, draws the line, adds
up totals and writes the turn list.
"""

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from risk_core.routes.find import find_routes
from risk_core.routes.price import costs_at, price
from risk_core.routes.search import find_path
from risk_core.routes.snap import snap
from risk_core.state.area import Area
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
from tests.routes.cities import assessment_of, city_area, own_cells
from tests.tiny import tiny_area

KINDS = (RouteKind.FASTEST, RouteKind.SAFEST)


def bench_area(bundle: str | None) -> Area:
    """The bundle's area, or a lattice of about 20,000 streets."""
    if bundle is None:
        return city_area(tiny_area("lattice"), seed=1, n=105)
    from dashboard.store.bundles import read_bundle

    return read_bundle(Path(bundle))


def pairs_of(area: Area, n: int, seed: int) -> list[tuple[int, int]]:
    """Pairs of junctions a walker may start and end at."""
    network = area.network
    node = np.unique(network.tail[(network.snap_mask & 1) != 0])
    return [tuple(pair) for pair in np.random.default_rng(seed).choice(node, (n, 2)).tolist()]


def median_ms(call, items) -> float:
    """Median CPU milliseconds of `call` on each item."""
    spent = []
    for item in items:
        begin = time.process_time()
        call(item)
        spent.append(time.process_time() - begin)
    return float(np.median(spent)) * 1e3


def main() -> None:
    """Measure and write one line per engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    area = bench_area(args.bundle)
    network = area.network
    area = replace(area, network=(network := own_cells(network)))
    risk = np.random.default_rng(args.seed).integers(0, 251, network.n_street).astype(np.uint8)
    assessment = replace(assessment_of(area, risk), area_hash=area.content_hash)
    priced = price(network, costs_at(network, assessment, Profile.WALK, 0))
    metrics = [priced.metrics[kind] for kind in KINDS]
    pairs = pairs_of(area, args.queries, args.seed)
    lat, lon = network.node_lat_deg, network.node_lon_deg

    def whole(pair):
        ends = [(float(lat[node]), float(lon[node])) for node in pair]
        find_routes(area, assessment, *ends, Profile.WALK, KINDS, 0, priced)

    def search(snaps):
        for kind in KINDS:
            find_path(network, priced.weights[kind], priced.metrics[kind], *snaps)

    graphs = [
        csr_matrix((m.cost.astype(float), (network.tail, network.head)), shape=(network.n_node, network.n_node))
        for m in metrics
    ]

    def by_scipy(pair):
        for graph in graphs:
            dijkstra(graph, indices=pair[0], return_predecessors=True)

    snaps = [[snap(network, float(lat[node]), float(lon[node]), Profile.WALK, None) for node in pair] for pair in pairs]
    whole(pairs[0])
    ours_ms, search_ms = median_ms(whole, pairs), median_ms(search, snaps)
    scipy_ms = median_ms(by_scipy, pairs[:40])
    sys.stdout.write(f"{area.area_id}: {network.n_street} streets, {network.n_node} nodes, {network.n_edge} edges\n")
    for name, spent_ms in (
        ("whole answer (fastest + safest)", ours_ms),
        ("two searches alone", search_ms),
        ("scipy dijkstra, two metrics", scipy_ms),
    ):
        ratios = f"{spent_ms / ours_ms:8.2f} x whole {spent_ms / search_ms:8.2f} x searches"
        sys.stdout.write(f"{name:38s}{spent_ms:10.2f} ms{ratios}\n")


if __name__ == "__main__":
    main()
