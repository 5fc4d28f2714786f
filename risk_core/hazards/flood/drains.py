"""City drains: a sink in every cell, as strong as the design of the sewer allows and only where it can run off."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.state.options import check_ranges

SEOUL_DESIGN_MM_PER_H: Final = 100.0
"""Design of Seoul's sewers since 2022-12 (95 before): Seoul Metropolitan Government, as in this project's design notes
(unverified)."""


@dataclass(frozen=True, slots=True)
class DrainOptions:
    """Drains of an area.

    Attributes
    ----------
    design_mm_per_h
        Rain the sewer was built for.
    working_share
        Share of it that really gets in: 0.75, an assumption; inlets are fewer and dirtier than the design has them.
    sealed_share
        Share of the ground that is sealed, for the losses; 0.8, an assumption for an inner city.

    Raises
    ------
    InputError
        For numbers outside their range.
    """

    design_mm_per_h: float = SEOUL_DESIGN_MM_PER_H
    working_share: float = 0.75
    sealed_share: float = 0.8

    def __post_init__(self) -> None:
        ranges = {"design_mm_per_h": (0.0, 500.0), "working_share": (0.0, 1.0), "sealed_share": (0.0, 1.0)}
        check_ranges(self, ranges)


DRAIN_DEFAULTS: Final = DrainOptions()


def drain_capacity_mm_per_h(
    options: DrainOptions, is_drained: NDArray[np.bool_], is_drowned: NDArray[np.bool_] | None = None
) -> NDArray[np.float32]:
    """What the drains of each cell swallow: nothing where there are none, or where the outfall stands under water.

    Examples
    --------
    >>> drain_capacity_mm_per_h(DRAIN_DEFAULTS, np.array([[True, False]]))
    array([[75.,  0.]], dtype=float32)
    """
    works = is_drained if is_drowned is None else is_drained & ~is_drowned
    return np.where(works, np.float32(options.design_mm_per_h * options.working_share), np.float32(0.0))
