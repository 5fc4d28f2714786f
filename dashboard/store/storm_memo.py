"""Remembers what the members of the storms say, which changes with a bulletin or an hour, not with every look."""

import math
from collections.abc import Callable
from dataclasses import fields
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from risk_core.state.grid import Grid
from risk_core.state.situation import Track
from risk_core.units import S_PER_H

Outlook = TypeVar("Outlook")
Options = TypeVar("Options")
Look = Callable[[Grid, tuple[Track, ...], float, NDArray[np.int32], Options], Outlook]


class StormMemo:
    """The newest result of one area; computed anew for other tracks, another hour, other slices or settings only."""

    def __init__(self) -> None:
        self._key: object = None
        self._kept: object = None

    def over(self, look: "Look[Options, Outlook]") -> "Look[Options, Outlook]":
        """Give `look` with this memory; it must give the same within an hour of the clock."""

        def remembered(
            grid: Grid, tracks: tuple[Track, ...], now_s: float, lead_s: NDArray[np.int32], options: Options
        ) -> Outlook:
            told = tuple(map(_fingerprint, tracks))
            key = (grid, told, math.floor(now_s / S_PER_H), lead_s.tobytes(), options)
            if key != self._key:
                self._kept = look(grid, tracks, now_s, lead_s, options)
                self._key = key
            return self._kept  # type: ignore[return-value]

        return remembered


def _fingerprint(track: Track) -> tuple[object, ...]:
    values = (getattr(track, one.name) for one in fields(track))
    return tuple(value.tobytes() if isinstance(value, np.ndarray) else value for value in values)
