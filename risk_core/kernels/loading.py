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
from risk_core.kernels.queues import (
    ARRIVE_S,
    ARRIVED,
    ASLEEP_ON,
    AT,
    AT_HOME,
    BEHIND,
    CAUGHT,
    CREDIT,
    DEPART_S,
    END,
    ENTERED_S,
    FREE_S,
    FRONT_N_LEFT,
    FULL,
    FULL_N_LEFT,
    HEAD,
    HELD,
    IS_ACTIVE,
    JAM,
    KIND,
    LATE,
    N_DUE,
    N_LEFT,
    NEXT_DUE,
    NOT_DUE,
    ON_WAY,
    PACE,
    PER_S,
    READY_S,
    RISK_S,
    SEEN_S,
    SIZE,
    SPACE,
    STATE,
    UNTIL_S,
    WAIT_HEAD,
    WORST,
    Queues,
    fits,
    join_link,
    note_due,
    quit_link,
    start_unit,
    step_of,
    tidy_active,
    wake_due,
    wake_sleepers,
)

TIDY_EVERY = 2
"""Steps between two looks for links that have become empty or stuck, or whose first unit is still under way."""


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
def meet_risk(
    slice_s: NDArray[np.float64],
    risk: NDArray[np.float32],
    clock: NDArray[np.float64],
    unit: int,
    link: int,
    at_s: float,
) -> None:
    """Add up what a unit met on a link until it leaves it."""
    from_s = clock[unit, ENTERED_S]
    k = slice_at(slice_s, from_s)
    while True:
        end_s = at_s if k + 1 >= slice_s.size else min(at_s, slice_s[k + 1])
        clock[unit, RISK_S] += risk[k, link] * max(0.0, end_s - from_s)
        clock[unit, WORST] = max(clock[unit, WORST], risk[k, link])
        from_s = end_s
        k += 1
        if end_s >= at_s:
            break


@kernel
def outflow_of(
    bearing_deg: NDArray[np.int16],
    turn_cost: NDArray[np.float64],
    way: NDArray[np.int32],
    at: int,
    end: int,
    size: float,
) -> float:
    """Units of outflow one takes where it leaves its link: more the more it turns; as it is where its way ends."""
    n_step = turn_cost.size - 1
    if n_step == 0 or at + 1 >= end:
        return size
    before, after = bearing_deg[1, way[at]], bearing_deg[0, way[at + 1]]
    turn_deg = abs((int(after) - int(before) + 180) % 360 - 180)
    return float(size * turn_cost[(turn_deg * n_step + 90) // 180])


@kernel
def end_way(
    member: NDArray[np.int64], clock: NDArray[np.float64], unit: int, at_s: float, is_there: bool, is_safe: bool
) -> None:
    """Write down who has arrived, in time or late, or was on a link as it closed."""
    if is_there:
        clock[unit, ARRIVE_S] = at_s
        member[unit, STATE] = ARRIVED if at_s <= clock[unit, UNTIL_S] else LATE
    if not is_safe:
        member[unit, STATE] = CAUGHT


@kernel
def let_out(
    streets: Streets, queues: Queues, link: int, now_s: float, step_s: float, bin_s: float, n_active: int
) -> int:
    """One step of one link: let out who may leave; returns how many links are active.

    The first unit moves on if the link it goes to has space and stays open until its end; it is caught where its own
    has closed meanwhile. What is left of a step after the last unit counts for the next: else 2.3 s between two become
    3. All in one body: calls that hand on every array would take as long as what they do.
    """
    chain, amount, member, clock, way = queues.chain, queues.amount, queues.member, queues.clock, queues.way
    bearing, cost, closed, passed = streets.bearing_deg, streets.turn_cost, streets.closed, queues.passed
    per_s, unit = amount[link, PER_S], chain[link, HEAD]
    size = outflow_of(bearing, cost, way, member[unit, AT], member[unit, END], clock[unit, SIZE])
    most = max(1.0, size + per_s * step_s)
    credit = min(amount[link, CREDIT] + per_s * (now_s - amount[link, SEEN_S]), most)
    amount[link, SEEN_S] = now_s
    while clock[unit, READY_S] <= now_s and credit >= size - 1e-9:
        at, kind = member[unit, AT] + 1, member[unit, KIND]
        left_s = clock[unit, READY_S] if clock[unit, READY_S] > now_s - step_s else now_s
        onto = way[at] if at < member[unit, END] else -1
        if onto >= 0:
            if not fits(amount[onto, HELD], clock[unit, SIZE], amount[onto, SPACE]):
                chain[link, FULL], chain[link, FULL_N_LEFT] = onto, chain[onto, N_LEFT]
                break
            end_s = left_s + amount[onto, FREE_S] * clock[unit, PACE]
            if closed[kind, onto] != 0 and is_shut(streets, kind, onto, left_s, end_s):
                break
        is_safe = closed[kind, link] == 0 or not is_shut(streets, kind, link, clock[unit, ENTERED_S], left_s)
        meet_risk(streets.slice_s, streets.risk, clock, unit, link, left_s)
        quit_link(chain, amount, member, clock, unit, link)
        n_active = wake_sleepers(chain, queues.active, link, n_active)
        if onto < 0 or not is_safe:
            end_way(member, clock, unit, left_s, onto < 0, is_safe)
        else:
            member[unit, AT] = at
            join_link(chain, amount, member, clock, streets.speed_share, unit, onto, left_s)
            passed[min(int(left_s / bin_s), passed.shape[0] - 1), onto] += np.float32(clock[unit, SIZE])
            if chain[onto, IS_ACTIVE] == 0 and chain[onto, ASLEEP_ON] < 0:
                first = clock[chain[onto, HEAD], READY_S]
                note_due(chain, queues.due, queues.n_due, onto, step_of(now_s, step_s), step_of(first, step_s))
        credit -= size
        unit = chain[link, HEAD]
        if unit < 0:
            break
        size = outflow_of(bearing, cost, way, member[unit, AT], member[unit, END], clock[unit, SIZE])
    amount[link, CREDIT] = credit
    return n_active


@kernel
def let_in(streets: Streets, queues: Queues, link: int, now_s: float, step_s: float, bin_s: float) -> None:
    """One step of one link: let in who waits in front of it."""
    chain, amount, member, clock, passed = queues.chain, queues.amount, queues.member, queues.clock, queues.passed
    while chain[link, WAIT_HEAD] >= 0:
        unit = chain[link, WAIT_HEAD]
        begin_s = clock[unit, DEPART_S] if clock[unit, DEPART_S] > now_s - step_s else now_s
        if not fits(amount[link, HELD], clock[unit, SIZE], amount[link, SPACE]):
            chain[link, FRONT_N_LEFT] = chain[link, N_LEFT]
            break
        kind, end_s = member[unit, KIND], begin_s + amount[link, FREE_S] * clock[unit, PACE]
        if streets.closed[kind, link] != 0 and is_shut(streets, kind, link, begin_s, end_s):
            break
        chain[link, WAIT_HEAD] = member[unit, BEHIND]
        member[unit, STATE] = ON_WAY
        join_link(chain, amount, member, clock, streets.speed_share, unit, link, begin_s)
        passed[min(int(begin_s / bin_s), passed.shape[0] - 1), link] += np.float32(clock[unit, SIZE])


@kernel
def empty_queues(streets: Streets, units: Units, n_bin: int) -> Queues:
    """Queues before anybody has set off."""
    n_unit, n_link = units.depart_s.size, streets.per_s.size
    chain = np.full((n_link, 13), -1, dtype=np.int32)
    chain[:, IS_ACTIVE], chain[:, N_LEFT], chain[:, NEXT_DUE] = 0, 0, NOT_DUE
    amount = np.zeros((n_link, 7))
    amount[:, SEEN_S], amount[:, FREE_S] = -1e9, streets.free_s
    amount[:, PER_S], amount[:, SPACE] = streets.per_s, streets.space
    member, clock = np.zeros((n_unit, 5), dtype=np.int64), np.zeros((n_unit, 9))
    member[:, BEHIND], member[:, AT], member[:, END] = -1, units.first[:-1], units.first[1:]
    member[:, KIND], member[:, STATE] = units.kind, AT_HOME
    clock[:, ENTERED_S], clock[:, DEPART_S], clock[:, UNTIL_S] = units.depart_s, units.depart_s, units.until_s
    clock[:, SIZE], clock[:, PACE], clock[:, ARRIVE_S] = units.size, units.pace, np.nan
    passed = np.zeros((n_bin, n_link), dtype=np.float32)
    active, due = np.empty(n_link, dtype=np.int32), np.full(N_DUE, -1, dtype=np.int32)
    return Queues(chain, amount, member, clock, units.link, passed, active, due, np.zeros(1, dtype=np.int64))


@kernel
def as_loaded(queues: Queues) -> Loaded:
    """What became of everyone so far."""
    member, clock = queues.member, queues.clock
    return Loaded(
        member[:, STATE].astype(np.uint8),
        clock[:, ARRIVE_S].copy(),
        clock[:, RISK_S].copy(),
        clock[:, WORST].astype(np.float32),
        queues.passed,
        queues.amount[:, JAM].astype(np.float32),
        member[:, AT].copy(),
        clock[:, ENTERED_S].copy(),
    )


@kernel
def load_units(streets: Streets, units: Units, step_s: float, end_s: float, n_bin: int, bin_s: float) -> Loaded:
    """Move all units along their ways until everyone is there, nobody can move any more, or `end_s` is reached.

    The order of the links turns by a pseudo-random step each time, so that none is always first at a junction.
    """
    n_unit = units.depart_s.size
    queues = empty_queues(streets, units, n_bin)
    chain, clock, active = queues.chain, queues.clock, queues.active
    n_active, started, step, dice = 0, 0, 0, 1
    while step * step_s <= end_s:
        now_s = step * step_s
        n_active = wake_due(queues, step, n_active)
        while started < n_unit and units.depart_s[started] <= now_s:
            n_active = start_unit(queues, started, n_active)
            started += 1
        n_now = n_active
        dice = (dice * 1103515245 + 12345) & 0x7FFFFFFF
        begin, ahead = (dice >> 8) % max(n_now, 1), 1 - 2 * ((dice >> 4) & 1)
        for i in range(n_now):
            link = active[(begin + ahead * i) % n_now]
            unit = chain[link, HEAD]
            if unit >= 0 and clock[unit, READY_S] <= now_s:
                n_active = let_out(streets, queues, link, now_s, step_s, bin_s, n_active)
            if chain[link, WAIT_HEAD] >= 0:
                let_in(streets, queues, link, now_s, step_s, bin_s)
        if step % TIDY_EVERY == 0 or n_active == 0:
            n_active = tidy_active(queues, step, step_s, n_active)
            if n_active == 0 and queues.n_due[0] == 0:
                if started >= n_unit:
                    break
                step = max(step, math.floor(units.depart_s[started] / step_s))
        step += 1
    return as_loaded(queues)
