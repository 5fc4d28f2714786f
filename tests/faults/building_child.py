"""Writes a tiny area with ever more people; started and killed by `test_kill_area_build`."""

import dataclasses
import itertools
import sys
from pathlib import Path

import numpy as np

from dashboard.store.bundles import Manifest, write_bundle
from tests.faults.forking import keep_child_at
from tests.tiny import tiny_area

if __name__ == "__main__":
    area, numbers = tiny_area(), itertools.count(1)

    def work() -> None:
        people = np.full_like(area.population, next(numbers))
        write_bundle(Path(sys.argv[1]), dataclasses.replace(area, population=people), Manifest())

    keep_child_at(work)
