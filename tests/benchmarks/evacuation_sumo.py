"""Clearance of our spatial queue against SUMO, the same cars on the same ways; kept under F in benchmarks.json.

    python -m tests.benchmarks.evacuation_sumo --sumo .venv-bench/sumo [--only NAME] [--peers micro meso] [--streams]

SUMO (EPL-2, never part of the product) runs from an environment of its own, micro and meso, without teleports. The lane
capacity of the product straight on, 1,500 cars an hour, was fitted to the clearance on the grid, mean of micro and
meso; turns follow from it (`risk_core.plans.capacity.turn_cost`). The other networks were not used for it. On `random`
SUMO micro locks up for ever, with a fifth of the cars on the way, so only meso is left to compare with, and ours come
18 % later. There one stream of 2,185 cars sets the clearance, and SUMO's own two models differ about it: with the cars
of each end alone (`--streams`) micro had let 1,552 of them arrive after 79.4 min, before it locked up, and ours as many
after 79.6 (+0.3 %), while meso let all arrive after 93.8 min and ours after 110.1. On the three other streams ours is
1.6 % earlier to 10.8 % later than micro, which turns slowly as ours does. Six thousand cars leave the middle as
Rayleigh's curve tells, half after 15 minutes, for the nearest of four ends. Times are CPU seconds; SUMO's hold its
start and the reading of XML.
"""

import argparse
import heapq
import json
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np

from risk_core.kernels.loading import Streets, Units, load_units
from risk_core.kernels.queues import ARRIVED
from risk_core.plans.capacity import LANE_PER_H, VEHICLE_M, turn_cost
from risk_core.plans.demand import rayleigh_s
from risk_core.state.profile import RoadClass
from tests.benchmarks.results import dated, keep

N_CAR = 6000
HALF_GONE_S = 900.0
END_S = 40_000
COMMAND = "python -m tests.benchmarks.evacuation_sumo --sumo .venv-bench/sumo"
COMMON = ("-L", "1", "--default.speed", "13.89", "--no-turnarounds", "true", "--default-junction-type", "priority")
NETWORKS = {
    "grid": ("--grid", "--grid.number", "20", "--grid.length", "200"),
    "spider": ("--spider", "--spider.arm-number", "16", "--spider.circle-number", "12", "--spider.space-radius", "150"),
    "oblong": ("--grid", "--grid.x-number", "26", "--grid.y-number", "13", "--grid.x-length", "150",
               "--grid.y-length", "260"),
    "random": ("--rand", "--rand.iterations", "600", "--seed", "7", "--rand.min-distance", "150",
               "--rand.max-distance", "300"),
}  # fmt: skip


class Roads:
    """Edges of a SUMO network that cars use: length, speed, middle, ends, and what follows each."""

    def __init__(self, path):
        root = ET.parse(path).getroot()
        at = {one.get("id"): (float(one.get("x")), float(one.get("y"))) for one in root.iter("junction")}
        edges = [one for one in root.iter("edge") if one.get("function") is None]
        self.name = [one.get("id") for one in edges]
        self.ends = [(one.get("from"), one.get("to")) for one in edges]
        lanes = [one.find("lane") for one in edges]
        self.length_m = np.array([float(one.get("length")) for one in lanes])
        self.speed_m_per_s = np.array([float(one.get("speed")) for one in lanes])
        self.head = np.array([at[end] for _, end in self.ends])
        ahead = self.head - np.array([at[start] for start, _ in self.ends])
        self.bearing_deg = np.rint(np.degrees(np.arctan2(*ahead.T)) % 360).astype(np.int16)
        self.middle = np.array([(np.array(at[a]) + at[b]) / 2 for a, b in self.ends])
        position = {name: k for k, name in enumerate(self.name)}
        self.before = [[] for _ in edges]
        for one in root.iter("connection"):
            if one.get("from") in position and one.get("to") in position:
                self.before[position[one.get("to")]].append(position[one.get("from")])


def trees(roads, goals, rng):
    """Seconds from every edge to each goal edge, and the edge after it on the way."""
    found = []
    for goal in goals:
        far, onward, heap = {goal: 0.0}, {}, [(0.0, goal)]
        while heap:
            so_far, edge = heapq.heappop(heap)
            if so_far > far[edge]:
                continue
            for before in set(roads.before[edge]):
                cost = so_far + roads.length_m[before] / roads.speed_m_per_s[before] * (1 + 1e-3 * rng.uniform())
                if cost < far.get(before, np.inf):
                    far[before], onward[before] = cost, edge
                    heapq.heappush(heap, (cost, before))
        found.append((far, onward))
    return found


def make_routes(roads, seed=1):
    """Departures and ways: from edges in the middle to the nearest of four far corners."""
    rng = np.random.default_rng(seed)
    low, high = roads.middle.min(axis=0), roads.middle.max(axis=0)
    share = (roads.middle - low) / (high - low)
    corners = [(0, 0), (0, 1), (1, 0), (1, 1)]
    head = (roads.head - low) / (high - low)
    goals = [int(np.argmin(np.hypot(*(head - corner).T))) for corner in corners]
    found = trees(roads, goals, rng)
    inside = np.flatnonzero((np.abs(share - 0.5) < 0.2).all(axis=1))
    inside = [edge for edge in inside if any(edge in far for far, _ in found)]
    routes = []
    for _ in range(N_CAR):
        edge = int(inside[rng.integers(len(inside))])
        _, onward = min(found, key=lambda tree: tree[0].get(edge, np.inf))
        route = [edge]
        while route[-1] in onward:
            route.append(onward[route[-1]])
        routes.append(route)
    return np.sort(rayleigh_s(rng.uniform(0, 1, N_CAR), HALF_GONE_S)), routes


def run_sumo(home, net, roads, depart_s, routes, is_meso, folder):
    """Arrivals and CPU seconds."""
    ways = "".join(
        f'<vehicle id="{k}" type="c" depart="{depart_s[k]:.2f}"><route edges="{" ".join(roads.name[e] for e in way)}"/>'
        "</vehicle>\n"
        for k, way in enumerate(routes)
    )
    (folder / "r.xml").write_text(f'<routes><vType id="c" length="5" minGap="2.5"/>\n{ways}</routes>')
    command = [home / "bin" / "sumo", "-n", net, "-r", folder / "r.xml", "--tripinfo-output", folder / "t.xml",
               "--no-step-log", "true", "--time-to-teleport", "-1", "-e", str(END_S)]  # fmt: skip
    before = os.times()
    subprocess.run([*command, *(["--mesosim", "true"] if is_meso else [])], check=True, capture_output=True)
    after = os.times()
    trips = ET.parse(folder / "t.xml").getroot().iter("tripinfo")
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return np.array([float(one.get("arrival")) for one in trips]), spent


def run_queues(roads, depart_s, routes):
    """Arrivals and CPU seconds of the product's queues, compiled before."""
    n, k = len(routes), len(roads.name)
    first = np.cumsum([0] + [len(route) for route in routes]).astype(np.int64)
    link = np.array([one for route in routes for one in route], np.int32)
    one = np.ones(n)
    units = Units(depart_s, one, np.zeros(n, np.int8), one, np.full(n, np.inf), first, link)
    per_s = LANE_PER_H[RoadClass.TERTIARY].value / 3600
    streets = Streets(
        (roads.length_m / roads.speed_m_per_s).astype(np.float32), np.full(k, per_s),
        np.maximum(2.0, roads.length_m / VEHICLE_M.value), np.ones(2), np.zeros((1, k), np.int64), np.zeros(1),
        np.zeros((1, k), np.float32), np.stack([roads.bearing_deg] * 2), turn_cost(),
    )  # fmt: skip
    load_units(streets, units, 1.0, float(END_S), 1, 600.0)
    before = time.process_time()
    loaded = load_units(streets, units, 1.0, float(END_S), 1, 600.0)
    return loaded.arrive_s[loaded.state == ARRIVED], time.process_time() - before


def times_min(arrive_s):
    """When half, nine tenths and the last one arrived, minutes; and how many never."""
    every = np.full(N_CAR, np.inf)
    every[: len(arrive_s)] = np.sort(arrive_s)
    at = [every[round(share * N_CAR) - 1] / 60 for share in (0.5, 0.9, 1.0)]
    known = [round(float(one), 2) if np.isfinite(one) else None for one in at]
    return dict(zip(("half_min", "most_min", "clearance_min"), known, strict=True)) | {"never": N_CAR - len(arrive_s)}


def compare(home, name, peers):
    """One network: times of the three, and by how much ours are later than SUMO's."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        net = folder / "n.net.xml"
        make = [home / "bin" / "netgenerate", *NETWORKS[name], *COMMON, "-o", net]
        subprocess.run(make, check=True, capture_output=True)
        roads = Roads(net)
        depart_s, routes = make_routes(roads)
        ours, spent = run_queues(roads, depart_s, routes)
        found = {"edges": len(roads.name), "ours": times_min(ours) | {"cpu_s": round(spent, 3)}}
        for peer in peers:
            arrive_s, peer_s = run_sumo(home, net, roads, depart_s, routes, peer == "meso", folder)
            theirs = times_min(arrive_s)
            found[peer] = theirs | {"cpu_s": round(peer_s, 2), "times_slower": round(peer_s / spent, 1)}
            for key in ("half_min", "most_min", "clearance_min"):
                mine = found["ours"][key]
                found[peer][f"ours_later_{key}"] = (
                    None if mine is None or theirs[key] is None else round(mine / theirs[key] - 1, 4)
                )
    return found


def compare_streams(home, name, peers):
    """One network, the cars of each end alone: when as many had arrived as ever did there."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        net = folder / "n.net.xml"
        make = [home / "bin" / "netgenerate", *NETWORKS[name], *COMMON, "-o", net]
        subprocess.run(make, check=True, capture_output=True)
        roads = Roads(net)
        depart_s, routes = make_routes(roads)
        found = {}
        for goal in sorted({route[-1] for route in routes}):
            mine = [k for k, route in enumerate(routes) if route[-1] == goal]
            ways = [routes[k] for k in mine]
            ours = np.sort(run_queues(roads, depart_s[mine], ways)[0]) / 60
            row = {"cars": len(mine), "ours_clearance_min": round(float(ours[-1]), 2)}
            for peer in peers:
                theirs = np.sort(run_sumo(home, net, roads, depart_s[mine], ways, peer == "meso", folder)[0]) / 60
                n = len(theirs)
                row[peer] = {
                    "arrived": n,
                    "last_min": round(float(theirs[-1]), 2),
                    "ours_as_many_min": round(float(ours[n - 1]), 2),
                    "ours_later": round(float(ours[n - 1] / theirs[-1]) - 1, 4),
                }
            found[roads.name[goal]] = row
        return found


def main() -> None:
    """Compare and keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sumo", type=Path, required=True, help="environment with the package eclipse-sumo")
    parser.add_argument("--only", nargs="*", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--peers", nargs="*", choices=("micro", "meso"), default=["micro", "meso"])
    parser.add_argument("--streams", action="store_true", help="the cars of each end alone, one end after the other")
    args = parser.parse_args()
    for name in args.only:
        measure = compare_streams if args.streams else compare
        figures = measure(args.sumo.resolve(), name, args.peers)
        sys.stdout.write(f"{name}: {json.dumps(figures)}\n")
        streams = " streams" if args.streams else ""
        command = f"{COMMAND} --only {name} --peers {' '.join(args.peers)}{streams.replace(' ', ' --')}"
        keep("F", {f"evacuation sumo {name}{streams}": dated(command, figures)})


if __name__ == "__main__":
    main()
