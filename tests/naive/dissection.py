"""Slow twins of the dissection's kernels: maximum flow by one augmenting path after the other, fill-in on sets."""

from collections import deque


def max_flow(n, pairs, sources, targets):
    """Units that flow over undirected edges of capacity 1, and the nodes the sources still reach."""
    room = [{} for _ in range(n)]
    for a, b in pairs:
        room[a][b] = room[b][a] = 1
    value = 0
    while True:
        before = dict.fromkeys(sources)
        queue = deque(sources)
        while queue:
            node = queue.popleft()
            for other, left in room[node].items():
                if left > 0 and other not in before:
                    before[other] = node
                    queue.append(other)
        hit = next((t for t in targets if t in before), None)
        if hit is None:
            return value, set(before)
        value += 1
        while before[hit] is not None:
            room[before[hit]][hit] -= 1
            room[hit][before[hit]] += 1
            hit = before[hit]


def fill_in(n, pairs, order):
    """Up edges after contracting the nodes in an order, and the height of the elimination tree."""
    rank = {int(node): k for k, node in enumerate(order)}
    later = [set() for _ in range(n)]
    for a, b in pairs:
        low, high = sorted((rank[a], rank[b]))
        later[low].add(high)
    height = [1] * n
    for k in range(n):
        for a in later[k]:
            later[a] |= {b for b in later[k] if b > a}
    for k in range(n - 1, -1, -1):
        if later[k]:
            height[k] = height[min(later[k])] + 1
    return sum(map(len, later)), max(height, default=0)
