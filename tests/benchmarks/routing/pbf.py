"""A graph as an OpenStreetMap file, for engines that read nothing else."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.routing.graphs import Graph

CLASSES: Final = ((0.5, "residential", 40), (0.7, "tertiary", 60), (0.9, "primary", 80), (np.inf, "trunk", 100))
"""Share of the highest speed below which a street has a class, and its speed limit in km/h."""


def speeds_km_per_h(graph: Graph) -> NDArray[np.int32]:
    """Speed limit of each edge, as written to the file, shape=(n_edge,)."""
    return np.array([limit for _, _, limit in CLASSES], dtype=np.int32)[_classes(graph)]


def _classes(graph: Graph) -> NDArray[np.intp]:
    speed = graph.distance / graph.time
    return np.searchsorted([bound for bound, _, _ in CLASSES], speed / np.quantile(speed, 0.98), side="right")


def write_pbf(graph: Graph, path: Path) -> None:
    """Write a way of two nodes for each street; node `v` becomes node `v + 1`."""
    import osmium
    from osmium.osm.mutable import Node, Way

    stamp = {"version": 1, "timestamp": "2020-01-01T00:00:00Z"}
    ends = list(zip(graph.tail.tolist(), graph.head.tolist(), strict=True))
    known = set(ends)
    writer = osmium.SimpleWriter(str(path))
    try:
        for node, place in enumerate(zip(graph.lon_deg.tolist(), graph.lat_deg.tolist(), strict=True)):
            writer.add_node(Node(id=node + 1, location=place, **stamp))
        for way, ((a, b), kind) in enumerate(zip(ends, _classes(graph).tolist(), strict=True)):
            is_two_way = (b, a) in known
            if is_two_way and a > b:
                continue
            _, highway, limit = CLASSES[kind]
            tags = {"highway": highway, "maxspeed": str(limit), "oneway": "no" if is_two_way else "yes"}
            writer.add_way(Way(id=way + 1, nodes=[a + 1, b + 1], tags=tags, **stamp))
    finally:
        writer.close()
