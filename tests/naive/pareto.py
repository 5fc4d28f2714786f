"""Slow twin of the Pareto search: label correcting on the moves with full dominance and without bounds."""

from risk_core.kernels.hierarchy import INF_COST


def betters(one, other):
    """Whether one pair of costs is nowhere above another and differs from it."""
    return one != other and one[0] <= other[0] and one[1] <= other[1]


def best_pairs(pairs):
    """The pairs that no other betters, in order."""
    return sorted({pair for pair in pairs if not any(betters(other, pair) for other in pairs)})


def front(hierarchy, first, second, starts, stops):
    """Cost pairs of all ways that no other betters.

    `first` and `second` are the cost of each move, inf where barred (`tests.naive.hierarchy.move_costs`); starts and
    stops are lists of (search node, first cost, second cost).
    """
    labels = {}
    waiting = [(node, (a, b)) for node, a, b in starts if max(a, b) < INF_COST]
    while waiting:
        node, pair = waiting.pop()
        known = labels.setdefault(node, set())
        if any(other == pair or betters(other, pair) for other in known):
            continue
        labels[node] = {other for other in known if not betters(pair, other)} | {pair}
        for i in range(hierarchy.first_move[node], hierarchy.first_move[node + 1]):
            reached = (pair[0] + first[i], pair[1] + second[i])
            if max(reached) < INF_COST:
                waiting.append((int(hierarchy.move_head[i]), reached))
    return best_pairs(
        {
            (pair[0] + a, pair[1] + b)
            for node, a, b in stops
            for pair in labels.get(node, ())
            if max(pair[0] + a, pair[1] + b) < INF_COST
        }
    )
