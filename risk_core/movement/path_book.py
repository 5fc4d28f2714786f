"""The book of trips: what is known of earlier movement, learnt trip by trip and forgotten again."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError, raise_faults
from risk_core.kernels.analogue import N_COLUMN, TripRows
from risk_core.units import M_PER_DEG_LAT, S_PER_DAY, S_PER_H

Floats = NDArray[np.float64]

STEP_S: Final = 60.0
"""Trips are kept as one place a minute."""

MOST_TAIL: Final = 20_000
"""So many new rows are looked through one by one before the book is sorted again."""


@dataclass(frozen=True, slots=True, eq=False)
class Trip:
    """One trip on the book's plane, one place a step.

    Attributes
    ----------
    east_m, north_m
        Places, metres, shape=(n,), n >= 1.
    begin_s
        Moment of the first, unix seconds.
    user
        Whose; -1 nobody's.
    is_ageless
        Whether it never loses weight with time, for what is known of no day.
    """

    east_m: Floats
    north_m: Floats
    begin_s: float
    user: int = -1
    is_ageless: bool = False


@dataclass(frozen=True, slots=True)
class BookPlane:
    """The plane of a book: metres east and north of a point, and the zone of its local hours.

    Attributes
    ----------
    lat_deg, lon_deg
        The point.
    zone_s
        Seconds the local clock is ahead of UTC.
    """

    lat_deg: float
    lon_deg: float
    zone_s: float = 0.0

    def __post_init__(self) -> None:
        if not (abs(self.lat_deg) < 89 and abs(self.lon_deg) <= 180 and abs(self.zone_s) <= S_PER_DAY):
            wanted = "a point on the earth, away from the poles, and a zone of at most a day"
            value = f"{self.lat_deg}, {self.lon_deg}, {self.zone_s}"
            raise InputError(Fault("plane", value, wanted, "Take the middle of the area."))

    def to_plane(self, lat_deg: Floats, lon_deg: Floats) -> tuple[Floats, Floats]:
        """Metres east and north."""
        scale = M_PER_DEG_LAT * math.cos(math.radians(self.lat_deg))
        return np.asarray((lon_deg - self.lon_deg) * scale), np.asarray((lat_deg - self.lat_deg) * M_PER_DEG_LAT)

    def to_degrees(self, east_m: Floats, north_m: Floats) -> tuple[Floats, Floats]:
        """Latitude and longitude, degrees."""
        scale = M_PER_DEG_LAT * math.cos(math.radians(self.lat_deg))
        return np.asarray(self.lat_deg + north_m / M_PER_DEG_LAT), np.asarray(self.lon_deg + east_m / scale)

    def hour(self, time_s: float) -> float:
        """Local hour of the day, 0 to 24."""
        return ((time_s + self.zone_s) % S_PER_DAY) / S_PER_H


def resample_trip(plane: BookPlane, time_s: Floats, lat_deg: Floats, lon_deg: Floats, user: int = -1) -> Trip:
    """One place a step by straight lines between pings; an end off the step is kept when most of a step remains.

    Parameters
    ----------
    plane
        Of the book.
    time_s, lat_deg, lon_deg
        Pings in time order, shape=(n,), n >= 1.
    user
        Whose.

    Raises
    ------
    InputError
        For pings that are not finite, on the earth and in time order.
    """
    faults = []
    values = np.stack([time_s, lat_deg, lon_deg]) if len(time_s) else np.zeros((3, 0))
    if (
        not values.size
        or not np.isfinite(values).all()
        or (np.abs(lat_deg) > 90).any()
        or (np.abs(lon_deg) > 180).any()
    ):
        faults.append(Fault("trip", f"{len(time_s)} pings", "one or more finite pings on the earth", "Sort them out."))
    elif (np.diff(time_s) <= 0).any():
        faults.append(Fault("time_s", "not ascending", "pings in time order", "Sort the pings by time."))
    raise_faults(faults)
    at_s = np.arange(time_s[0], time_s[-1] + 1.0, STEP_S)
    if time_s[-1] - at_s[-1] > STEP_S / 3:
        at_s = np.append(at_s, time_s[-1])
    east, north = plane.to_plane(lat_deg, lon_deg)
    return Trip(np.interp(at_s, time_s, east), np.interp(at_s, time_s, north), float(time_s[0]), user)


class TripBook:
    """Trips of the past by cell, added one by one or many at once, forgotten by person or by age.

    Nothing is written anywhere: the book lives in the memory of whoever holds it.

    Parameters
    ----------
    plane
        Of all trips.
    cell_m
        Width of a cell, metres.

    Examples
    --------
    >>> book = TripBook(BookPlane(37.5, 127.0))
    >>> book.add([Trip(np.arange(5.0) * 80, np.zeros(5), 0.0, user=3)])
    >>> book.n_trip, book.n_row
    (1, 5)
    >>> book.forget_user(3)
    >>> book.n_row
    0
    """

    def __init__(self, plane: BookPlane, cell_m: float = 150.0) -> None:
        self.plane = plane
        self.cell_m = cell_m
        self._east = np.empty(0)
        self._north = np.empty(0)
        self._row = np.empty((0, N_COLUMN), dtype=np.float32)
        self._user = np.empty(0, dtype=np.int32)
        self._point = np.empty(0, dtype=np.int64)
        self._last = np.empty(0, dtype=np.int64)
        self._key = np.empty(0, dtype=np.int64)
        self._first = np.zeros(1, dtype=np.int64)
        self._n_sorted = 0
        self._n = 0
        self.n_trip = 0

    @property
    def n_row(self) -> int:
        """Places known."""
        return self._n

    @property
    def rows(self) -> TripRows:
        """The book as the kernels read it."""
        return TripRows(self._key, self._first, self._row, self._user, self._point, self._n_sorted, self._n)

    def copied(self) -> "TripBook":
        """The same book apart: what it learns or forgets changes nothing here."""
        book = TripBook(self.plane, self.cell_m)
        for name in ("_east", "_north", "_row", "_user", "_point", "_last", "_key", "_first"):
            setattr(book, name, getattr(self, name).copy())
        book._n, book._n_sorted, book.n_trip = self._n, self._n_sorted, self.n_trip
        return book

    def add(self, trips: Iterable[Trip]) -> None:
        """Learn trips."""
        made = [(trip, trip_rows(self.plane, trip)) for trip in trips if len(trip.east_m)]
        if not made:
            return
        n_new = sum(len(rows) for _, rows in made)
        self._reserve(self._n + n_new)
        at = self._n
        for trip, rows in made:
            end = at + len(rows)
            self._row[at:end] = rows
            self._east[at:end], self._north[at:end] = trip.east_m, trip.north_m
            self._user[at:end] = trip.user
            self._point[at:end] = np.arange(at, end)
            self._last[at:end] = end - 1
            at = end
        self._n = at
        self.n_trip += len(made)
        if self._n - self._n_sorted > MOST_TAIL:
            self._sort()

    def places_after(self, row: NDArray[np.int64], n_step: int) -> tuple[Floats, Floats]:
        """Where the trips of these rows were `n_step` later, or ended before; a negative number asks for the end."""
        point = self._point[row]
        last = self._last[point]
        then = last if n_step < 0 else np.minimum(point + n_step, last)
        return self._east[then], self._north[then]

    def forget_user(self, user: int) -> None:
        """Drop every trip of a person."""
        self._keep(self._user_of_points() != user)

    def forget_before(self, time_s: float) -> None:
        """Drop every place older than a moment, unix seconds; a trip is dropped as a whole by its last place."""
        born = np.empty(self._n, dtype=np.float32)
        born[self._point[: self._n]] = self._row[: self._n, -1]
        self._keep(born[self._last[: self._n]] >= time_s / S_PER_DAY)

    def _user_of_points(self) -> NDArray[np.int32]:
        user = np.empty(self._n, dtype=np.int32)
        user[self._point[: self._n]] = self._user[: self._n]
        return user

    def _keep(self, is_kept: NDArray[np.bool_]) -> None:
        """Keep some points, whole trips of them, in their old order."""
        n = self._n
        moved = np.cumsum(is_kept) - 1
        stay = is_kept[self._point[:n]]
        self.n_trip = len(np.unique(self._last[:n][is_kept]))
        last = moved[self._last[:n]][is_kept]
        self._row = np.ascontiguousarray(self._row[:n][stay])
        self._user, self._point = self._user[:n][stay], moved[self._point[:n][stay]]
        self._east, self._north, self._last = self._east[:n][is_kept], self._north[:n][is_kept], last
        self._n = len(last)
        self._sort()

    def _reserve(self, n: int) -> None:
        if n <= len(self._east):
            return
        room = max(n, int(1.5 * len(self._east)))
        for name in ("_east", "_north", "_row", "_user", "_point", "_last"):
            old = getattr(self, name)
            new = np.empty((room, *old.shape[1:]), dtype=old.dtype)
            new[: self._n] = old[: self._n]
            setattr(self, name, new)

    def _sort(self) -> None:
        """Put the rows into the order of their cells."""
        n = self._n
        cell = np.floor(self._row[:n, :2].astype(np.float64) / self.cell_m).astype(np.int64)
        key = cell[:, 0] * 4_194_304 + cell[:, 1] + 2_097_152
        order = np.argsort(key, kind="stable")
        for column in (self._row, self._user, self._point):
            column[:n] = column[:n][order]
        self._key, begin = np.unique(key[order], return_index=True)
        self._first = np.append(begin, n).astype(np.int64)
        self._n_sorted = n


def trip_rows(plane: BookPlane, trip: Trip) -> NDArray[np.float32]:
    """Trajectory rows of a trip, one a place, shape=(n, 12); columns as in `risk_core.kernels.analogue`."""
    n = len(trip.east_m)
    at = np.arange(n)
    time_s = trip.begin_s + STEP_S * at
    rows = np.empty((n, N_COLUMN), dtype=np.float32)
    for column, back in ((0, 0), (2, 1), (4, 3), (6, n)):
        then = np.maximum(at - back, 0)
        rows[:, column], rows[:, column + 1] = trip.east_m[then], trip.north_m[then]
    rows[:, 8] = ((time_s + plane.zone_s) % S_PER_DAY) / S_PER_H
    rows[:, 9], rows[:, 10] = at, n - 1 - at
    rows[:, 11] = np.inf if trip.is_ageless else time_s / S_PER_DAY
    return rows
