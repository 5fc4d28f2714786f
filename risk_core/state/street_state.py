"""Water and wind on every street at each time slice: what the ways of each traveller stand on."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

DEPTH_STEP_M: Final = 0.01
WIND_STEP_M_PER_S: Final = 0.25
MOST_CODE: Final = 250
"""Values are kept as bytes: hundredths of a metre, of m2/s, and quarters of m/s, up to 250 steps."""

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class WaterSlices:
    """Water along streets.

    Attributes
    ----------
    depth_code
        Deepest along each street, 10 %, middle and 90 %, in `DEPTH_STEP_M`, shape=(3, n_time, n_street).
    strength_code
        Largest depth times speed in the middle run, in hundredths of m2/s, shape=(n_time, n_street).
    is_underpass
        1 where a street dips under something, shape=(n_street,).
    """

    depth_code: NDArray[np.uint8]
    strength_code: NDArray[np.uint8]
    is_underpass: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class WindSlices:
    """Ten-minute wind on streets.

    Attributes
    ----------
    wind_code
        Largest along each street, 10 %, middle and 90 %, in `WIND_STEP_M_PER_S`, shape=(3, n_time, n_street).
    gust_ratio
        Gust over that wind, shape=(n_street,).
    is_exposed
        1 where nothing shelters the street: bridges, shape=(n_street,).
    limit_m_per_s
        Wind and gust that close a bridge to each traveller, the two winds that slow vehicles there, and the gust up to
        which others stand steady, after the scales in force, shape=(n_profile, 5); None for the standard ones.
    own_code
        Risk byte of each traveller by the byte of the storm's layer, shape=(n_profile, 256); None: the standard ones.
    """

    wind_code: NDArray[np.uint8]
    gust_ratio: NDArray[np.float32]
    is_exposed: NDArray[np.uint8]
    limit_m_per_s: NDArray[np.float32] | None = None
    own_code: NDArray[np.uint8] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class GroundWater:
    """Water on the ground and the rain without it, by the coarse cells of the flood's window, at each time slice.

    Attributes
    ----------
    window
        First row and column, rows and columns in cells of the area's grid, and cells along the side of a coarse one,
        shape=(5,).
    depth_code
        Water in the streets of the middle run, in `DEPTH_STEP_M`, shape=(n_time, n_coarse_row, n_coarse_col).
    strength_code
        Depth times speed of the middle run, in hundredths of m2/s, same shape.
    rain_code
        Risk byte of the rain alone at the middle of each cell, same shape.
    """

    window: NDArray[np.int32]
    depth_code: NDArray[np.uint8]
    strength_code: NDArray[np.uint8]
    rain_code: NDArray[np.uint8]

    def at(self, row: int, col: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.uint8]] | None:
        """Depth, metres, depth times speed, m2/s, and rain byte at a cell of the grid, shape=(n_time,) each.

        None outside the window.
        """
        first_row, first_col, n_row, n_col, factor = (int(one) for one in self.window)
        if not (first_row <= row < first_row + n_row and first_col <= col < first_col + n_col):
            return None
        i, j = (row - first_row) // factor, (col - first_col) // factor
        depth, strength = (np.float64(DEPTH_STEP_M) * one[:, i, j] for one in (self.depth_code, self.strength_code))
        return depth, strength, self.rain_code[:, i, j]


def value_to_code(value: Floats, step: float) -> NDArray[np.uint8]:
    """Bytes of values, any shape, rounded up, so that no water vanishes.

    Examples
    --------
    >>> value_to_code(np.array([0.0, 0.001, 0.15, 9.0]), 0.01).tolist()
    [0, 1, 15, 250]
    """
    return np.asarray(np.minimum(np.ceil(np.asarray(value) / step - 1e-4), MOST_CODE), dtype=np.uint8)


def code_to_value(code: NDArray[np.uint8], step: float) -> NDArray[np.float32]:
    """Values of bytes, any shape.

    Examples
    --------
    >>> code_to_value(np.array([15], np.uint8), 0.01).round(3).tolist()
    [0.15000000596046448]
    """
    return np.asarray(code * np.float32(step), dtype=np.float32)
