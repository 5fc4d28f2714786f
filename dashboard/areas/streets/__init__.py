"""Street files of every kind to one table; the reader is picked by the file's ending."""

from pathlib import Path

from dashboard.areas.report import BuildReport
from dashboard.areas.streets.source import Bounds, StreetSource
from risk_core.errors import Fault, InputError

__all__ = ["STREET_ENDINGS", "Bounds", "StreetSource", "read_streets"]

STREET_ENDINGS = (".osm.pbf", ".osm", ".graphml", ".geojson", ".json", ".gpkg")


def read_streets(path: Path, report: BuildReport, bounds: Bounds | None = None) -> StreetSource:
    """Read the streets of a file.

    Parameters
    ----------
    path
        ``.osm.pbf``, ``.osm``, ``.graphml`` (osmnx style), or node and edge ``.geojson`` / ``.gpkg``.
    report
        Takes the bad records of a partly bad file; the good ones are kept.
    bounds
        (west, south, east, north) to clip to, degrees.

    Raises
    ------
    InputError
        When the file is missing, unreadable, of an unknown kind or coordinate system, or without streets.
    """
    name = path.name.lower()
    if not name.endswith(STREET_ENDINGS):
        wanted = "a file ending in " + ", ".join(STREET_ENDINGS)
        raise InputError(Fault("streets", path.name, wanted, "Export the streets in one of these formats."))
    if not path.is_file():
        raise InputError(Fault("streets", str(path), "an existing file", "Check the path."))
    if name.endswith((".osm.pbf", ".osm")):
        from dashboard.areas.streets.osm import read_osm

        return read_osm(path, report, bounds)
    if name.endswith(".graphml"):
        from dashboard.areas.streets.graphml import read_graphml

        return read_graphml(path, report, bounds)
    from dashboard.areas.streets.edge_table import read_edge_table

    return read_edge_table(path, report, bounds)
