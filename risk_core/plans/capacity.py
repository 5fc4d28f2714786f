"""What a street can carry: cars by class and lane, walkers by width, and how walkers slow down in a crowd."""

from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.state.network import Network
from risk_core.state.profile import RoadClass
from risk_core.state.profile_traits import Figure
from risk_core.units import S_PER_H

_FIT = "one figure fitted to the clearance of SUMO 1.28, mean of micro and meso, on one grid of unsignalled junctions"
_HCM = "order of the Highway Capacity Manual for free-flowing lanes (remembered, not looked up)"
_ASSUMED = "assumed"

LANE_PER_H: Final = MappingProxyType({
    RoadClass.MOTORWAY: Figure(1800.0, _HCM),
    RoadClass.TRUNK: Figure(1500.0, _HCM),
    RoadClass.PRIMARY: Figure(1500.0, _FIT),
    RoadClass.SECONDARY: Figure(1500.0, _FIT),
    RoadClass.TERTIARY: Figure(1500.0, _FIT),
    RoadClass.MINOR: Figure(900.0, _ASSUMED),
    RoadClass.SERVICE: Figure(400.0, _ASSUMED),
})  # fmt: skip
"""Vehicles an hour and lane that leave a street of each class going straight on; others carry the least."""

LANES: Final = MappingProxyType({
    RoadClass.MOTORWAY: Figure(2.0, _ASSUMED),
    RoadClass.TRUNK: Figure(2.0, _ASSUMED),
    RoadClass.PRIMARY: Figure(2.0, _ASSUMED),
})  # fmt: skip
"""Lanes in one direction where more than one: the streets' source does not tell."""

VEHICLE_M: Final = Figure(7.5, "usual spacing of standing cars (SUMO: 5 m and a gap of 2.5 m)")
"""Metres of lane a standing car takes."""

TURN_RADIUS_M: Final = Figure(9.6, "mean of the right and left turns of the grid SUMO's netgenerate makes")
"""Radius of a car's way round a right angle."""

SIDEWAYS_M_PER_S2: Final = Figure(5.5, "SUMO netconvert, option junctions.limit-turn-speed, default")
"""Acceleration to the side at which cars take a turn."""

TURN_FREE_M_PER_S: Final = Figure(50 / 3.6, "usual limit in towns")
"""Speed at which cars go straight over a junction."""

CAR_UNITS_PER_BUS: Final = Figure(2.0, "usual passenger-car equivalent of a bus (remembered)")

WIDTH_M: Final = MappingProxyType({
    RoadClass.PEDESTRIAN: Figure(4.0, _ASSUMED),
    RoadClass.FOOTWAY: Figure(2.0, _ASSUMED),
    RoadClass.STEPS: Figure(1.5, _ASSUMED),
    RoadClass.CYCLEWAY: Figure(2.0, _ASSUMED),
})  # fmt: skip
"""Metres walkers have in one direction by class."""

USUAL_WIDTH_M: Final = Figure(2.0, "a pavement and a strip of the road (assumed)")

_WEIDMANN = "Weidmann 1993, Transporttechnik der Fussgaenger, IVT report 90, ETH Zurich"
FREE_WALK_M_PER_S: Final = Figure(1.34, _WEIDMANN)
WALK_SHAPE: Final = Figure(1.913, _WEIDMANN)
JAM_PER_M2: Final = Figure(5.4, _WEIDMANN)
WALK_FLOW_PER_M_S: Final = Figure(1.22, _WEIDMANN + ": the largest flow, at 1.75 persons a square metre")

LEAST_SPEED_SHARE: Final = 0.02
"""Even in the densest crowd people creep on, share of the free speed (assumed; the formula gives 0)."""


def turn_cost(n: int = 37) -> NDArray[np.float64]:
    """How many times the outflow of a car going straight on one that turns takes, at n even steps of 0..180 degrees.

    Cars follow each other at ``tau + d / v`` seconds (Newell 2002, "A simplified car-following theory: a lower order
    model", Transportation Research B 36:195-205), d the spacing of standing cars. Who turns by an angle a goes round a
    circle of radius ``r / tan(a / 2)`` at ``v = sqrt(acceleration * radius)``, at most the free speed. `tau` is what
    the capacity of a lane straight on leaves. Beyond 150 degrees a turn counts as one of 150.

    Examples
    --------
    >>> turn_cost(5).round(2).tolist()
    [1.0, 1.05, 1.21, 1.44, 1.61]
    """
    angle = np.radians(np.minimum(np.linspace(0, 180, n), 150.0))
    radius_m = TURN_RADIUS_M.value / np.maximum(np.tan(angle / 2), 1e-9)
    speed = np.minimum(TURN_FREE_M_PER_S.value, np.sqrt(SIDEWAYS_M_PER_S2.value * radius_m))
    straight_s = S_PER_H / LANE_PER_H[RoadClass.TERTIARY].value
    tau_s = straight_s - VEHICLE_M.value / TURN_FREE_M_PER_S.value
    return np.asarray((tau_s + VEHICLE_M.value / speed) / straight_s)


def walk_speed_share(density_per_m2: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the free walking speed kept in a crowd, shape as given.

    ``1 - exp(-1.913 (1 / d - 1 / 5.4))`` for d persons a square metre (Weidmann 1993, after Kladek), at least
    `LEAST_SPEED_SHARE`.

    Examples
    --------
    >>> walk_speed_share(np.array([0.0, 1.75, 5.4])).round(3).tolist()
    [1.0, 0.522, 0.02]
    """
    sparse = np.maximum(density_per_m2, 1e-3)
    share = 1 - np.exp(-WALK_SHAPE.value * (1 / sparse - 1 / JAM_PER_M2.value))
    return np.asarray(np.maximum(share, LEAST_SPEED_SHARE))


def crowd_table(n: int = 101) -> NDArray[np.float64]:
    """Speed share of walkers at n even steps of fullness 0..1, as the queues read it."""
    return walk_speed_share(np.linspace(0, JAM_PER_M2.value, n))


def _by_class(network: Network, table: MappingProxyType[RoadClass, Figure], other: float) -> NDArray[np.float64]:
    values = np.full(int(max(RoadClass)) + 1, other)
    for road_class, figure in table.items():
        values[road_class] = figure.value
    return values[network.road_class]


def road_capacity(network: Network) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Outflow (vehicles/s) and space (vehicles) of each edge, shapes=(n_edge,)."""
    lanes = _by_class(network, LANES, 1.0)
    per_s = lanes * _by_class(network, LANE_PER_H, LANE_PER_H[RoadClass.SERVICE].value) / S_PER_H
    return per_s, np.maximum(1.0, lanes * network.length_m / VEHICLE_M.value)


def walk_capacity(network: Network) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Outflow (persons/s) and space (persons) of each edge for walkers, shapes=(n_edge,)."""
    width_m = _by_class(network, WIDTH_M, USUAL_WIDTH_M.value)
    return width_m * WALK_FLOW_PER_M_S.value, np.maximum(1.0, JAM_PER_M2.value * width_m * network.length_m)
