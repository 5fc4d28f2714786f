"""The regular raster every field lives on."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.units import M_PER_DEG_LAT


@dataclass(frozen=True, slots=True)
class Grid:
    """A raster regular in degrees (EPSG:4326), row 0 north, whose cells are `cell_m` wide at its middle latitude.

    Away from the middle latitude a cell's width follows the cosine of the latitude: under 0.2 % over a
    city, about 3 % over the Korean peninsula.

    Attributes
    ----------
    lat_max_deg, lon_min_deg
        North-west corner (edge of the first cell, not its centre), degrees.
    d_lat_deg, d_lon_deg
        Cell size, degrees, both positive.
    n_row, n_col
        Shape.
    cell_m
        Nominal cell size, metres.
    """

    lat_max_deg: float
    lon_min_deg: float
    d_lat_deg: float
    d_lon_deg: float
    n_row: int
    n_col: int
    cell_m: float

    @classmethod
    def from_bounds(cls, west_deg: float, south_deg: float, east_deg: float, north_deg: float, cell_m: float) -> "Grid":
        """Smallest grid of `cell_m` metre cells that covers the box.

        Raises
        ------
        InputError
            For a box that is empty or not on the earth, or a cell size that is not positive.

        Examples
        --------
        >>> grid = Grid.from_bounds(126.95, 37.54, 127.00, 37.58, 100.0)
        >>> grid.n_row, grid.n_col
        (45, 45)
        """
        box = (west_deg, south_deg, east_deg, north_deg)
        on_earth = (
            all(map(math.isfinite, box)) and -180 <= west_deg < east_deg <= 180 and -90 < south_deg < north_deg < 90
        )
        if not on_earth:
            remedy = "Give west < east and south < north in degrees of EPSG:4326."
            raise InputError(Fault("bounds", str(box), "a box on the earth", remedy))
        if not (math.isfinite(cell_m) and cell_m > 0):
            raise InputError(Fault("cell_m", str(cell_m), "a positive number of metres", "Give for example 50."))
        d_lat_deg = cell_m / M_PER_DEG_LAT
        d_lon_deg = d_lat_deg / math.cos(math.radians((south_deg + north_deg) / 2))
        n_row = max(1, math.ceil((north_deg - south_deg) / d_lat_deg))
        n_col = max(1, math.ceil((east_deg - west_deg) / d_lon_deg))
        return cls(north_deg, west_deg, d_lat_deg, d_lon_deg, n_row, n_col, cell_m)

    @property
    def n_cell(self) -> int:
        """Number of cells."""
        return self.n_row * self.n_col

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(west, south, east, north) edges, degrees."""
        south = self.lat_max_deg - self.n_row * self.d_lat_deg
        return self.lon_min_deg, south, self.lon_min_deg + self.n_col * self.d_lon_deg, self.lat_max_deg

    @property
    def row_lat_deg(self) -> NDArray[np.float64]:
        """Latitude of each row's cell centres, shape=(n_row,), degrees."""
        return np.asarray(self.lat_max_deg - (np.arange(self.n_row) + 0.5) * self.d_lat_deg, dtype=np.float64)

    @property
    def col_lon_deg(self) -> NDArray[np.float64]:
        """Longitude of each column's cell centres, shape=(n_col,), degrees."""
        return np.asarray(self.lon_min_deg + (np.arange(self.n_col) + 0.5) * self.d_lon_deg, dtype=np.float64)

    def contains(self, lat_deg: float, lon_deg: float) -> bool:
        """Whether the point lies on the grid; NaN does not."""
        west, south, east, north = self.bounds
        return south < lat_deg <= north and west <= lon_deg < east

    def cell_of(self, lat_deg: float, lon_deg: float) -> int:
        """Flat position (row * n_col + col) of the cell that holds the point, -1 outside."""
        if not self.contains(lat_deg, lon_deg):
            return -1
        row = min(int((self.lat_max_deg - lat_deg) / self.d_lat_deg), self.n_row - 1)
        col = min(int((lon_deg - self.lon_min_deg) / self.d_lon_deg), self.n_col - 1)
        return row * self.n_col + col

    def cells_of(self, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]) -> NDArray[np.int32]:
        """Flat cell of each point, shape as given, -1 outside or not finite."""
        west, south, east, north = self.bounds
        inside = (lat_deg > south) & (lat_deg <= north) & (lon_deg >= west) & (lon_deg < east)
        row = ((self.lat_max_deg - np.where(inside, lat_deg, north)) / self.d_lat_deg).astype(np.int64)
        col = ((np.where(inside, lon_deg, west) - self.lon_min_deg) / self.d_lon_deg).astype(np.int64)
        cell = np.minimum(row, self.n_row - 1) * self.n_col + np.minimum(col, self.n_col - 1)
        return np.where(inside, cell, -1).astype(np.int32)
