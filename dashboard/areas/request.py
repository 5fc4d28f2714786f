"""What a build is asked for and what it gives back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dashboard.areas.report import BuildReport
from dashboard.store.bundles import AREA_PATTERN, Source
from risk_core.errors import Fault, InputError
from risk_core.state.area import Area, District, Place, Scale, Scenery
from risk_core.state.grid import Grid
from risk_core.state.network import Network, StreetTable

if TYPE_CHECKING:
    from shapely import Geometry

Bounds = tuple[float, float, float, float]
"""(west, south, east, north), degrees of EPSG:4326."""


@dataclass(frozen=True, slots=True, eq=False)
class DistrictShapes:
    """Districts with their outlines.

    Attributes
    ----------
    records
        Names, codes and populations; a population is NaN where the source has none.
    outlines
        Polygons or multipolygons in EPSG:4326 (x = lon, y = lat), one a record.
    """

    records: tuple[District, ...]
    outlines: tuple["Geometry", ...]


@dataclass(frozen=True, slots=True, eq=False)
class PeopleAt:
    """People at points: shape=(n,) each, degrees and persons."""

    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    persons: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ReadyParts:
    """Parts made without a file of ours; a part given here replaces the file of the same name.

    Attributes
    ----------
    streets
        Streets as a source gives them.
    districts
        Districts with outlines; populations that are not NaN are spread over their cells when there are no `people`.
    people
        People at points.
    places
        Shelters, hospitals and the like, added to those of the files.
    elevation_m
        Called with the grid; gives shape=(n_row, n_col), metres, or None.
    scenery
        Called with the grid and the network; gives the drill's invented ground, or None.
    """

    streets: StreetTable | None = None
    districts: DistrictShapes | None = None
    people: PeopleAt | None = None
    places: tuple[Place, ...] = ()
    elevation_m: Callable[[Grid], NDArray[np.float32] | None] | None = None
    scenery: Callable[[Grid, Network | None], Scenery | None] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class BuildRequest:
    """Everything an area is built from.

    Attributes
    ----------
    area_id
        Its name in URLs and commands: a lower-case letter, then letters, digits and dashes, 2 to 41 in all.
    streets, districts, population, shelters, places, elevation
        Files, or None.
    cell_m
        Cell size of the grid, metres.
    bounds
        Box to clip to; without it the box of the streets, or of the districts.
    columns
        Names of columns in the files by our names: ``{"capacity": "max_people", "shelters.name": "title"}``.
    name_ko, name_en
        What the page calls the area; the id where empty.
    scale, is_sample
        As in `Area`.
    sources
        Where the data comes from; the attribution line is made of theirs.
    built_at_s
        Moment of the build, unix seconds; passed in, as nothing here reads the clock.
    parts
        Ready parts.

    Raises
    ------
    InputError
        For an area id that would not do as a folder, word of a command and part of an address.
    """

    area_id: str
    streets: Path | None = None
    districts: Path | None = None
    population: Path | None = None
    shelters: Path | None = None
    places: Path | None = None
    elevation: Path | None = None
    cell_m: float = 50.0
    bounds: Bounds | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    name_ko: str = ""
    name_en: str = ""
    scale: Scale = Scale.CITY
    is_sample: bool = False
    sources: tuple[Source, ...] = ()
    built_at_s: float = 0.0
    parts: ReadyParts = ReadyParts()

    def __post_init__(self) -> None:
        check_area_id(self.area_id)


@dataclass(frozen=True, slots=True, eq=False)
class BuiltArea:
    """A finished build: the area, its folder, and the report that lies in it."""

    area: Area
    path: Path
    report: BuildReport


def check_area_id(area_id: str) -> None:
    """Refuse an area id that would not do as a folder, a word of a command and a part of an address.

    Raises
    ------
    InputError
        Naming what is wanted.

    Examples
    --------
    >>> check_area_id("seoul-central")
    """
    if AREA_PATTERN.fullmatch(area_id) is None:
        wanted = "a lower-case letter followed by 1 to 40 lower-case letters, digits or dashes"
        raise InputError(Fault("area name", repr(area_id), wanted, "Choose for example my-city."))
