"""Travel times between many places."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.objective import COST_PER_S
from risk_core.errors import Fault, InputError
from risk_core.kernels.hierarchy import INF_COST
from risk_core.routes.many import costs_between, durations_between_s, lengths_between_m, open_weights, snap_all
from risk_core.routes.price import Priced, price_at
from risk_core.routes.question import checked_network
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.many import MatrixAnswer, OnSlice
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind

MAX_PAIRS = 3_500
"""Most pairs of one question."""

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
    """Seconds between all origins and all destinations on one time slice.

    Streets that close in any later slice are not used. For travellers bound by turn restrictions, and for any kind
    but the fastest, every pair's path is found and added up; otherwise the sweeps alone answer.

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
    weights = open_weights(network, priced.weights[kind], priced)
    cost = costs_between(network, weights, *ends)
    objective_s = np.where(cost < INF_COST, cost / COST_PER_S, np.inf)
    duration_s = objective_s
    if weights.metric.obeys_turns or kind is not RouteKind.FASTEST:
        duration_s = durations_between_s(network, weights, priced, *ends)
    on = OnSlice.of(assessment, profile, step)
    return MatrixAnswer(on, kind, tuple(ends[0]), tuple(ends[1]), duration_s, objective_s)


def find_lengths_m(area: Area, answer: MatrixAnswer, priced: Priced) -> NDArray[np.float64]:
    """Metres of the way behind each pair of an answer.

    Every pair's path is found for it, which the durations of a fastest walk do not need.

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
    assert area.network is not None
    weights = open_weights(area.network, priced.weights[answer.kind], priced)
    return lengths_between_m(area.network, weights, answer.origins, answer.destinations)
