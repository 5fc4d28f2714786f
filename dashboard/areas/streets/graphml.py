"""GraphML street graphs as osmnx saves them: every attribute is text, merged edges hold lists as text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from dashboard.areas.report import BuildReport
from dashboard.areas.streets.coordinates import WGS84, refuse_wrong_crs, to_lat_lon
from dashboard.areas.streets.directed import DirectedEdge, add_directed, directed_edge, edge_tags
from dashboard.areas.streets.osm import ATTRIBUTION
from dashboard.areas.streets.source import Bounds, StreetRows, StreetSource
from risk_core.errors import Fault, InputError

_X = ("x", "lon", "long", "longitude")
_Y = ("y", "lat", "latitude")
_TRUE = frozenset(("true", "yes", "1", "-1"))


@dataclass(slots=True, eq=False)
class _Graph:
    """A GraphML file as text: node id to attributes, edges with attributes, graph attributes."""

    attributes: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, dict[str, str]] = field(default_factory=dict)
    edges: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    is_directed: bool = True


def read_graphml(path: Path, report: BuildReport, bounds: Bounds | None = None) -> StreetSource:
    """Read the streets of a GraphML graph.

    Vehicles go the way an edge points, both ways where `oneway` is false or the reverse edge is there too;
    people on foot go both ways. A node's position is `x`, `y` (or `lon`, `lat`) in the graph's `crs`, degrees
    of EPSG:4326 where it names none.

    Raises
    ------
    InputError
        When the file is no GraphML graph, its coordinates do not fit its `crs`, or no usable street is left.
    """
    graph = _parse(path)
    position = _positions(graph, report, path.name)
    crs = graph.attributes.get("crs", WGS84)
    edges = [edge for record in _usable_edges(graph, position, report, path.name, crs) if (edge := record) is not None]
    rows = StreetRows()
    add_directed(rows, edges)
    table = rows.finish(path.name, bounds)
    report.kept("streets", len(table.tail))
    return StreetSource(table, ATTRIBUTION)


def _parse(path: Path) -> _Graph:
    """Read the file element by element."""
    graph, names = _Graph(), {}
    try:
        for event, element in ElementTree.iterparse(path, events=("start", "end")):
            tag = element.tag.rpartition("}")[2]
            if event == "start":
                if tag == "graph":
                    graph.is_directed = element.get("edgedefault", "directed") == "directed"
                continue
            if tag == "key":
                names[element.get("id", "")] = element.get("attr.name", "")
            elif tag in ("node", "edge", "graph"):
                _take(graph, tag, element, names)
                element.clear()
    except ElementTree.ParseError as error:
        remedy = "Save the graph again (osmnx.save_graphml)."
        fault = Fault("streets", f"broken XML ({error})", "a whole GraphML file", remedy, path.name)
        raise InputError(fault) from error
    return graph


def _take(graph: _Graph, tag: str, element: ElementTree.Element, names: dict[str, str]) -> None:
    data = {names.get(child.get("key", ""), ""): child.text or "" for child in element if child.tag.endswith("data")}
    if tag == "node":
        graph.nodes[element.get("id", "")] = data
    elif tag == "edge":
        graph.edges.append((element.get("source", ""), element.get("target", ""), data))
    else:
        graph.attributes = data


def _positions(graph: _Graph, report: BuildReport, file: str) -> dict[str, NDArray[np.float64]]:
    """(lat, lon) by node id; nodes without a position on the earth are reported and left out."""
    if not graph.nodes:
        remedy = "Choose a graph with nodes (osmnx.save_graphml)."
        raise InputError(Fault("streets", "0 nodes", "a GraphML graph with nodes", remedy, file))
    xy = np.array([[_number(data, _X), _number(data, _Y)] for data in graph.nodes.values()])
    crs = graph.attributes.get("crs", WGS84)
    refuse_wrong_crs(xy, crs, file)
    lat_lon = to_lat_lon(xy, crs, file)
    is_good = np.isfinite(lat_lon).all(axis=1)
    for node, good, (x, y) in zip(graph.nodes, is_good, xy, strict=True):
        if not good:
            wanted = "x and y on the earth"
            report.bad(f"{file}, node {node}", "position", f"x {x}, y {y}", wanted, "Its edges were left out.")
    return {node: at for node, at, good in zip(graph.nodes, lat_lon, is_good, strict=True) if good}


def _number(data: dict[str, str], keys: tuple[str, ...]) -> float:
    text = next((data[key] for key in keys if key in data), "nan")
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _usable_edges(
    graph: _Graph, position: dict[str, NDArray[np.float64]], report: BuildReport, file: str, crs: str
) -> Iterator[DirectedEdge | None]:
    """Edges with both ends and a readable line; the others are reported."""
    for number, (tail, head, data) in enumerate(graph.edges, start=1):
        place = f"{file}, edge {number} ({tail} -> {head})"
        missing = [node for node in (tail, head) if node not in position]
        if missing:
            value = f"node {missing[0]} without a position"
            report.bad(place, "ends", value, "two nodes with positions", "The edge was left out.")
            continue
        shape = _shape(data.get("geometry", ""), position[tail], position[head], crs, file)
        if shape is None:
            value = data["geometry"][:60]
            report.bad(place, "geometry", value, "a WKT LINESTRING on the earth", "The edge was left out.")
            continue
        tags = edge_tags(data)
        oneway = tags.get("oneway", "").lower()
        is_oneway = oneway in _TRUE if oneway else graph.is_directed
        yield directed_edge(tail, head, shape, tags, is_oneway)


def _shape(
    wkt: str, tail: NDArray[np.float64], head: NDArray[np.float64], crs: str, file: str
) -> NDArray[np.float64] | None:
    """(lat, lon) rows from tail to head, None where the text is no line."""
    import shapely

    if not wkt.strip():
        return np.stack([tail, head])
    line = shapely.from_wkt(wkt, on_invalid="ignore")
    if line is None or line.geom_type != "LineString" or line.is_empty:
        return None
    shape = to_lat_lon(shapely.get_coordinates(line), crs, file)
    if not np.isfinite(shape).all():
        return None
    if np.abs(shape[0] - tail).sum() > np.abs(shape[-1] - tail).sum():
        shape = shape[::-1].copy()
    shape[0], shape[-1] = tail, head
    return shape
