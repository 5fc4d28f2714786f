"""From a request to an area's bundle: one step after the other, each named to whoever watches."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.areas.districts import draw_outlines, read_districts
from dashboard.areas.elevation import read_elevation
from dashboard.areas.people import People, read_people
from dashboard.areas.places import read_places, read_shelters
from dashboard.areas.report import BuildReport
from dashboard.areas.request import (
    Bounds,
    BuildRequest,
    BuiltArea,
    DistrictShapes,
    PeopleAt,
    ReadyParts,
)
from dashboard.areas.residents import Settled, settle
from dashboard.areas.streets import read_streets
from dashboard.areas.streets.slopes import slow_on_slopes
from dashboard.store.bundles import Manifest, Source, read_bundle, write_bundle
from risk_core.errors import Fault, InputError, raise_faults
from risk_core.state.area import Area, Place
from risk_core.state.grid import Grid
from risk_core.state.network import Network, StreetTable, network_from_streets
from risk_core.units import M_PER_DEG_LAT

__all__ = ["BuildRequest", "BuiltArea", "DistrictShapes", "PeopleAt", "ReadyParts", "build_area", "check_area"]

Progress = Callable[[str, float], None]
"""Called with the step's name and the share done, 0..1."""

MARGIN_M: Final = 150.0
"""Ground kept round the outermost streets where no bounds are given, metres."""

MAX_CELLS: Final = 4_000_000
"""Largest grid: every field of every time slice is one of these."""


def build_area(request: BuildRequest, home: Path, progress: Progress) -> BuiltArea:
    """Build an area from files or ready parts and install it.

    Nothing half-built stays when it fails or is killed; an area of the same name is served until the new one is whole.

    Parameters
    ----------
    request
        What to build from.
    home
        Folder of everything kept between starts.
    progress
        Told each step.

    Raises
    ------
    InputError
        When a source cannot be used at all; bad records of a partly good source are in the report instead.
    """
    report = BuildReport()
    progress("reading streets", 0.0)
    streets, sources = _streets(request, report)
    progress("reading districts", 0.35)
    shapes = _districts(request, report)
    grid = make_grid(request.bounds or _bounds(streets, shapes), request.cell_m)
    progress("reading heights", 0.4)
    elevation_m = _elevation(request, grid, report)
    progress("building the network", 0.45)
    network = None if streets is None else _network(streets, grid, elevation_m)
    progress("settling people", 0.65)
    settled = settle(grid, network, shapes, _people(request, shapes, report), report)
    progress("reading places", 0.8)
    places = _places(request, grid, report)
    area = _area(request, settled, grid, network, places, sources, elevation_m)
    check_area(area)
    progress("writing", 0.9)
    path = write_bundle(home, area, _manifest(request, settled, sources, report))
    progress("done", 1.0)
    return BuiltArea(read_bundle(path), path, report)


def _streets(request: BuildRequest, report: BuildReport) -> tuple[StreetTable | None, tuple[Source, ...]]:
    """Streets and every source to be credited."""
    if request.parts.streets is not None or request.streets is None:
        return request.parts.streets, request.sources
    source = read_streets(request.streets, report, request.bounds)
    known = any(source.attribution == one.attribution for one in request.sources)
    credit = Source(request.streets.name, "", source.attribution) if source.attribution and not known else None
    return source.table, request.sources + ((credit,) if credit else ())


def _districts(request: BuildRequest, report: BuildReport) -> DistrictShapes:
    if request.parts.districts is not None:
        return request.parts.districts
    if request.districts is not None:
        return read_districts(request.districts, request.columns, report)
    return DistrictShapes((), ())


def _people(request: BuildRequest, shapes: DistrictShapes, report: BuildReport) -> People:
    if request.parts.people is not None or request.population is None:
        return People(at=request.parts.people)
    return read_people(request.population, request.columns, shapes.records, report)


def _places(request: BuildRequest, grid: Grid, report: BuildReport) -> tuple[Place, ...]:
    places = request.parts.places
    if request.shelters is not None:
        places += read_shelters(request.shelters, request.columns, grid, report)
    if request.places is not None:
        places += read_places(request.places, request.columns, grid, report)
    return places


def _elevation(request: BuildRequest, grid: Grid, report: BuildReport) -> NDArray[np.float32] | None:
    """Heights of the ground, from a file or ready; None where there are none."""
    if request.elevation is not None:
        return read_elevation(request.elevation, grid, report)
    return request.parts.elevation_m(grid) if request.parts.elevation_m is not None else None


def _network(streets: StreetTable, grid: Grid, elevation_m: NDArray[np.float32] | None) -> Network:
    """Build the network, with speeds by slope where the ground's heights are known."""
    if elevation_m is not None:
        streets = slow_on_slopes(streets, elevation_m, grid)
    return network_from_streets(streets, grid)


def _area(
    request: BuildRequest,
    settled: Settled,
    grid: Grid,
    network: Network | None,
    places: tuple[Place, ...],
    sources: tuple[Source, ...],
    elevation_m: NDArray[np.float32] | None,
) -> Area:
    return Area(
        area_id=request.area_id,
        name_ko=request.name_ko or request.name_en or request.area_id,
        name_en=request.name_en or request.name_ko or request.area_id,
        scale=request.scale,
        is_sample=request.is_sample,
        attribution=" · ".join(dict.fromkeys(one.attribution for one in sources if one.attribution)),
        content_hash="",
        grid=grid,
        population=settled.population,
        district=settled.district,
        districts=settled.districts,
        places=places,
        network=network,
        elevation_m=elevation_m,
        scenery=request.parts.scenery(grid, network) if request.parts.scenery is not None else None,
    )


def _manifest(request: BuildRequest, settled: Settled, sources: tuple[Source, ...], report: BuildReport) -> Manifest:
    return Manifest(
        sources=sources,
        built_at_s=request.built_at_s,
        notes=tuple(report.notes),
        n_kept=dict(report.n_kept),
        n_fault=report.n_fault,
        report=report.as_text() + "\n",
        outlines=draw_outlines(settled.outlines, request.cell_m / 4 / M_PER_DEG_LAT),
    )


def _bounds(streets: StreetTable | None, shapes: DistrictShapes) -> Bounds:
    """Box of the streets with a margin, or of the districts."""
    if streets is not None:
        lat, lon = streets.point_lat_deg, streets.point_lon_deg
        margin_lat = MARGIN_M / M_PER_DEG_LAT
        margin_lon = margin_lat / max(0.05, float(np.cos(np.radians(lat.mean()))))
        west, east = float(lon.min()) - margin_lon, float(lon.max()) + margin_lon
        return west, float(lat.min()) - margin_lat, east, float(lat.max()) + margin_lat
    if not shapes.outlines:
        wanted = "streets, districts or bounds"
        raise InputError(Fault("sources", "empty", wanted, "Give --streets, --districts or --bbox."))
    box = np.array([outline.bounds for outline in shapes.outlines])
    west, south = box[:, :2].min(axis=0).tolist()
    east, north = box[:, 2:].max(axis=0).tolist()
    return west, south, east, north


def make_grid(bounds: Bounds, cell_m: float) -> Grid:
    """Grid over a box, refused when it would have more than `MAX_CELLS` cells.

    Raises
    ------
    InputError
        For a box or cell size that makes no grid, or too large a one.
    """
    grid = Grid.from_bounds(*bounds, cell_m)
    if grid.n_cell > MAX_CELLS:
        wider_m = np.ceil(cell_m * np.sqrt(grid.n_cell / MAX_CELLS) / 10) * 10
        remedy = f"Give a smaller --bbox, or --cell-m {wider_m:.0f} or more."
        found = f"{grid.n_row:,} x {grid.n_col:,} cells of {cell_m:g} m"
        raise InputError(Fault("grid", found, f"at most {MAX_CELLS:,} cells", remedy))
    return grid


def check_area(area: Area) -> None:
    """Refuse an area whose parts do not fit each other.

    Raises
    ------
    InputError
        Every part that does not fit, at once.
    """
    shape = (area.grid.n_row, area.grid.n_col)
    rasters = {"population": area.population, "district": area.district, "elevation_m": area.elevation_m}
    if area.scenery is not None:
        rasters["scenery.elevation_m"] = area.scenery.elevation_m
    faults = [
        Fault(name, f"of shape {raster.shape}", f"shape {shape}", "Give one value a cell.")
        for name, raster in rasters.items()
        if raster is not None and raster.shape != shape
    ]
    if area.population.size and not (area.population >= 0).all():
        faults.append(Fault("population", "negative or missing in a cell", "0 or more", "Correct the source."))
    if area.district.size and not -1 <= area.district.min() <= area.district.max() < len(area.districts):
        wanted = f"-1 to {len(area.districts) - 1}"
        faults.append(Fault("district", f"{area.district.min()} to {area.district.max()}", wanted, "Label again."))
    for place in area.places:
        if not area.grid.contains(place.lat_deg, place.lon_deg):
            found = f"{place.lat_deg:g}, {place.lon_deg:g}"
            faults.append(Fault(f"place {place.place_id}", found, "a position inside the area", "Leave it out."))
    raise_faults(faults)
