"""kill -9 of the refreshing process, again and again: what is served stays whole."""

import random
import shutil
import time

import pytest

from dashboard.refresh import Refresher
from dashboard.settings import Settings
from dashboard.store.bundles import Manifest, write_bundle
from dashboard.store.library import Library
from dashboard.store.snapshot_files import is_whole
from dashboard.store.snapshots import N_KEPT, SnapshotReader, snapshot_folder
from tests.faults.forking import Forking
from tests.faults.refreshing_child import START_S

N_KILL = 20
LONGEST_PAUSE_S = 0.08


@pytest.mark.fault
def test_a_killed_refresh_leaves_a_whole_snapshot_that_is_served_at_once(tmp_path, area):
    write_bundle(tmp_path, area, Manifest())
    rng, sequence = random.Random(7), 0
    with Forking("tests.faults.refreshing_child", tmp_path) as refreshing:
        for _ in range(N_KILL):
            refreshing.kill_child(1, lambda: time.sleep(rng.uniform(0.0, LONGEST_PAUSE_S)))
            sequence = newest_sequence(tmp_path, sequence)
    assert_sound_after_restart(tmp_path, sequence)


def newest_sequence(home, former):
    """Check that the pointer names a whole, newer snapshot that a new reader serves."""
    folder = snapshot_folder(home, "tiny")
    served = SnapshotReader(home).current("tiny")
    assert (folder / "current").read_text() == served.version
    assert is_whole(folder / served.version)
    assert served.sequence > former
    return served.sequence


def assert_sound_after_restart(home, sequence):
    """The next refresh goes on counting and sweeps what the killed ones left."""
    folder = snapshot_folder(home, "tiny")
    shutil.copytree(folder / (folder / "current").read_text(), folder / ".tmp-1-1")
    library = Library(Settings(home=home, area="tiny", drill=False))
    assert Refresher(library, lambda *_: None, lambda: START_S).step() == ("tiny",)
    assert library.assessment("tiny").sequence > sequence
    names = {path.name for path in folder.iterdir()}
    assert "current" in names
    assert len(names) == N_KEPT + 1
