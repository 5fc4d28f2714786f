"""Central Seoul on foot: mean arrival against a bound that no plan can beat."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import dijkstra

from risk_core.assess import assess
from risk_core.plans.demand import find_homes, gather, home_nodes, label_zones
from risk_core.plans.options import EvacuationOptions
from risk_core.plans.plan import make_plan
from risk_core.plans.routing import place_nodes
from risk_core.plans.shelters import screen_shelters
from risk_core.plans.streets import NearestNodes, free_s
from risk_core.state.plan import Goal, WhatIf, Zone
from risk_core.state.profile import Profile
from risk_core.state.situation import Situation
from tests.plans.test_seoul_shared import BOX, EVERYBODY, seoul_request

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
OPTIONS = replace(EvacuationOptions(), demand=replace(EVERYBODY, mode_share={Profile.WALK: 1.0}))


def least_mean_s(area, state, zone, n_placed):
    """Least mean arrival of so many walkers on empty streets, shelters holding what they hold, by HiGHS."""
    network, walk = area.network, Profile.WALK
    homes = find_homes(area, label_zones(area, [zone]), 1, OPTIONS.demand)
    nearest = NearestNodes(network, walk)
    node = home_nodes(area, homes, nearest)
    party = gather(homes, node, np.zeros(len(node)), walk, Goal.SHELTER, OPTIONS.demand)
    screened = screen_shelters(area, state, WhatIf(), OPTIONS)
    places = [np.array([getattr(one, name) for one in screened.shelters]) for name in ("lat_deg", "lon_deg")]
    door = place_nodes(nearest, *places)
    room, door = screened.free[door >= 0], door[door >= 0]
    seconds = free_s(network, walk)
    is_open = np.isfinite(seconds)
    ends = network.head[is_open], network.tail[is_open]
    shape = (network.n_node, network.n_node)
    cost = csr_matrix((seconds[is_open].astype(float), ends), shape=shape)
    far_s = dijkstra(cost, indices=door)[:, party.node].T
    source, sink = np.nonzero(np.isfinite(far_s) & (far_s <= OPTIONS.longest_walk_s))
    n = np.arange(len(source))
    ones = np.ones(len(n))
    limits = coo_matrix((np.r_[ones, ones], (np.r_[source, len(party.node) + sink], np.r_[n, n]))).tocsr()
    most = np.r_[party.units, room]
    arrival = party.ready_s[source] + far_s[source, sink]
    found = linprog(
        arrival, A_ub=limits, b_ub=most[: limits.shape[0]], A_eq=ones[None, :], b_eq=[n_placed], method="highs"
    )
    return found.fun / n_placed


def seoul():
    """Sheltered walkers of central Seoul: mean arrival as loaded, and how far above the bound."""
    if not SHARED.is_dir():
        return {"skipped": "the development data is not beside the checkout"}
    from dashboard.areas.build import build_area

    area = build_area(seoul_request(SHARED / "geo"), Path(tempfile.mkdtemp()), lambda name, share: None).area
    west, south, east, north = BOX
    inside = [o.district_id for o in area.districts if west <= o.lon_deg <= east and south <= o.lat_deg <= north]
    zone = Zone("all", "Centre", None, tuple(inside))
    state = assess(area, Situation(area.area_id, 1.8e9, (0, 3600), None, None, None, (), (), (), (), (), None))
    plan = make_plan(area, state, [zone], options=OPTIONS)
    placed = plan.totals.sheltered
    mean_s = sum(one.persons * one.arrive_s for one in plan.groups) / placed
    bound_s = least_mean_s(area, state, zone, placed)
    return {
        "residents": plan.totals.residents,
        "places": plan.totals.places_free,
        "sheltered": placed,
        "mean arrival s, as loaded": mean_s,
        "mean arrival s, bound on empty streets": bound_s,
        "mean arrival above the bound": mean_s / bound_s - 1,
    }
