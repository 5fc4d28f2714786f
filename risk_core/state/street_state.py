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
    """

    wind_code: NDArray[np.uint8]
    gust_ratio: NDArray[np.float32]
    is_exposed: NDArray[np.uint8]


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
