"""Slow twins of the hierarchy's kernels: Dijkstra with a library heap on the moves, contraction on sets."""

import heapq
import math

from risk_core.kernels.hierarchy import INF_COST, TURN_BACK, TURN_FORBIDDEN


def contract(n, pairs):
    """Later neighbours of each node after contracting 0, 1, 2 ... in turn, as sorted lists."""
    later = [set() for _ in range(n)]
    for a, b in pairs:
        if a != b:
            later[min(a, b)].add(max(a, b))
    for node in range(n):
        for a in later[node]:
            later[a] |= {b for b in later[node] if b > a}
    return [sorted(some) for some in later]


def move_costs(hierarchy, cost, u_turn=0, obeys_turns=False):
    """Cost of each move, inf where barred."""
    out = []
    for edge, turn in zip(hierarchy.move_edge.tolist(), hierarchy.move_turn.tolist(), strict=True):
        price = int(cost[edge])
        if obeys_turns and turn == TURN_FORBIDDEN:
            price = INF_COST
        if obeys_turns and turn == TURN_BACK:
            price += u_turn
        out.append(price if price < INF_COST else math.inf)
    return out


def distances(hierarchy, costs, starts):
    """Cost from {search node: cost} to every search node, by Dijkstra on the moves."""
    label = dict(starts)
    queue = [(cost, node) for node, cost in label.items()]
    heapq.heapify(queue)
    done = {}
    while queue:
        here, node = heapq.heappop(queue)
        if node in done:
            continue
        done[node] = here
        for i in range(hierarchy.first_move[node], hierarchy.first_move[node + 1]):
            head, reached = int(hierarchy.move_head[i]), here + costs[i]
            if reached < label.get(head, math.inf):
                label[head] = reached
                heapq.heappush(queue, (reached, head))
    return done
