"""What the path ahead on the streets takes and tells."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.state.level import Level

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

N_LEVEL: Final = len(Level)


@dataclass(frozen=True, slots=True, eq=False)
class OnEdge:
    """Where the traveller is and how he came there.

    Attributes
    ----------
    context
        The last edges in order, the present one last, 1 or more.
    along_m
        Metres from the tail of the present edge.
    speed_m_per_s
        Measured over the last minutes.
    """

    context: tuple[int, ...]
    along_m: float
    speed_m_per_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Destinations:
    """Where the trip may end: places on the streets' plane and their probabilities, each shape=(n,).

    From `risk_core.movement.path_ahead.predict_cloud` with `END`, moved to the plane of the streets.
    """

    east_m: Floats
    north_m: Floats
    weight: Floats


@dataclass(frozen=True, slots=True, eq=False)
class LevelSlices:
    """Warning level of every edge in time.

    Attributes
    ----------
    begin_s
        Seconds from now at which each slice begins, ascending, the first 0 or earlier, shape=(n_slice,).
    level
        0 for none, shape=(n_slice, n_edge).
    dose_per_s
        Dose a traveller takes up each second, shape=(n_slice, n_edge).
    """

    begin_s: Floats
    level: NDArray[np.uint8]
    dose_per_s: NDArray[np.float32]

    def slice_at(self, after_s: float) -> int:
        """Slice that holds so many seconds from now."""
        return max(int(np.searchsorted(self.begin_s, after_s, side="right")) - 1, 0)


@dataclass(frozen=True, slots=True)
class LevelAhead:
    """Entering a level or a higher one.

    Attributes
    ----------
    level
        The level.
    prob
        Probability of entering it on the way ahead.
    edge
        Where it is most probably entered first, -1 if nowhere.
    after_s
        Expected seconds until then, over the ways that enter it there; NaN if nowhere.
    """

    level: int
    prob: float
    edge: int
    after_s: float


@dataclass(frozen=True, slots=True, eq=False)
class StreetPath:
    """The path ahead.

    Attributes
    ----------
    horizon_s
        How far ahead was looked.
    edge, prob, entry_s
        Every edge that may be entered, the present one first; probability of entering it within the horizon, and
        mean seconds until then; shape=(n,).
    minute_edge, minute_prob
        Where the traveller is after 1, 2, ... minutes: edges and probabilities, one pair of arrays a minute.
    untold_prob
        Probability of all branches too improbable to follow.
    likely, likely_prob, likely_entry_s
        The single likeliest way, beyond the horizon too, the probability of travelling each of its edges, and seconds
        until each is entered.
    dose_mean
        Expected dose; 0 where no levels were given.
    level_s
        Expected seconds in each level within the horizon, shape=(5,); 0 where no levels were given.
    levels
        Entering each level from 1 up, empty where no levels were given.
    """

    horizon_s: float
    edge: Ints
    prob: Floats
    entry_s: Floats
    minute_edge: tuple[Ints, ...]
    minute_prob: tuple[Floats, ...]
    untold_prob: float
    likely: Ints
    likely_prob: Floats
    likely_entry_s: Floats
    dose_mean: float
    level_s: Floats
    levels: tuple[LevelAhead, ...]
