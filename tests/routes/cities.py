"""Random little cities with everything that makes routing hard, and the assessment of one."""

from dataclasses import replace

import numpy as np

from risk_core.state.area import Area
from risk_core.state.assessment import Assessment, LayerFields
from risk_core.state.grid import Grid
from risk_core.state.level import Layer
from risk_core.state.network import Network, StreetTable, network_from_streets
from risk_core.state.profile import PROFILES, RoadClass
from tests.tiny import D_LAT_DEG, D_LON_DEG, SOUTH_DEG, WEST_DEG

SPEED = np.array([1.3, 1.0, 4.0, 10.0, 9.0, 12.0], dtype=np.float32)


def city_table(seed: int, n: int = 5) -> StreetTable:
    """A bent n x n lattice with gaps, one-ways, dead ends, a loop, twin streets, barred profiles and banned turns."""
    rng = np.random.default_rng(seed)
    n_node = n * n
    lat = SOUTH_DEG + (np.repeat(np.arange(n), n) + rng.uniform(-0.3, 0.3, n_node)) * D_LAT_DEG
    lon = WEST_DEG + (np.tile(np.arange(n), n) + rng.uniform(-0.3, 0.3, n_node)) * D_LON_DEG
    ends = [(v, v + 1) for v in range(n_node) if v % n < n - 1] + [(v, v + n) for v in range(n_node - n)]
    ends = [end for end in ends if rng.random() > 0.1] + [(0, 1), (2, 2)]
    ends = [end[::-1] if rng.random() < 0.5 else end for end in ends]
    tail, head = np.array(ends, dtype=np.int32).T
    points, first = [], [0]
    for a, b in ends:
        n_bend = 2 if a == b else int(rng.integers(0, 3))
        bend = rng.uniform(-0.2, 0.2, (n_bend, 2)) * (D_LAT_DEG, D_LON_DEG)
        share = np.linspace(0, 1, n_bend + 2)[1:-1, None]
        middle = np.array([lat[a], lon[a]]) * (1 - share) + np.array([lat[b], lon[b]]) * share
        points += [[(lat[a], lon[a])], middle + bend, [(lat[b], lon[b])]]
        first.append(first[-1] + n_bend + 2)
    point = np.concatenate(points)
    forward = np.repeat(SPEED[:, None], len(ends), axis=1) * rng.uniform(0.5, 1.5, len(ends)).astype(np.float32)
    backward = forward.copy()
    backward[2:, rng.random(len(ends)) < 0.3] = 0
    barred = rng.random((len(PROFILES), len(ends))) < 0.05
    forward[barred] = backward[barred] = 0
    forward[0, 0] = backward[0, 0] = 1.3
    turns = []
    for _ in range(12):
        via = int(rng.integers(n_node))
        meeting = np.flatnonzero((tail == via) | (head == via))
        if len(meeting):
            turns.append((int(rng.choice(meeting)), via, int(rng.choice(meeting))))
    turn = np.array(turns, dtype=np.int32).reshape(-1, 3)
    return StreetTable(
        node_lat_deg=lat,
        node_lon_deg=lon,
        tail=tail.copy(),
        head=head.copy(),
        first_point=np.array(first, dtype=np.int32),
        point_lat_deg=point[:, 0].copy(),
        point_lon_deg=point[:, 1].copy(),
        road_class=np.full(len(ends), RoadClass.MINOR, dtype=np.uint8),
        flags=np.zeros(len(ends), dtype=np.uint16),
        forward_m_per_s=forward,
        backward_m_per_s=backward,
        name=(np.arange(len(ends)) % 4 - 1).astype(np.int32),
        names=("Oak", "Elm", "Ash"),
        turn_from_street=turn[:, 0].copy(),
        turn_via_node=turn[:, 1].copy(),
        turn_to_street=turn[:, 2].copy(),
    )


def city_grid(n: int = 5) -> Grid:
    """A grid of 50 m cells round a city of `n` x `n` junctions."""
    west, south = WEST_DEG - 2 * D_LON_DEG, SOUTH_DEG - 2 * D_LAT_DEG
    return Grid.from_bounds(west, south, west + (n + 4) * D_LON_DEG, south + (n + 4) * D_LAT_DEG, 50.0)


def own_cells(network: Network) -> Network:
    """The network with a cell for each street alone, so that a test can say what risk each street has."""
    street = np.arange(network.n_street + 1, dtype=np.int32)
    length_m = network.length_m[network.street_edge.max(axis=0)]
    return replace(network, street_first_cell=street, street_cell=street[:-1].copy(), street_cell_length_m=length_m)


def city(seed: int, n: int = 5) -> Network:
    """The network of a random city, a cell for each street."""
    return own_cells(network_from_streets(city_table(seed, n), city_grid(n)))


def city_area(area: Area, seed: int, n: int = 5) -> Area:
    """`area` with the streets of a random city."""
    return replace(area, network=city(seed, n), grid=city_grid(n))


def assessment_of(area: Area, street_risk=None, closed=None, closures=()) -> Assessment:
    """A one-slice assessment: risk bytes by street (needs `own_cells`), and closed edges (`ClosedEdges`)."""
    network = area.network
    risk = np.zeros(network.n_street, dtype=np.uint8) if street_risk is None else np.asarray(street_risk, np.uint8)
    field = risk[None, None, :]
    combined = LayerFields(field, field, field, {}, 1_000.0, ("test",), True)
    return Assessment(
        area_id=area.area_id,
        area_hash=area.content_hash,
        sequence=1,
        version="1-abc",
        now_s=1_000.0,
        lead_s=np.array([0], dtype=np.int32),
        model_version="test",
        simulated=True,
        layers={Layer.COMBINED: combined},
        street_risk={Layer.COMBINED: risk[None, :]},
        closed_mask=np.zeros(network.n_edge, dtype=np.uint8) if closed is None else closed.closed_mask,
        edge_closure=np.full(network.n_edge, -1, dtype=np.int32) if closed is None else closed.edge_closure,
        closures=tuple(closures),
        alerts=(),
        shelters=(),
        tracks=(),
        sources=(),
        drill=None,
    )


def random_places(seed: int, n: int = 5):
    """Origin and destination somewhere in the city, (lat, lon) each, now and then off its edge."""
    rng = np.random.default_rng(seed)
    lat = SOUTH_DEG + rng.uniform(-0.8, n - 0.2, 2) * D_LAT_DEG
    lon = WEST_DEG + rng.uniform(-0.8, n - 0.2, 2) * D_LON_DEG
    return (float(lat[0]), float(lon[0])), (float(lat[1]), float(lon[1]))
