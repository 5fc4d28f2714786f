"""The whole run: start every engine, check answers, time every job, gather the figures."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.hierarchy import INF_COST
from tests.benchmarks.routing.checks import check_costs, path_costs
from tests.benchmarks.routing.graphs import Graph
from tests.benchmarks.routing.hosts import Facts, Host, PeerFailedError
from tests.benchmarks.routing.jobs import AVOID, DISTANCE, JOBS, REWEIGHT, Job
from tests.benchmarks.routing.peers import OURS
from tests.benchmarks.routing.questions import Questions
from tests.benchmarks.routing.rounds import Comparison, Party

N_LOOK: Final = 10
"""Pairs looked at after each change of weights."""


class Figure(dict[str, Any]):
    """CPU time of one unit: `cpu_s`, `n_round`, `n_unit`."""


@dataclass(slots=True)
class Outcome:
    """What a run found.

    Attributes
    ----------
    facts
        What each engine that started says of itself.
    failures
        Why an engine did not start or did not end, by name.
    notes
        What a reader should know of an engine's figures.
    figures
        By job and peer: the engine's figure and ours on the same units; ours alone under our own name.
    """

    facts: dict[str, Facts] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    figures: dict[tuple[str, str], tuple[Figure, Figure | None]] = field(default_factory=dict)


def say(line: str) -> None:
    """Tell who waits how far it is."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


class Run:
    """One run on one graph.

    Raises
    ------
    MismatchError
        From `everything`, when an engine that prices as we do gives another answer.
    """

    def __init__(self, graph: Graph, questions: Questions, n_round: int, budget_s: float) -> None:
        self.graph, self.questions = graph, questions
        self.n_round, self.budget_s = n_round, budget_s
        self.outcome = Outcome()
        self.hosts: dict[str, Host] = {}
        self.reference: NDArray[np.float64] = np.empty(0)
        self.comparison = Comparison(graph, questions, self.hosts, self._failed)

    def everything(self, names: Sequence[str]) -> Outcome:
        """Start the engines named, ours first, and put every job to them."""
        try:
            for name in (OURS, *names):
                self._start(name)
            for job in JOBS:
                self._time(job)
            self._count_triangles()
            for name, host in self.hosts.items():
                self.outcome.notes[name] = host.tell("notes")
        finally:
            for host in self.hosts.values():
                host.close()
        return self.outcome

    def _failed(self, name: str, reason: str) -> None:
        self.outcome.failures[name] = reason
        say(f"  {name} failed: {reason}")

    def _start(self, name: str) -> None:
        try:
            host = Host(name, self.graph)
        except PeerFailedError as error:
            if name == OURS:
                raise
            self._failed(name, str(error))
            return
        self.hosts[name], self.outcome.facts[name] = host, host.facts
        say(f"  {name} {host.facts.version} ready after {host.facts.prepare_s:.1f} s of CPU")

    def _time(self, job: Job) -> None:
        say(f"  {job.name}")
        parties = self.comparison.parties(job)
        if job.is_warmed:
            parties = self._warm(job, parties)
        for round_, done in self.comparison.run(job, parties, self.n_round, self.budget_s):
            if job is REWEIGHT:
                self._look(round_, done)
        timed = [party for party in parties if party.spent_s]
        ours = {party.most: figure_of(party) for party in timed if party.host.name == OURS}
        alone = next(iter(ours.values()), None)
        if alone is not None:
            self.outcome.figures[job.name, OURS] = alone, None
        for party in timed:
            if party.host.name != OURS:
                self.outcome.figures[job.name, party.host.name] = figure_of(party), ours.get(party.most, alone)

    def _warm(self, job: Job, parties: list[Party]) -> list[Party]:
        """Ask everyone once uncounted, check the answers, and keep those who have one."""
        ready, wanted = [], None
        for party in parties:
            cpu_s, answer = self.comparison.ask(party, job, 0, wants_answer=True)
            if cpu_s is None:
                continue
            ready.append(party)
            if party.host.facts.prices_like_us:
                wanted = self._check(job, party, answer, wanted)
        return ready

    def _check(self, job: Job, party: Party, answer: Any, wanted: Any) -> Any:
        """Compare an answer with the first one, ours where we have one; gives what the next is compared with."""
        what = f"{job.name} of {party.host.name}"
        n = party.n_unit
        if job is AVOID:
            check_costs(what, answer, self._closed_costs(n))
        elif job.method == "paths":
            pairs = self.questions.pairs[:n]
            check_costs(what, path_costs(self.graph, self.graph.time, pairs, answer[:n]), self.reference[:n])
        elif job.method != "reweight_lanes":
            answer = answer[:n] if job is DISTANCE else answer
            if wanted is not None:
                common = min(len(answer), len(wanted))
                check_costs(what, answer[:common], wanted[:common])
            elif job is DISTANCE:
                self.reference = answer
            return answer if wanted is None else wanted
        return wanted

    def _closed_costs(self, n: int) -> NDArray[np.float64]:
        """What pairs cost once the closures are customised in, by our plain query."""
        ours = self.hosts[OURS]
        closed = self.graph.time.copy()
        closed[self.questions.closed] = INF_COST
        ours.run("reweight", closed)
        found = ours.run("distances", self.questions.pairs[:n], wants_answer=True).answer
        ours.run("reweight", self.graph.time)
        return found

    def _look(self, round_: int, done: Sequence[Party]) -> None:
        """Check a few pairs under the weights of this round."""
        (weights,), _ = REWEIGHT.args(self.graph, self.questions, 0, round_)
        pairs, wanted = self.questions.pairs[:N_LOOK], None
        for party in done:
            if not party.host.facts.prices_like_us:
                continue
            found = party.host.run("distances", pairs, wants_answer=True).answer
            if found is None:
                paths = party.host.run("paths", pairs, wants_answer=True).answer
                found = path_costs(self.graph, weights, pairs, paths)
            if wanted is not None:
                check_costs(f"distances of {party.host.name} after new weights", found, wanted)
            wanted = found if wanted is None else wanted

    def _count_triangles(self) -> None:
        """Work that an order leaves for every customisation, as a figure of its own."""
        from tests.benchmarks.routing.ours import count_triangles

        counts = {}
        for name, host in self.hosts.items():
            order = host.tell("order")
            if order is not None:
                counts[name] = Figure(cpu_s=None, n_triangle=count_triangles(self.graph, order))
        for name, count in counts.items():
            self.outcome.figures["triangles", name] = count, None if name == OURS else counts[OURS]


def figure_of(party: Party) -> Figure:
    """A party's result."""
    return Figure(cpu_s=party.median_s, n_round=len(party.spent_s), n_unit=party.n_unit)
