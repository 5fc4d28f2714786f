"""Slow and obvious twins of the next-place kernels: names, lists and dictionaries."""

import datetime
import itertools
import math
from collections import Counter

import numpy as np

NAMES = (
    "all", "lately", "season", "clock", "weekday", "step", "step_clock", "step_two", "step_three", "step_skip", "age",
)  # fmt: skip


def nearness(a_s, b_s, sd_s):
    """Shortest way round a clock of 24 h."""
    apart = min((a_s - b_s) % 86400, (b_s - a_s) % 86400)
    return math.exp(-((apart / sd_s) ** 2) / 2)


def weekday(time_s):
    """From the calendar."""
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=math.floor(time_s / 86400))).weekday()


def weigh_past(own, time_s, n_own, now_s, at_time, scale):
    """One visit and one kind of evidence after the other."""
    lately, season, habit, step, steps, sd_s, other_day = scale[:7]
    own, rows = list(own), {name: np.zeros(n_own) for name in NAMES}
    clock_s = now_s if at_time else time_s[-1]
    for j, s in enumerate(own):
        age = (now_s - time_s[j]) / 86400
        rows["all"][s] += 1
        rows["lately"][s] += math.exp(-age / lately)
        rows["season"][s] += math.exp(-age / season)
        rows["age"][s] = age
        seen_s = time_s[j] if at_time else (time_s[j - 1] if j else None)
        alike = 0.0
        if seen_s is not None:
            near = nearness(seen_s, clock_s, sd_s)
            same_kind = (weekday(seen_s) in (5, 6)) == (weekday(clock_s) in (5, 6))
            alike = near * math.exp(-age / habit) * (1.0 if same_kind else other_day)
            rows["clock"][s] += alike
            rows["weekday"][s] += near * (weekday(seen_s) == weekday(clock_s))
        before, context = own[:j][::-1], own[::-1]
        if before[:1] == context[:1]:
            rows["step"][s] += math.exp(-age / step)
            rows["step_clock"][s] += alike
        if j > 1 and before[:2] == context[:2]:
            rows["step_two"][s] += math.exp(-age / steps)
        if j > 2 and before[:3] == context[:3]:
            rows["step_three"][s] += 1
        if j > 1 and before[1] == context[0]:
            rows["step_skip"][s] += math.exp(-age / step)
    return np.stack([rows[name] for name in NAMES], axis=1)


def place_shares(evidence, escape):
    """Contexts that fall back on coarser ones."""
    column = dict(zip(NAMES, evidence.T, strict=True))
    n = len(evidence)

    def blend(name, below, amount):
        return (column[name] + amount * below) / (column[name].sum() + amount)

    share = {"all": blend("all", np.full(n, 1 / n), 0.3 * n)}
    for name, below, amount in (
        ("season", "all", 0.5), ("lately", "season", 0.3), ("clock", "season", 0.5), ("weekday", "clock", 0.5),
        ("step", "season", 1.0), ("step_clock", "step", 0.5), ("step_two", "step", 1.0),
        ("step_three", "step_two", 1.0), ("step_skip", "season", 1.0),
    ):  # fmt: skip
        share[name] = blend(name, share[below], amount * escape)
    return np.stack([share[name] for name in NAMES[:-1]], axis=1)


def count_crowd(person, place):
    """Everything counted in dictionaries."""
    visits, steps, last = Counter(place), Counter(), {}
    for who, where in zip(person, place, strict=True):
        if who in last:
            steps[last[who], where] += 1
        last[who] = where
    pairs = set(zip(person, place, strict=True))
    persons = Counter(where for _, where in pairs)
    alone = sum(1 for n in persons.values() if n == 1)
    return {"visits": visits, "steps": steps, "persons": persons, "unknown_share": (alone + 0.5) / (len(pairs) + 1)}


def others_counts(crowd, places, contributed, n_own, c0):
    """The crowd without this person."""
    visits, steps = Counter(crowd["visits"]), Counter(crowd["steps"])
    names = [places[s] for s in contributed]
    visits.subtract(names)
    steps.subtract(itertools.pairwise(names))
    here = places[c0]
    count = [[visits[places[s]], steps[here, places[s]]] for s in range(n_own)]
    n_from = sum(n for (a, _), n in steps.items() if a == here)
    return np.maximum(np.array(count, float).reshape(-1, 2), 0), max(n_from, 0.0)


def place_features(*question):
    """One feature after the other, by name."""
    own, time_s, n_own, now_s, at_time, scale, others, n_from, n_crowd = question
    evidence = weigh_past(own, time_s, n_own, now_s, at_time, scale)
    share = place_shares(evidence, scale[7])
    back = [*list(own)[::-1], -1, -1][:3]
    gap = math.log(1 + (now_s - time_s[-1]) / 3600)
    log_age = np.log(1 + evidence[:, 10])
    place = np.arange(n_own)
    stays, once = place == back[0], evidence[:, 0] < 1.5
    usual = (others[:, 0] + 0.1) / (n_crowd + 1)
    repeat = math.log((evidence[back[0], 5] + 0.3) / (evidence[:, 5].sum() + 2))
    known = [
        *np.log(share.T), stays, place == back[1], place == back[2], stays * np.log(share[:, 0]), stays * repeat,
        stays * gap, log_age, np.minimum(evidence[:, 10], 1), once, once * log_age, np.log(0.5 + others[:, 0]) - 3,
        np.log((others[:, 1] / usual + 5) / (5 + n_from)), *share[:, [5, 2, 3, 6, 7]].T,
    ]  # fmt: skip
    firsts = [1.0 if s not in own[:j] else 0.0 for j, s in enumerate(own)]
    decay = 0.97 ** np.arange(len(own))[::-1]
    whole = 0.97 ** len(own)
    clock_s = now_s if at_time else time_s[-1]
    turn = 2 * math.pi * (clock_s % 86400) / 86400
    new = [
        1.0, math.log((whole + firsts @ decay) / (4 * whole + decay.sum())), math.log(1 + len(own)),
        math.log((n_own + 1) / (len(own) + 2)), float(weekday(clock_s) in (5, 6)), math.cos(turn), math.sin(turn), gap,
    ]  # fmt: skip
    out = np.zeros((n_own + 1, len(known) + len(new)))
    out[:n_own, : len(known)] = np.stack(known, axis=1)
    out[n_own, len(known) :] = new
    return out


def place_probs(features, weight):
    """Softmax."""
    power = np.exp(features @ weight)
    return power / power.sum()


def loss_gradient(features, weight, truth, step=1e-6):
    """By differences of the loss."""
    out = []
    for k in range(len(weight)):
        move = step * (np.arange(len(weight)) == k)
        up, down = (-math.log(place_probs(features, weight + sign * move)[truth]) for sign in (1, -1))
        out.append((up - down) / (2 * step))
    return np.array(out)


def first_visit_shares(crowd, known, present, escape):
    """Share of every place of the crowd that is new to the person; those nobody was at under None."""
    n_from = sum(n for (a, _), n in crowd["steps"].items() if a == present)
    n_pair = sum(crowd["persons"].values())
    law = {
        q: (crowd["steps"][present, q] + escape * n / n_pair) / (n_from + escape) for q, n in crowd["persons"].items()
    }
    new = {q: share for q, share in law.items() if q not in known}
    total = sum(new.values())
    if total < 1e-9:
        return {None: 1.0}
    left = 1 - crowd["unknown_share"]
    return {None: crowd["unknown_share"], **{q: left * share / total for q, share in new.items()}}


def offered(crowd, known, present, n_top=24):
    """New places that followed the present one or are among the most visited by persons."""
    follow = {b for (a, b), n in crowd["steps"].items() if a == present}
    top = sorted(crowd["persons"], key=lambda q: (-crowd["persons"][q], q))[:n_top]
    return (follow | set(top)) - set(known)


def replay_visits(place, time_s, n_contributed, at_time, scale, crowd, weight, rate):
    """Ask, compare, learn; rank of the truth, its probability, that of the first, that of a new place."""
    out, shift, names = [], np.zeros(len(weight)), list(dict.fromkeys(place))
    contributed = [names.index(q) for q in place[:n_contributed]]
    n_crowd = sum(crowd["visits"].values())
    for i, to in enumerate(place):
        known = list(dict.fromkeys(place[:i]))
        own = np.array([known.index(q) for q in place[:i]], int)
        present = place[i - 1] if i else -1
        prob = np.ones(1)
        if i:
            now_s = time_s[i] if at_time else time_s[i - 1]
            others, n_from = others_counts(crowd, names, contributed, len(known), own[-1])
            features = place_features(own, time_s[:i], len(known), now_s, at_time, scale, others, n_from, n_crowd)
            prob = place_probs(features, weight + shift)
            truth = known.index(to) if to in known else len(known)
            shift = shift - rate * loss_gradient(features, weight + shift, truth)
        shares = first_visit_shares(crowd, known, present, scale[8])
        listed = [(-p, k - len(known), q) for k, (q, p) in enumerate(zip(known, prob[:-1], strict=True))]
        listed += [(-prob[-1] * shares[q], q, q) for q in offered(crowd, known, present)]
        listed.sort()
        ranked = [q for _, _, q in listed]
        of_truth = prob[known.index(to)] if to in known else prob[-1] * shares.get(to, shares[None])
        rank = ranked.index(to) if to in ranked else -1
        out.append((rank, of_truth, -listed[0][0] if listed else 0.0, prob[-1]))
    return np.array(out), shift
