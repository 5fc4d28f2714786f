"""kill -9 of the process that writes an area, again and again: the area is absent or whole, never between."""

import random
import time

import pytest

from dashboard.store.bundle_files import area_arrays, hash_arrays
from dashboard.store.bundles import bundle_path, list_bundles, read_bundle
from risk_core.errors import NotFoundError
from tests.faults.forking import Forking

N_KILL = 20
N_FIRST = 5
"""Kills before the first build has come to its end."""
LONGEST_PAUSE_S = 0.05
PATIENCE_S = 10.0


@pytest.mark.fault
def test_a_killed_build_leaves_a_whole_area_or_none(tmp_path):
    rng = random.Random(11)
    with Forking("tests.faults.building_child", tmp_path) as building:
        for number in range(N_KILL):
            is_first = number < N_FIRST
            building.kill_child(0 if is_first else 1, lambda: time.sleep(rng.uniform(0.0, LONGEST_PAUSE_S)))
            assert is_served_whole(tmp_path) or is_first
    assert is_served_whole(tmp_path)
    end = time.monotonic() + PATIENCE_S
    while len(list((tmp_path / "areas" / "tiny").iterdir())) > len(("current", "its content")):
        assert time.monotonic() < end, (
            "a listing sweeps what is left once the last killed process has let go of the lock"
        )
        time.sleep(0.05)
        list_bundles(tmp_path)


def is_served_whole(home):
    """Whether there is an area; if so, every byte of it belongs to one build."""
    infos = list_bundles(home)
    try:
        area = read_bundle(bundle_path(home, "tiny"))
    except NotFoundError:
        assert infos == ()
        return False
    assert [info.fault for info in infos] == [""]
    assert area.content_hash == hash_arrays(area_arrays(area))
    assert area.population.min() == area.population.max() > 0
    return True
