"""Water as risk 0..1 for whoever is in it: one scale a receptor, on depth and on depth times speed, the worse counting.

Walkers stand on the classes of `aidr_2017`: the risk reaches 0.4, 0.6, 0.8 and 1.0 where H1, H2, H3 and H4 end.
Children, the elderly and the disabled are one class earlier. Cars stop at 0.3 m or 0.3 m2/s (AIDR 2017, small cars) and
are advised against it from 0.15 m, the depth at which Korea closes underpasses; buses and lorries at 0.5 m or 0.6 m2/s
(AIDR 2017, large four-wheel drives). All figures between, and those for people indoors, are this project's proposal.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.state.scale import RiskScale


class Receptor(StrEnum):
    """Who or what is in the water."""

    WALKER = "walker"
    FRAIL = "frail"
    CAR = "car"
    BUS = "bus"
    INDOOR = "indoor"
    BASEMENT = "basement"


class FloodScale(NamedTuple):
    """Figures of one receptor: depth (m) and depth times speed (m2/s)."""

    depth: RiskScale
    depth_speed: RiskScale


Figures = tuple[float, float, float, float, float]


def _scale(depth: Figures, strength: Figures, source: str) -> FloodScale:
    since = "2017-01-01"
    return FloodScale(
        RiskScale("inundation_depth_m", depth, source, since),
        RiskScale("depth_speed_m2_per_s", strength, source, since),
    )


_AIDR = "AIDR 2017 guideline 7-3; figures between its limits are this project's proposal"
_OWN = "this project's proposal"

FLOOD_SCALES: Final[Mapping[Receptor, FloodScale]] = MappingProxyType(
    {
        Receptor.WALKER: _scale((0.05, 0.3, 0.5, 1.2, 2.0), (0.1, 0.3, 0.5, 0.6, 1.0), _AIDR),
        Receptor.FRAIL: _scale((0.03, 0.15, 0.3, 0.5, 1.2), (0.05, 0.15, 0.3, 0.4, 0.6), _AIDR),
        Receptor.CAR: _scale((0.05, 0.1, 0.15, 0.3, 0.5), (0.05, 0.1, 0.2, 0.3, 0.6), _AIDR),
        Receptor.BUS: _scale((0.1, 0.2, 0.3, 0.5, 0.8), (0.1, 0.2, 0.4, 0.6, 1.0), _AIDR),
        Receptor.INDOOR: _scale((0.1, 0.2, 0.3, 0.5, 1.2), (0.3, 0.6, 0.8, 1.0, 4.0), _OWN),
        Receptor.BASEMENT: _scale((0.02, 0.05, 0.1, 0.15, 0.3), (0.05, 0.1, 0.2, 0.3, 0.6), _OWN),
    }
)
"""One pair of scales a receptor."""

UNDERPASS_SCALE: Final = RiskScale(
    "underpass_depth_m", (0.01, 0.05, 0.1, 0.15, 0.3), "closed at 0.15 m: Korea, rule of 2024-04", "2024-04-01"
)
"""Water at the lowest point of an underpass."""

SWIFT_M_PER_S: Final = 2.0
SWIFT_DEPTH_M: Final = 0.1
SWIFT_RISK: Final = 0.8
"""Water faster than 2 m/s is beyond H4 for anyone (AIDR 2017); counted from a depth of 0.1 m on, this project's choice:
on steep streets a film runs faster than that and harms nobody."""


def flood_risk(
    receptor: Receptor, depth_m: NDArray[np.floating] | float, depth_speed_m2_per_s: NDArray[np.floating] | float
) -> NDArray[np.float64]:
    """Risk 0..1 of water for one receptor; shapes that go together, NaN of NaN.

    Examples
    --------
    >>> [round(float(flood_risk(one, 0.3, 0.0)), 2) for one in (Receptor.WALKER, Receptor.FRAIL, Receptor.CAR)]
    [0.4, 0.6, 0.8]
    """
    scale = FLOOD_SCALES[receptor]
    depth, strength = np.asarray(depth_m, np.float64), np.asarray(depth_speed_m2_per_s, np.float64)
    steps = np.arange(6) / 5
    by_depth = np.interp(depth, (0.0, *scale.depth.figures), steps)
    by_strength = np.interp(strength, (0.0, *scale.depth_speed.figures), steps)
    is_swift = (strength > SWIFT_M_PER_S * depth) & (depth >= SWIFT_DEPTH_M)
    return np.asarray(np.maximum(np.maximum(by_depth, by_strength), np.where(is_swift, SWIFT_RISK, 0.0)))
