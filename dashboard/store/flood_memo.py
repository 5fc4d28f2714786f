"""What the refresh loop remembers of an area's flood forecast."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from risk_core.state.area import Area
from risk_core.state.situation import RainGauges, Situation

FRESH_S: Final = 120.0
"""A forecast of the same rain holds so long; ten-minute steps hardly feel it."""

Flow = Callable[..., Any]


class FloodMemo:
    """Gives the last forecast again while the rain is the same and the clock has hardly moved."""

    def __init__(self) -> None:
        self._made_s = -np.inf
        self._rain: RainGauges | None = None
        self._key: tuple[object, ...] = ()
        self._outlook: Any = None

    def over(self, flow: Flow) -> Flow:
        """`flow` (`flood_outlook`), remembered.

        Parameters
        ----------
        flow
            What makes a forecast of an area, a situation and options.
        """

        def remembered(area: Area, situation: Situation, *options: object) -> Any:
            expected = None if situation.forecast is None else (situation.forecast.source, situation.forecast.issue_s)
            key = (area.content_hash, situation.lead_s, situation.drill is None, expected, *options)
            is_fresh = 0.0 <= situation.now_s - self._made_s < FRESH_S
            if not (is_fresh and key == self._key and _is_same(situation.rain, self._rain)):
                self._outlook = flow(area, situation, *options)
                self._made_s, self._rain, self._key = situation.now_s, situation.rain, key
            return self._outlook

        return remembered


def _is_same(one: RainGauges | None, other: RainGauges | None) -> bool:
    if one is None or other is None:
        return one is other
    pairs = ((getattr(one, name), getattr(other, name)) for name in ("time_s", "rate_mm_per_h", "lat_deg", "lon_deg"))
    return all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)
