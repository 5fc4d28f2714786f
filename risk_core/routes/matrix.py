"""Travel times between many places."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.objective import COST_PER_S
from risk_core.errors import Fault, InputError
from risk_core.kernels.hierarchy import INF_COST
from risk_core.routes.find import find_pair, objective_of
from risk_core.routes.many import costs_between, durations_between_s, lengths_between_m, open_weights, snap_all
from risk_core.routes.price import Priced, price_at
from risk_core.routes.question import Question, checked_network, is_closed_to
from risk_core.routes.schedule import standing
from risk_core.routes.weights import travel_times_s
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.many import MatrixAnswer, OnSlice
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind, Snap

MAX_PAIRS = 3_500
"""Most pairs of one question."""
MAX_AS_MET: Final = 100
"""Most pairs answered as the hazard is met on the way: beyond, one sweep answers all of them as at the departure.

A search on the clock takes 1 to 3 ms of CPU a pair, at most some 60 ms (Coquimbo, walkers, 1-6 km).
"""

Points = Sequence[tuple[float, float]]


def find_matrix(
    area: Area,
    assessment: Assessment,
    origins: Points,
    destinations: Points,
    profile: Profile,
    kind: RouteKind,
    step: int,
    priced: Priced | None = None,
) -> MatrixAnswer:
    """Seconds between all origins and all destinations.

    Up to `MAX_AS_MET` pairs, and wherever costs do not change while one travels, the ways are those of
    `risk_core.routes.find.find_routes`. Beyond, streets count as at the departure, and those that close in any later
    slice are not used: fastest ways are then never quicker than those of `find_routes`. For travellers bound by turn
    restrictions, and for any kind but the fastest, every pair's path is found and added up; otherwise the sweeps alone
    answer.

    Parameters
    ----------
    area, assessment, profile, step, priced
        As for `risk_core.routes.find.find_routes`, which tells the errors too.
    origins, destinations
        (lat_deg, lon_deg) each, one or more; at most `MAX_PAIRS` pairs.
    kind
        What each way minimises.

    Raises
    ------
    InputError
        Also for no points or too many pairs, and with a fault for each point no usable street is near to.
    """
    n = len(origins) * len(destinations)
    if not 1 <= n <= MAX_PAIRS:
        remedy = "Split the question into several."
        raise InputError(Fault("origins x destinations", str(n), f"1 to {MAX_PAIRS} pairs", remedy))
    network = checked_network(area, assessment, profile, (kind,), step, priced)
    priced = priced or price_at(network, assessment, profile, step)
    named = [(f"origins[{i}]", *point) for i, point in enumerate(origins)]
    named += [(f"destinations[{i}]", *point) for i, point in enumerate(destinations)]
    places = snap_all(area, network, assessment, priced, named)
    ends = places[: len(origins)], places[len(origins) :]
    on = OnSlice.of(assessment, profile, step)
    if kind in priced.clocks and n <= MAX_AS_MET:
        schedule = priced.schedule or standing(assessment, step)
        asked = network, area.grid, priced, assessment, *(ends[0][0], ends[1][0])
        posed = Question(*asked, is_closed_to(assessment, priced, profile), schedule, named[-1][0], named[-1][1:])
        return _as_met(posed, on, kind, ends)
    weights = open_weights(network, priced.weights[kind], priced)
    cost = costs_between(network, weights, *ends)
    objective_s = np.where(cost < INF_COST, cost / COST_PER_S, np.inf)
    duration_s = objective_s
    if weights.metric.obeys_turns or kind is not RouteKind.FASTEST:
        duration_s = durations_between_s(network, weights, priced, *ends)
    is_as_met = kind not in priced.clocks
    return MatrixAnswer(on, kind, tuple(ends[0]), tuple(ends[1]), duration_s, objective_s, is_as_met)


def _as_met(posed: Question, on: OnSlice, kind: RouteKind, ends: tuple[Sequence[Snap], Sequence[Snap]]) -> MatrixAnswer:
    """One search on the clock for each pair; `posed` is the question between any two of the places."""
    duration_s, objective_s, length_m = np.full((3, len(ends[0]), len(ends[1])), np.inf)
    time_s = travel_times_s(posed.network, posed.costs.profile)
    for i, j in np.ndindex(duration_s.shape):
        pair = replace(posed, origin=ends[0][i], destination=ends[1][j])
        path = find_pair(pair, kind)
        if path is not None:
            duration_s[i, j] = (time_s[path.edges] * path.share).sum()
            length_m[i, j] = (posed.network.length_m[path.edges] * path.share).sum()
            objective_s[i, j] = objective_of(pair, kind, path) / COST_PER_S
    return MatrixAnswer(on, kind, tuple(ends[0]), tuple(ends[1]), duration_s, objective_s, True, length_m)


def find_lengths_m(area: Area, answer: MatrixAnswer, priced: Priced) -> NDArray[np.float64]:
    """Metres of the way behind each pair of an answer.

    Where the answer does not know them, every pair's path is found for it, which the durations of a fastest walk do not
    need.

    Parameters
    ----------
    area
        Of the answer.
    answer
        From `find_matrix`.
    priced
        What it was asked on.

    Returns
    -------
    float array
        shape=(n_origin, n_destination); inf where no open way leads.
    """
    if answer.length_m is not None:
        return answer.length_m
    assert area.network is not None
    weights = open_weights(area.network, priced.weights[answer.kind], priced)
    return lengths_between_m(area.network, weights, answer.origins, answer.destinations)
