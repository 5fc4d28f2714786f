"""Refreshes a tiny area without pause; started and killed by `test_kill_refresh`."""

import itertools
import sys
from pathlib import Path

from dashboard.refresh import LEAD_S, TIME_PASSES_S, Refresher
from dashboard.settings import Settings
from dashboard.store.library import Library
from risk_core.assess import assess
from risk_core.state.area import Scale
from risk_core.state.situation import Situation
from tests.faults.forking import keep_child_at
from tests.tiny import tiny_area

START_S = 1_660_000_000.0


def refresher(home: Path) -> Refresher:
    """A loop whose clock makes every pass a minute's."""
    moments = itertools.count(START_S, TIME_PASSES_S)
    library = Library(Settings(home=home, area="tiny", drill=False))
    return Refresher(library, lambda *_: None, lambda: next(moments))


if __name__ == "__main__":
    area, nothing = tiny_area(), (None, None, None, (), (), (), (), (), None)
    assess(area, Situation("tiny", START_S, LEAD_S[Scale.CITY], *nothing))
    loops: list[Refresher] = []

    def work() -> None:
        if not loops:
            loops.append(refresher(Path(sys.argv[1])))
        loops[0].step()

    keep_child_at(work)
