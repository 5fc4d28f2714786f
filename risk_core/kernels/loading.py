"""People and vehicles on their ways, second by second: queues that hold only so many and spill back.

Every link is a first-in first-out queue. A unit may leave it once it has travelled its length, the link's outflow has
room for it, and the next link has space; otherwise it waits and keeps its space, so that queues grow backward. This is
the spatial queue of Cetin, Burri and Nagel (2003, "A large-scale agent-based traffic microsimulation based on queue
model", STRC) and of Zhang, Nie and Qian (2013, Transportation Research B 49:97-108). A unit's speed is set on entry by
how full the link is then (`Streets.speed_share`): constant for vehicles, falling with density for walkers. A unit that
turns where it leaves a link takes more of the link's outflow than one that goes straight on (`Streets.turn_cost`).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

AT_HOME, ON_WAY, ARRIVED, CAUGHT, LATE = 0, 1, 2, 3, 4
"""States of a unit: not set off, under way at the end, arrived, on a street as it closed, there when its place shut."""


TIDY_EVERY = 4
"""Steps between two looks for links that have become empty or stuck."""


class Streets(NamedTuple):
    """Links as the queues see them.

    Seconds to pass when empty, outflow (units/s), space (units), share of the free speed at 0..1 of the space taken,
    a bit for each slice a link is closed in to each kind of unit, shape=(n_kind, n_link); first second of each slice;
    risk by slice, shape=(n_slice, n_link). Then the bearing at each link's beginning and end, whole degrees clockwise
    from north, shape=(2, n_link), and how many times the outflow of a unit going straight on one that turns takes, at
    even steps of the turn from 0 to 180 degrees.
    """

    free_s: NDArray[np.float32]
    per_s: NDArray[np.float64]
    space: NDArray[np.float64]
    speed_share: NDArray[np.float64]
    closed: NDArray[np.int64]
    slice_s: NDArray[np.float64]
    risk: NDArray[np.float32]
    bearing_deg: NDArray[np.int16]
    turn_cost: NDArray[np.float64]


class Units(NamedTuple):
    """Who moves, sorted by departure: its second, size in units of flow, kind, slowness, latest arrival, and links.

    Links of unit `u` are ``link[first[u]:first[u + 1]]``.
    """

    depart_s: NDArray[np.float64]
    size: NDArray[np.float64]
    kind: NDArray[np.int8]
    pace: NDArray[np.float64]
    until_s: NDArray[np.float64]
    first: NDArray[np.int64]
    link: NDArray[np.int32]


class Loaded(NamedTuple):
    """What became of each unit: state, second of arrival (NaN without), risk times seconds, largest risk met.

    `passed` counts units of flow entering each link in each bin of time, shape=(n_bin, n_link); `jam` is the largest
    share of each link's space taken. `at` is the position in `Units.link` of the last link each unit was on, or waits
    in front of at home, and `entered_s` when it entered that (its departure where it never did).
    """

    state: NDArray[np.uint8]
    arrive_s: NDArray[np.float64]
    risk_s: NDArray[np.float64]
    worst: NDArray[np.float32]
    passed: NDArray[np.float32]
    jam: NDArray[np.float32]
    at: NDArray[np.int64]
    entered_s: NDArray[np.float64]


HEAD, TAIL, WAIT_HEAD, WAIT_TAIL, IS_ACTIVE = 0, 1, 2, 3, 4
"""Columns of `Queues.chain`: first and last unit on a link and in front of it; whether it is on the list of active."""

N_LEFT, FULL, FULL_N_LEFT, FRONT_N_LEFT = 5, 6, 7, 8
"""Who has left a link, counted; and what it was found stuck by.

The first unit found no space on link `FULL` when that had been left `FULL_N_LEFT` times, the one in front none when
their own link had been left `FRONT_N_LEFT` times: they cannot move before these counts change (-1: not stuck).
"""

ASLEEP_ON, SLEEPER, NEXT_SLEEPER = 9, 10, 11
"""The full link a stuck one sleeps on, off the list of active ones; the first that sleeps on it, and the next."""

HELD, CREDIT, SEEN_S = 0, 1, 2
"""Columns of `Queues.amount`: what a link holds and may pass, and the second it was last looked at."""


class Queues(NamedTuple):
    """Links in columns, shapes=(n_link, 12) and (n_link, 3), so that a look at one link is one line of memory.

    Then of each unit the one behind it, its place in `Units.link`, when it entered, when it may leave; active links.
    """

    chain: NDArray[np.int32]
    amount: NDArray[np.float64]
    behind: NDArray[np.int32]
    at: NDArray[np.int64]
    entered_s: NDArray[np.float64]
    ready_s: NDArray[np.float64]
    active: NDArray[np.int32]


@kernel
def slice_at(slice_s: NDArray[np.float64], second: float) -> int:
    """Position of the slice that holds at a second; the first one before it begins."""
    k = slice_s.size - 1
    while k > 0 and slice_s[k] > second:
        k -= 1
    return k


@kernel
def is_shut(streets: Streets, kind: int, link: int, from_s: float, to_s: float) -> bool:
    """Whether a link is closed to a kind of unit in any slice between two seconds."""
    bits = streets.closed[kind, link]
    if bits == 0:
        return False
    n_closed = 0
    for k in range(slice_at(streets.slice_s, from_s), slice_at(streets.slice_s, to_s) + 1):
        n_closed += (bits >> k) & 1
    return n_closed > 0


@kernel
def enter_link(
    streets: Streets, units: Units, loaded: Loaded, queues: Queues, unit: int, at_s: float, bin_s: float
) -> None:
    """Put a unit at the end of its link's queue; its speed is that of the crowd it meets."""
    link = units.link[queues.at[unit]]
    fullness = min(1.0, (queues.amount[link, HELD] + units.size[unit]) / streets.space[link])
    share = streets.speed_share[int(fullness * (streets.speed_share.size - 1))]
    queues.entered_s[unit] = at_s
    queues.ready_s[unit] = at_s + streets.free_s[link] * units.pace[unit] / share
    queues.behind[unit] = -1
    if queues.chain[link, HEAD] < 0:
        queues.chain[link, HEAD] = unit
    else:
        queues.behind[queues.chain[link, TAIL]] = unit
    queues.chain[link, TAIL] = unit
    queues.amount[link, HELD] += units.size[unit]
    loaded.jam[link] = max(loaded.jam[link], np.float32(queues.amount[link, HELD] / streets.space[link]))
    at_bin = min(int(at_s / bin_s), loaded.passed.shape[0] - 1)
    loaded.passed[at_bin, link] += np.float32(units.size[unit])


@kernel
def leave_link(streets: Streets, loaded: Loaded, queues: Queues, units: Units, link: int, at_s: float) -> bool:
    """Take the first unit off a link and add up what it met there; False where the link had closed meanwhile."""
    unit = queues.chain[link, HEAD]
    queues.chain[link, HEAD] = queues.behind[unit]
    if queues.chain[link, HEAD] < 0:
        queues.chain[link, TAIL] = -1
    queues.amount[link, HELD] -= units.size[unit]
    queues.chain[link, N_LEFT] += 1
    queues.chain[link, FULL] = -1
    from_s = queues.entered_s[unit]
    k = slice_at(streets.slice_s, from_s)
    while True:
        end_s = at_s if k + 1 >= streets.slice_s.size else min(at_s, streets.slice_s[k + 1])
        loaded.risk_s[unit] += streets.risk[k, link] * max(0.0, end_s - from_s)
        loaded.worst[unit] = max(loaded.worst[unit], streets.risk[k, link])
        from_s = end_s
        k += 1
        if end_s >= at_s:
            break
    return not is_shut(streets, units.kind[unit], link, queues.entered_s[unit], at_s)


@kernel
def has_space(streets: Streets, queues: Queues, units: Units, unit: int, link: int) -> bool:
    """Whether a link has space for a unit; an empty one takes a unit of any size."""
    return bool(
        queues.amount[link, HELD] == 0.0 or queues.amount[link, HELD] + units.size[unit] <= streets.space[link] + 1e-9
    )


@kernel
def outflow_of(streets: Streets, units: Units, queues: Queues, unit: int) -> float:
    """Units of outflow one takes where it leaves its link: more the more it turns; as it is where its way ends."""
    at, n_step = queues.at[unit], streets.turn_cost.size - 1
    if n_step == 0 or at + 1 >= units.first[unit + 1]:
        return float(units.size[unit])
    before, after = streets.bearing_deg[1, units.link[at]], streets.bearing_deg[0, units.link[at + 1]]
    turn_deg = abs((int(after) - int(before) + 180) % 360 - 180)
    return float(units.size[unit] * streets.turn_cost[(turn_deg * n_step + 90) // 180])


@kernel
def move_first(
    streets: Streets, units: Units, loaded: Loaded, queues: Queues, link: int, now_s: float, step_s: float, bin_s: float
) -> int:
    """Move the first unit of a link on if it may; returns the link it entered, -1 once arrived or caught, -2 if not."""
    unit = queues.chain[link, HEAD]
    at = queues.at[unit]
    left_s = queues.ready_s[unit] if queues.ready_s[unit] > now_s - step_s else now_s
    if at + 1 >= units.first[unit + 1]:
        is_safe = leave_link(streets, loaded, queues, units, link, left_s)
        loaded.arrive_s[unit] = left_s
        loaded.state[unit] = ARRIVED if left_s <= units.until_s[unit] else LATE
        if not is_safe:
            loaded.state[unit] = CAUGHT
        return -1
    following = units.link[at + 1]
    if not has_space(streets, queues, units, unit, following):
        queues.chain[link, FULL], queues.chain[link, FULL_N_LEFT] = following, queues.chain[following, N_LEFT]
        return -2
    if is_shut(streets, units.kind[unit], following, left_s, left_s + streets.free_s[following] * units.pace[unit]):
        return -2
    if not leave_link(streets, loaded, queues, units, link, left_s):
        loaded.state[unit] = CAUGHT
        return -1
    queues.at[unit] = at + 1
    enter_link(streets, units, loaded, queues, unit, left_s, bin_s)
    return int(following)


@kernel
def wake_sleepers(queues: Queues, link: int, n_active: int) -> int:
    """Make links active again that slept on a link somebody has left; returns how many are active."""
    while queues.chain[link, SLEEPER] >= 0:
        one = queues.chain[link, SLEEPER]
        queues.chain[link, SLEEPER], queues.chain[one, ASLEEP_ON] = queues.chain[one, NEXT_SLEEPER], -1
        if queues.chain[one, IS_ACTIVE] == 0:
            queues.chain[one, IS_ACTIVE] = 1
            queues.active[n_active] = one
            n_active += 1
    return n_active


@kernel
def work_link(
    streets: Streets,
    units: Units,
    loaded: Loaded,
    queues: Queues,
    link: int,
    now_s: float,
    step_s: float,
    bin_s: float,
    n_active: int,
) -> int:
    """One step of one link: let out who may leave, let in who waits in front; returns how many links are active."""
    per_s = streets.per_s[link]
    most = max(1.0, per_s * step_s)
    if queues.chain[link, HEAD] >= 0:
        # What is left of a step after the last unit counts for the next: else 2.3 s between two become 3.
        most = max(most, outflow_of(streets, units, queues, queues.chain[link, HEAD]) + per_s * step_s)
    queues.amount[link, CREDIT] = min(queues.amount[link, CREDIT] + per_s * (now_s - queues.amount[link, SEEN_S]), most)
    queues.amount[link, SEEN_S] = now_s
    while queues.chain[link, HEAD] >= 0:
        unit = queues.chain[link, HEAD]
        if queues.ready_s[unit] > now_s:
            break
        size = outflow_of(streets, units, queues, unit)
        if queues.amount[link, CREDIT] < size - 1e-9:
            break
        entered = move_first(streets, units, loaded, queues, link, now_s, step_s, bin_s)
        if entered == -2:
            break
        queues.amount[link, CREDIT] -= size
        n_active = wake_sleepers(queues, link, n_active)
        if entered >= 0 and queues.chain[entered, IS_ACTIVE] == 0:
            queues.chain[entered, IS_ACTIVE] = 1
            queues.active[n_active] = entered
            n_active += 1
    while queues.chain[link, WAIT_HEAD] >= 0:
        unit = queues.chain[link, WAIT_HEAD]
        begin_s = units.depart_s[unit] if units.depart_s[unit] > now_s - step_s else now_s
        end_s = begin_s + streets.free_s[link] * units.pace[unit]
        if not has_space(streets, queues, units, unit, link):
            queues.chain[link, FRONT_N_LEFT] = queues.chain[link, N_LEFT]
            break
        if is_shut(streets, units.kind[unit], link, begin_s, end_s):
            break
        queues.chain[link, WAIT_HEAD] = queues.behind[unit]
        loaded.state[unit] = ON_WAY
        enter_link(streets, units, loaded, queues, unit, begin_s, bin_s)
    return n_active


@kernel
def is_stuck(queues: Queues, link: int) -> bool:
    """Whether nobody can leave a link or enter it from in front before somebody leaves a link that was full."""
    full = queues.chain[link, FULL]
    if full < 0 or queues.chain[link, FULL_N_LEFT] != queues.chain[full, N_LEFT]:
        return False
    return bool(queues.chain[link, WAIT_HEAD] < 0 or queues.chain[link, FRONT_N_LEFT] == queues.chain[link, N_LEFT])


@kernel
def start_unit(units: Units, loaded: Loaded, queues: Queues, unit: int, n_active: int) -> int:
    """Let a unit queue in front of its first link; who has no way to go has arrived."""
    if units.first[unit] == units.first[unit + 1]:
        loaded.state[unit] = ARRIVED
        loaded.arrive_s[unit] = units.depart_s[unit]
        return n_active
    link = units.link[units.first[unit]]
    queues.behind[unit] = -1
    if queues.chain[link, WAIT_HEAD] < 0:
        queues.chain[link, WAIT_HEAD] = unit
    else:
        queues.behind[queues.chain[link, WAIT_TAIL]] = unit
    queues.chain[link, WAIT_TAIL] = unit
    if queues.chain[link, IS_ACTIVE] == 0:
        queues.chain[link, IS_ACTIVE] = 1
        queues.active[n_active] = link
        n_active += 1
    return n_active


@kernel
def tidy_active(queues: Queues, n_active: int) -> int:
    """Strike empty and stuck links off the list of active ones; returns how many are left."""
    kept = 0
    for i in range(n_active):
        link = queues.active[i]
        if queues.chain[link, HEAD] < 0 and queues.chain[link, WAIT_HEAD] < 0:
            queues.chain[link, IS_ACTIVE] = 0
        elif is_stuck(queues, link):
            queues.chain[link, IS_ACTIVE] = 0
            if queues.chain[link, ASLEEP_ON] < 0:
                full = queues.chain[link, FULL]
                queues.chain[link, ASLEEP_ON], queues.chain[link, NEXT_SLEEPER] = full, queues.chain[full, SLEEPER]
                queues.chain[full, SLEEPER] = link
        else:
            queues.active[kept] = link
            kept += 1
    return kept


@kernel
def empty_queues(units: Units, n_link: int) -> Queues:
    """Queues before anybody has set off."""
    n_unit = units.depart_s.size
    chain = np.full((n_link, 12), -1, dtype=np.int32)
    chain[:, IS_ACTIVE] = 0
    chain[:, N_LEFT] = 0
    amount = np.zeros((n_link, 3))
    amount[:, SEEN_S] = -1e9
    return Queues(
        chain,
        amount,
        np.full(n_unit, -1, dtype=np.int32),
        units.first[:-1].copy(),
        units.depart_s.copy(),
        np.zeros(n_unit),
        np.empty(n_link, dtype=np.int32),
    )


@kernel
def load_units(streets: Streets, units: Units, step_s: float, end_s: float, n_bin: int, bin_s: float) -> Loaded:
    """Move all units along their ways until everyone is there, nobody can move any more, or `end_s` is reached.

    The order of the links turns by a pseudo-random step each time, so that none is always first at a junction.
    """
    n_unit, n_link = units.depart_s.size, streets.per_s.size
    queues = empty_queues(units, n_link)
    loaded = Loaded(
        np.zeros(n_unit, dtype=np.uint8),
        np.full(n_unit, np.nan),
        np.zeros(n_unit),
        np.zeros(n_unit, dtype=np.float32),
        np.zeros((n_bin, n_link), dtype=np.float32),
        np.zeros(n_link, dtype=np.float32),
        queues.at,
        queues.entered_s,
    )
    n_active, started, turn, dice = 0, 0, 0, 1
    now_s = 0.0
    while now_s <= end_s:
        while started < n_unit and units.depart_s[started] <= now_s:
            n_active = start_unit(units, loaded, queues, started, n_active)
            started += 1
        n_now = n_active
        dice = (dice * 1103515245 + 12345) & 0x7FFFFFFF
        begin, ahead = (dice >> 8) % max(n_now, 1), 1 - 2 * ((dice >> 4) & 1)
        for i in range(n_now):
            link = queues.active[(begin + ahead * i) % n_now]
            unit = queues.chain[link, HEAD]
            if queues.chain[link, WAIT_HEAD] < 0 and (unit < 0 or queues.ready_s[unit] > now_s):
                continue
            n_active = work_link(streets, units, loaded, queues, link, now_s, step_s, bin_s, n_active)
        turn += 1
        if turn % TIDY_EVERY == 0 or n_active == 0:
            n_active = tidy_active(queues, n_active)
            if n_active == 0:
                if started >= n_unit:
                    break
                now_s = max(now_s, math.floor(units.depart_s[started] / step_s) * step_s)
        now_s += step_s
    return loaded
