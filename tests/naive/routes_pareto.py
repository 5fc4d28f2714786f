"""Every pair of time and danger between two places on streets, edge by edge, by labels that nothing betters."""

import heapq

from risk_core.kernels.hierarchy import INF_COST
from risk_core.kernels.routes import is_forbidden
from risk_core.routes.search import part_cost, start_shares, stop_shares


def front(network, time, danger, origin, destination):
    """Undominated (time, danger) of ways from one place to another, turning back always charged."""
    stops, queue, settled, found = stop_shares(network, destination), [], {}, []

    def part(edge, share):
        return part_cost(time, edge, share), part_cost(danger, edge, share)

    def is_open(edge):
        return time.cost[edge] < INF_COST and danger.cost[edge] < INF_COST

    for edge, share in start_shares(network, origin).items():
        if is_open(edge):
            heapq.heappush(queue, (*part(edge, 1.0 - share), edge))
            if stops.get(edge, -1.0) >= share:
                found.append(part(edge, stops[edge] - share))
    while queue:
        first, second, edge = heapq.heappop(queue)
        if any(b <= second for _, b in settled.setdefault(edge, [])):
            continue
        settled[edge].append((first, second))
        for other in range(int(network.first_out[network.head[edge]]), int(network.first_out[network.head[edge] + 1])):
            is_bound = time.obeys_turns
            if not is_open(other) or (is_bound and is_forbidden(network.turn_from, network.turn_to, edge, other)):
                continue
            turns_back = is_bound and network.street[edge] == network.street[other] and edge != other
            at = first + (time.u_turn if turns_back else 0)
            if other in stops:
                a, b = part(other, stops[other])
                found.append((at + a, second + b))
            heapq.heappush(queue, (at + int(time.cost[other]), second + int(danger.cost[other]), other))
    kept = []
    for one in sorted(found):
        if not kept or one[1] < kept[-1][1]:
            kept.append(one)
    return kept
