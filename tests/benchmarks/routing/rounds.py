"""One job, all engines in turn, round by round: what the machine does to one it does to all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

import numpy as np

from tests.benchmarks.routing.graphs import Graph
from tests.benchmarks.routing.hosts import Host, PeerFailedError
from tests.benchmarks.routing.jobs import Job
from tests.benchmarks.routing.peers import OURS
from tests.benchmarks.routing.questions import Questions

REPEATED_UP_TO: Final = 1000
"""Few pairs are answered by us again and again up to so many, or the clock would be too coarse."""


@dataclass(slots=True)
class Party:
    """An engine taking part in a job with as many units as it is asked for.

    Attributes
    ----------
    host, most
        The engine, and the limit it is asked with.
    n_repeat
        How often the same question is put within one round.
    n_unit
        Units of one question.
    spent_s
        CPU seconds of one unit, by round.
    """

    host: Host
    most: int
    n_repeat: int = 1
    n_unit: int = 1
    spent_s: list[float] = field(default_factory=list)

    @property
    def median_s(self) -> float:
        """CPU seconds of one unit, median of the rounds."""
        return median(self.spent_s)

    @property
    def total_s(self) -> float:
        """CPU seconds of all rounds."""
        return sum(self.spent_s) * self.n_unit * self.n_repeat


Failed = Callable[[str, str], None]
"""Told the name of an engine that failed and why."""


class Comparison:
    """Engines that answer the same questions on one graph.

    Parameters
    ----------
    graph, questions
        What they are asked.
    hosts
        Engines by name, ours among them; one that fails is taken out.
    failed
        Told of each failure of a peer; our own is raised.
    """

    def __init__(self, graph: Graph, questions: Questions, hosts: dict[str, Host], failed: Failed) -> None:
        self.graph, self.questions, self.hosts, self._failed = graph, questions, hosts, failed

    def parties(self, job: Job) -> list[Party]:
        """Who takes part: ours once for every number of units a peer is asked for, the largest first."""
        most = {name: host.facts.limits.get(job.limit, 0) for name, host in self.hosts.items()}
        peers = [Party(host, most[name]) for name, host in self.hosts.items() if name != OURS]
        sizes = sorted(set(most.values()), reverse=True) if job.limit in ("pair", "path") else [most[OURS]]
        return [Party(self.hosts[OURS], size) for size in sizes] + peers

    def ask(self, party: Party, job: Job, round_: int, wants_answer: bool = False) -> tuple[float | None, Any]:
        """Put a job's question to one engine once.

        Returns
        -------
        tuple
            CPU seconds, None where the engine offers no such thing or failed; and the answer.
        """
        args, party.n_unit = job.args(self.graph, self.questions, party.most, round_)
        if args is None:
            return None, None
        if party.host.name == OURS and job.limit in ("pair", "path"):
            party.n_repeat = max(1, min(REPEATED_UP_TO, len(self.questions.pairs)) // party.n_unit)
            args = (np.tile(args[0], (party.n_repeat, 1)), *args[1:])
        try:
            spent = party.host.run(job.method, *args, wants_answer=wants_answer)
        except PeerFailedError as error:
            if party.host.name == OURS:
                raise
            self.hosts.pop(party.host.name)
            self._failed(party.host.name, f"{job.name}: {error}")
            return None, None
        return spent.cpu_s, spent.answer

    def run(
        self, job: Job, parties: Sequence[Party], n_round: int, budget_s: float
    ) -> Iterator[tuple[int, list[Party]]]:
        """Time a job, giving after each round its number and who took part.

        An engine that offers no such thing leaves at once; one that used its budget of CPU seconds leaves after the
        round.
        """
        going = list(parties)
        for round_ in range(n_round):
            done = []
            for party in going:
                cpu_s, _ = self.ask(party, job, round_)
                if cpu_s is not None:
                    party.spent_s.append(cpu_s / party.n_unit / party.n_repeat)
                    done.append(party)
            yield round_, done
            going = [party for party in done if party.total_s < budget_s]
