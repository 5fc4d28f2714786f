"""An area: everything about a place that does not change by the minute."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from risk_core.state.grid import Grid
from risk_core.state.network import Network


class Scale(StrEnum):
    """How large an area is; picks the time axis and the zoom."""

    CITY = "city"
    COUNTRY = "country"


class PlaceKind(StrEnum):
    """Kinds of places an area may know."""

    SHELTER = "shelter"
    HOSPITAL = "hospital"
    SCHOOL = "school"
    STATION = "station"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class District:
    """An administrative district.

    Attributes
    ----------
    district_id
        The source's own code, as text.
    name_ko, name_en, name_local
        Names; empty where the source has none.
    population
        Residents, persons.
    lat_deg, lon_deg
        A point inside, degrees.
    """

    district_id: str
    name_ko: str
    name_en: str
    name_local: str
    population: float
    lat_deg: float
    lon_deg: float


@dataclass(frozen=True, slots=True)
class Place:
    """A shelter, hospital, school or station. `capacity_persons` is NaN where unknown."""

    place_id: str
    kind: PlaceKind
    name: str
    lat_deg: float
    lon_deg: float
    capacity_persons: float
    detail: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Scenery:
    """Invented ground for the drill where a sample area has none; always shown as 연습 / drill.

    Attributes
    ----------
    elevation_m
        shape=(n_row, n_col), metres.
    stream_lat_deg, stream_lon_deg
        The stream's line, degrees.
    underpass_street
        Streets that pass under a crossing, positions.
    low_street
        Streets along the stream that flood early, positions.
    shelters
        Invented shelters.
    """

    elevation_m: NDArray[np.float32]
    stream_lat_deg: NDArray[np.float64]
    stream_lon_deg: NDArray[np.float64]
    underpass_street: NDArray[np.int32]
    low_street: NDArray[np.int32]
    shelters: tuple[Place, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """One place on the earth, mapped from its bundle.

    Attributes
    ----------
    area_id
        Its name in URLs and commands: lower-case letters, digits and dashes.
    name_ko, name_en
        What the page calls it.
    scale
        City or country.
    is_sample
        True for the embedded samples: the page then says that these are not the reader's own streets.
    attribution
        Credits the sources ask for, one line of text.
    content_hash
        SHA-256 of the arrays, hex.
    grid
        The raster of all its fields.
    population
        Residents per cell, shape=(n_row, n_col), persons.
    district
        Position in `districts` per cell, shape=(n_row, n_col), -1 outside all.
    districts, places
        Records.
    network
        Streets, or None for a view without streets.
    elevation_m
        shape=(n_row, n_col), metres, NaN where unknown; None without a source.
    scenery
        Invented ground for drills, or None.
    """

    area_id: str
    name_ko: str
    name_en: str
    scale: Scale
    is_sample: bool
    attribution: str
    content_hash: str
    grid: Grid
    population: NDArray[np.float32]
    district: NDArray[np.int32]
    districts: tuple[District, ...]
    places: tuple[Place, ...]
    network: Network | None
    elevation_m: NDArray[np.float32] | None
    scenery: Scenery | None
