"""The jobs: what is asked, in which unit the answer is stated, and how the answer is checked."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from tests.benchmarks.routing.graphs import Graph
from tests.benchmarks.routing.questions import Questions

N_CLOSED_PAIR: Final = 50
"""Pairs asked for with closures."""

Args = tuple[Any, ...] | None


class Job(NamedTuple):
    """One job.

    Attributes
    ----------
    name, method
        As shown, and the method of `Peer` that does it.
    unit
        One of what a figure is for.
    args
        From graph, questions, the most the engine is asked for, and the number of the round: arguments, and how many
        units they are. None where it is too much.
    limit
        Which limit of the engine counts.
    is_warmed
        Whether an uncounted question comes first: not where preparing did the same already.
    """

    name: str
    method: str
    unit: str
    args: Callable[[Graph, Questions, int, int], tuple[Args, int]]
    limit: str = ""
    is_warmed: bool = True


def _nothing(_graph: Graph, _asked: Questions, _most: int, _round: int) -> tuple[Args, int]:
    return (), 1


def _pairs(_graph: Graph, asked: Questions, most: int, _round: int) -> tuple[Args, int]:
    pairs = asked.pairs[:most]
    return (pairs,), len(pairs)


def _closed(_graph: Graph, asked: Questions, _most: int, _round: int) -> tuple[Args, int]:
    pairs = asked.pairs[:N_CLOSED_PAIR]
    return (pairs, asked.closed, asked.rings), len(pairs)


def _matrix(size: str) -> Callable[[Graph, Questions, int, int], tuple[Args, int]]:
    def args(_graph: Graph, asked: Questions, most: int, _round: int) -> tuple[Args, int]:
        sources, targets = getattr(asked, size)
        return ((sources, targets) if len(sources) * len(targets) <= most else None), 1

    return args


def _sources(_graph: Graph, asked: Questions, most: int, _round: int) -> tuple[Args, int]:
    sources = asked.sources[:most]
    return (sources,), len(sources)


def _weights(graph: Graph, asked: Questions, _most: int, round_: int) -> tuple[Args, int]:
    return (asked.risky if round_ % 2 == 0 else graph.time,), 1


def _lanes(_graph: Graph, asked: Questions, _most: int, _round: int) -> tuple[Args, int]:
    return (asked.lanes,), len(asked.lanes)


DISTANCE: Final = Job("distance", "distances", "pair", _pairs, "pair")
AVOID: Final = Job("1 % closed", "avoid", "pair", _closed)
REWEIGHT: Final = Job("reweight", "reweight", "metric", _weights, is_warmed=False)

JOBS: Final = (
    Job("order and build", "topology", "graph", _nothing, is_warmed=False),
    DISTANCE,
    Job("path", "paths", "pair", _pairs, "path"),
    Job("matrix 500x50", "matrix", "matrix", _matrix("small"), "cell"),
    Job("matrix 5000x500", "matrix", "matrix", _matrix("large"), "cell"),
    Job("one to all", "one_to_all", "source", _sources, "source"),
    AVOID,
    Job("reweight in 16 lanes", "reweight_lanes", "metric", _lanes),
    REWEIGHT,
)
"""In the order they are run: the metric is time until the last."""
