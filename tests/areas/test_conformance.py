"""OpenStreetMap's tagging rules, each on its own small network: file -> reader -> street table -> network."""

from collections import Counter
from functools import cache

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order

from dashboard.areas.report import BuildReport
from dashboard.areas.streets import read_streets
from risk_core.state.grid import Grid
from risk_core.state.network import Network, network_from_streets
from risk_core.state.profile import EdgeFlag, profile_position
from tests.areas.conformance import LETTERS, RULES, Rule, as_table
from tests.areas.osm_text import lattice

GRID = Grid.from_bounds(126.99, 37.49, 127.03, 37.52, 100.0)
ANCHOR = (999, ["g7", "h7"], {"highway": "residential"})
"""A street apart from all others, so that a network remains where the rule leaves none."""

IDS = [f"{rule.topic}: {rule.name}" for rule in RULES]


@pytest.fixture(params=RULES, ids=IDS)
def case(request, tmp_path):
    rule = request.param
    town = type(rule.town)([*rule.town.ways, ANCHOR], rule.town.node_tags, relations=rule.town.relations)
    report = BuildReport()
    table = read_streets(town.save(tmp_path), report).table
    return rule, network_from_streets(table, GRID), report


def node_at(network: Network, spot: str) -> int:
    lat, lon = lattice(spot)
    gap = np.hypot(network.node_lat_deg - lat, network.node_lon_deg - lon)
    return int(gap.argmin()) if gap.min() < 1e-6 else -1


def gets_there(network: Network, speed: np.ndarray, start: str, end: str) -> bool:
    a, b = node_at(network, start), node_at(network, end)
    if a < 0 or b < 0:
        return False
    is_open = speed > 0
    ones = np.ones(int(is_open.sum()), dtype=np.int8)
    graph = csr_matrix((ones, (network.tail[is_open], network.head[is_open])), shape=(network.n_node, network.n_node))
    return b in breadth_first_order(graph, a, directed=True, return_predecessors=False)


def who_gets_there(network: Network, start: str, end: str) -> str:
    rows = {letter: network.speed_m_per_s[profile_position(profile)] for letter, profile in LETTERS.items()}
    return "".join(letter for letter, speed in rows.items() if gets_there(network, speed, start, end))


def edge_between(network: Network, start: str, end: str) -> int:
    a, b = node_at(network, start), node_at(network, end)
    (edge,) = np.flatnonzero((network.tail == a) & (network.head == b))
    return int(edge)


@cache
def spots() -> dict[tuple[int, int], str]:
    names = [f"{column}{row}" for column in "abcdefgh" for row in range(10)]
    return {tuple(np.round(np.array(lattice(name)) * 1e5).astype(int).tolist()): name for name in names}


def spot_of(network: Network, node: int) -> str:
    place = np.round(np.array([network.node_lat_deg[node], network.node_lon_deg[node]]) * 1e5).astype(int)
    return spots()[tuple(place.tolist())]


def test_the_rule_holds(case):
    rule, network, report = case
    if rule.along is not None:
        assert who_gets_there(network, rule.start, rule.end) == rule.along, "along"
        assert who_gets_there(network, rule.end, rule.start) == rule.against, "against"
    if rule.turns is not None:
        pairs = zip(network.turn_from, network.turn_to, strict=True)
        turns = [(network.tail[a], network.head[a], network.head[b]) for a, b in pairs]
        assert {tuple(spot_of(network, node) for node in turn) for turn in turns} == rule.turns
    if rule.flags or rule.no_flags:
        flags = EdgeFlag(int(network.flags[edge_between(network, rule.start, rule.end)]))
        assert flags & rule.flags == rule.flags and not flags & rule.no_flags, flags
    if rule.km_per_h or rule.seconds:
        check_speeds(rule, network)
    check_report(rule, report)


def check_speeds(rule: Rule, network: Network) -> None:
    edge = edge_between(network, rule.start, rule.end)
    speed = {who: network.speed_m_per_s[profile_position(profile), edge] for who, profile in LETTERS.items()}
    for who, km_per_h in rule.km_per_h.items():
        assert speed[who] * 3.6 == pytest.approx(km_per_h, abs=0.01), who
    for who, seconds in rule.seconds.items():
        assert network.length_m[edge] / speed[who] == pytest.approx(seconds, rel=2e-3), who


def check_report(rule: Rule, report: BuildReport) -> None:
    """What cannot be used is named with its place, the reason and what to do; nothing else is found wrong."""
    assert len(report.faults) == bool(rule.found), report.as_text()
    for fault in report.faults:
        assert rule.found in str(fault) and "relation 1" in fault.place and fault.remedy
    assert len(report.notes) == bool(rule.left_out), report.notes
    assert all(rule.left_out in note and note.endswith(": 1.") for note in report.notes), report.notes


def test_the_list_is_whole_and_readable():
    assert len(set(IDS)) == len(IDS)
    topics = Counter(rule.topic for rule in RULES)
    wanted = "one-way, access, barrier, restriction, steps, ferry, tunnel, wheelchair, speed, left out"
    assert set(topics) == set(wanted.split(", ")) and min(topics.values()) >= 9
    for rule in RULES:
        assert rule.page and rule.expected, rule.name
        assert "" not in (rule.topic, rule.name)
    table = as_table().splitlines()
    assert table[0] == f"{len(RULES)} rules" and len(table) == len(RULES) + 4
    assert "| one-way | -1 turns it round | Key:oneway | WH along; WHBCUA against |" in table


def test_a_rule_that_is_broken_is_noticed(tmp_path):
    rule = next(rule for rule in RULES if rule.name == "-1 turns it round")
    network = network_from_streets(read_streets(rule.town.save(tmp_path), BuildReport()).table, GRID)
    assert who_gets_there(network, rule.start, rule.end) != who_gets_there(network, rule.end, rule.start)
