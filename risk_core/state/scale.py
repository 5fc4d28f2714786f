"""From a physical value to risk: the figures a hazard's risks stand on, with source and date."""

import math
from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults

N_STEP = 5


@dataclass(frozen=True, slots=True)
class RiskScale:
    """Values at which a hazard's risk is 0.2, 0.4, 0.6, 0.8 and 1.0; piecewise linear between, 0 at 0.

    Attributes
    ----------
    quantity
        What is measured, with its unit as suffix.
    figures
        Five ascending positive values.
    source
        Where each figure comes from.
    valid_from
        Date the official figures among them came into force, ISO 8601.

    Raises
    ------
    InputError
        When the figures are not five ascending positive numbers.

    Examples
    --------
    >>> RiskScale("gust_m_per_s", (13.0, 20.0, 26.0, 35.0, 46.0), "example", "2025-01-01").reached(27.0)
    26.0
    """

    quantity: str
    figures: tuple[float, float, float, float, float]
    source: str
    valid_from: str

    def __post_init__(self) -> None:
        steps = np.diff(np.array((0.0, *self.figures)))
        if len(self.figures) != N_STEP or not bool(np.all(steps > 0)):
            wanted = "five ascending positive numbers"
            raise_faults([Fault("figures", str(self.figures), wanted, f"Correct the scale of {self.quantity}.")])

    @property
    def knots(self) -> NDArray[np.float64]:
        """The figures as an array, shape=(5,)."""
        return np.array(self.figures, dtype=np.float64)

    def risk(self, value: float) -> float:
        """Risk 0..1 of a value, NaN of NaN.

        Examples
        --------
        >>> RiskScale("gust_m_per_s", (13.0, 20.0, 26.0, 35.0, 46.0), "example", "2025-01-01").risk(23.0)
        0.5
        """
        if math.isnan(value):
            return math.nan
        k = bisect_right(self.figures, value)
        if value <= 0.0 or k == N_STEP:
            return 0.0 if k == 0 else 1.0
        below = self.figures[k - 1] if k else 0.0
        slope = ((k + 1) / N_STEP - k / N_STEP) / (self.figures[k] - below)
        return slope * (value - below) + k / N_STEP

    def reached(self, value: float) -> float:
        """Highest figure that `value` has reached; the first figure where it has reached none."""
        return max((figure for figure in self.figures if value >= figure), default=self.figures[0])
