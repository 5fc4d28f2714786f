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
    line = np.column_stack([route.lat_deg, route.lon_deg])
    at_m = _metres_along(line, route.length_m)
    leg_end_m = np.cumsum(route.leg_m)
    turn_m = np.concatenate([[0.0], np.cumsum([step.length_m for step in route.steps])])[:-1]
    legs, begin_m = [], 0.0
    for k, end_m in enumerate(leg_end_m.tolist()):
        ahead = [
            (max(float(at), begin_m), step.code, step.name)
            for at, step in zip(turn_m, route.steps, strict=True)
            if begin_m + SHORT_M < at < end_m - SHORT_M and step.code not in ("depart", "arrive")
        ]
        name = next((s.name for at, s in zip(turn_m[::-1], route.steps[::-1], strict=True) if at <= begin_m + SHORT_M), "")
        cuts = [(begin_m, "depart", name), *ahead]
        legs.append(_leg(line, at_m, cuts, end_m, route.leg_s[k]))
        begin_m = end_m
    return tuple(legs)


def _leg(
    line: NDArray[np.float64], at_m: NDArray[np.float64], cuts: Sequence[tuple[float, str, str]], end_m: float,
    duration_s: float,
) -> Leg:  # fmt: skip
    begins = [begin for begin, _, _ in cuts]
    ends = [*begins[1:], end_m]
    length_m = end_m - begins[0]
    steps: list[LegStep] = []
    first, before = 0, 0.0
    for (begin, code, name), end in zip(cuts, ends, strict=True):
        part = _between(line, at_m, begin, end)
        share = (end - begin) / length_m if length_m > 0 else 0.0
        after = _bearing(part[:2])
        steps.append(LegStep(code, name, end - begin, duration_s * share, part, first, before, after))
        first, before = first + len(part) - 1, _bearing(part[-2:])
    whole = np.concatenate([steps[0].line, *(step.line[1:] for step in steps[1:])])
    last = np.repeat(whole[-1:], 2, axis=0)
    steps.append(LegStep("arrive", steps[-1].name, 0.0, 0.0, last, first, before, 0.0))
    return Leg(length_m, duration_s, whole, tuple(steps))


def _between(
    line: NDArray[np.float64], at_m: NDArray[np.float64], begin_m: float, end_m: float
) -> NDArray[np.float64]:
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
