"""Links as first-in first-out queues, and which of them need a look in a step.

A link is looked at when its first unit may leave or somebody waits in front of it; one in which nobody can move before
another is left sleeps on that. See `risk_core.kernels.loading`.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

AT_HOME, ON_WAY, ARRIVED, CAUGHT, LATE = 0, 1, 2, 3, 4
"""States of a unit: not set off, under way at the end, arrived, on a street as it closed, there when its place shut."""

N_DUE = 4096
"""Steps ahead for which links can be noted as due."""

HEAD, TAIL, WAIT_HEAD, WAIT_TAIL, IS_ACTIVE = 0, 1, 2, 3, 4
"""Columns of `Queues.chain`: first and last unit on a link and in front of it; whether it is on the list of active."""

N_LEFT, FULL, FULL_N_LEFT, FRONT_N_LEFT = 5, 6, 7, 8
"""Who has left a link, counted; and what it was found stuck by.

The first unit found no space on link `FULL` when that had been left `FULL_N_LEFT` times, the one in front none when
their own link had been left `FRONT_N_LEFT` times: they cannot move before these counts change (-1: not stuck).
"""

ASLEEP_ON, SLEEPER, NEXT_SLEEPER = 9, 10, 11
"""The full link a stuck one sleeps on, off the list of active ones; the first that sleeps on it, and the next."""

NEXT_DUE = 12
"""The next link due in the same step, -1 for the last one; `NOT_DUE` where a link is not noted for any step."""

NOT_DUE = -2

HELD, CREDIT, SEEN_S, FREE_S, PER_S, SPACE, JAM = 0, 1, 2, 3, 4, 5, 6
"""Columns of `Queues.amount`: what a link holds and may pass, when it was last looked at; as in `Streets`; its jam."""

BEHIND, AT, END, KIND, STATE = 0, 1, 2, 3, 4
"""Columns of `Queues.member`: the unit behind one, its place in `Units.link`, the end of its way there, kind, state."""

READY_S, ENTERED_S, DEPART_S, UNTIL_S, SIZE, PACE, ARRIVE_S, RISK_S, WORST = 0, 1, 2, 3, 4, 5, 6, 7, 8
"""Columns of `Queues.clock`: when a unit may leave its link and entered it; as in `Units`; as in `Loaded`."""


class Queues(NamedTuple):
    """Links and units in rows, so that a look at one is one line of memory, and few arrays go from call to call.

    `chain` and `amount` by link, `member` and `clock` by unit; `way` is `Units.link`, `passed` as in `Loaded`. Then the
    active links; the first link due in each of the steps ahead, by step modulo `N_DUE`, and how many are due in all.
    """

    chain: NDArray[np.int32]
    amount: NDArray[np.float64]
    member: NDArray[np.int64]
    clock: NDArray[np.float64]
    way: NDArray[np.int32]
    passed: NDArray[np.float32]
    active: NDArray[np.int32]
    due: NDArray[np.int32]
    n_due: NDArray[np.int64]


@kernel
def fits(held: float, size: float, space: float) -> bool:
    """Whether there is space for a unit; where nobody is, one of any size fits."""
    return bool(held == 0.0 or held + size <= space + 1e-9)


@kernel
def join_link(
    chain: NDArray[np.int32],
    amount: NDArray[np.float64],
    member: NDArray[np.int64],
    clock: NDArray[np.float64],
    speed_share: NDArray[np.float64],
    unit: int,
    link: int,
    at_s: float,
) -> None:
    """Put a unit at the end of a link's queue; its speed is that of the crowd it meets."""
    space = amount[link, SPACE]
    held = amount[link, HELD] + clock[unit, SIZE]
    share = speed_share[int(min(1.0, held / space) * (speed_share.size - 1))]
    clock[unit, ENTERED_S] = at_s
    clock[unit, READY_S] = at_s + amount[link, FREE_S] * clock[unit, PACE] / share
    member[unit, BEHIND] = -1
    if chain[link, HEAD] < 0:
        chain[link, HEAD] = unit
    else:
        member[chain[link, TAIL], BEHIND] = unit
    chain[link, TAIL] = unit
    amount[link, HELD] = held
    amount[link, JAM] = max(amount[link, JAM], held / space)


@kernel
def quit_link(
    chain: NDArray[np.int32],
    amount: NDArray[np.float64],
    member: NDArray[np.int64],
    clock: NDArray[np.float64],
    unit: int,
    link: int,
) -> None:
    """Take the first unit off a link."""
    chain[link, HEAD] = member[unit, BEHIND]
    if chain[link, HEAD] < 0:
        chain[link, TAIL] = -1
    amount[link, HELD] -= clock[unit, SIZE]
    chain[link, N_LEFT] += 1
    chain[link, FULL] = -1


@kernel
def note_due(
    chain: NDArray[np.int32], due: NDArray[np.int32], n_due: NDArray[np.int64], link: int, step: int, at: int
) -> None:
    """Note a link, if it is not yet, for the step its first unit may leave in: it need not be looked at before.

    One due later than `N_DUE` steps from now is looked at on the way there, and noted again.
    """
    if chain[link, NEXT_DUE] == NOT_DUE:
        slot = max(step + 1, min(at, step + N_DUE - 1)) % N_DUE
        chain[link, NEXT_DUE] = due[slot]
        due[slot] = link
        n_due[0] += 1


@kernel
def step_of(second: float, step_s: float) -> int:
    """The first step at or after a second; far seconds count as the last one told apart."""
    return math.ceil(min(second / step_s, 1e15))


@kernel
def make_active(chain: NDArray[np.int32], active: NDArray[np.int32], link: int, n_active: int) -> int:
    """Put a link on the list of active ones if it is not; returns how many are active then."""
    if chain[link, IS_ACTIVE] == 0:
        chain[link, IS_ACTIVE] = 1
        active[n_active] = link
        n_active += 1
    return n_active


@kernel
def wake_due(queues: Queues, step: int, n_active: int) -> int:
    """Make the links due in a step active; returns how many are active then."""
    chain, due = queues.chain, queues.due
    link = due[step % N_DUE]
    due[step % N_DUE] = -1
    while link >= 0:
        following = chain[link, NEXT_DUE]
        chain[link, NEXT_DUE] = NOT_DUE
        queues.n_due[0] -= 1
        n_active = make_active(chain, queues.active, link, n_active)
        link = following
    return n_active


@kernel
def wake_sleepers(chain: NDArray[np.int32], active: NDArray[np.int32], link: int, n_active: int) -> int:
    """Make links active again that slept on a link somebody has left; returns how many are active."""
    while chain[link, SLEEPER] >= 0:
        one = chain[link, SLEEPER]
        chain[link, SLEEPER], chain[one, ASLEEP_ON] = chain[one, NEXT_SLEEPER], -1
        n_active = make_active(chain, active, one, n_active)
    return n_active


@kernel
def start_unit(queues: Queues, unit: int, n_active: int) -> int:
    """Let a unit queue in front of its first link; who has no way to go has arrived."""
    chain, member, clock = queues.chain, queues.member, queues.clock
    if member[unit, AT] == member[unit, END]:
        member[unit, STATE] = ARRIVED
        clock[unit, ARRIVE_S] = clock[unit, DEPART_S]
        return n_active
    link = queues.way[member[unit, AT]]
    member[unit, BEHIND] = -1
    if chain[link, WAIT_HEAD] < 0:
        chain[link, WAIT_HEAD] = unit
    else:
        member[chain[link, WAIT_TAIL], BEHIND] = unit
    chain[link, WAIT_TAIL] = unit
    return make_active(chain, queues.active, link, n_active)


@kernel
def is_stuck(chain: NDArray[np.int32], link: int) -> bool:
    """Whether nobody can leave a link or enter it from in front before somebody leaves a link that was full."""
    full = chain[link, FULL]
    if full < 0 or chain[link, FULL_N_LEFT] != chain[full, N_LEFT]:
        return False
    return bool(chain[link, WAIT_HEAD] < 0 or chain[link, FRONT_N_LEFT] == chain[link, N_LEFT])


@kernel
def tidy_active(queues: Queues, step: int, step_s: float, n_active: int) -> int:
    """Strike links off the list of active ones in which nobody can move in the next step; returns how many are left."""
    chain, active, clock = queues.chain, queues.active, queues.clock
    kept = 0
    for i in range(n_active):
        link, first = active[i], chain[active[i], HEAD]
        if first < 0 and chain[link, WAIT_HEAD] < 0:
            chain[link, IS_ACTIVE] = 0
        elif chain[link, WAIT_HEAD] < 0 and clock[first, READY_S] > (step + 1) * step_s:
            chain[link, IS_ACTIVE] = 0
            note_due(chain, queues.due, queues.n_due, link, step, step_of(clock[first, READY_S], step_s))
        elif is_stuck(chain, link):
            chain[link, IS_ACTIVE] = 0
            if chain[link, ASLEEP_ON] < 0:
                full = chain[link, FULL]
                chain[link, ASLEEP_ON], chain[link, NEXT_SLEEPER] = full, chain[full, SLEEPER]
                chain[full, SLEEPER] = link
        else:
            active[kept] = link
            kept += 1
    return kept
