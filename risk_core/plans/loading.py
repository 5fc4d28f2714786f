"""Ways loaded on the streets: when everyone really arrives, and what they meet."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.loading import Loaded, Streets, load_units
from risk_core.kernels.queues import ARRIVED
from risk_core.plans.convoy import Convoy, Dropped
from risk_core.plans.options import EvacuationOptions
from risk_core.plans.rerouting import REASON, Rerouting, find_stuck
from risk_core.plans.streets import Conditions, Ground, queue_streets
from risk_core.state.network import Network
from risk_core.state.plan import LeftReason

STEPS_S: Final = ((20_000.0, 1.0), (math.inf, 3.0))
"""Most persons, and seconds of a step of the queues for them."""

BIN_S: Final = 600.0
"""Seconds of a bin of street loads and curves."""

N_AGAIN: Final = 4
"""Rounds in which those caught on their way are given another one and all are loaded again."""

N_CHECK: Final = 6
"""Rounds after these in which whoever still does not get there is taken out."""

HORIZONS: Final = 2
"""Queues are followed for so many times the horizon of the plan."""


def load(
    network: Network,
    ground: Ground,
    when: Conditions,
    convoy: Convoy,
    options: EvacuationOptions,
    capacity: float = 1.0,
    demand: float = 1.0,
) -> Loaded:
    """Load a convoy with `capacity` times the capacity and `demand` times the people; street loads are not counted."""
    return _run(queue_streets(ground, when, network, capacity, demand), convoy, options, 1)


def n_bin(options: EvacuationOptions) -> int:
    """Bins of the time for which queues are followed."""
    return math.ceil(HORIZONS * options.horizon_s / BIN_S)


def _run(streets: Streets, convoy: Convoy, options: EvacuationOptions, bins: int) -> Loaded:
    step_s = next(step for most, step in STEPS_S if convoy.persons.sum() <= most)
    return load_units(streets, convoy.units, step_s, HORIZONS * options.horizon_s, bins, BIN_S)


def load_checked(
    network: Network,
    ground: Ground,
    when: Conditions,
    convoy: Convoy,
    options: EvacuationOptions,
    rerouting: Rerouting,
) -> tuple[Convoy, Loaded, list[Dropped]]:
    """Load a convoy; who would be on a closed street, or late, gets another way, and is taken out where there is none.

    Returns
    -------
    tuple
        Who is left, how they fared (all arrived), and who was taken out.
    """
    dropped: list[Dropped] = []
    streets = queue_streets(ground, when, network, 1.0, 1.0)
    for k in range(N_AGAIN + N_CHECK):
        loaded = _run(streets, convoy, options, n_bin(options))
        is_there = loaded.state == ARRIVED
        if is_there.all():
            break
        turned = rerouting.again(streets, convoy, loaded) if k < N_AGAIN else None
        if turned is not None:
            convoy, lost = turned
            dropped += lost
            continue
        is_held = np.zeros(len(is_there), dtype=np.bool_)
        is_held[find_stuck(streets, convoy.units, loaded).unit] = True
        for unit in np.flatnonzero(~is_there):
            other = LeftReason.CLOSES_ON_WAY if is_held[unit] else LeftReason.JAM
            at = int(convoy.routed[unit]), int(convoy.way[unit])
            dropped.append(Dropped(*at, float(convoy.persons[unit]), REASON.get(int(loaded.state[unit]), other)))
        convoy, loaded = convoy.keep(is_there), _select(loaded, is_there)
    return convoy, loaded, dropped


def _select(loaded: Loaded, is_kept: NDArray[np.bool_]) -> Loaded:
    return loaded._replace(
        state=loaded.state[is_kept],
        arrive_s=loaded.arrive_s[is_kept],
        risk_s=loaded.risk_s[is_kept],
        worst=loaded.worst[is_kept],
        at=loaded.at[is_kept],
        entered_s=loaded.entered_s[is_kept],
    )
