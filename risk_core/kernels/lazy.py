"""The cheapest way when streets were closed or made dearer, by looking only at what a cheapest way would use.

The weights of a hierarchy under a metric nowhere above the one asked for are least costs of their up edges. The
query finds the cheapest way under them; the up edges along it are taken apart, and one that rests on a closed street
gets the next least cost its triangles allow, no more. Then the query is repeated. Once nothing along the way has to
be raised, the way is the cheapest: it costs what the least costs say. Closures elsewhere are never met.

Sources: Dellin, Srinivasa, "A unifying formalism for shortest path problems with expensive edge evaluations via lazy
best-first search over paths with edge selectors", ICAPS 2016 (LazySP; here its edges are those of the hierarchy, and
an evaluation is the same search one level down); Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies",
ACM JEA 21 (2016).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.hierarchy import INF_COST, UNKNOWN, Lower, Moves, Tree, TurnRule, height_of, move_cost
from risk_core.kernels.jit import kernel
from risk_core.kernels.reroute import Ends
from risk_core.kernels.unpack import Customised, explain, find_top, lower_end, stack_way

N_RECORD = 4_096
"""Up edges a search may raise before it is given up."""

N_WAY = 65_536
"""Triangles a search may list before it is given up."""

LAST_BASE = 2_000_000_000
"""Where states are begun anew, before they leave 32 bits."""

GIVEN_UP = -1
"""Cost of a search that was given up."""

LEAP = 0.02
"""Share of the whole way by which an up edge along it may be raised before the query is repeated: a fiftieth, since
repeating costs as much as raising twenty times (measured on New York)."""

ROW, IS_TRUE, FORMER, CODE, FAR, MOVE, MOVE_CODE, BEGIN, END = 0, 1, 2, 3, 4, 5, 6, 7, 8
"""Columns of a record: its row; 1 once the weight is known to be true; the weight before it was raised; what the row
stands for, as in `Customised.known`; and what it is weighed from: the least cost of a move, minus 1 minus its edge,
and its triangles in `Sheet.way`."""

N_KEPT_RECORD, N_KEPT_WAY, BASE = 0, 1, 2
"""Positions in `Sheet.size`: records and ways there are, and the state of a row that is true and was never raised."""


class Chart(NamedTuple):
    """A hierarchy, customised to the metric of the edges' `cost`."""

    tree: Tree
    lower: Lower
    moves: Moves
    weights: Customised
    cost: NDArray[np.int32]


class Sheet(NamedTuple):
    """Weights of its own for one search at a time, which leaves them as it found them.

    `up` and `down` are copies of the weights of a `Chart`. A row is up edge `i` upward, ``2 i``, or downward,
    ``2 i + 1``. Its `state` is ``size[BASE]`` where its weight is known to be true, that and the number of its record
    where it was raised, less where nothing is known of it. `way` holds pairs of up edges that go round below another.
    """

    up: NDArray[np.int32]
    down: NDArray[np.int32]
    state: NDArray[np.int32]
    record: NDArray[np.int32]
    way: NDArray[np.int32]
    size: NDArray[np.int64]


@kernel
def new_sheet(up: NDArray[np.int32], down: NDArray[np.int32]) -> Sheet:
    """A sheet for searches under one metric, from its customised weights."""
    size = np.zeros(3, dtype=np.int64)
    size[BASE] = 1
    return Sheet(
        up.copy(),
        down.copy(),
        np.zeros(2 * up.size, dtype=np.int32),
        np.empty((N_RECORD, 9), dtype=np.int32),
        np.empty((N_WAY, 2), dtype=np.int32),
        size,
    )


@kernel
def clear_sheet(sheet: Sheet) -> None:
    """Put every weight back that was raised, and forget the search."""
    record, size = sheet.record, sheet.size
    for k in range(1, size[N_KEPT_RECORD] + 1):
        row = record[k, ROW]
        if row & 1 == 0:
            sheet.up[row >> 1] = record[k, FORMER]
        else:
            sheet.down[row >> 1] = record[k, FORMER]
    size[BASE] += size[N_KEPT_RECORD] + 1
    size[N_KEPT_RECORD], size[N_KEPT_WAY] = 0, 0
    if size[BASE] > LAST_BASE:
        sheet.state[:] = 0
        size[BASE] = 1


@kernel
def list_ways(tree: Tree, lower: Lower, low: int, high: int, way: NDArray[np.int32], n_way: int) -> int:
    """List the triangles below the up edge from `low` to `high`, as far as there is room; how many ways there are then.

    A lower neighbour without any up edge as high is passed over after one look.
    """
    first_up, up_head, down_tail, down_up = tree.first_up, tree.up_head, lower.down_tail, lower.down_up
    for j in range(lower.first_down[low], lower.first_down[low + 1]):
        end = first_up[down_tail[j] + 1]
        if up_head[end - 1] < high:
            continue
        far = down_up[j] + 1
        while far + 8 < end and up_head[far + 8] <= high:
            far += 8
        while up_head[far] < high:
            far += 1
        if up_head[far] == high and n_way < way.shape[0]:
            way[n_way, 0], way[n_way, 1] = down_up[j], far
            n_way += 1
    return n_way


@kernel
def weigh_moves(
    moves: Moves, cost: NDArray[np.int32], rule: TurnRule, tail: int, head: int
) -> tuple[np.int32, np.int32]:
    """Least cost of a move from one search node to another and minus 1 minus its edge; `UNKNOWN` where none is open."""
    best, code = np.int32(INF_COST), np.int32(UNKNOWN)
    for i in range(moves.first[tail], moves.first[tail + 1]):
        if moves.head[i] == head:
            found = move_cost(cost, moves.edge[i], moves.turn[i], rule.u_turn, rule.obeys_turns)
            if found < best:
                best, code = np.int32(found), np.int32(-1 - moves.edge[i])
    return best, code


@kernel
def weigh_ways(
    up: NDArray[np.int32],
    down: NDArray[np.int32],
    way: NDArray[np.int32],
    record: NDArray[np.int32],
    k: int,
) -> int:
    """Least weight of a record's row from its triangles and from `MOVE`; notes what the row stands for then."""
    best, code, far = record[k, MOVE], record[k, MOVE_CODE], np.int32(0)
    is_up = record[k, ROW] & 1 == 0
    for i in range(record[k, BEGIN], record[k, END]):
        near, beyond = way[i, 0], way[i, 1]
        found = down[near] + up[beyond] if is_up else up[near] + down[beyond]
        if found < best:
            best, code, far = np.int32(found), np.int32(near + 1), beyond
    record[k, CODE], record[k, FAR], record[k, IS_TRUE] = code, far, code < 0
    return int(best)


@kernel
def begin_record(
    chart: Chart, cost: NDArray[np.int32], rule: TurnRule, sheet: Sheet, k: int, row: int, weight: int, n_way: int
) -> int:
    """Note what a row is weighed from: its cheapest move and its triangles; how many ways are listed then."""
    tree, record = chart.tree, sheet.record
    low, high = lower_end(tree, row >> 1), tree.up_head[row >> 1]
    tail, head = (low, high) if row & 1 == 0 else (high, low)
    record[k, ROW], record[k, FORMER], record[k, BEGIN] = row, weight, n_way
    record[k, MOVE], record[k, MOVE_CODE] = weigh_moves(chart.moves, cost, rule, tail, head)
    record[k, END] = list_ways(tree, chart.lower, low, high, sheet.way, n_way)
    return int(record[k, END])


@kernel
def first_part(row: int, code: int, far: int) -> int:
    """Row travelled first on the way round that a row stands for."""
    return 2 * (code - 1) + 1 if row & 1 == 0 else 2 * far + 1


@kernel
def second_part(row: int, code: int, far: int) -> int:
    """Row travelled last on the way round that a row stands for."""
    return 2 * far if row & 1 == 0 else 2 * (code - 1)


@kernel
def is_full(sheet: Sheet) -> bool:
    """Whether a search has used up its room, so that nothing it found since counts."""
    n_record, n_way = sheet.size[N_KEPT_RECORD], sheet.size[N_KEPT_WAY]
    return bool(n_record >= sheet.record.shape[0] - 1 or n_way >= sheet.way.shape[0])


@kernel
def settle_rows(
    chart: Chart,
    cost: NDArray[np.int32],
    rule: TurnRule,
    sheet: Sheet,
    rows: NDArray[np.int32],
    leap: int,
    stack: NDArray[np.int32],
) -> bool:
    """Raise rows and those below them until the weight of each is true or raised by more than `leap`.

    A row is true when it stands for an open move, or for two true rows that add up to it. `stack` is scratch, twice
    as long as the hierarchy is high. Returns whether any of the rows was raised.
    """
    up, down, state, record, size = sheet.up, sheet.down, sheet.state, sheet.record, sheet.size
    known, open_cost, way = chart.weights.known, chart.cost, sheet.way
    n_record, n_way, base, is_raised = size[N_KEPT_RECORD], size[N_KEPT_WAY], size[BASE], False
    for row in rows:
        stack[0], n = row, 1
        most = min((up[row >> 1] if row & 1 == 0 else down[row >> 1]) + leap, INF_COST - 1)
        while n > 0 and n_record < record.shape[0] - 1:
            here = stack[n - 1]
            at, is_up, k = here >> 1, here & 1 == 0, state[here] - base
            if k == 0 or (k > 0 and record[k, IS_TRUE] == 1):
                n -= 1
                continue
            if k < 0 and known[here, 0] == UNKNOWN:
                explain(chart.tree, chart.lower, chart.moves, chart.weights, open_cost, rule, here)
            code, far = (known[here, 0], known[here, 1]) if k < 0 else (record[k, CODE], record[k, FAR])
            weight = up[at] if is_up else down[at]
            if code < 0 and cost[-1 - code] == open_cost[-1 - code]:
                # only what has no record yet stands for a move here
                state[here] = base
                n -= 1
            elif code > 0 and weight == (down[code - 1] + up[far] if is_up else up[code - 1] + down[far]):
                first, second, n_before = first_part(here, code, far), second_part(here, code, far), n
                for part in (second, first):
                    i = state[part] - base
                    if i < 0 or (i > 0 and record[i, IS_TRUE] == 0):
                        stack[n] = part
                        n += 1
                if n == n_before:
                    if k < 0:
                        state[here] = base
                    else:
                        record[k, IS_TRUE] = 1
                    n -= 1
            else:
                if k < 0:
                    n_record += 1
                    k = n_record
                    state[here] = base + k
                    n_way = begin_record(chart, cost, rule, sheet, k, here, weight, n_way)
                found = weigh_ways(up, down, way, record, k)
                if found > weight:
                    if is_up:
                        up[at] = found
                    else:
                        down[at] = found
                    is_raised |= n == 1
                    if n > 1 or found > most:
                        n -= 1
    size[N_KEPT_RECORD], size[N_KEPT_WAY] = n_record, n_way
    return is_raised


@kernel
def edges_along(weights: Customised, sheet: Sheet, rows: NDArray[np.int32], n_row: int) -> NDArray[np.int32]:
    """Edges of a way of true rows, the last of which is travelled first."""
    record, known, base, stack, size = sheet.record, weights.known, sheet.size[BASE], rows, n_row
    edges, n_edge = np.empty(512, dtype=np.int32), 0
    while size > 0:
        size -= 1
        row = stack[size]
        k = sheet.state[row] - base
        code, far = (record[k, CODE], record[k, FAR]) if k > 0 else (known[row, 0], known[row, 1])
        if code > 0:
            if size + 2 > stack.size:
                stack = np.concatenate((stack, np.empty_like(stack)))
            stack[size], stack[size + 1] = second_part(row, code, far), first_part(row, code, far)
            size += 2
            continue
        if n_edge == edges.size:
            edges = np.concatenate((edges, np.empty_like(edges)))
        edges[n_edge] = -1 - code
        n_edge += 1
    return edges[:n_edge].copy()


@kernel
def search_lazily(
    chart: Chart, cost: NDArray[np.int32], rule: TurnRule, ends: Ends, sheet: Sheet
) -> tuple[NDArray[np.int32], int, int, int]:
    """Cheapest way from any start to any stop under a metric nowhere below that of a chart.

    Parameters
    ----------
    chart
        The hierarchy under the cheaper metric.
    cost, rule
        The metric asked for; the turn rule is that of the chart.
    ends
        Where the way may start and stop.
    sheet
        Of this chart, in no other use; left as it was.

    Returns
    -------
    tuple
        Edges (empty also where a start is a stop), cost, first and last search node; cost `INF_COST` and nodes -1
        where no way leads, cost `GIVEN_UP` where so much had to be raised that another search is quicker.
    """
    tree = chart.tree
    stack = np.empty(2 * height_of(tree) + 1, dtype=np.int32)
    edges, total, first, last = np.empty(0, dtype=np.int32), INF_COST, -1, -1
    while True:
        best, top, came, goes = find_top(
            tree, sheet.up, sheet.down, ends.start, ends.start_cost, ends.stop, ends.stop_cost
        )
        if top < 0:
            first, last = -1, -1
            break
        rows, n_row, first, last = stack_way(tree, top, came, goes)
        is_raised = settle_rows(chart, cost, rule, sheet, rows[:n_row], int(LEAP * best), stack)
        if is_full(sheet):
            total, first, last = GIVEN_UP, -1, -1
            break
        if not is_raised:
            edges, total = edges_along(chart.weights, sheet, rows, n_row), best
            break
    clear_sheet(sheet)
    return edges, total, first, last
