"""The ways worth choosing between time and danger, as people see them."""

from risk_core.routes.find import Found, tell, unreachable
from risk_core.routes.pareto import PARETO_DEFAULTS, ParetoOptions, choose_few, danger_weights, find_pareto
from risk_core.routes.question import Question
from risk_core.routes.weights import Weights
from risk_core.state.route import ChoicesAnswer, RouteKind

_KINDS_OF = {
    1: (RouteKind.FASTEST,),
    2: (RouteKind.FASTEST, RouteKind.SAFEST),
    3: (RouteKind.FASTEST, RouteKind.BALANCED, RouteKind.SAFEST),
}


def find_choices(
    question: Question, danger: Weights | None = None, options: ParetoOptions = PARETO_DEFAULTS
) -> ChoicesAnswer:
    """The exact trade-off of time against danger between two points, and at most three clearly different ways of it.

    The trade-off is that of the departure's slice, with every street barred that closes in any later slice; what each
    way meets is told for the time one gets there.

    Parameters
    ----------
    question
        Checked by `risk_core.routes.question.pose`.
    danger
        `risk_core.routes.pareto.danger_weights` of the same costs, where the caller keeps them.
    options
        Exactness and budget.

    Raises
    ------
    UnreachableError
        When no open way leads there; names the closures that bar it.
    """
    network, priced = question.network, question.priced
    danger = danger or danger_weights(network, priced.costs)
    found = find_pareto(network, priced, danger, question.origin, question.destination, options)
    if found is None:
        raise unreachable(question)
    few = choose_few(network, found)
    kinds = _KINDS_OF[len(few)]
    told = [Found(kind, way.path) for kind, way in zip(kinds, few, strict=True)]
    return ChoicesAnswer(
        answer=tell((question,), told, told[0]),
        time_s=tuple(way.time_s for way in found.ways),
        danger_s=tuple(way.danger_s for way in found.ways),
        is_complete=found.is_complete,
    )
