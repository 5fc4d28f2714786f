"""Bookings on the streets of central Seoul against OR-tools, exactly; kept under F in benchmarks.json.

    python -m tests.benchmarks.evacuation_exact --ortools .venv-bench/ortools [--seeds 5 6]

Needs the development data beside the checkout, and OR-tools in an environment of its own (never part of the product).
The case of the survey of routing: 20,000 people at 300 crossings drawn by chance, 12 shelters with 1.3 places a person,
slots of 15 s, one person every two seconds and lane, three lanes on the fastest twentieth of the streets. Exact
clearance is the first slot by which a maximum flow of the time-expanded network moves everybody; exact mean arrival a
flow of least cost on the same network. Times are CPU seconds of one thread.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from risk_core.kernels.evacuation import Sources
from risk_core.plans.reserve import TAIL_DEFAULTS, book_groups
from risk_core.plans.streets import NearestNodes
from risk_core.state.profile import Profile, profile_position
from tests.benchmarks.results import dated, keep
from tests.plans.exact import PLENTY, link_facts, random_case, sinks_of, slot_graph_of
from tests.plans.test_seoul_shared import seoul_request

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
PEER = Path(__file__).with_name("flow_peer.py")
COMMAND = "python -m tests.benchmarks.evacuation_exact --ortools .venv-bench/ortools"
SLOT_S = 15.0
N_SLOT = 400
N_SOURCE, N_SINK, N_PERSON, PLACES_PER_PERSON = 300, 12, 20_000, 1.3
PER_S_AND_LANE = 0.5


def seoul_case(network, seed):
    """Streets cars may use as links of their own, groups and shelters at crossings drawn by chance."""
    speed = network.speed_m_per_s[profile_position(Profile.CAR)]
    edge = np.flatnonzero(speed > 0)
    node, ends = np.unique(np.r_[network.tail[edge], network.head[edge]], return_inverse=True)
    tail, head = ends[: len(edge)], ends[len(edge) :]
    graph = slot_graph_of(len(node), tail, head)
    order = np.lexsort((head, tail))
    seconds = (network.length_m[edge] / speed[edge])[order]
    lanes = np.where(speed[edge][order] > np.quantile(speed[edge], 0.95), 3, 1)
    slots = np.maximum(1, np.ceil(seconds / SLOT_S))
    facts = link_facts(slots, np.maximum(1, np.floor(lanes * PER_S_AND_LANE * SLOT_S)), N_SLOT)
    rng = np.random.default_rng(seed)
    whole = np.flatnonzero(np.isin(node, NearestNodes(network, Profile.CAR).node))
    drawn = rng.permutation(whole).astype(np.int32)
    units = rng.multinomial(N_PERSON, np.ones(N_SOURCE) / N_SOURCE).astype(np.int32)
    room = rng.multinomial(int(N_PERSON * PLACES_PER_PERSON), np.ones(N_SINK) / N_SINK)
    sources = Sources(drawn[:N_SOURCE].copy(), np.zeros(N_SOURCE, dtype=np.int32), units)
    return graph, facts, sources, sinks_of(len(node), drawn[N_SOURCE : N_SOURCE + N_SINK], room, N_SLOT)


def expand(case, last):
    """Arcs of the network of (node, slot) pairs up to a slot."""
    graph, facts, sources, sinks = case
    n_node, width = len(graph.first_out) - 1, last + 1
    rows = []
    for slot in range(width):
        edge = np.flatnonzero(slot + facts.slots[graph.link] <= last)
        end = slot + facts.slots[graph.link[edge]]
        rows.append([graph.tail[edge] * width + slot, graph.head[edge] * width + end, facts.per_bin[graph.link[edge]]])
        if slot < last:
            node = np.arange(n_node) * width + slot
            rows.append([node, node + 1, np.full(n_node, PLENTY)])
    start = n_node * width
    stop, hub = start + 1, start + 2 + np.arange(len(sinks.node))
    rows.append([np.full(len(sources.node), start), sources.node * width + sources.ready, sources.n_unit])
    n_free = sum(len(row[0]) for row in rows)
    for k, node in enumerate(sinks.node):
        rows.append([node * width + np.arange(width), np.full(width, hub[k]), np.full(width, PLENTY)])
    rows.append([hub, np.full(len(hub), stop), sinks.room])
    tail, head, units = (np.concatenate([row[k] for row in rows]) for k in range(3))
    cost = np.zeros(len(tail), dtype=np.int64)
    cost[n_free : n_free + len(hub) * width] = np.tile(np.arange(width), len(hub))
    return {"tail": tail.astype(np.int32), "head": head.astype(np.int32), "units": units.astype(np.int64),
            "cost": cost, "start": start, "stop": stop, "n_unit": sources.n_unit.sum()}  # fmt: skip


def solve(python, case, last, job):
    """What OR-tools finds, and its CPU seconds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "arcs.npz"
        np.savez(path, **expand(case, last))
        done = subprocess.run([python, PEER, path, job], check=True, capture_output=True, text=True)
    told = json.loads(done.stdout)
    return told["found"], told["cpu_s"]


def exact_clearance(python, case, low, high):
    """First slot by which everybody can have arrived, CPU seconds, and how many flows that took; they can by `high`."""
    spent_s, n_flow = 0.0, 0
    while low < high:
        middle = (low + high) // 2
        found, cpu_s = solve(python, case, middle, "most")
        spent_s, n_flow = spent_s + cpu_s, n_flow + 1
        low, high = (low, middle) if found >= N_PERSON else (middle + 1, high)
    return low, spent_s, n_flow


def book(case, tail):
    """Booked ways, and CPU seconds."""
    graph, facts, sources, sinks = case
    taken = np.zeros((len(graph.link), N_SLOT), np.int16)
    begin = time.process_time()
    booked = book_groups(graph, facts, sources, sinks._replace(room=sinks.room.copy()), taken, tail)
    return booked, time.process_time() - begin


def compare(python, case):
    """Gap of plain bookings, and of those whose last ones are looked at again."""
    found: dict[str, dict[str, float]] = {}
    book(random_case(0), TAIL_DEFAULTS)
    booked = {"plain": book(case, replace(TAIL_DEFAULTS, is_tried=False)), "pressed": book(case, TAIL_DEFAULTS)}
    last = min(one.last_slot for one, _ in booked.values())
    clearance, max_s, n_flow = exact_clearance(python, case, 1, last)
    cost, min_s = solve(python, case, last, "cheapest")
    found["exact"] = {"clearance_slots": clearance, "mean_slots": cost / N_PERSON, "max_flow_cpu_s": max_s,
                      "max_flows": n_flow, "min_cost_cpu_s": min_s}  # fmt: skip
    for name, (one, spent_s) in booked.items():
        ways = one.ways
        placed = int(ways.n_unit.sum())
        mean = float((ways.n_unit * ways.arrive).sum()) / placed
        found[name] = {"placed": placed, "clearance_slots": one.last_slot, "mean_slots": mean, "cpu_s": spent_s,
                       "clearance_gap": one.last_slot / clearance - 1,
                       "mean_gap": mean / (cost / N_PERSON) - 1}  # fmt: skip
    return found


def main() -> None:
    """Measure and keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ortools", type=Path, required=True, help="environment with the package ortools")
    parser.add_argument("--seeds", type=int, nargs="*", default=[5])
    args = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit("the development data is not beside the checkout")
    from dashboard.areas.build import build_area

    area = build_area(seoul_request(SHARED / "geo"), Path(tempfile.mkdtemp()), lambda name, share: None).area
    figures = {}
    for seed in args.seeds:
        figures[f"seed {seed}"] = compare(args.ortools / "bin" / "python", seoul_case(area.network, seed))
        sys.stdout.write(f"seed {seed}: {json.dumps(figures[f'seed {seed}'])}\n")
        sys.stdout.flush()
    command = f"{COMMAND} --seeds {' '.join(map(str, args.seeds))}"
    keep("F", {"evacuation exact seoul": dated(command, figures)})


if __name__ == "__main__":
    main()
