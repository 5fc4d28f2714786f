"""kill -9 in the middle of an ingest, again and again on one store: nothing acknowledged is lost, nothing is half."""

import contextlib
import multiprocessing
import random
import signal
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from dashboard.store.kinds import Kind
from dashboard.store.observations import ObservationStore
from tests.faults.ingesting_child import N_ROW, NOW_S, batch, ingest_forever

N_KILL = 20
MOST_BATCHES = 8
MOST_TURNS = 300_000


def ingest_until_killed(database_url: str, first: int, rng: random.Random) -> list[int]:
    """Batches a child acknowledged before it was killed at a random moment of some later batch."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.ingesting_child"])
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=ingest_forever, args=(database_url, first, theirs))
    child.start()
    theirs.close()
    acknowledged = []
    try:
        for _ in range(rng.randint(0, MOST_BATCHES)):
            acknowledged.append(ours.recv())
        for _ in range(rng.randint(0, MOST_TURNS)):
            pass
    finally:
        child.kill()
        child.join()
    assert child.exitcode == -signal.SIGKILL
    with contextlib.suppress(EOFError):
        while True:
            acknowledged.append(ours.recv())
    return acknowledged


def ingest_and_kill(path: Path, n_kill: int, seed: int) -> dict[str, object]:
    """Kill an ingest `n_kill` times; what was acknowledged must be there, whole, and the same after a replay."""
    url = f"sqlite:///{path}"
    rng = random.Random(seed)
    acknowledged: list[int] = []
    for _ in range(n_kill):
        acknowledged += ingest_until_killed(url, max(acknowledged, default=-1) + 1, rng)
    assert len(acknowledged) >= n_kill
    with contextlib.closing(sqlite3.connect(path)) as connection:
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
    store.close()
    return {"batches_acknowledged": len(acknowledged), "batches_lost": 0, "batches_half": 0, "rows_new_on_replay": 0}


@pytest.mark.fault
def test_every_acknowledged_batch_is_whole_after_twenty_kills(tmp_path: Path) -> None:
    assert ingest_and_kill(tmp_path / "store.sqlite", N_KILL, 20_220_808)["batches_lost"] == 0
