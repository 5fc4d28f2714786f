"""The question of who must be somewhere by a time: when to leave, and which way."""

from collections.abc import Sequence

import numpy as np

from risk_core.costs.objective import COST_PER_S
from risk_core.errors import Fault, InputError
from risk_core.routes.clock import DAY
from risk_core.routes.find import Found, tell, unreachable
from risk_core.routes.moving import arrive_path, moving_path
from risk_core.routes.price import Priced
from risk_core.routes.question import Question, pose
from risk_core.routes.search import Path, find_path
from risk_core.routes.weights import travel_times_s
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.profile import Profile
from risk_core.state.route import RouteAnswer, RouteKind


def find_arrival(
    area: Area,
    assessment: Assessment,
    ends: tuple[tuple[float, float], tuple[float, float]],
    profile: Profile,
    kinds: Sequence[RouteKind],
    arrive_s: float,
    priced: Priced | None = None,
) -> RouteAnswer:
    """Find when to leave and the way there for who must be there by a time.

    What is minimised is what the kind minimises and the time one is early: a second of leaving earlier weighs as much
    as a second on the way, so one leaves as late as the risk allows. Nobody leaves before the assessment's own time.

    Parameters
    ----------
    area, assessment, profile, kinds
        As for `risk_core.routes.find.find_routes`, which tells the errors too.
    ends
        (lat_deg, lon_deg) of the start and the destination.
    arrive_s
        The time to be there by, unix seconds; at most a day from the assessment's time.
    priced
        The streets priced for the assessment's present slice, where the caller keeps them.

    Raises
    ------
    InputError
        Also for a time that cannot be kept any more; tells the earliest one that can.
    """
    (question,) = pose(area, assessment, ends, profile, kinds, assessment.step_now, priced)
    left_s = arrive_s - question.schedule.depart_s
    if not 0 <= left_s <= DAY / COST_PER_S:
        wanted = f"0 to {DAY // COST_PER_S} seconds from now"
        raise InputError(Fault("arrive_by", f"{left_s:.0f} seconds from now", wanted, "Choose a later time today."))
    deadline = int(left_s * COST_PER_S)
    wanted_kinds = [kind for kind in RouteKind if kind in kinds or kind is RouteKind.FASTEST]
    found = {kind: _arrive(question, kind, deadline) for kind in wanted_kinds}
    return tell((question,), [one for kind, one in found.items() if kind in kinds], found[RouteKind.FASTEST])


def _arrive(question: Question, kind: RouteKind, deadline: int) -> Found:
    """Path of one kind and its departure."""
    network, priced, ends = question.network, question.priced, (question.origin, question.destination)
    metric = priced.metrics[kind]
    if kind in priced.clocks:
        found = arrive_path(network, priced.clocks[kind], metric, *ends, deadline)
        if found is not None:
            path, gap, departure = found
            return Found(kind, path, gap, departure / COST_PER_S)
        now = moving_path(network, priced.clocks[kind], metric, *ends)
        raise unreachable(question) if now is None else _too_soon(question, now[0])
    static = find_path(network, priced.weights[kind], metric, *ends)
    if static is None:
        raise unreachable(question)
    later_s = deadline / COST_PER_S - _duration_s(question, static)
    if later_s < 0:
        raise _too_soon(question, static)
    return Found(kind, static, 0.0, later_s)


def _duration_s(question: Question, path: Path) -> float:
    """Seconds under way on a path, whole units of the clock on each edge."""
    time_s = travel_times_s(question.network, question.costs.profile)
    return float(np.rint(time_s[path.edges] * path.share * COST_PER_S).sum()) / COST_PER_S


def _too_soon(question: Question, path: Path) -> InputError:
    """The error that tells how early one can be there."""
    takes_s = _duration_s(question, path)
    wanted = f"{takes_s:.0f} seconds from now or later, which is what the way takes"
    return InputError(Fault("arrive_by", "too soon", wanted, "Choose a later time, or leave now without one."))
