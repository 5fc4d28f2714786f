import dataclasses

import numpy as np

from dashboard.store.storm_memo import StormMemo
from risk_core.state.grid import Grid
from tests.store.samples import small_records

GRID = Grid(34.0, 126.0, 0.1, 0.1, 3, 4, 10_000.0)
LEADS = np.array([0, 3600], np.int32)
TRACK = small_records()["tracks"][0]
HOUR_S = 3600.0


def test_asks_again_only_for_other_tracks_another_hour_or_other_settings():
    asked = []

    def look(*given):
        asked.append(given)
        return len(asked)

    memo = StormMemo().over(look)
    again = dataclasses.replace(TRACK, lat_deg=TRACK.lat_deg.copy())
    assert memo(GRID, (TRACK,), 100.0, LEADS, "a") == memo(GRID, (again,), HOUR_S - 1, LEADS.copy(), "a") == 1
    moved = dataclasses.replace(TRACK, lat_deg=TRACK.lat_deg + 0.1)
    changed = [
        (GRID, (moved,), 100.0, LEADS, "a"),
        (GRID, (TRACK,), HOUR_S, LEADS, "a"),
        (GRID, (TRACK,), HOUR_S, LEADS, "b"),
        (GRID, (TRACK,), HOUR_S, LEADS[:1], "b"),
        (GRID, (dataclasses.replace(TRACK, radius_70_prob_m=TRACK.lat_deg),), HOUR_S, LEADS[:1], "b"),
        (GRID, (), HOUR_S, LEADS[:1], "b"),
    ]
    assert [memo(*one) for one in changed] == [2, 3, 4, 5, 6, 7]
