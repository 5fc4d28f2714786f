"""La Serena-Coquimbo, Chile: the sample city shipped inside AequilibraE.

The package's ``reference_files/coquimbo.zip`` holds a SQLite project. Its centroid connectors are left out; its
`modes` column bars walking nearly everywhere, so access follows the OpenStreetMap class (`link_type`).
"""

import sqlite3
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.areas.embedded.packaged import packaged_file
from dashboard.areas.request import BuildRequest, DistrictShapes, PeopleAt, ReadyParts
from dashboard.areas.scenery import make_scenery
from dashboard.areas.streets.directed import DirectedEdge, add_directed, directed_edge
from dashboard.areas.streets.source import StreetRows
from dashboard.store.bundles import Source
from risk_core.state.area import District, Scenery
from risk_core.state.grid import Grid
from risk_core.state.network import Network, StreetTable
from risk_core.state.profile import RoadClass
from risk_core.units import M_PER_DEG_LAT

AREA_ID: Final = "coquimbo"
MARGIN_DEG: Final = 0.005
PEOPLE_STEP_M: Final = 40.0
"""People of a zone are spread over points this far apart along its streets."""

SCENERY_SEED: Final = 20260801

LA_SERENA_DEG: Final = (-29.907, -71.252)
"""(lat, lon) of the middle of La Serena, where the drill's stream runs."""

HOME_CLASSES: Final = (RoadClass.TERTIARY, RoadClass.MINOR)
"""Classes people live along; a zone without them uses all its streets."""

_BLOB_HEADER: Final = 39
"""A SpatiaLite blob: 0, byte order, SRID (4), box (32), marker 0x7C, then the body of a WKB, then 0xFE."""


def coquimbo_request() -> BuildRequest:
    """Everything the area is built from.

    Raises
    ------
    InputError
        When the package is not installed.
    """
    path = packaged_file("aequilibrae", "reference_files", "coquimbo.zip")
    links, zones = _tables(path)
    streets = _streets(links)
    districts = _districts(zones)
    return BuildRequest(
        area_id=AREA_ID,
        cell_m=50.0,
        bounds=_bounds(streets),
        name_ko="라세레나–코킴보 (칠레, 예제)",
        name_en="La Serena–Coquimbo, Chile (sample)",
        is_sample=True,
        sources=(
            Source(
                name="Streets and zones of La Serena–Coquimbo, shipped with AequilibraE",
                licence="AequilibraE licence (MIT with added clause); streets ODbL 1.0",
                attribution="© OpenStreetMap contributors (ODbL 1.0); this product uses AequilibraE (aequilibrae.com)",
                url="https://www.aequilibrae.com",
            ),
        ),
        parts=ReadyParts(
            streets=streets, districts=districts, people=spread_people(streets, districts), scenery=_scenery
        ),
    )


def _scenery(grid: Grid, network: Network | None) -> Scenery | None:
    return None if network is None else make_scenery(network, grid, SCENERY_SEED, LA_SERENA_DEG)


def _tables(path: Path) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Rows of links and zones, read in memory: nothing is unpacked to disk."""
    with zipfile.ZipFile(path) as archive:
        content = archive.read("project_database.sqlite")
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(content)
        links = connection.execute(
            "SELECT a_node, b_node, direction, link_type, name, geometry FROM links "
            "WHERE link_type <> 'centroid_connector' ORDER BY link_id"
        ).fetchall()
        zones = connection.execute("SELECT zone_id, population, geometry FROM zones ORDER BY zone_id").fetchall()
    finally:
        connection.close()
    return links, zones


def spatialite_to_wkb(blob: bytes) -> bytes:
    """Well-known binary of a SpatiaLite geometry blob.

    Examples
    --------
    >>> body = (1).to_bytes(4, "little") + bytes(16)
    >>> len(spatialite_to_wkb(bytes([0, 1]) + bytes(36) + bytes([0x7C]) + body + bytes([0xFE])))
    21
    """
    return blob[1:2] + blob[_BLOB_HEADER:-1]


def _shapes(blobs: Iterable[object]) -> NDArray[np.object_]:
    import shapely

    return np.asarray(shapely.from_wkb([spatialite_to_wkb(blob) for blob in blobs if isinstance(blob, bytes)]))


def _streets(links: list[tuple[object, ...]]) -> StreetTable:
    """One street a link; `direction` 0 is both ways, 1 and -1 one way."""
    import shapely

    edges: list[DirectedEdge] = []
    for (a, b, direction, link_type, name, _), line in zip(links, _shapes(link[-1] for link in links), strict=True):
        shape = shapely.get_coordinates(line)[:, ::-1].copy()
        tags = {"highway": str(link_type)} | ({"name": str(name)} if name else {})
        ends = (a, b) if direction != -1 else (b, a)
        edge = directed_edge(*ends, shape if direction != -1 else shape[::-1], tags, direction != 0)
        if edge is not None:
            edges.append(edge)
    rows = StreetRows()
    add_directed(rows, edges)
    return rows.finish("coquimbo.zip links")


def _districts(zones: list[tuple[object, ...]]) -> DistrictShapes:
    import shapely

    outlines = _shapes(zone[-1] for zone in zones)
    inside = shapely.get_coordinates(shapely.point_on_surface(outlines))
    records = tuple(
        District(str(zone), f"{zone}구역", f"Zone {zone}", "", float(str(population)), float(lat), float(lon))
        for (zone, population, _), (lon, lat) in zip(zones, inside, strict=True)
    )
    return DistrictShapes(records, tuple(outlines))


def _bounds(streets: StreetTable) -> tuple[float, float, float, float]:
    lat, lon = streets.point_lat_deg, streets.point_lon_deg
    return (
        float(lon.min()) - MARGIN_DEG,
        float(lat.min()) - MARGIN_DEG,
        float(lon.max()) + MARGIN_DEG,
        float(lat.max()) + MARGIN_DEG,
    )


def spread_people(streets: StreetTable, districts: DistrictShapes) -> PeopleAt:
    """Spread each district's people along the streets inside it, as many per metre everywhere in it.

    A district without residential streets uses its other streets, one without any its own point inside. The total of
    each district is kept.
    """
    import shapely

    lat, lon, weight, is_home = _street_points(streets)
    tree = shapely.STRtree(shapely.points(lon, lat))
    point_lat, point_lon, persons = [], [], []
    for district, outline in zip(districts.records, districts.outlines, strict=True):
        inside = tree.query(outline, predicate="contains")
        inside = inside[is_home[inside]] if is_home[inside].any() else inside
        share = weight[inside] / weight[inside].sum() if len(inside) else np.ones(1)
        point_lat.append(lat[inside] if len(inside) else np.array([district.lat_deg]))
        point_lon.append(lon[inside] if len(inside) else np.array([district.lon_deg]))
        persons.append(share * district.population)
    return PeopleAt(np.concatenate(point_lat), np.concatenate(point_lon), np.concatenate(persons))


def _street_points(
    streets: StreetTable,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Points every `PEOPLE_STEP_M` along the streets: lat, lon, metres each stands for, whether people live there."""
    first = np.delete(np.arange(len(streets.point_lat_deg)), streets.first_point[1:] - 1)
    last = first + 1
    owner = np.searchsorted(streets.first_point, first, side="right") - 1
    d_lat = streets.point_lat_deg[last] - streets.point_lat_deg[first]
    d_lon = streets.point_lon_deg[last] - streets.point_lon_deg[first]
    scale = np.cos(np.radians(streets.point_lat_deg[first]))
    metres = np.hypot(d_lat, d_lon * scale) * M_PER_DEG_LAT
    n_step = np.maximum(1, np.ceil(metres / PEOPLE_STEP_M)).astype(np.int64)
    segment = np.repeat(np.arange(len(first)), n_step)
    within = np.arange(len(segment)) - np.repeat(np.cumsum(n_step) - n_step, n_step)
    share = (within + 0.5) / n_step[segment]
    lat = streets.point_lat_deg[first][segment] + share * d_lat[segment]
    lon = streets.point_lon_deg[first][segment] + share * d_lon[segment]
    is_home = np.isin(streets.road_class[owner[segment]], [int(kind) for kind in HOME_CLASSES])
    return lat, lon, (metres / n_step)[segment], is_home
