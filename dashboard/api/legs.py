"""A way cut into legs and steps with the line of each, as other routing services tell it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.state.route import Route
from risk_core.units import EARTH_RADIUS_M

SHORT_M: Final = 1e-3
"""Cuts nearer together than this are one, metres."""


@dataclass(frozen=True, slots=True, eq=False)
class LegStep:
    """One step of a leg; `line` is (lat_deg, lon_deg), shape=(n, 2), of two points or more.

    `bearing_before` and `bearing_after` are degrees clockwise from north at its first point; `first` is the position
    of that point in the leg's line.
    """

    code: str
    name: str
    length_m: float
    duration_s: float
    line: NDArray[np.float64]
    first: int
    bearing_before: float
    bearing_after: float


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """The way between two places called at; its steps begin with ``depart`` and end with ``arrive``."""

    length_m: float
    duration_s: float
    line: NDArray[np.float64]
    steps: tuple[LegStep, ...]


def legs_of(route: Route) -> tuple[Leg, ...]:
    """Cut a way at the places called at, and each leg at its turns."""
    track = _Track.of(route)
    legs, begin_m = [], 0.0
    for end_m in np.cumsum(route.leg_m).tolist():
        turns = list(zip(track.turn_m.tolist(), route.steps, strict=False))
        inside = [(at, step.code, step.name) for at, step in turns if begin_m + SHORT_M < at < end_m - SHORT_M]
        name = [step.name for at, step in turns if at <= begin_m + SHORT_M][-1]
        legs.append(_leg(track, [(begin_m, "depart", name), *inside], end_m))
        begin_m = end_m
    return tuple(legs)


@dataclass(frozen=True, slots=True, eq=False)
class _Track:
    """The line of a way with the metres to each point, and metres and seconds to each turn and to the end."""

    line: NDArray[np.float64]
    at_m: NDArray[np.float64]
    turn_m: NDArray[np.float64]
    turn_s: NDArray[np.float64]

    @classmethod
    def of(cls, route: Route) -> "_Track":
        line = np.column_stack([route.lat_deg, route.lon_deg])
        sums = np.cumsum([(0.0, 0.0), *((step.length_m, step.duration_s) for step in route.steps[:-1])], axis=0)
        return cls(line, _metres_along(line, route.length_m), sums[:, 0], sums[:, 1])

    def seconds(self, begin_m: float, end_m: float) -> float:
        begin_s, end_s = np.interp([begin_m, end_m], self.turn_m, self.turn_s)
        return float(end_s - begin_s)


def _leg(track: _Track, cuts: Sequence[tuple[float, str, str]], end_m: float) -> Leg:
    begin_m = cuts[0][0]
    steps: list[LegStep] = []
    first, before = 0, 0.0
    for (begin, code, name), end in zip(cuts, [*(begin for begin, _, _ in cuts[1:]), end_m], strict=True):
        part = _between(track.line, track.at_m, begin, end)
        seconds = track.seconds(begin, end)
        steps.append(LegStep(code, name, end - begin, seconds, part, first, before, _bearing(part[:2])))
        first, before = first + len(part) - 1, _bearing(part[-2:])
    whole = np.concatenate([steps[0].line, *(step.line[1:] for step in steps[1:])])
    last = np.repeat(whole[-1:], 2, axis=0)
    steps.append(LegStep("arrive", steps[-1].name, 0.0, 0.0, last, first, before, 0.0))
    return Leg(end_m - begin_m, track.seconds(begin_m, end_m), whole, tuple(steps))


def _between(line: NDArray[np.float64], at_m: NDArray[np.float64], begin_m: float, end_m: float) -> NDArray[np.float64]:
    """Part of a line between two distances along it, both ends among its points."""
    inside = line[(at_m > begin_m + SHORT_M) & (at_m < end_m - SHORT_M)]
    ends = np.column_stack([np.interp([begin_m, end_m], at_m, line[:, k]) for k in range(2)])
    return np.concatenate([ends[:1], inside, ends[1:]])


def _metres_along(line: NDArray[np.float64], length_m: float) -> NDArray[np.float64]:
    """Metres from the first point to each, stretched to the length the network tells."""
    north = np.radians(np.diff(line[:, 0]))
    east = np.radians(np.diff(line[:, 1])) * np.cos(np.radians((line[1:, 0] + line[:-1, 0]) / 2))
    at_m = np.concatenate([[0.0], np.cumsum(np.hypot(north, east) * EARTH_RADIUS_M)])
    return np.asarray(at_m * (length_m / at_m[-1]) if at_m[-1] > 0 else np.linspace(0.0, length_m, len(at_m)))


def _bearing(pair: NDArray[np.float64]) -> float:
    (lat_a, lon_a), (lat_b, lon_b) = pair
    east = (lon_b - lon_a) * np.cos(np.radians((lat_a + lat_b) / 2))
    return float(np.degrees(np.arctan2(east, lat_b - lat_a)) % 360.0)
