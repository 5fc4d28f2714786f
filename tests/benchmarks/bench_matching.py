"""Map matching on simulated tracks with a known truth over an area's streets, beside leuvenmapmatching.

    make run    (once: it builds the embedded areas into .ansimgil)
    python -m tests.benchmarks.bench_matching [--home .ansimgil] [--area coquimbo] [--tracks 24] [--peer]

A table of noise by gap: share of pings put on the right street, and on the right edge (street and direction), and
pings a second of CPU time. Both matchers get the same pings and the same, true, noise; the peer matches on the
streets cut into straight pieces, and is started anew where it gives up within a track. `--peer`
needs leuvenmapmatching, rtree and pyproj from `tests/benchmarks/requirements.txt`.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from dashboard.store.bundles import bundle_path, read_bundle
from risk_core.movement.match_options import MatchOptions
from risk_core.movement.match_pings import Pings
from risk_core.movement.match_plane import MatchStreets, street_plane
from risk_core.movement.match_track import match_track
from risk_core.state.profile import Profile
from tests.benchmarks.simulated_tracks import SimulatedTrack, simulate_routes, simulate_track

NOISES_M = (5.0, 10.0, 25.0)
GAPS_S = (10.0, 30.0, 60.0, 120.0)


def match_ours(streets: MatchStreets, track: SimulatedTrack, noise_m: float) -> np.ndarray:
    """Edge of each ping by our matcher, -1 where none."""
    pings = Pings.of(track.time_s, track.lat_deg, track.lon_deg)
    found = match_track(streets, pings, MatchOptions(sigma_m=noise_m))
    edge = np.full(len(track.edge), -1, dtype=np.int32)
    edge[found.ping] = found.edge
    return edge


def peer_settings(noise_m: float, gap_s: float) -> dict[str, object]:
    """The peer's settings: the true noise, and room for the ways between sparse pings."""
    return {
        "max_dist": max(100.0, 5.0 * noise_m, 4.0 * gap_s),
        "max_dist_init": max(100.0, 5.0 * noise_m),
        "obs_noise": noise_m,
        "obs_noise_ne": max(2.0 * noise_m, 2.0 * gap_s),
        "dist_noise": max(noise_m, 1.2 * gap_s),
        "min_prob_norm": None,
        "max_lattice_width": 8,
        "non_emitting_states": True,
    }


def make_peer(streets: MatchStreets) -> Callable[[MatchStreets, SimulatedTrack, float], np.ndarray]:
    """The peer on the same streets cut into straight pieces, one node for each point of a street."""
    from leuvenmapmatching.map.inmem import InMemMap
    from leuvenmapmatching.matcher.distance import DistanceMatcher

    network = streets.network
    east, north, _ = streets.to_plane(network.point_lat_deg, network.point_lon_deg)
    _, node_of = np.unique(
        np.stack([network.point_lat_deg, network.point_lon_deg]).round(7), axis=1, return_inverse=True
    )
    node_of = node_of.ravel()
    plane = InMemMap("streets", use_latlon=False, use_rtree=True, index_edges=True)
    for node, at in zip(*np.unique(node_of, return_index=True), strict=True):
        plane.add_node(int(node), (float(north[at]), float(east[at])))
    owner = {}
    for street in range(network.n_street):
        points = node_of[network.street_first_point[street] : network.street_first_point[street + 1]]
        for way, line in enumerate((points, points[::-1])):
            edge = int(streets.plane.street_edge[way, street])
            if edge < 0:
                continue
            for a, b in zip(line[:-1].tolist(), line[1:].tolist(), strict=True):
                if a != b:
                    plane.add_edge(a, b)
                    owner.setdefault((a, b), edge)

    def match(_: MatchStreets, track: SimulatedTrack, noise_m: float) -> np.ndarray:
        e, n, _ = streets.to_plane(track.lat_deg, track.lon_deg)
        line = list(zip(n.tolist(), e.tolist(), strict=True))
        gap_s = float(np.diff(track.time_s).mean()) if len(line) > 1 else 0.0
        edge = np.full(len(line), -1, dtype=np.int32)
        begin = 0
        while begin < len(line):
            matcher = DistanceMatcher(plane, **peer_settings(noise_m, gap_s))
            matcher.match(line[begin:])
            last = begin
            for state in matcher.lattice_best or []:
                if state.is_emitting():
                    edge[begin + state.obs] = owner[state.edge_m.l1, state.edge_m.l2]
                    last = max(last, begin + state.obs + 1)
            begin = max(last, begin + 1)
        return edge

    return match


def measure(streets: MatchStreets, tracks: list[SimulatedTrack], noise_m: float, match: Callable) -> dict[str, float]:
    """Accuracy and speed of one matcher on one cell of the table."""
    street = streets.network.street
    right_edge = right_street = n = 0
    spent = 0.0
    for track in tracks:
        began = time.process_time()
        edge = match(streets, track, noise_m)
        spent += time.process_time() - began
        right_edge += int((edge == track.edge).sum())
        right_street += int(((street[edge] == street[track.edge]) & (edge >= 0)).sum())
        n += len(edge)
    return {
        "n_ping": n,
        "street_share": round(right_street / n, 4),
        "edge_share": round(right_edge / n, 4),
        "pings_per_s": round(n / max(spent, 1e-9)),
    }


def measure_speed(streets: MatchStreets, tracks: list[SimulatedTrack], noise_m: float) -> str:
    """Pings a second of CPU time for one day's log in one call: the tracks one after the other, with a rest between."""
    begin, time_s = 0.0, []
    for track in tracks:
        time_s.append(begin + track.time_s)
        begin += track.time_s[-1] + 900.0
    lat, lon = (np.concatenate([getattr(one, name) for one in tracks]) for name in ("lat_deg", "lon_deg"))
    pings, options = Pings.of(np.concatenate(time_s), lat, lon), MatchOptions(sigma_m=noise_m)
    spent = []
    for _ in range(5):
        began = time.process_time()
        match_track(streets, pings, options)
        spent.append(time.process_time() - began)
    rate = pings.n_ping / float(np.median(spent))
    return f"noise {noise_m:3g} m: {rate:,.0f} pings/s, median of 5, {pings.n_ping} pings in one call"


def main() -> None:
    """Measure every cell and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=Path(".ansimgil"))
    parser.add_argument("--area", default="coquimbo")
    parser.add_argument("--tracks", type=int, default=24)
    parser.add_argument("--most-peer-pings", type=int, default=1_000_000, help="tracks are cut to so many pings a cell")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--noises", default=",".join(f"{one:g}" for one in NOISES_M))
    parser.add_argument("--gaps", default=",".join(f"{one:g}" for one in GAPS_S))
    parser.add_argument("--peer", action="store_true")
    parser.add_argument("--speed", action="store_true", help="only the speed at the first gap, on one long log")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    streets = street_plane(read_bundle(bundle_path(args.home, args.area)).network, Profile.CAR)
    routes = simulate_routes(streets, args.tracks, args.seed)
    match_ours(streets, simulate_track(streets, routes[0], 10.0, 10.0, 0), 10.0)
    if args.speed:
        gap_s = float(args.gaps.split(",")[0])
        for noise_m in map(float, args.noises.split(",")):
            tracks = [simulate_track(streets, route, gap_s, noise_m, i) for i, route in enumerate(routes)]
            sys.stdout.write(measure_speed(streets, tracks, noise_m) + "\n")
        return
    peer = make_peer(streets) if args.peer else None
    cells = []
    for noise_m in map(float, args.noises.split(",")):
        for gap_s in map(float, args.gaps.split(",")):
            tracks = [simulate_track(streets, route, gap_s, noise_m, i) for i, route in enumerate(routes)]
            if peer:
                last = int(np.searchsorted(np.cumsum([len(one.edge) for one in tracks]), args.most_peer_pings)) + 1
                tracks = tracks[:last]
            cell = {"noise_m": noise_m, "gap_s": gap_s, "ours": measure(streets, tracks, noise_m, match_ours)}
            if peer:
                cell["leuvenmapmatching"] = measure(streets, tracks, noise_m, peer)
            cells.append(cell)
            sys.stdout.write("" if args.json else f"{_words(cell)}\n")
            sys.stdout.flush()
    if args.json:
        sys.stdout.write(json.dumps(cells) + "\n")


def _words(cell: dict) -> str:
    parts = [f"noise {cell['noise_m']:3g} m, gap {cell['gap_s']:3g} s"]
    for name in ("ours", "leuvenmapmatching"):
        if name in cell:
            one = cell[name]
            parts.append(
                f"{name}: street {one['street_share']:.3f} edge {one['edge_share']:.3f} {one['pings_per_s']:,}/s"
                f" ({one['n_ping']})"
            )
    return " | ".join(parts)


if __name__ == "__main__":
    main()
