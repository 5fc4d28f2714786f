"""Water as risk 0..1 for whoever is in it: one scale a receptor, on depth and on depth times speed, the worse counting.

Walkers stand on the classes of `aidr_2017`: the risk reaches 0.4, 0.6, 0.8 and 1.0 where H1, H2, H3 and H4 end.
Children, the elderly and the disabled are one class earlier. Cars stop at 0.3 m or 0.3 m2/s (AIDR 2017, small cars) and
are advised against it from 0.15 m, the depth at which Korea closes underpasses; buses and lorries at 0.5 m or 0.6 m2/s
(AIDR 2017, large four-wheel drives). All figures between, and those for people indoors, are this project's proposal.
"""

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.criteria import Criteria, default_criteria
from risk_core.state.receptor import RECEPTORS, Receptor
from risk_core.state.scale import RiskScale


class FloodScale(NamedTuple):
    """Figures of one receptor: depth (m) and depth times speed (m2/s)."""

    depth: RiskScale
    depth_speed: RiskScale


def flood_scales(criteria: Criteria, day: str = "9999-12-31") -> tuple[FloodScale, ...]:
    """Scales of a table, one pair a receptor, in the order of `Receptor`."""
    return tuple(
        FloodScale(
            criteria.scale("flood", "inundation_depth_m", receptor, day),
            criteria.scale("flood", "depth_speed_m2_per_s", receptor, day),
        )
        for receptor in Receptor
    )


FLOOD_SCALES: Final = flood_scales(default_criteria())
"""One pair of scales a receptor."""

UNDERPASS_SCALE: Final = default_criteria().scale("flood", "underpass_depth_m", "underpass")
"""Water at the lowest point of an underpass."""

SWIFT_M_PER_S: Final = 2.0
SWIFT_DEPTH_M: Final = 0.1
SWIFT_RISK: Final = 0.8
"""Water faster than 2 m/s is beyond H4 for anyone (AIDR 2017); counted from a depth of 0.1 m on, this project's choice:
on steep streets a film runs faster than that and harms nobody."""


def flood_risk(
    receptor: Receptor,
    depth_m: NDArray[np.floating] | float,
    depth_speed_m2_per_s: NDArray[np.floating] | float,
    scales: tuple[FloodScale, ...] = FLOOD_SCALES,
) -> NDArray[np.float64]:
    """Risk 0..1 of water for one receptor; shapes that go together, NaN of NaN.

    Examples
    --------
    >>> [round(float(flood_risk(one, 0.3, 0.0)), 2) for one in (Receptor.WALKER, Receptor.FRAIL, Receptor.CAR)]
    [0.4, 0.6, 0.8]
    """
    scale = scales[RECEPTORS.index(receptor)]
    depth, strength = np.asarray(depth_m, np.float64), np.asarray(depth_speed_m2_per_s, np.float64)
    steps = np.arange(6) / 5
    by_depth = np.interp(depth, (0.0, *scale.depth.figures), steps)
    by_strength = np.interp(strength, (0.0, *scale.depth_speed.figures), steps)
    is_swift = (strength > SWIFT_M_PER_S * depth) & (depth >= SWIFT_DEPTH_M)
    return np.asarray(np.maximum(np.maximum(by_depth, by_strength), np.where(is_swift, SWIFT_RISK, 0.0)))


def flood_risk_at(scale: FloodScale, depth_m: float, depth_speed_m2_per_s: float) -> float:
    """`flood_risk` for plain numbers, a hundred times as fast as for arrays of one; NaN where one is unknown.

    Examples
    --------
    >>> round(flood_risk_at(FLOOD_SCALES[RECEPTORS.index(Receptor.CAR)], 0.3, 0.0), 2)
    0.8
    """
    by_depth, by_strength = scale.depth.risk(depth_m), scale.depth_speed.risk(depth_speed_m2_per_s)
    if math.isnan(by_depth) or math.isnan(by_strength):
        return math.nan
    is_swift = depth_speed_m2_per_s > SWIFT_M_PER_S * depth_m and depth_m >= SWIFT_DEPTH_M
    return max(by_depth, by_strength, SWIFT_RISK if is_swift else 0.0)
