"""Where water would gather, told without heights: a declared index, no depth and no probability.

An area whose bundle has no elevation gets no flood depths. What is known of it instead: underpasses and tunnels,
streets along a stream, and the share of households that live in basements. The index is the union
``1 - (1 - a U)(1 - b S)(1 - c B)`` of those three, each 0..1: U and S fall with the distance to the nearest underpass
and the nearest stream (``exp(-d / reach)``), B is the basement share over 20 %, at most 1.

Weights and reaches are assumptions, fitted to nothing; no map of floods was to be had where all three terms are known.
Term by term (`score exposure`, `tests/benchmarks/bench_exposure.py`): among houses of San Salvador distance to the
stream ranks those that the flood of 25 years wets with an average precision of 0.38, chance 0.22. Among places of
Norfolk that had flooded, underpasses do not clearly tell which flood again: 0.29, chance 0.26, earlier floods 0.42.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.state.options import check_ranges

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class ExposureOptions:
    """Weights (0..1) and reaches (metres); `full_basement_share` counts as 1.

    Raises
    ------
    InputError
        For numbers outside their range.
    """

    underpass_weight: float = 0.8
    stream_weight: float = 0.5
    basement_weight: float = 0.4
    underpass_reach_m: float = 50.0
    stream_reach_m: float = 150.0
    full_basement_share: float = 0.2

    def __post_init__(self) -> None:
        ranges = {
            "underpass_weight": (0.0, 1.0),
            "stream_weight": (0.0, 1.0),
            "basement_weight": (0.0, 1.0),
            "underpass_reach_m": (1.0, 1e4),
            "stream_reach_m": (1.0, 1e4),
            "full_basement_share": (0.01, 1.0),
        }
        check_ranges(self, ranges)


EXPOSURE_DEFAULTS: Final = ExposureOptions()


def exposure_index(
    underpass_m: Floats, stream_m: Floats, basement_share: Floats, options: ExposureOptions = EXPOSURE_DEFAULTS
) -> NDArray[np.float64]:
    """Index 0..1 of places, any shapes that go together.

    Parameters
    ----------
    underpass_m, stream_m
        Distance to the nearest underpass and stream, metres; inf or NaN where there is none.
    basement_share
        Households in basements, 0..1; NaN where unknown.
    options
        Weights.

    Examples
    --------
    >>> exposure_index(np.array([0.0, np.inf]), np.array([np.inf, 0.0]), np.array([np.nan, 0.1])).round(2).tolist()
    [0.8, 0.6]
    """
    near = [
        weight * np.exp(-np.where(np.isnan(distance), np.inf, distance) / reach)
        for weight, distance, reach in (
            (options.underpass_weight, underpass_m, options.underpass_reach_m),
            (options.stream_weight, stream_m, options.stream_reach_m),
        )
    ]
    below = np.clip(np.nan_to_num(basement_share, nan=0.0) / options.full_basement_share, 0.0, 1.0)
    return np.asarray(1.0 - (1.0 - near[0]) * (1.0 - near[1]) * (1.0 - options.basement_weight * below))
