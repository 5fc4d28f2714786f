"""CPU seconds of a whole refresh of coquimbo and korea in their drills, by stage. Figures go to benchmarks.json.

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python -m tests.benchmarks.bench_refresh [--write]

Each area's story is replayed and looked at in its middle: once anew (new bulletin, members run, water run), and then
every few seconds as a live server does, where what did not change is remembered. Stages add up to the whole: `look`
(has anything changed), `situation`, `storms` (members, joint chances, correction by stations), `water`, `outbreak`,
`people`, `fields` (risk, streets, closures, costs) and `write` (snapshot, synced to the disk).
"""

import argparse
import json
import logging
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import dashboard.refresh
from dashboard.areas.build import build_area
from dashboard.areas.embedded import embedded_request
from dashboard.observe.stages import Stages
from dashboard.refresh import TIME_PASSES_S, Refresher, produce_drill
from dashboard.settings import Settings
from dashboard.store.library import Library
from tests.benchmarks.results import keep

KEY = "D-refresh"
NOW_S = 1.8e9
MIDDLE_S = 3600.0
"""Seconds after the story's beginning, told at its own speed: the cloudburst's height."""
STEP_S = TIME_PASSES_S + 1.0
MUST_S = 1.0


class StageLog(logging.Handler):
    """Keeps the stages of each refresh as the loop logs them."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.told: list[dict[str, float]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take the milliseconds of one refresh."""
        stage_ms = getattr(record, "stage_ms", None)
        if isinstance(stage_ms, dict):
            self.told.append({name: one / 1000.0 for name, one in stage_ms.items()})


def watch_refreshes(area_id: str, home: Path, n: int) -> list[dict[str, float]]:
    """CPU seconds by stage of the first refresh in the story's middle and of `n` after it; compiled before."""
    build_area(embedded_request(area_id), home, lambda _name, _share: None)
    library = Library(Settings.from_environ({}).replace(home=home, area=area_id, drill_speed=1.0), marks_use=False)
    clock = [NOW_S]
    kept = StageLog()
    log = logging.getLogger(dashboard.refresh.__name__)
    log.addHandler(kept)
    log.setLevel(logging.DEBUG)
    dashboard.refresh.Stages = lambda: Stages(time.process_time)  # type: ignore[misc, assignment]
    for _ in range(2):
        loop = Refresher(library, produce_drill, lambda: clock[0])
        loop.step()
        library.drills.replay(area_id, clock[0])
        loop.step()
        clock[0] += MIDDLE_S
        kept.told.clear()
        loop.step()
        for _ in range(n):
            clock[0] += STEP_S
            loop.step()
    log.removeHandler(kept)
    return kept.told


def summed(stages: list[dict[str, float]]) -> dict[str, float]:
    """Median of each stage, and of the whole."""
    names = dict.fromkeys(name for one in stages for name in one)
    found = {name: round(statistics.median([one.get(name, 0.0) for one in stages]), 4) for name in names}
    return found | {"whole": round(statistics.median([sum(one.values()) for one in stages]), 4)}


def main(words: list[str]) -> int:
    """Print, or write, the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="keep the figures in benchmarks.json")
    args = parser.parse_args(words)
    found: dict[str, object] = {
        "command": "OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python -m tests.benchmarks.bench_refresh",
        "load": round(os.getloadavg()[0], 2),
        "must_s": MUST_S,
    }
    for area_id in ("coquimbo", "korea"):
        with tempfile.TemporaryDirectory() as folder:
            stages = watch_refreshes(area_id, Path(folder), args.repeat)
        found[area_id] = {"anew_cpu_s": summed(stages[:1]), "after_it_cpu_s": summed(stages[1:])}
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    if args.write:
        keep(KEY, found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
