"""Other ways of one kind: not much worse, and on other streets."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.kernels.hierarchy import INF_COST
from risk_core.routes.find import Found, tell, unreachable
from risk_core.routes.many import open_weights
from risk_core.routes.pareto import shared_share
from risk_core.routes.question import Question
from risk_core.routes.search import Path, find_path, path_cost
from risk_core.state.route import RouteAnswer, RouteKind


@dataclass(frozen=True, slots=True)
class AlternativesOptions:
    """What counts as another way.

    The penalty method of Bader, Dees, Geisberger, Sanders, "Alternative Route Graphs in Road Networks", TAPAS 2011: the
    streets of every way found are made dearer and the search is repeated. The numbers are our choice.

    Attributes
    ----------
    n
        Most ways, the best one among them.
    most_cost
        A way may cost this many times what the best one costs.
    most_shared
        Largest share of a way's metres that also belong to one told before.
    penalty
        How many times dearer a street becomes each time a way uses it.
    n_round
        Most searches.
    """

    n: int = 3
    most_cost: float = 1.5
    most_shared: float = 0.7
    penalty: float = 1.4
    n_round: int = 12

    def __post_init__(self) -> None:
        remedy = "Keep the defaults or give numbers of the kind wanted."
        checks = (
            ("n", self.n, self.n >= 1, "1 or more"),
            ("most_cost", self.most_cost, 1 <= self.most_cost < np.inf, "1 or more"),
            ("most_shared", self.most_shared, 0 <= self.most_shared <= 1, "a share of 0 to 1"),
            ("penalty", self.penalty, 1 < self.penalty <= 100, "more than 1, at most 100"),
            ("n_round", self.n_round, self.n_round >= 1, "1 or more"),
        )
        raise_faults(
            [Fault(name, str(value), wanted, remedy) for name, value, is_right, wanted in checks if not is_right]
        )


ALTERNATIVES_DEFAULTS: Final = AlternativesOptions()


def find_alternatives(
    question: Question, kind: RouteKind, options: AlternativesOptions = ALTERNATIVES_DEFAULTS
) -> RouteAnswer:
    """The best way of a kind and others that are not much worse and differ clearly, in order of what they cost.

    Costs are those of the departure's slice, with every street barred that closes in any later slice; what each way
    meets is told for the time one gets there.

    Parameters
    ----------
    question
        Checked by `risk_core.routes.question.pose`.
    kind
        What the ways minimise.
    options
        What counts as another way.

    Raises
    ------
    UnreachableError
        When no open way leads there; names the closures that bar it.
    """
    paths = alternative_paths(question, kind, options)
    if not paths:
        raise unreachable(question)
    quickest = paths[0]
    if kind is not RouteKind.FASTEST:
        quickest = alternative_paths(question, RouteKind.FASTEST, replace(options, n=1))[0]
    return tell((question,), [Found(kind, path) for path in paths], Found(RouteKind.FASTEST, quickest))


def alternative_paths(question: Question, kind: RouteKind, options: AlternativesOptions) -> list[Path]:
    """Paths in order of cost, none where no open way leads there."""
    network, ends = question.network, (question.origin, question.destination)
    weights = open_weights(network, question.priced.weights[kind], question.priced)
    metric = weights.metric
    best = find_path(network, weights, metric, *ends)
    if best is None:
        return []
    most = options.most_cost * path_cost(network, metric, best)
    found, factor, path = [(path_cost(network, metric, best), best)], np.ones(network.n_street), best
    for _ in range(options.n_round):
        if len(found) == options.n:
            break
        factor[np.unique(network.street[path.edges])] *= options.penalty
        dearer = replace(metric, cost=_dearer(metric.cost, factor[network.street]))
        again = find_path(network, weights, dearer, *ends)
        if again is None:
            break
        path, cost = again, path_cost(network, metric, again)
        is_other = all(shared_share(network, path, other) <= options.most_shared for _, other in found)
        if cost <= most and is_other:
            found.append((cost, path))
    return [path for _, path in sorted(found, key=lambda one: one[0])]


def _dearer(cost: NDArray[np.int32], factor: NDArray[np.float64]) -> NDArray[np.int32]:
    scaled = np.minimum(np.rint(cost * factor), INF_COST - 1)
    return np.where(cost >= INF_COST, INF_COST, scaled).astype(np.int32)
