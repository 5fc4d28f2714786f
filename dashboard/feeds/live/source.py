"""What a source of live data is: one file tells everything about it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from dashboard.feeds.records import Part
from dashboard.store.kinds import Kind
from risk_core.state.situation import WeatherForecast

Bounds = tuple[float, float, float, float]
"""West, south, east, north, degrees."""
M_PER_DEG: Final = 111_195.0
"""Length of a degree of latitude on a sphere of 6,371 km."""


@dataclass(frozen=True, slots=True)
class Place:
    """The area a feed is read for.

    Attributes
    ----------
    area_id
        Its id.
    bounds
        Its box.
    names
        Words it goes by: its own names and those of its districts.
    district_ids
        Codes of its districts by each of their names and by the code itself.
    outlines
        GeoJSON of its districts by code, for zone tables that name districts.
    """

    area_id: str
    bounds: Bounds
    names: tuple[str, ...] = ()
    district_ids: Mapping[str, str] = field(default_factory=dict)
    outlines: Mapping[str, str] = field(default_factory=dict)

    def padded(self, margin_m: float) -> Bounds:
        """Return the box with a margin on each side."""
        west, south, east, north = self.bounds
        d_lat = margin_m / M_PER_DEG
        d_lon = d_lat / max(math.cos(math.radians((south + north) / 2)), 0.05)
        return west - d_lon, max(south - d_lat, -90.0), east + d_lon, min(north + d_lat, 90.0)

    def is_near(self, lat_deg: float, lon_deg: float, margin_m: float) -> bool:
        """Whether a position lies inside the box with a margin."""
        west, south, east, north = self.padded(margin_m)
        return south <= lat_deg <= north and west <= lon_deg <= east


class Ask(Protocol):
    """Asks a server on behalf of one feed; what did not change is not fetched again."""

    def __call__(self, url: str, content_types: tuple[str, ...], n_byte: int = 5_000_000, keep_s: float = 0.0) -> bytes:
        """Give the body at an address; within `keep_s` of the last time, the one kept."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """What a source is asked for.

    Attributes
    ----------
    place
        The area.
    now_s
        Present, unix seconds.
    key
        Key of the service; empty for keyless ones.
    url
        Address the operator gave; empty for the source's own.
    options
        Further words of the operator's file, such as names of columns.
    """

    place: Place
    now_s: float
    key: str = ""
    url: str = ""
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one kind.

    Attributes
    ----------
    kind
        What they are.
    part
        Records, places and what was refused.
    is_complete
        Whether the list names everything in force: what it no longer names has ended.
    utc_offset_s
        Of times that name no offset.
    """

    kind: Kind
    part: Part
    is_complete: bool = False
    utc_offset_s: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one round brought."""

    batches: tuple[Batch, ...] = ()
    forecast: WeatherForecast | None = None


def everywhere(_bounds: Bounds) -> bool:
    """Cover the whole world."""
    return True


def inside(west: float, south: float, east: float, north: float) -> Callable[[Bounds], bool]:
    """Cover a box: areas whose middle lies in it.

    Examples
    --------
    >>> inside(124.0, 33.0, 132.0, 39.0)((126.8, 37.4, 127.2, 37.7))
    True
    """

    def covers(bounds: Bounds) -> bool:
        lon, lat = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
        return west <= lon <= east and south <= lat <= north

    return covers


@dataclass(frozen=True, slots=True)
class Source:
    """A source of live data.

    Attributes
    ----------
    name
        What it is called in settings and as the source of its rows.
    title
        What it is, for people.
    kinds
        Kinds of observation it brings.
    read
        Asks and reads. Raises `FetchError` or `InputError` when the answer is of no use as a whole.
    cadence_s
        Usual time between two questions.
    fresh_s
        Age at which what it brought is stale.
    licence, attribution, about_url
        Whose it is, on what terms, and where its format is described.
    key_setting
        Setting that holds its key; empty for keyless sources.
    needs_url
        Whether the operator has to give an address.
    covers
        Which areas it has something to say about.
    """

    name: str
    title: str
    kinds: tuple[Kind, ...]
    read: Callable[[Ask, Question], Reading]
    cadence_s: float
    fresh_s: float
    licence: str
    attribution: str
    about_url: str
    key_setting: str = ""
    needs_url: bool = False
    covers: Callable[[Bounds], bool] = everywhere
