"""How soon a new process gives its first way, with the kernels' cache warm: `python -m tests.benchmarks.bench_first`.

    make run    (once: it builds the embedded areas into .ansimgil, writes a snapshot and compiles the kernels)
    python -m tests.benchmarks.bench_first [--home .ansimgil] [--rounds 5]

Each round is a process of its own: it imports what it needs, maps area and snapshot, and asks for the three ways of a
walker. Told are wall and CPU seconds from the first line of the process, the interpreter's own start left out.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

ROUND = """
import time
wall, cpu = time.perf_counter(), time.process_time()
import json, sys
from pathlib import Path
from dashboard.store.bundles import bundle_path, read_bundle
from dashboard.store.snapshots import SnapshotReader
from risk_core.routes.find import find_routes
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
home = Path(sys.argv[1])
area, reader = read_bundle(bundle_path(home, "coquimbo")), SnapshotReader(home)
told = reader.at("coquimbo", reader.version("coquimbo"))
ends = (-29.9118, -71.2396), (-29.9259, -71.2480)
found = find_routes(area, told, *ends, Profile.WALK, tuple(RouteKind), 0)
print(json.dumps([time.perf_counter() - wall, time.process_time() - cpu, len(found.routes)]))
"""


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=Path(".ansimgil"))
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    command = [sys.executable, "-c", ROUND, str(args.home.resolve())]
    rounds = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(args.rounds)]
    wall, cpu = (statistics.median(one[k] for one in rounds) for k in (0, 1))
    sys.stdout.write(f"first answer after {wall:.2f} s, {cpu:.2f} s of CPU (median of {args.rounds} processes)\n")


if __name__ == "__main__":
    main()
