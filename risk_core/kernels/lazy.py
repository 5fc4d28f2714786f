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

N_RECORD = 32_768
"""Up edges a search may look at before it is given up."""

N_WAY = 131_072
"""Triangles a search may list before it is given up."""

GIVEN_UP = -1
"""Cost of a search that was given up."""

LEAP = 0.01
"""Share of the whole way by which an up edge along it may be raised before the query is repeated: a hundredth, since
repeating costs as much as raising twenty times (measured on New York)."""

ROW, LOW, IS_TRUE, FORMER, CODE, FAR, BEGIN, END = 0, 1, 2, 3, 4, 5, 6, 7
"""Columns of a record: row and lower end of its up edge; 1 once its weight is known to be true; its weight before it
was raised; what it stands for, as in `Customised.known`; and its triangles in `Sheet.way`, `BEGIN` -1 unless listed."""

N_KEPT_RECORD, N_KEPT_WAY = 0, 1
"""Positions in `Sheet.size`."""


class Chart(NamedTuple):
    """A hierarchy, customised to the metric of the edges' `cost`."""

    tree: Tree
    lower: Lower
    moves: Moves
    weights: Customised
    cost: NDArray[np.int32]


class Sheet(NamedTuple):
    """Weights of its own for one search at a time, which leaves them as it found them.

    `up` and `down` are copies of the weights of a `Chart`. A row, up edge `i` upward ``2 i`` or downward ``2 i + 1``,
    has a record when `record_of` points to one that names it, whatever was in `record_of` before; `way` holds pairs
    of up edges that go round below another one; `size` tells how many records and pairs there are.
    """

    up: NDArray[np.int32]
    down: NDArray[np.int32]
    record_of: NDArray[np.int32]
    record: NDArray[np.int32]
    way: NDArray[np.int32]
    size: NDArray[np.int64]


@kernel
def new_sheet(up: NDArray[np.int32], down: NDArray[np.int32]) -> Sheet:
    """A sheet for searches under one metric, from its customised weights."""
    return Sheet(
        up.copy(),
        down.copy(),
        np.zeros(2 * up.size, dtype=np.int32),
        np.empty((N_RECORD, 8), dtype=np.int32),
        np.empty((N_WAY, 2), dtype=np.int32),
        np.zeros(2, dtype=np.int64),
    )


@kernel
def clear_sheet(sheet: Sheet) -> None:
    """Put every weight back that was raised, and forget the search."""
    for k in range(sheet.size[N_KEPT_RECORD]):
        row = sheet.record[k, ROW]
        if row & 1 == 0:
            sheet.up[row >> 1] = sheet.record[k, FORMER]
        else:
            sheet.down[row >> 1] = sheet.record[k, FORMER]
    sheet.size[:] = 0


@kernel
def open_record(
    known: NDArray[np.int32],
    weight: int,
    record_of: NDArray[np.int32],
    record: NDArray[np.int32],
    k: int,
    row: int,
) -> None:
    """Begin record `k`, that of a row which has none, with what it stands for under the open metric."""
    record[k, ROW], record[k, LOW], record[k, IS_TRUE], record[k, BEGIN] = row, -1, 0, -1
    record[k, CODE], record[k, FAR], record[k, FORMER] = known[row, 0], known[row, 1], weight
    record_of[row] = k


@kernel
def list_ways(tree: Tree, lower: Lower, sheet: Sheet, k: int) -> None:
    """List the triangles below the up edge of a record, as far as there is room."""
    record, way, n_way = sheet.record, sheet.way, sheet.size[N_KEPT_WAY]
    low, high = record[k, LOW], tree.up_head[record[k, ROW] >> 1]
    first_up, up_head = tree.first_up, tree.up_head
    record[k, BEGIN] = n_way
    for j in range(lower.first_down[low], lower.first_down[low + 1]):
        end = first_up[lower.down_tail[j] + 1]
        if up_head[end - 1] < high:
            continue
        far = lower.down_up[j] + 1
        while far + 8 < end and up_head[far + 8] <= high:
            far += 8
        while up_head[far] < high:
            far += 1
        if up_head[far] == high and n_way < way.shape[0]:
            way[n_way, 0], way[n_way, 1] = lower.down_up[j], far
            n_way += 1
    record[k, END] = n_way
    sheet.size[N_KEPT_WAY] = n_way


@kernel
def weigh_again(chart: Chart, cost: NDArray[np.int32], rule: TurnRule, sheet: Sheet, k: int) -> int:
    """Least cost of a record's up edge from its moves and triangles as they cost now; notes what it stands for."""
    tree, moves, record, up, down = chart.tree, chart.moves, sheet.record, sheet.up, sheet.down
    row = record[k, ROW]
    is_up = row & 1 == 0
    if record[k, BEGIN] < 0:
        record[k, LOW] = lower_end(tree, row >> 1)
        list_ways(tree, chart.lower, sheet, k)
    low, high = record[k, LOW], tree.up_head[row >> 1]
    tail, head = (low, high) if is_up else (high, low)
    best, code, far = np.int32(INF_COST), np.int32(UNKNOWN), np.int32(0)
    for i in range(moves.first[tail], moves.first[tail + 1]):
        if moves.head[i] == head:
            found = move_cost(cost, moves.edge[i], moves.turn[i], rule.u_turn, rule.obeys_turns)
            if found < best:
                best, code = np.int32(found), np.int32(-1 - moves.edge[i])
    for i in range(record[k, BEGIN], record[k, END]):
        near, beyond = sheet.way[i, 0], sheet.way[i, 1]
        found = down[near] + up[beyond] if is_up else up[near] + down[beyond]
        if found < best:
            best, code, far = np.int32(found), np.int32(near + 1), beyond
    record[k, CODE], record[k, FAR], record[k, IS_TRUE] = code, far, code < 0
    return int(best)


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
    return bool(n_record >= sheet.record.shape[0] or n_way >= sheet.way.shape[0])


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

    A row is true when it stands for an open move, or for two true rows that add up to it. `stack` is scratch as long
    as the hierarchy is high. Returns whether any of the rows was raised.
    """
    up, down, record_of, record, size = sheet.up, sheet.down, sheet.record_of, sheet.record, sheet.size
    known, open_cost = chart.weights.known, chart.cost
    n_record, room, is_raised = size[N_KEPT_RECORD], record.shape[0], False
    for row in rows:
        stack[0], n = row, 1
        most = (up[row >> 1] if row & 1 == 0 else down[row >> 1]) + leap
        while n > 0 and n_record < room:
            here = stack[n - 1]
            at, is_up = here >> 1, here & 1 == 0
            weight, k = up[at] if is_up else down[at], record_of[here]
            if k >= n_record or record[k, ROW] != here:
                if known[here, 0] == UNKNOWN:
                    explain(chart.tree, chart.lower, chart.moves, chart.weights, open_cost, rule, here)
                k = n_record
                open_record(known, weight, record_of, record, k, here)
                n_record += 1
            elif record[k, IS_TRUE] == 1:
                n -= 1
                continue
            code, far = record[k, CODE], record[k, FAR]
            if code < 0:
                is_held = cost[-1 - code] == open_cost[-1 - code]
                record[k, IS_TRUE] = is_held
            elif code > 0:
                near = code - 1
                is_held = weight == (down[near] + up[far] if is_up else up[near] + down[far])
            else:
                is_held = False
            if not is_held:
                found = weigh_again(chart, cost, rule, sheet, k)
                if found > weight:
                    if is_up:
                        up[at] = found
                    else:
                        down[at] = found
                    is_raised |= n == 1
                    if n > 1 or found > most:
                        n -= 1
            elif code > 0:
                first, second = first_part(here, code, far), second_part(here, code, far)
                i, j = record_of[first], record_of[second]
                if i >= n_record or record[i, ROW] != first or record[i, IS_TRUE] == 0:
                    stack[n] = first
                    n += 1
                elif j >= n_record or record[j, ROW] != second or record[j, IS_TRUE] == 0:
                    stack[n] = second
                    n += 1
                else:
                    record[k, IS_TRUE] = 1
    size[N_KEPT_RECORD] = n_record
    return is_raised


@kernel
def edges_along(sheet: Sheet, rows: NDArray[np.int32], n_row: int) -> NDArray[np.int32]:
    """Edges of a way of true rows, the last of which is travelled first."""
    record, stack, size = sheet.record, rows, n_row
    edges, n_edge = np.empty(512, dtype=np.int32), 0
    while size > 0:
        size -= 1
        row = stack[size]
        k = sheet.record_of[row]
        code, far = record[k, CODE], record[k, FAR]
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
    stack = np.empty(height_of(tree) + 1, dtype=np.int32)
    edges, total, first, last = np.empty(0, dtype=np.int32), INF_COST, -1, -1
    while True:
        best, top, came, goes = find_top(
            tree, sheet.up, sheet.down, ends.start, ends.start_cost, ends.stop, ends.stop_cost
        )
        if top < 0:
            break
        rows, n_row, first, last = stack_way(tree, top, came, goes)
        is_raised = settle_rows(chart, cost, rule, sheet, rows[:n_row], int(LEAP * best), stack)
        if is_full(sheet):
            total, first, last = GIVEN_UP, -1, -1
            break
        if not is_raised:
            edges, total = edges_along(sheet, rows, n_row), best
            break
    clear_sheet(sheet)
    return edges, total, first, last
