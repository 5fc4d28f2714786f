"""What following an unchanged outbreak costs a refresh of coquimbo in its drill: CPU time, anew and remembered.

OMP_NUM_THREADS=1 python -m tests.benchmarks.bench_outbreak [--repeat 15]
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from dashboard.areas.build import build_area
from dashboard.areas.embedded import embedded_request
from dashboard.refresh import LEAD_S, OutbreakMemo, Refresher, produce_drill
from dashboard.settings import Settings
from dashboard.store.case_memo import CaseMemo
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from dashboard.store.situations import SituationMemo, build_situation
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS
from risk_core.hazards.epidemic.outbreak import assess_outbreak

AREA, NOW_S = "coquimbo", 1.8e9


def median_ms(work: Callable[[], object], n: int) -> float:
    """CPU milliseconds of one run."""
    took = []
    for _ in range(n):
        begun_s = time.process_time()
        work()
        took.append(time.process_time() - begun_s)
    return float(np.median(took)) * 1e3


def say(line: str) -> None:
    """Write a line."""
    sys.stdout.write(line + "\n")


def main(words: list[str]) -> int:
    """Print one line a part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=15)
    n = parser.parse_args(words).repeat
    home = Path(tempfile.mkdtemp())
    build_area(embedded_request(AREA), home, lambda _name, _share: None)
    library = Library(Settings.from_environ({}).replace(home=home, area=AREA), marks_use=False)
    Refresher(library, produce_drill, lambda: NOW_S).step()
    area, store = library.area(AREA), library.observations
    lead_s, memo, follow = LEAD_S[area.scale], SituationMemo(), OutbreakMemo()
    cases = memo.cases.read(store, area, NOW_S)
    follow(cases, NOW_S, INFECTION_DEFAULTS)
    parts: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "build_situation": (
            lambda: build_situation(store, area, NOW_S, lead_s, None),
            lambda: build_situation(store, area, NOW_S, lead_s, None, memo),
        ),
        "cases": (lambda: CaseMemo().read(store, area, NOW_S), lambda: memo.cases.read(store, area, NOW_S)),
        "outbreak": (
            lambda: assess_outbreak(cases, NOW_S, INFECTION_DEFAULTS),
            lambda: follow(cases, NOW_S, INFECTION_DEFAULTS),
        ),
    }
    say(f"{len(store.rows(Kind.CASES, AREA))} rows of cases, {len(area.districts)} districts; anew, remembered (ms)")
    for name, (anew, remembered) in parts.items():
        say(f"{name:16s} {median_ms(anew, n):8.1f} {median_ms(remembered, n):8.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
