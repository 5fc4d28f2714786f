"""Slow twins of `risk_core.kernels.routes`: Dijkstra with a library heap on dictionaries, no bound, no early stop."""

import heapq
import math
from itertools import pairwise


def search_edges(network, cost, starts, stops, *, u_turn=0.0, obeys_turns=False):
    """(cost, edges) of the cheapest path from any start to any stop edge, (inf, []) when there is none.

    `starts` maps an edge to the cost from the origin to its head, `stops` to the cost from its tail onwards. A path
    has at least two edges; staying on one street is decided elsewhere.
    """
    forbidden = set(zip(network.turn_from.tolist(), network.turn_to.tolist(), strict=True))
    label, before, settled = dict(starts), dict.fromkeys(starts), set()
    queue = [(c, edge) for edge, c in starts.items()]
    heapq.heapify(queue)
    best, best_path = math.inf, []
    while queue:
        here, edge = heapq.heappop(queue)
        if edge in settled:
            continue
        settled.add(edge)
        for following in range(network.n_edge):
            if network.tail[following] != network.head[edge] or not math.isfinite(cost[following]):
                continue
            if obeys_turns and (edge, following) in forbidden:
                continue
            is_back = network.street[following] == network.street[edge] and following != edge
            start = here + (u_turn if is_back else 0.0)
            if following in stops and start + stops[following] < best:
                best, best_path = start + stops[following], [*_trace(before, edge), following]
            if start + float(cost[following]) < label.get(following, math.inf):
                label[following] = start + float(cost[following])
                before[following] = edge
                heapq.heappush(queue, (label[following], following))
    return best, best_path


def _trace(before, edge):
    path = []
    while edge is not None:
        path.append(edge)
        edge = before[edge]
    return path[::-1]


def re_add(network, cost, edges, starts, stops, *, u_turn=0.0):
    """Cost of a given path, added edge by edge."""
    total = starts[edges[0]]
    for edge, following in pairwise(edges[:-1]):
        total += float(cost[following]) + (u_turn if _is_back(network, edge, following) else 0.0)
    return total + stops[edges[-1]] + (u_turn if _is_back(network, edges[-2], edges[-1]) else 0.0)


def _is_back(network, edge, following):
    return network.street[edge] == network.street[following] and edge != following


def count_ways_on(network, travel_time_s, path):
    """Open edges into other streets at the head of each edge."""
    return [
        sum(
            network.tail[edge] == network.head[last]
            and network.street[edge] != network.street[last]
            and math.isfinite(travel_time_s[edge])
            for edge in range(network.n_edge)
        )
        for last in path
    ]
