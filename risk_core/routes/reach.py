"""What can be reached from a place, by time or by danger."""

from risk_core.routes.many import open_weights, reach_s, snap_all
from risk_core.routes.price import Priced, price_at
from risk_core.routes.question import checked_network
from risk_core.routes.weights import Weights
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.many import OnSlice, ReachAnswer
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind


def find_reach(
    area: Area,
    assessment: Assessment,
    origin: tuple[float, float],
    profile: Profile,
    step: int,
    priced: Priced | None = None,
    danger: Weights | None = None,
) -> ReachAnswer:
    """Cost at which each grid cell is first reached along open streets, on one time slice.

    Streets that close in any later slice are not used.

    Parameters
    ----------
    area, assessment, profile, step, priced
        As for `risk_core.routes.find.find_routes`, which tells the errors too.
    origin
        (lat_deg, lon_deg).
    danger
        `risk_core.routes.pareto.danger_weights` to look at danger alone; None to look at time.
    """
    network = checked_network(area, assessment, profile, (RouteKind.FASTEST,), step, priced)
    priced = priced or price_at(network, assessment, profile, step)
    (place,) = snap_all(area, network, assessment, priced, [("from", *origin)])
    weights = open_weights(network, danger or priced.weights[RouteKind.FASTEST], priced)
    cost_s = reach_s(network, weights, place, area.grid.n_cell).reshape(area.grid.n_row, area.grid.n_col)
    return ReachAnswer(OnSlice.of(assessment, profile, step), place, cost_s)
