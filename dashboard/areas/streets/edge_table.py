"""Street lines in GeoJSON or GeoPackage.

Columns of the edges (all but the line are optional; names as in OpenStreetMap):

=============  ====================================================================================
geometry       LineString; MultiLineStrings are taken apart
highway        class; `unclassified` where missing
oneway         yes, no, -1, true, false; along the line
maxspeed       km/h, or with a unit
name           local name
bridge         yes or no
tunnel         yes or no
junction       roundabout
access ...     any other OpenStreetMap tag: foot, bicycle, motor_vehicle, surface, wheelchair ...
u, v           end nodes (osmnx); without them lines meet where their end points are the same
=============  ====================================================================================

Lines must be cut at junctions. A GeoPackage may hold a layer `edges`; otherwise its first layer of lines is read.
Points (nodes) may be there and are not needed.
"""

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.areas.report import BuildReport
from dashboard.areas.streets.coordinates import WGS84, refuse_wrong_crs, to_lat_lon
from dashboard.areas.streets.directed import DirectedEdge, add_directed, directed_edge, edge_tags
from dashboard.areas.streets.source import Bounds, StreetRows, StreetSource
from risk_core.errors import Fault, InputError

END_DECIMALS: Final = 7
"""Ends that agree to this many decimals of a degree (about 1 cm) are one junction."""

_YES = frozenset(("yes", "true", "1"))
_REVERSED = frozenset(("-1", "reverse"))


def read_edge_table(path: Path, report: BuildReport, bounds: Bounds | None = None) -> StreetSource:
    """Read street lines; see the module's table of columns.

    Raises
    ------
    InputError
        When the file is unreadable, names no coordinate system or a wrong one, or holds no usable line.
    """
    frame = _read(path)
    crs = _crs_text(frame, path.name)
    corners = frame.bounds.dropna()[["minx", "miny"]].to_numpy(dtype=np.float64)
    refuse_wrong_crs(corners, crs, path.name)
    edges: list[DirectedEdge] = []
    columns = [str(column) for column in frame.columns if column != frame.geometry.name]
    for number, (line, *values) in enumerate(
        zip(frame.geometry, *(frame[column] for column in columns), strict=True), start=1
    ):
        _take(edges, f"{path.name}, record {number}", line, dict(zip(columns, values, strict=True)), crs, report)
    rows = StreetRows()
    add_directed(rows, edges)
    table = rows.finish(path.name, bounds)
    report.kept("streets", len(table.tail))
    return StreetSource(table, f"Streets: {path.name}")


def _read(path: Path) -> Any:
    """Read the layer of lines as a GeoDataFrame."""
    import geopandas
    import pyogrio

    try:
        layers = pyogrio.list_layers(path)
        named = [name for name, kind in layers if name == "edges"]
        lines = [name for name, kind in layers if kind and "LineString" in kind]
        frame = geopandas.read_file(path, layer=(named or lines or [layers[0][0]])[0])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, IndexError) as error:
        wanted = "a readable GeoJSON or GeoPackage"
        raise InputError(Fault("streets", f"unreadable ({error})", wanted, "Export it again.", path.name)) from error
    if not hasattr(frame, "geometry") or not len(frame):
        remedy = "Choose a file (or GeoPackage layer `edges`) that holds the street lines."
        raise InputError(Fault("streets", f"{len(frame)} lines", "at least one line", remedy, path.name))
    return frame


def _crs_text(frame: Any, file: str) -> str:
    """Name of the frame's coordinate system; unknown ones are refused, never guessed."""
    if frame.crs is None:
        remedy = "Set it, for example: ogr2ogr -a_srs EPSG:4326 with_crs.gpkg " + file
        raise InputError(Fault("crs", "missing", "a coordinate system named in the file", remedy, file))
    return WGS84 if frame.crs.equals(WGS84) or frame.crs.to_epsg() == 4326 else str(frame.crs.to_wkt())


def _take(
    edges: list[DirectedEdge], place: str, line: Any, attributes: Mapping[str, object], crs: str, report: BuildReport
) -> None:
    """Add the street or streets of one record, or report it."""
    import shapely

    if line is None or line.is_empty or "LineString" not in line.geom_type:
        if line is not None and line.geom_type == "Point":
            return
        value = "missing" if line is None or line.is_empty else line.geom_type
        report.bad(place, "geometry", value, "a LineString", "The record was left out.")
        return
    tags = edge_tags(attributes)
    for part in getattr(line, "geoms", [line]):
        shape = to_lat_lon(shapely.get_coordinates(part), crs, place)
        if not np.isfinite(shape).all():
            wanted = "points on the earth"
            report.bad(place, "geometry", str(next(iter(part.coords))), wanted, "The record was left out.")
            continue
        edge = _edge(shape, tags, has_ends=part is line)
        if edge is not None:
            edges.append(edge)


def _edge(shape: NDArray[np.float64], tags: dict[str, str], has_ends: bool) -> DirectedEdge | None:
    """Build an edge that points the way it may be travelled."""
    ends: list[Hashable] = [tuple(np.round(point, END_DECIMALS).tolist()) for point in shape[[0, -1]]]
    if has_ends and "u" in tags and "v" in tags:
        ends = [tags["u"], tags["v"]]
    oneway = tags.get("oneway", "").lower()
    if not oneway and (tags.get("junction") == "roundabout" or tags["highway"] == "motorway"):
        oneway = "yes"
    if oneway in _REVERSED:
        return directed_edge(ends[1], ends[0], shape[::-1], tags, True)
    return directed_edge(ends[0], ends[1], shape, tags, oneway in _YES)
