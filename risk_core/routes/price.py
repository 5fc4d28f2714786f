"""The streets priced for one traveller: what a question is asked on, made once a snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.closures import close_slices
from risk_core.costs.edge_costs import edge_costs
from risk_core.costs.objective import Metric, make_metric
from risk_core.costs.passing import profile_field, street_state
from risk_core.kernels.hierarchy import INF_COST
from risk_core.routes.clock_network import ClockNetwork
from risk_core.routes.moving import bar_clock, prepare_clocks
from risk_core.routes.schedule import Schedule, moving
from risk_core.routes.weights import Weights, customise, customise_all, free_weights
from risk_core.state.assessment import Assessment
from risk_core.state.network import Network
from risk_core.state.profile import PROFILES, Profile, profile_position
from risk_core.state.route import EdgeCosts, RouteKind


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """The streets as one traveller meets them who sets off at one time.

    Attributes
    ----------
    costs
        Seconds and risk of each edge at the departure.
    weights
        The hierarchy customised to each kind of route at the departure.
    metrics
        What each kind minimises then: the metric of its weights, or one nowhere below it where more is barred.
    free
        The hierarchy customised to time alone, nothing closed.
    is_avoided
        Edges barred by request, shape=(n_edge,).
    is_closed
        Edges closed to the traveller at the departure or in any later slice, shape=(n_edge,).
    schedule
        Which time slice holds when; None where only the departure's counts.
    clocks
        Costs on the clock, for kinds whose costs change while one travels.
    """

    costs: EdgeCosts
    weights: Mapping[RouteKind, Weights]
    metrics: Mapping[RouteKind, Metric]
    free: Weights
    is_avoided: NDArray[np.bool_]
    is_closed: NDArray[np.bool_]
    schedule: Schedule | None = None
    clocks: Mapping[RouteKind, ClockNetwork] = field(default_factory=dict)

    @classmethod
    def from_weights(cls, costs: EdgeCosts, weights: Mapping[RouteKind, Weights], free: Weights) -> "Priced":
        """Nothing barred but what the costs bar."""
        metrics = {kind: some.metric for kind, some in weights.items()}
        is_closed = ~np.isfinite(costs.travel_time_s) & (free.metric.cost < INF_COST)
        return cls(costs, weights, metrics, free, np.zeros(len(is_closed), dtype=np.bool_), is_closed)


def costs_at(
    network: Network,
    assessment: Assessment,
    profile: Profile,
    step: int,
    closed_mask: NDArray[np.uint8] | None = None,
) -> EdgeCosts:
    """Edge costs of a profile on one time slice of an assessment: its own risk, water and wind, closures in force.

    Parameters
    ----------
    network, assessment
        The streets and their assessment.
    profile
        The traveller.
    step
        Position of the time slice.
    closed_mask
        Closures; those in force at present where left out.
    """
    mask = assessment.closed_mask if closed_mask is None else closed_mask
    return edge_costs(network, profile, profile_field(assessment, profile, step), mask, street_state(assessment, step))


def price(network: Network, costs: EdgeCosts, free: Weights | None = None) -> Priced:
    """Customise the hierarchy to every kind of route.

    Parameters
    ----------
    network, costs
        The streets, and what each edge costs the traveller.
    free
        `free_weights` of the profile, where the caller keeps them.
    """
    weights = {kind: customise(network, make_metric(costs, kind)) for kind in RouteKind}
    return Priced.from_weights(costs, weights, free or free_weights(network, costs.profile))


def price_at(
    network: Network, assessment: Assessment, profile: Profile, step: int, free: Weights | None = None
) -> Priced:
    """Price the streets for a profile that sets off in one time slice and meets the later ones on the way.

    The weights of the present slice are read from the assessment.

    Parameters
    ----------
    network, assessment
        The streets and their assessment.
    profile
        The traveller.
    step
        Time slice of the departure; one in the past is answered as if it held for ever.
    free
        `free_weights` of the profile, where the caller keeps them.
    """
    schedule = moving(assessment, step)
    costs = _costs_on(network, assessment, profile, schedule)
    if assessment.weights is not None and step == assessment.step_now:
        pairs = zip(RouteKind, assessment.weights[profile_position(profile)], strict=True)
        weights = {k: Weights.from_arrays(make_metric(costs[0], k), up, down) for k, (up, down) in pairs}
        priced = Priced.from_weights(costs[0], weights, free or free_weights(network, profile))
    else:
        priced = price(network, costs[0], free)
    is_open = np.logical_and.reduce([np.isfinite(some.travel_time_s) for some in costs])
    is_closed = ~is_open & (priced.free.metric.cost < INF_COST)
    return replace(priced, schedule=schedule, clocks=prepare_clocks(network, costs, schedule), is_closed=is_closed)


def _costs_on(network: Network, assessment: Assessment, profile: Profile, schedule: Schedule) -> list[EdgeCosts]:
    """Edge costs in each slice of a schedule, the closures of its own moment in force."""
    masks = close_slices(network, assessment.closures, schedule.at_s)
    if schedule.step[0] <= assessment.step_now:
        masks[0] = assessment.closed_mask
    steps = schedule.step.tolist()
    return [costs_at(network, assessment, profile, step, mask) for step, mask in zip(steps, masks, strict=True)]


def costs_now(network: Network, assessment: Assessment) -> list[EdgeCosts]:
    """Edge costs of every profile at present, the closures of the assessment in force."""
    return [costs_at(network, assessment, profile, assessment.step_now) for profile in PROFILES]


def publish(network: Network, costs: Sequence[EdgeCosts]) -> NDArray[np.int32]:
    """Customise the hierarchy for every profile and kind of route, as an assessment holds it.

    Parameters
    ----------
    network
        The streets.
    costs
        One for each profile, in their order.
    """
    metrics = [make_metric(some, kind) for some in costs for kind in RouteKind]
    weights = customise_all(network, metrics)
    return weights.reshape(len(PROFILES), len(RouteKind), 2, network.hierarchy.n_up)


def bar_edges(priced: Priced, is_avoided: NDArray[np.bool_]) -> Priced:
    """The same streets with more edges barred; no new customisation is needed.

    Parameters
    ----------
    priced
        As customised.
    is_avoided
        Edges to bar, shape=(n_edge,).
    """
    metrics = {kind: _bar(metric, is_avoided) for kind, metric in priced.metrics.items()}
    clocks = {kind: bar_clock(clock, is_avoided) for kind, clock in priced.clocks.items()}
    return replace(priced, metrics=metrics, clocks=clocks, is_avoided=priced.is_avoided | is_avoided)


def _bar(metric: Metric, is_barred: NDArray[np.bool_]) -> Metric:
    cost = np.where(is_barred, np.int32(INF_COST), metric.cost).astype(np.int32)
    return replace(metric, cost=cost)
