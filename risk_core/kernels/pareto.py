"""The exact Pareto set of two costs between two places: BOA* on the moves, bounds from two customised metrics.

A label is a way from a start to a search node. Labels leave the queue in order of what their whole way can cost at
least, (first, second), so a label is dominated at its search node when one settled there before costs no more of the
second: one number a search node decides.

What the search touches is renumbered in *slots* as it is met: bounds, and the moves out of a settled search node with
their costs less what the bounds already counted (*rise*, never negative). Nothing of the network's size is filled, so a
short way costs little, and a long one works on a compact copy. Slot 0 stands behind all stops.

Sources: Hernandez Ulloa, Yeoh, Baier, Zhang, Suazo, Koenig, "A Simple and Fast Bi-Objective Search Algorithm",
ICAPS 2020 (BOA*, Algorithm 2); Strasser, Zeitz, "A Fast and Tight Heuristic for A* in Road Networks", SEA 2021 (lazy
bounds from the hierarchy); Briggs, Torczon, "An Efficient Representation for Sparse Sets", LOPLAS 1993 (slots).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.hierarchy import INF_COST, Moves, Tree, TurnRule, height_of, move_cost
from risk_core.kernels.jit import kernel

Ints = NDArray[np.int32]

_BEHIND = 0
_NODE, _FIRST, _SECOND, _IS_KNOWN, _BEGIN, _END, _STOP = range(7)
_HEAD, _FIRST_RISE, _SECOND_RISE, _EDGE = range(4)
_LOW = 0xFFFFFFFF


class Criterion(NamedTuple):
    """One of the two costs: of every edge, how turns count, and a hierarchy customised to it or to anything below it.

    `cost` shape=(n_edge,), 0 to `INF_COST`; `up` and `down` shape=(n_up,).
    """

    cost: Ints
    rule: TurnRule
    up: Ints
    down: Ints


class Places(NamedTuple):
    """Where ways begin, or where they end: search nodes, with both costs up to them or on from them; shape=(n,)."""

    node: Ints
    first: Ints
    second: Ints


class Limits(NamedTuple):
    """When to stop: most labels, most of the first cost, and the slack on the second as a fraction >= 1."""

    n_label: int
    first: int
    slack_above: int
    slack_below: int


class Front(NamedTuple):
    """Ways in order of the first cost.

    `first` and `second` are their costs, `start` and `stop` positions in the places given, all shape=(n,); way `i`
    travels ``edge[first_edge[i]:first_edge[i + 1]]``. `is_complete` is False when the labels ran out.
    """

    first: Ints
    second: Ints
    start: Ints
    stop: Ints
    first_edge: Ints
    edge: Ints
    n_label: int
    is_complete: bool


class _Space(NamedTuple):
    """What the search has touched.

    `slot` of a search node counts only where `row` names that node back, so it needs no filling. `row` holds a slot's
    node, bounds, whether they are final, its steps and its first stop; `least` the least second bound settled there;
    `step` the head slot, both rises and edge of a move (-1 - i: start or stop i); `later` the next stop of the same
    node; `chain` is scratch; `size` the slots and steps in use.
    """

    slot: Ints
    row: Ints
    least: Ints
    step: Ints
    later: Ints
    chain: Ints
    size: NDArray[np.int64]


@kernel
def _open_space(tree: Tree, moves: Moves, n_start: int, n_stop: int) -> _Space:
    """Nothing touched but the slot behind all stops."""
    n = tree.parent.size
    space = _Space(
        np.empty(n, dtype=np.int32),
        np.empty((n + 1, 7), dtype=np.int32),
        np.empty(n + 1, dtype=np.int32),
        np.empty((moves.edge.size + n_start + n_stop, 4), dtype=np.int32),
        np.empty(n_stop, dtype=np.int32),
        np.empty(height_of(tree), dtype=np.int32),
        np.zeros(2, dtype=np.int64),
    )
    space.row[_BEHIND, :] = 0
    space.row[_BEHIND, _NODE] = -1
    space.least[_BEHIND] = INF_COST
    space.size[0] = 1
    return space


@kernel
def _slot_of(space: _Space, node: int) -> int:
    """Slot of a search node, a new one where it has none."""
    at = space.slot[node]
    if 0 < at < space.size[0] and space.row[at, _NODE] == node:
        return int(at)
    at = space.size[0]
    space.size[0] += 1
    space.slot[node] = at
    row = space.row[at]
    row[_NODE], row[_FIRST], row[_SECOND], row[_IS_KNOWN] = node, INF_COST, INF_COST, 0
    row[_BEGIN], row[_END], row[_STOP] = -1, -1, -1
    space.least[at] = INF_COST
    return int(at)


@kernel
def _spread_stops(tree: Tree, first: Criterion, second: Criterion, stops: Places, space: _Space) -> None:
    """Give every ancestor of a stop the least costs from it down to a stop."""
    for i in range(stops.node.size):
        row = space.row[_slot_of(space, stops.node[i])]
        space.later[i] = row[_STOP]
        row[_STOP] = i
        row[_FIRST] = min(row[_FIRST], stops.first[i])
        row[_SECOND] = min(row[_SECOND], stops.second[i])
        node = tree.parent[stops.node[i]]
        while node >= 0:
            _slot_of(space, node)
            node = tree.parent[node]
    for node in np.sort(space.row[1 : space.size[0], _NODE]):
        row = space.row[space.slot[node]]
        for i in range(tree.first_up[node], tree.first_up[node + 1]):
            above = space.row[space.slot[tree.up_head[i]]]
            above[_FIRST] = min(above[_FIRST], row[_FIRST] + first.down[i])
            above[_SECOND] = min(above[_SECOND], row[_SECOND] + second.down[i])


@kernel
def _touch(tree: Tree, first: Criterion, second: Criterion, space: _Space, node: int) -> int:
    """Slot of a search node with its bounds: the least of each cost from it to any stop, `INF_COST` where none is."""
    n = 0
    found = _slot_of(space, node)
    at = found
    while space.row[at, _IS_KNOWN] == 0:
        space.chain[n] = at
        n += 1
        node = tree.parent[node]
        if node < 0:
            break
        at = _slot_of(space, node)
    while n > 0:
        n -= 1
        row = space.row[space.chain[n]]
        least_first, least_second = row[_FIRST], row[_SECOND]
        for i in range(tree.first_up[row[_NODE]], tree.first_up[row[_NODE] + 1]):
            above = space.row[space.slot[tree.up_head[i]]]
            least_first = min(least_first, above[_FIRST] + first.up[i])
            least_second = min(least_second, above[_SECOND] + second.up[i])
        row[_FIRST], row[_SECOND], row[_IS_KNOWN] = least_first, least_second, 1
    return found


@kernel
def _add_step(space: _Space, head: int, first: int, second: int, edge: int) -> None:
    """Add a step; `first` and `second` are its costs less the bounds of where it begins. None to where no stop is."""
    row = space.row[head]
    if row[_FIRST] >= INF_COST or row[_SECOND] >= INF_COST:
        return
    step = space.step[space.size[1]]
    step[_HEAD], step[_FIRST_RISE], step[_SECOND_RISE], step[_EDGE] = (
        head,
        first + row[_FIRST],
        second + row[_SECOND],
        edge,
    )
    space.size[1] += 1


@kernel
def _find_steps(
    tree: Tree, moves: Moves, first: Criterion, second: Criterion, stops: Places, space: _Space, at: int
) -> None:
    """Write down the steps out of a slot: its open moves, and its stops."""
    row = space.row[at]
    row[_BEGIN] = space.size[1]
    node = row[_NODE]
    for i in range(moves.first[node], moves.first[node + 1]):
        edge, turn = moves.edge[i], moves.turn[i]
        one = move_cost(first.cost, edge, turn, first.rule.u_turn, first.rule.obeys_turns)
        other = move_cost(second.cost, edge, turn, second.rule.u_turn, second.rule.obeys_turns)
        if one < INF_COST and other < INF_COST:
            head = _touch(tree, first, second, space, moves.head[i])
            _add_step(space, head, one - row[_FIRST], other - row[_SECOND], edge)
    stop = row[_STOP]
    while stop >= 0:
        if stops.first[stop] < INF_COST and stops.second[stop] < INF_COST:
            _add_step(space, _BEHIND, stops.first[stop] - row[_FIRST], stops.second[stop] - row[_SECOND], -1 - stop)
        stop = space.later[stop]
    row[_END] = space.size[1]


@kernel
def _push(queue: NDArray[np.int64], size: int, key: int | np.int64, item: int | np.int64) -> int:
    """Add an entry to a heap of four children a node that has room; returns its new size."""
    at = size
    while at > 0:
        parent = (at - 1) >> 2
        if queue[parent, 0] <= key:
            break
        queue[at, 0], queue[at, 1] = queue[parent, 0], queue[parent, 1]
        at = parent
    queue[at, 0], queue[at, 1] = key, item
    return size + 1


@kernel
def _pop(queue: NDArray[np.int64], size: int) -> int:
    """Remove the smallest entry; returns the heap's new size."""
    size -= 1
    key, item = queue[size, 0], queue[size, 1]
    at = 0
    while True:
        child = 4 * at + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if queue[other, 0] < queue[least, 0]:
                least = other
        if queue[least, 0] >= key:
            break
        queue[at, 0], queue[at, 1] = queue[least, 0], queue[least, 1]
        at = least
    queue[at, 0], queue[at, 1] = key, item
    return size


@kernel
def _trace(space: _Space, label: Ints, found: NDArray[np.int64], n_label: int, is_complete: bool) -> Front:
    """Follow every way found back to its start."""
    n = found.shape[0]
    start, stop = np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int32)
    first_edge = np.zeros(n + 1, dtype=np.int32)
    for i in range(n):
        stop[i] = -1 - space.step[found[i, 3], _EDGE]
        at = found[i, 2]
        first_edge[i + 1] = first_edge[i]
        while label[at, 0] >= 0:
            first_edge[i + 1] += 1
            at = label[at, 0]
        start[i] = -1 - space.step[label[at, 1], _EDGE]
    edge = np.empty(first_edge[n], dtype=np.int32)
    for i in range(n):
        at = found[i, 2]
        for j in range(first_edge[i + 1] - 1, first_edge[i] - 1, -1):
            edge[j] = space.step[label[at, 1], _EDGE]
            at = label[at, 0]
    costs = found[:, :2].astype(np.int32)
    return Front(costs[:, 0].copy(), costs[:, 1].copy(), start, stop, first_edge, edge, n_label, is_complete)


@kernel
def find_front(
    tree: Tree, moves: Moves, first: Criterion, second: Criterion, starts: Places, stops: Places, limits: Limits
) -> Front:
    """Every pair of costs of a way from a start to a stop that no other way betters, with one way for each.

    A move that is barred under either criterion is never used. The first cost of every edge is at least 1, the second
    may be 0.

    Parameters
    ----------
    tree, moves
        The hierarchy.
    first, second
        The costs; each charges turning back by its own rule.
    starts, stops
        Any number, wherever they lie; entries of `INF_COST` are left out.
    limits
        With a slack of 1 + eps, each way (a, b) of the full set has a way (a', b') found with a' <= a and
        b' <= (1 + eps) b: a label is dropped only when the last way found costs no more than 1 + eps times the least
        second cost that it can still reach, and that way came no later in order of the first cost.

    Returns
    -------
    Front
        First costs ascend, second costs descend. Where the labels ran out, the ways found are those of the full set
        with the least first costs.
    """
    space = _open_space(tree, moves, starts.node.size, stops.node.size)
    _spread_stops(tree, first, second, stops, space)
    queue, n_open = np.empty((max(1024, starts.node.size), 2), dtype=np.int64), 0
    for i in range(starts.node.size):
        if starts.first[i] < INF_COST and starts.second[i] < INF_COST:
            head = _touch(tree, first, second, space, starts.node[i])
            _add_step(space, head, starts.first[i], starts.second[i], -1 - i)
    for k in range(space.size[1]):
        if space.step[k, _FIRST_RISE] <= limits.first:
            key = np.int64(space.step[k, _FIRST_RISE]) << 32 | np.int64(space.step[k, _SECOND_RISE])
            n_open = _push(queue, n_open, key, np.int64(-1) << 32 | k)
    label, n_label = np.empty((1024, 2), dtype=np.int32), 0
    found, n_found = np.empty((64, 4), dtype=np.int64), 0
    bar = np.int64(INF_COST)
    while n_open > 0:
        key, item = queue[0, 0], queue[0, 1]
        n_open = _pop(queue, n_open)
        at = space.step[item & _LOW, _HEAD]
        here = key & _LOW
        if here >= bar or here >= space.least[at]:
            continue
        if at == _BEHIND:
            if n_found == found.shape[0]:
                found = np.concatenate((found, np.empty_like(found)))
            found[n_found, 0], found[n_found, 1] = key >> 32, here
            found[n_found, 2], found[n_found, 3] = item >> 32, item & _LOW
            n_found += 1
            bar = (here * limits.slack_below + limits.slack_above - 1) // limits.slack_above
            continue
        if n_label == limits.n_label:
            return _trace(space, label, found[:n_found], n_label, False)
        if n_label == label.shape[0]:
            label = np.concatenate((label, np.empty_like(label)))
        label[n_label, 0], label[n_label, 1] = item >> 32, item & _LOW
        space.least[at] = here
        if space.row[at, _BEGIN] < 0:
            _find_steps(tree, moves, first, second, stops, space, at)
        begin, end = space.row[at, _BEGIN], space.row[at, _END]
        if n_open + end - begin > queue.shape[0]:
            queue = np.concatenate((queue, np.empty((max(queue.shape[0], end - begin), 2), dtype=np.int64)))
        for k in range(begin, end):
            step = space.step[k]
            ahead = here + step[_SECOND_RISE]
            total = (key >> 32) + step[_FIRST_RISE]
            if ahead < bar and ahead < space.least[step[_HEAD]] and total <= limits.first:
                n_open = _push(queue, n_open, total << 32 | ahead, np.int64(n_label) << 32 | k)
        n_label += 1
    return _trace(space, label, found[:n_found], n_label, True)
