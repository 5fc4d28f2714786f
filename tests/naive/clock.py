"""Slow twin of the clock kernels: Dijkstra over every (search node, whole clock), one unit of time after another."""

import heapq
import math

from risk_core.kernels.hierarchy import INF_COST, TURN_BACK, TURN_FORBIDDEN


def slice_of(begin, clock):
    """Slice that holds at a clock."""
    return max([k for k, at in enumerate(begin) if at <= clock], default=0)


def entered(begin, rows, time, clock):
    """Cost of an edge with one cost a slice, entered at a clock: the dearest of its units, inf if barred."""
    units = range(clock, clock + time) if time > 0 else [clock]
    found = max(int(rows[slice_of(begin, unit)]) for unit in units)
    return found if found < INF_COST else math.inf


def waited(begin, per_s, clock, until):
    """Cost of waiting until a slice begins, a started unit of cost counting whole in every slice; inf if barred."""
    units = [slice_of(begin, unit) for unit in range(clock, until)]
    total = 0
    for k in sorted(set(units)):
        total += math.ceil(units.count(k) * int(per_s[k]) / 20) if per_s[k] < INF_COST else math.inf
    return total


def turned(turn, rule):
    """What a turn costs, inf if forbidden."""
    if rule.obeys_turns and turn == TURN_FORBIDDEN:
        return math.inf
    return rule.u_turn if rule.obeys_turns and turn == TURN_BACK else 0


def all_arrivals(hierarchy, slices, rule, origin, destination, departure, until):
    """{arrival: least cost} over all ways that leave at `departure` and are there by `until`."""
    begin = [int(at) for at in slices.begin]
    best = {}
    queue = [
        (entered(begin, origin.cost[:, i], int(origin.time[i]), departure), departure + int(origin.time[i]), int(node))
        for i, node in enumerate(origin.node)
    ]
    heapq.heapify(queue)
    arrivals = {}
    while queue:
        cost, clock, node = heapq.heappop(queue)
        if cost == math.inf or clock > until or (node, clock) in best:
            continue
        best[node, clock] = cost
        for i, stop in enumerate(destination.node):
            arrival = clock + int(destination.time[i])
            if stop == node and arrival <= until:
                total = cost + entered(begin, destination.cost[:, i], int(destination.time[i]), clock)
                arrivals[arrival] = min(total, arrivals.get(arrival, math.inf))
        place = int(slices.place[node])
        for at in begin:
            if place >= 0 and at > clock:
                heapq.heappush(queue, (cost + waited(begin, slices.wait_per_s[:, place], clock, at), at, node))
        for i in range(hierarchy.first_move[node], hierarchy.first_move[node + 1]):
            edge, head = int(hierarchy.move_edge[i]), int(hierarchy.move_head[i])
            time = int(slices.time[edge])
            if time < INF_COST:
                step = entered(begin, slices.cost[:, edge], time, clock) + turned(hierarchy.move_turn[i], rule)
                heapq.heappush(queue, (cost + step, clock + time, head))
    return arrivals


def depart_at(hierarchy, slices, rule, origin, destination, departure, until):
    """Least cost of a way that leaves at `departure`, inf if there is none up to `until`."""
    found = all_arrivals(hierarchy, slices, rule, origin, destination, departure, until)
    return min(found.values(), default=math.inf)


def arrive_by(hierarchy, slices, rule, origin, destination, earliest, deadline):
    """Least cost plus earliness over every departure that keeps the deadline, inf if there is none."""
    return min(
        (
            cost + deadline - arrival
            for departure in range(earliest, deadline + 1)
            for arrival, cost in all_arrivals(hierarchy, slices, rule, origin, destination, departure, deadline).items()
        ),
        default=math.inf,
    )
