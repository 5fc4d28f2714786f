"""kill -9 in the middle of an ingest, again and again on one store: nothing acknowledged is lost, nothing is half."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from dashboard.store.kinds import Kind
from dashboard.store.observations import ObservationStore
from tests.faults.ingesting_child import N_ROW, NOW_S, batch

N_KILL = 20
MOST_BATCHES = 8

CHECKOUT = Path(__file__).parents[2]


def ingest_until_killed(database_url: str, first: int, rng: random.Random) -> list[int]:
    """Batches a child acknowledged before it was killed at a random moment of some later batch."""
    command = [sys.executable, "-m", "tests.faults.ingesting_child", database_url, str(first)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT)
    assert child.stdout is not None
    acknowledged = []
    try:
        for _ in range(rng.randint(1, MOST_BATCHES)):
            acknowledged.append(int(child.stdout.readline()))
        for _ in range(rng.randint(0, 20_000)):
            pass
    finally:
        os.kill(child.pid, signal.SIGKILL)
        rest = child.stdout.read()
        child.stdout.close()
        assert child.wait() == -signal.SIGKILL
    complete = rest.rpartition("\n")[0].split()
    return acknowledged + [int(word) for word in complete]


@pytest.mark.fault
def test_every_acknowledged_batch_is_whole_after_twenty_kills(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    url = f"sqlite:///{path}"
    rng = random.Random(20_220_808)
    acknowledged: list[int] = []
    for _ in range(N_KILL):
        acknowledged += ingest_until_killed(url, len(acknowledged) and max(acknowledged) + 1, rng)
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    store = ObservationStore(url)
    found = Counter(row["station_id"] for row in store.rows(Kind.RAIN, "seoul"))
    assert {found[f"batch-{number}"] for number in acknowledged} == {N_ROW}, "an acknowledged batch was lost"
    assert set(found.values()) == {N_ROW}, "a batch is half stored"
    assert store.change_count("seoul") == len(found)
    for number in acknowledged:
        report = store.ingest(Kind.RAIN, "seoul", batch(number), source="x", simulated=False, received_s=NOW_S)
        assert (report.n_new, report.n_changed, report.n_same) == (0, 0, N_ROW)
    assert store.change_count("seoul") == len(found)
