"""What an engine offers to the comparison."""

import os
import time
from abc import ABC, abstractmethod
from importlib.metadata import PackageNotFoundError, version
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.routing.graphs import Graph

Nodes = NDArray[np.int32]


class Peer(ABC):
    """One engine. A method answers None where the engine offers no such thing; that is reported as not offered.

    Attributes
    ----------
    package
        Distribution whose version is reported.
    prices_like_us
        Whether it finds cheapest ways under the weights given, so that its answers can be checked.
    n_pair, n_path, n_source, n_cell
        Most pairs, pairs with their path, sources and matrix cells it is asked for in one round, so that slow engines
        end.
    notes
        What a reader of its figures should know; filled as it runs.
    """

    package: ClassVar[str] = ""
    prices_like_us: ClassVar[bool] = True
    n_pair: ClassVar[int] = 1000
    n_path: ClassVar[int] = 1000
    n_source: ClassVar[int] = 16
    n_cell: ClassVar[int] = 25_000

    def __init__(self) -> None:
        self.notes: list[str] = []

    @abstractmethod
    def prepare(self, graph: Graph) -> None:
        """Take the graph with its times as weights; everything that needs doing once."""

    def version(self) -> str:
        """Of the distribution it comes from."""
        try:
            return version(self.package) if self.package else ""
        except PackageNotFoundError:
            return "unknown"

    def resident_mb(self) -> float:
        """Memory of the process that holds the graph."""
        return resident_mb("self")

    def clock_s(self) -> float:
        """CPU seconds spent so far by the engine, in whatever process it works."""
        return time.process_time()

    def as_weights(self, weights: NDArray[np.int32]) -> Any:
        """The weights in the shape the engine takes; not counted."""
        return weights

    def as_nodes(self, path: Any) -> Nodes:
        """A path of the engine as node positions; not counted."""
        return np.asarray(path, dtype=np.int32)

    def as_costs(self, found: Any) -> NDArray[np.float64]:
        """Costs as the engine gave them as an array; not counted."""
        return np.asarray(found, dtype=float)

    def topology(self) -> Any:
        """Order and contract the graph anew, without weights."""
        return None

    def order(self) -> Nodes | None:
        """Nodes in the order of contraction, lowest first; not counted."""
        return None

    def reweight(self, weights: Any) -> Any:
        """Replace the weight of every edge; whatever follows uses the new ones."""
        return None

    def reweight_lanes(self, weights: Any) -> Any:
        """Make ready for several metrics at once, shape=(n_lane, n_edge); the current one stays."""
        return None

    def distances(self, pairs: Nodes) -> Any:
        """Cost from each start to its stop, asked one after another from Python where there is no better way."""
        return None

    def paths(self, pairs: Nodes) -> Any:
        """A path for each pair; see `as_nodes`."""
        return None

    def one_to_all(self, sources: Nodes) -> Any:
        """Costs from each source to every node, shape=(n_source, n_node)."""
        return None

    def matrix(self, sources: Nodes, targets: Nodes) -> Any:
        """Costs, shape=(n_source, n_target)."""
        return None

    def avoid(self, pairs: Nodes, closed: Nodes, rings: NDArray[np.float64]) -> Any:
        """Cost of each pair with edges closed, or rings avoided, for that request only."""
        return None

    def memory_bytes(self) -> int | None:
        """Bytes of the arrays it holds for the graph and one metric, where it can tell."""
        return None

    def close(self) -> None:  # noqa: B027
        """End what was started; most start nothing."""


def resident_mb(process: int | str) -> float:
    """Megabytes a process holds in memory."""
    with open(f"/proc/{process}/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
