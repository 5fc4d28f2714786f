"""Command line of the comparison."""

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.routing.graphs import GRAPHS, SHARED, MissingDataError
from tests.benchmarks.routing.peers import PEERS
from tests.benchmarks.routing.questions import Sizes, make_questions
from tests.benchmarks.routing.report import RESULTS, merge, record_of, table_of
from tests.benchmarks.routing.run import Run
from tests.benchmarks.routing.targets import TARGETS


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.routing", description=__doc__)
    parser.add_argument("--graph", choices=sorted(GRAPHS), default="newyork")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=PEERS, help="all of them unless named")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--budget-s", type=float, default=30.0, help="CPU seconds an engine may use for one job")
    parser.add_argument("--pairs", type=int, default=Sizes().n_pair)
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of the development data")
    parser.add_argument("--keep", action="store_true", help="leave the figures of peers that are not named as they are")
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run, keep the results, show the table."""
    asked = parse(arguments)
    try:
        graph = GRAPHS[asked.graph](asked.shared)
    except MissingDataError as missing:
        sys.stdout.write(f"{asked.graph} skipped: {missing}\n")
        return
    load = os.getloadavg()
    questions = make_questions(graph, Sizes(n_pair=asked.pairs))
    outcome = Run(graph, questions, asked.rounds, asked.budget_s).everything(asked.peers)
    words = sys.argv[1:] if arguments is None else arguments
    command = shlex.join(["python", "-m", "tests.benchmarks.routing", *words])
    targets = TARGETS if asked.graph == "newyork" else ()
    record = record_of(graph, outcome, targets, command, load)
    merge(asked.results, f"routing on {graph.name}", record, asked.keep)
    sys.stdout.write(table_of(record))


if __name__ == "__main__":
    main()
