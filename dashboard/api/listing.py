"""What an area holds as lists of features: closures, shelters, alerts, districts, streets; one door for API and OGC."""

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from dashboard.api.paging import make_cursor, read_cursor
from dashboard.api.shapes import Box, box_shape

Feature = dict[str, Any]
NOWHERE: Final = (math.nan,) * 4
ALWAYS: Final = (-math.inf, math.inf)


def _nothing_more(_position: int) -> None:
    return None


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """A list of features that are made when they are told.

    Attributes
    ----------
    name
        Of the list.
    keys
        Ids in ascending order (`order_of`).
    boxes
        West, south, east, north of each, degrees, shape=(n, 4); NaN where it is nowhere in particular.
    spans_s
        From and until of each, unix seconds, shape=(n, 2).
    columns
        Properties one may filter by, each with n words.
    make
        Feature at a position.
    extent
        What it covers where that is more than its feature's geometry; None: its geometry.
    """

    name: str
    keys: Sequence[str]
    boxes: NDArray[np.float64]
    spans_s: NDArray[np.float64]
    make: Callable[[int], Feature]
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    extent: Callable[[int], BaseGeometry | None] = _nothing_more

    def find(self, key: str) -> int | None:
        """Position of an id."""
        at = bisect_right(self.keys, order_of(key), key=order_of) - 1
        return at if at >= 0 and self.keys[at] == key else None

    def matching(
        self, box: Box | None = None, span_s: tuple[float, float] | None = None, wanted: Mapping[str, str] | None = None
    ) -> NDArray[np.int64]:
        """Positions of what touches a box, is in force within a span and has the properties wanted."""
        is_in = np.ones(len(self.keys), dtype=np.bool_)
        if span_s is not None:
            is_in &= (self.spans_s[:, 0] <= span_s[1]) & (self.spans_s[:, 1] >= span_s[0])
        for name, value in (wanted or {}).items():
            is_in &= np.array([one == value for one in self.columns[name]], dtype=np.bool_)
        found = np.flatnonzero(is_in)
        return found if box is None else self._touching(box, found)

    def _touching(self, box: Box, among: NDArray[np.int64]) -> NDArray[np.int64]:
        """What touches a box: boxes tell most of it, and the geometry itself the rest."""
        west, south, east, north = box
        own = self.boxes[among].T
        spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
        beside = np.logical_or.reduce([(own[0] <= last) & (own[2] >= first) for first, last in spans])
        within = np.logical_or.reduce([(own[0] >= first) & (own[2] <= last) for first, last in spans])
        may = beside & (own[1] <= north) & (own[3] >= south)
        open_ = np.flatnonzero(may & ~(within & (own[1] >= south) & (own[3] <= north)))
        if len(open_):
            asked = box_shape(box)
            shapely.prepare(asked)
            may[open_] = shapely.intersects(asked, [self._covered(k) for k in among[open_].tolist()])
        return among[may]

    def _covered(self, position: int) -> BaseGeometry | None:
        extent = self.extent(position)
        return extent if extent is not None else _shape_of(self.make(position)["geometry"])

    def page(self, found: NDArray[np.int64], limit: int, cursor: str | None) -> "FeaturePage":
        """Features of one page, and the cursor of the next.

        Raises
        ------
        risk_core.errors.InputError
            For a cursor of another list.
        """
        begin = 0
        if cursor:
            (after,) = read_cursor(cursor, 1)
            last = bisect_right(self.keys, order_of(str(after)), key=order_of)
            begin = int(np.searchsorted(found, last))
        chosen = found[begin : begin + limit].tolist()
        more = begin + limit < len(found)
        return FeaturePage(
            [self.make(k) for k in chosen],
            len(found),
            make_cursor(self.keys[chosen[-1]]) if more and chosen else None,
        )


@dataclass(frozen=True, slots=True)
class FeaturePage:
    """Features of one page, how many match in all, and the cursor of the next page."""

    features: list[Feature]
    n_matched: int
    next_cursor: str | None


def order_of(key: str) -> tuple[int, str]:
    """Order of ids: shorter first, so that whole numbers stand in their own order."""
    return len(key), key


def box_of(geometry: Feature | None) -> tuple[float, ...]:
    """West, south, east, north of a GeoJSON geometry, degrees; NaN of none."""
    shape = _shape_of(geometry)
    return NOWHERE if shape is None else shapely.bounds(shape).tolist()


def sorted_by_key(keys: Sequence[str]) -> list[int]:
    """Positions of ids in the order of a listing."""
    return sorted(range(len(keys)), key=lambda k: order_of(keys[k]))


def feature(key: str, geometry: Feature | None, properties: Feature) -> Feature:
    """GeoJSON feature (RFC 7946)."""
    return {"type": "Feature", "id": key, "geometry": geometry, "properties": properties}


def _shape_of(geometry: Feature | None) -> BaseGeometry | None:
    return None if geometry is None else shapely.geometry.shape(geometry)
