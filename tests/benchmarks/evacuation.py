"""Figures of the evacuation plans, kept under F in benchmarks.json.

    python -m tests.benchmarks.evacuation [--only gap known zone city few seoul]

`gap`: 50 random small cases against a maximum flow (clearance) and HiGHS (sum of arrivals), network time-expanded.
`known`: bottleneck and two streams. `zone`: the sample town, a drawn zone, and again with its busiest street closed.
`city`: everybody to 400 invented shelters. `few`: everybody, with the dozen shelters of the town's drill alone.
`seoul`: walkers of central Seoul against the cheapest assignment on empty streets (needs the development data). Times
are CPU and wall seconds of one thread, median of 5 (city, few: once). The peer SUMO runs in
`evacuation_sumo`.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from risk_core.assess import assess
from risk_core.kernels.loading import Streets, Units, load_units
from risk_core.plans.options import DemandOptions, EvacuationOptions
from risk_core.plans.plan import make_plan
from risk_core.plans.reserve import TAIL_DEFAULTS, book_groups
from risk_core.state.plan import WhatIf, Zone
from risk_core.state.situation import Closure, ClosureReason, GeometryKind, Shape, Shelter, Situation
from tests.benchmarks.evacuation_seoul import seoul
from tests.benchmarks.results import dated, keep
from tests.plans.exact import least_arrivals, least_clearance, most_placed, random_case

N_SLOT = 120
NOW_S = 1.8e9


def book(case, tail):
    """Book a case without changing it."""
    graph, facts, sources, sinks = case
    sinks = sinks._replace(room=sinks.room.copy())
    return book_groups(graph, facts, sources, sinks, np.zeros((len(graph.link), N_SLOT), np.int16), tail)


def gap(n_case=50):
    """Share by which plans are later than the optimum: plain bookings, and with the last ones looked at again."""
    rows, n_short, n_torn = [], 0, 0
    seed = -1
    while len(rows) < n_case:
        seed += 1
        case = random_case(seed)
        n = int(case[2].n_unit.sum())
        plans = [book(case, tail) for tail in (replace(TAIL_DEFAULTS, is_tried=False), TAIL_DEFAULTS)]
        if plans[1].ways.n_unit.sum() < n:
            n_short += int(plans[1].ways.n_unit.sum() != most_placed(case, N_SLOT))
            continue
        last = least_clearance(case, n, max(plan.last_slot for plan in plans if plan.ways.n_unit.sum() == n))
        least = least_arrivals(case, n, N_SLOT)
        whole = [plan if plan.ways.n_unit.sum() == n else plans[1] for plan in plans]
        sums = [float((plan.ways.n_unit * plan.ways.arrive).sum()) for plan in whole]
        in_time = case[3]._replace(until=np.minimum(case[3].until, int(1.05 * last)))
        n_torn += least_arrivals((*case[:3], in_time), n, int(1.05 * last)) / least > 1.01
        rows.append([whole[0].last_slot / last, whole[1].last_slot / last, sums[0] / least, sums[1] / least])
    excess = np.array(rows) - 1
    names = ("clearance plain", "clearance", "mean arrival plain", "mean arrival")
    found = {
        name: {"mean": float(e.mean()), "largest": float(e.max())} for name, e in zip(names, excess.T, strict=True)
    }
    found["cases in which no plan has both 1 % and 5 %"] = int(n_torn)
    return found | {"cases": n_case, "cases where fewer were placed than a maximum flow": n_short}


def known():
    """Error against known answers, shares."""

    def run(routes, per_s):
        n = len(routes)
        first = np.cumsum([0] + [len(route) for route in routes]).astype(np.int64)
        link = np.array([one for route in routes for one in route], np.int32)
        zero, one = np.zeros(n), np.ones(n)
        units = Units(zero, one, np.zeros(n, np.int8), one, np.full(n, np.inf), first, link)
        k = len(per_s)
        where = Streets(
            np.full(k, 30, np.float32), np.array(per_s), np.full(k, 1e4), np.ones(2), np.zeros((1, k), np.int64),
            np.zeros(1), np.zeros((1, k), np.float32), np.zeros((2, k), np.int16), np.ones(1),
        )  # fmt: skip
        return float(load_units(where, units, 1.0, 1e5, 10, 600.0).arrive_s.max())

    one = run([[0, 1]] * 1800, [10.0, 0.5])
    two = run([[0, 2], [1, 2]] * 1800, [10.0, 10.0, 0.5])
    return {"bottleneck": one / 3660 - 1, "two streams": two / 7260 - 1}


def town():
    """The sample town with its drill shelters, nothing happening."""
    from dashboard.areas.build import build_area
    from dashboard.areas.embedded.coquimbo import coquimbo_request

    home = os.environ.get("ANSIMGIL_HOME")
    if home and (Path(home) / "areas" / "coquimbo").is_dir():
        from dashboard.settings import Settings
        from dashboard.store.library import Library

        area = Library(Settings.from_environ({"ANSIMGIL_HOME": home})).area("coquimbo")
    else:
        area = build_area(coquimbo_request(), Path(tempfile.mkdtemp()), lambda name, share: None).area
    shelters = [
        Shelter(p.place_id, p.name, p.detail, p.lat_deg, p.lon_deg, p.capacity_persons, 0.0, True, "drill", True)
        for p in area.scenery.shelters
    ]
    return area, shelters


def state(area, shelters):
    """An assessment with these shelters."""
    return assess(area, Situation(area.area_id, NOW_S, (0, 3600), *[None] * 3, (), (), (), tuple(shelters), (), None))


def circle(lat, lon, radius_m):
    """A round zone."""
    turn = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    d_lat = radius_m / 111_195
    ring = np.column_stack([lat + d_lat * np.cos(turn), lon + d_lat * np.sin(turn) / np.cos(np.radians(lat))])
    return Zone("zone", "Centre", Shape(GeometryKind.POLYGON, (ring,)))


def timed(job, n=5):
    """Median CPU seconds and median wall seconds after a first run, and the result."""
    result, spent = job(), []
    for _ in range(n):
        begin = time.process_time(), time.perf_counter()
        result = job()
        spent.append((time.process_time() - begin[0], time.perf_counter() - begin[1]))
    return (*(float(one) for one in np.median(spent, axis=0)), result)


def shown(area, plan, zone):
    """All that the page makes of a plan besides: what is kept, its files, the layers of the map."""
    from dashboard.plans.ask import plan_content
    from dashboard.plans.files import FORMATS
    from dashboard.plans.zones import Drawn
    from dashboard.views.plan import curve_figure, flow_features
    from dashboard.views.plan_map import filling_features

    content = json.dumps(plan_content(area, plan, Drawn((zone,), (), WhatIf())))
    files = [write(area, plan, (zone,)) for write in FORMATS.values()]
    layers = json.dumps([flow_features(area.network, plan), filling_features(plan, "ko"), curve_figure(plan, "ko")])
    return len(content) + len(layers) + sum(len(one) for one in files)


def busy_street(network, plan):
    """Middle of the street most vehicles of a plan use, shape=(1, 2), and how many."""
    total = plan.load.vehicles.sum(axis=0)
    edge = int(np.flatnonzero(network.street == plan.load.street[np.argmax(total)])[0])
    ends = [network.tail[edge], network.head[edge]]
    return np.array([[network.node_lat_deg[ends].mean(), network.node_lon_deg[ends].mean()]]), float(total.max())


def zone():
    """A drawn zone of about ten thousand people, and again after a closure."""
    area, shelters = town()
    made = state(area, shelters)
    drawn = circle(-29.9350, -71.2500, 770.0)
    first_s, first_wall_s, plan = timed(lambda: make_plan(area, made, [drawn]))
    shown_s, shown_wall_s, _ = timed(lambda: shown(area, plan, drawn))
    at, ends = busy_street(area.network, plan)
    shut = Closure("c", ClosureReason.OTHER, "c", Shape(GeometryKind.POINT, (at,)), NOW_S, np.inf, (), "t", True)
    again_s, again_wall_s, again = timed(lambda: make_plan(area, made, [drawn], what_if=WhatIf(closures=(shut,))))
    return {
        "residents": plan.totals.residents,
        "plan_cpu_s": first_s,
        "plan_wall_s": first_wall_s,
        "page_made_of_it_cpu_s": shown_s,
        "page_made_of_it_wall_s": shown_wall_s,
        "cars_on_the_closed_street": ends,
        "after_a_closure_cpu_s": again_s,
        "after_a_closure_wall_s": again_wall_s,
        "left over": plan.totals.left_over,
        "left over after a closure": again.totals.left_over,
    }


def city():
    """Everybody of the town to 400 invented shelters with room for all."""
    area, _ = town()
    rng = np.random.default_rng(1)
    network = area.network
    node = rng.choice(np.unique(network.tail[network.snap_mask & 1 > 0]), 400, replace=False)
    room = rng.multinomial(500_000, np.ones(400) / 400)
    at = np.column_stack([network.node_lat_deg, network.node_lon_deg])
    shelters = [
        Shelter(f"s{k}", f"s{k}", "school", *at[v].tolist(), float(room[k]), 0.0, True, "bench", True)
        for k, v in enumerate(node)
    ]
    everyone = DemandOptions(shelter_share=1.0, participation_share=1.0, participation_high=1.0, shadow_share=0.0)
    whole = Zone("city", "City", None, tuple(one.district_id for one in area.districts))
    made = state(area, shelters)
    begin = time.process_time()
    plan = make_plan(area, made, [whole], options=EvacuationOptions(demand=everyone))
    spent_s = time.process_time() - begin
    totals = plan.totals
    return {
        "residents": totals.residents,
        "sheltered": totals.sheltered,
        "left over": totals.left_over,
        "cpu_s": spent_s,
    }


def few():
    """Everybody of the town, who leaves and who does not as usual, with the dozen shelters of the drill alone."""
    area, shelters = town()
    whole = Zone("city", "City", None, tuple(one.district_id for one in area.districts))
    made = state(area, shelters)
    begin = time.process_time()
    plan = make_plan(area, made, [whole])
    spent_s = time.process_time() - begin
    reasons = {}
    for row in plan.left_over:
        reasons[str(row.reason)] = reasons.get(str(row.reason), 0.0) + row.persons
    totals = plan.totals
    return {
        "residents": totals.residents,
        "places": totals.places_free,
        "sheltered": totals.sheltered,
        "away": totals.away,
        "left over": totals.left_over,
        "left over by reason": reasons,
        "cpu_s": spent_s,
    }


JOBS = {"known": known, "gap": gap, "zone": zone, "city": city, "few": few, "seoul": seoul}


def main() -> None:
    """Measure and keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", choices=JOBS, default=list(JOBS))
    args = parser.parse_args()
    for name in args.only:
        figures = JOBS[name]()
        sys.stdout.write(f"{name}: {json.dumps(figures)}\n")
        keep("F", {f"evacuation {name}": dated(f"python -m tests.benchmarks.evacuation --only {name}", figures)})


if __name__ == "__main__":
    main()
