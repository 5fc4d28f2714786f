"""Height above the nearest drainage: which ground of a valley a river reaches at a stage.

C. D. Renno et al. 2008, HAND, a new terrain descriptor using SRTM-DEM, Remote Sens. Environ. 112, 3469-3481; A. D.
Nobre et al. 2011, Height Above the Nearest Drainage, J. Hydrol. 404, 13-29. Hollows: priority flood (R. Barnes,
C. Lehman, D. Mulla 2014, Comput. Geosci. 62, 117-127), ways go down the steepest of eight (O'Callaghan and Mark 1984).

HAND of a cell is its height less that of the first stream cell on its way down; ground is wet where HAND is below the
depth of the river there. For valleys only: on flat ground and in hollows the way down is a matter of the tie-break, and
so is HAND. A bathtub: no time, no volume.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.hazards.flood.terrain import Terrain
from risk_core.kernels.drainage import fill_hollows, gather_down, steepest_down, stream_of

STREAM_AREA_M2: Final = 1_000_000.0
"""A stream begins where so much ground drains: 1 km2, an assumption."""


@dataclass(frozen=True, slots=True, eq=False)
class Drainage:
    """How a terrain drains, shape=(n_row, n_col) each.

    Attributes
    ----------
    filled_m
        Ground with its hollows filled to the brim.
    down
        Cell that water goes to next, -1 over the edge.
    upstream_m2
        Ground that drains through each cell, its own with it.
    stream
        First stream cell on the way down.
    hand_m
        Height above it.
    """

    filled_m: NDArray[np.float64]
    down: NDArray[np.int32]
    upstream_m2: NDArray[np.float64]
    stream: NDArray[np.int32]
    hand_m: NDArray[np.float64]

    def is_wet(self, river_depth_m: float) -> NDArray[np.bool_]:
        """Ground the river reaches when it stands so deep over its bed, metres."""
        return np.asarray(self.hand_m < river_depth_m)

    def hollow_m3(self, terrain: Terrain) -> float:
        """Water that stays in the hollows when all else has run off."""
        return float((self.filled_m - terrain.height_m).sum()) * terrain.cell_m**2


def find_drainage(terrain: Terrain, stream_area_m2: float = STREAM_AREA_M2) -> Drainage:
    """Ways down, what gathers, and the height above the nearest stream.

    Parameters
    ----------
    terrain
        The ground.
    stream_area_m2
        Ground that makes a stream.

    Raises
    ------
    InputError
        When the area of a stream is not positive.

    Examples
    --------
    >>> side = np.abs(np.arange(21) - 10.0)[:, None] * 0.5 + np.arange(30)[None, ::-1] * 0.01
    >>> valley = find_drainage(Terrain.from_heights(side, 10.0), 2500.0)
    >>> valley.hand_m[8, 20].item()
    1.0
    """
    if not stream_area_m2 > 0:
        raise InputError(Fault("stream_area_m2", str(stream_area_m2), "a positive area", "Give for example 1e6."))
    filled, flooded_from, order = fill_hollows(terrain.height_m)
    down = steepest_down(filled, flooded_from)
    upstream = gather_down(down, order, np.full(down.size, terrain.cell_m**2))
    stream = stream_of(down, order, upstream >= stream_area_m2)
    shape, ground = terrain.height_m.shape, terrain.height_m.ravel()
    hand = (ground - ground[stream]).reshape(shape)
    return Drainage(filled, down.reshape(shape), upstream.reshape(shape), stream.reshape(shape), hand)
