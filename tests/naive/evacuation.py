"""Booking and queueing the slow, plain way."""

import numpy as np

NEVER = 1_000_000_000


def capacity(rate, at):
    return int(np.floor((at + 1) * rate) - np.floor(at * rate))


def is_open(facts, link, slot, end):
    return not any((int(facts.closed[link]) >> k) & 1 for k in range(facts.slice_from[slot], facts.slice_to[end] + 1))


def slots_to_room(graph, facts, sinks):
    """Empty-street slots to the nearest sink with room, by relaxing every edge until nothing changes."""
    near = np.full(len(graph.first_out) - 1, NEVER, dtype=np.int64)
    near[sinks.node[sinks.room > 0]] = 0
    while True:
        through = near[graph.head] + facts.slots[graph.link]
        shorter = near.copy()
        np.minimum.at(shorter, graph.tail, np.where(near[graph.head] < NEVER, through, NEVER))
        if (shorter == near).all():
            return near
        near = shorter


def earliest(graph, facts, taken, node, ready, n_slot):
    """Earliest slot at every node from one node and slot on, by looking at every node and slot in turn."""
    at = np.full(len(graph.first_out) - 1, NEVER, dtype=np.int64)
    at[node] = ready
    for slot in range(ready, n_slot):
        for tail in np.flatnonzero(at <= slot):
            for edge in range(graph.first_out[tail], graph.first_out[tail + 1]):
                link, head = graph.link[edge], graph.head[edge]
                end = slot + int(facts.slots[link])
                has_room = taken[link, slot // facts.bin] < capacity(facts.per_bin[link], slot // facts.bin)
                if end <= n_slot and end < at[head] and has_room and is_open(facts, link, slot, end):
                    at[head] = end
    return at


def outflow(streets, units, unit, position):
    """How much of the outflow a unit takes where it leaves the link it is on."""
    if position[unit] + 1 >= units.first[unit + 1]:
        return 1.0
    before = streets.bearing_deg[1, units.link[position[unit]]]
    after = streets.bearing_deg[0, units.link[position[unit] + 1]]
    turn = abs((int(after) - int(before) + 180) % 360 - 180)
    steps = np.linspace(0, 180, len(streets.turn_cost)) if len(streets.turn_cost) > 1 else np.zeros(1)
    return streets.turn_cost[np.argmin(np.abs(steps - turn))]


def load(streets, units, step_s, end_s):
    """Arrivals of vehicles at constant speed: every link, every step, in any order."""
    n_link = len(streets.per_s)
    queue, front = [[] for _ in range(n_link)], [[] for _ in range(n_link)]
    position, ready = list(units.first[:-1]), {}
    credit, arrive = np.full(n_link, 1e9), np.full(len(units.depart_s), np.nan)
    held = np.zeros(n_link)
    now, started, rng = 0.0, 0, np.random.default_rng(1)
    while now <= end_s and np.isnan(arrive).any():
        while started < len(arrive) and units.depart_s[started] <= now:
            front[units.link[units.first[started]]].append(started)
            started += 1
        for link in rng.permutation(n_link):
            gain = streets.per_s[link] * step_s
            size = outflow(streets, units, queue[link][0], position) if queue[link] else 0.0
            credit[link] = min(credit[link] + gain, max(1.0, gain, size + gain if queue[link] else 0.0))
            while queue[link] and ready[queue[link][0]] <= now:
                unit = queue[link][0]
                size = outflow(streets, units, unit, position)
                if credit[link] < size - 1e-9:
                    break
                if position[unit] + 1 < units.first[unit + 1]:
                    onward = units.link[position[unit] + 1]
                    if held[onward] > 0 and held[onward] + 1 > streets.space[onward] + 1e-9:
                        break
                    position[unit] += 1
                    queue[onward].append(unit)
                    held[onward] += 1
                    ready[unit] = now + streets.free_s[onward]
                else:
                    arrive[unit] = now
                queue[link].pop(0)
                held[link] -= 1
                credit[link] -= size
            while front[link] and (held[link] == 0 or held[link] + 1 <= streets.space[link] + 1e-9):
                unit = front[link].pop(0)
                queue[link].append(unit)
                held[link] += 1
                ready[unit] = now + streets.free_s[link]
        now += step_s
    return arrive


def cheapest(arcs, start, stop, n):
    """Units and cost of the cheapest of the largest flows: one unit at a time by Bellman and Ford's shortest way."""
    tail, head, units, cost = (list(map(int, row)) for row in arcs)
    m = len(tail)
    tail, head, left, cost = tail + head[:m], head + tail[:m], units + [0] * m, cost + [-one for one in cost]
    placed = total = 0
    while True:
        far, before = [float("inf")] * n, [-1] * n
        far[start] = 0
        is_changed = True
        while is_changed:
            is_changed = False
            for arc in range(2 * m):
                if left[arc] > 0 and far[tail[arc]] + cost[arc] < far[head[arc]]:
                    far[head[arc]], before[head[arc]], is_changed = far[tail[arc]] + cost[arc], arc, True
        if far[stop] == float("inf"):
            return placed, total
        node = stop
        while node != start:
            arc = before[node]
            left[arc] -= 1
            left[(arc + m) % (2 * m)] += 1
            node = tail[arc]
        placed, total = placed + 1, total + far[stop]
