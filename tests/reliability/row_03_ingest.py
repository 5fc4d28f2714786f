"""Row 3: batches of 10,000 observations, one after the other: into the store, and signed through the API."""

import contextlib
import ctypes
import gc
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from dashboard.store.kinds import Kind
from dashboard.store.observations import ObservationStore
from tests.answers.small_world import NOW_S
from tests.contributions.world import World
from tests.reliability.figures import Figures, Plan

TITLE = "batches of 10,000 observations: into the store, and signed through POST /v1/contributions"
TARGET = "20 k rows/s held, p99 <= 1 s, RSS flat"
N_ROW, RATE_PER_S, P99_S, GROWTH = 10_000, 20_000.0, 1.0, 1.05


def measure(plan: Plan) -> Figures:
    """Send batches through either door until its time is up; every one is on the disk when it is counted."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    stored, of_store = _into_store(plan)
    signed, of_api = _signed(plan)
    failed = [f"{n} of {N_ROW} rows of the last batch {way}" for way, n in (("stored", stored), ("sent", signed))
              if n != N_ROW]  # fmt: skip
    missed = []
    for way, told in (("store", of_store), ("API", of_api)):
        missed += [f"{way}: {told['rows_per_s']} rows a second"] if told["rows_per_s"] < RATE_PER_S else []
        missed += [f"{way}: p99 {told['p99_s']} s"] if told["p99_s"] > P99_S else []
        grown = told["rss_mb_at_the_end"] > GROWTH * told["rss_mb_after_a_fifth"]
        missed += [f"{way}: memory grew to {told['rss_mb_at_the_end']} MB"] if grown else []
    return Figures({"store": of_store, "signed": of_api}, failed, missed)


def _into_store(plan: Plan) -> tuple[int, dict[str, float]]:
    """Rows of the last batch that are found again, and figures."""
    store = ObservationStore(f"sqlite:///{plan.folder / 'store.sqlite'}")

    def send(rows: list[dict[str, object]]) -> None:
        store.ingest(Kind.RAIN, "seoul", rows, source="x", simulated=False, received_s=NOW_S)

    told = hold(rain, send, plan.pick(2, 20))
    last_s = NOW_S - 60 * (told["batches"] - 1)
    n_stored = len(store.rows(Kind.RAIN, "seoul", last_s, last_s))
    store.close()
    return n_stored, told


def _signed(plan: Plan) -> tuple[int, dict[str, float]]:
    """Rows that the receipt of the last batch tells, and figures."""
    world = World(plan.folder / "served")
    operator = world.operator("rain")
    n_new = []

    def send(sealed: dict[str, str]) -> None:
        answer = operator.post(sealed)
        assert answer.status_code == 201, answer.json
        n_new.append(answer.json["n_new"])

    told = hold(lambda number: operator.seal(rain(number)), send, plan.pick(2, 20))
    return n_new[-1], told


def rain(number: int) -> list[dict[str, object]]:
    """Rain of ten thousand stations at minute `number` before now."""
    lat, lon = 37.5, 127.0
    place = {"lat": lat, "lon": lon, "interval_s": 60, "amount_mm": 1.0}
    return [place | {"station_id": f"s{k}", "time_s": NOW_S - 60 * number} for k in range(N_ROW)]


def hold(make: Callable[[int], Any], send: Callable[[Any], None], seconds: float) -> dict[str, float]:
    """Send batches until they have taken so many seconds; rates, times, CPU and memory.

    Making and signing a batch is the operator's work and not counted.
    """
    took_s, cpu_s, rss_mb = [], 0.0, []
    while sum(took_s) < seconds:
        batch = make(len(took_s))
        one_s, one_cpu_s = time.monotonic(), time.process_time()
        send(batch)
        took_s.append(time.monotonic() - one_s)
        cpu_s += time.process_time() - one_cpu_s
        rss_mb.append(resident_mb())
    n_row = len(took_s) * N_ROW
    return {
        "batches": len(took_s), "rows_per_s": round(n_row / sum(took_s)), "p50_s": round(float(np.median(took_s)), 3),
        "p99_s": round(float(np.quantile(took_s, 0.99)), 3), "cpu_us_per_row": round(1e6 * cpu_s / n_row, 1),
        "rss_mb_after_a_fifth": rss_mb[len(rss_mb) // 5], "rss_mb_at_the_end": rss_mb[-1],
    }  # fmt: skip


def resident_mb() -> float:
    """Megabytes of this process that are in use: without garbage of the test's own client and what malloc keeps."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    return round(int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)
