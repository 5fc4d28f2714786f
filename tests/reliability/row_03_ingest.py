"""Row 3: batches of 10,000 observations, one after the other."""

import os
import time
from pathlib import Path

import numpy as np

from dashboard.store.kinds import Kind
from dashboard.store.observations import ObservationStore
from tests.reliability.figures import Figures, Plan

TITLE = "batches of 10,000 observations into the store"
TARGET = "20 k rows/s held, p99 <= 1 s, RSS flat"
N_ROW, RATE_PER_S, P99_S, GROWTH = 10_000, 20_000.0, 1.0, 1.05
NOW_S = 1_785_888_000.0


def measure(plan: Plan) -> Figures:
    """Store batches until the time is up; every one is on the disk when it is counted."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    store = ObservationStore(f"sqlite:///{plan.folder / 'store.sqlite'}")
    took_s, rss_mb, end_s = [], [], time.monotonic() + plan.pick(2, 30)
    begun_s, cpu_s = time.monotonic(), time.process_time()
    while time.monotonic() < end_s or not took_s:
        number = len(took_s)
        place = {"lat": 37.5, "lon": 127.0, "interval_s": 60, "amount_mm": 1.0}
        rows = [place | {"station_id": f"s{k}", "time_s": NOW_S + 60 * number} for k in range(N_ROW)]
        one_s = time.monotonic()
        store.ingest(Kind.RAIN, "seoul", rows, source="x", simulated=False, received_s=NOW_S)
        took_s.append(time.monotonic() - one_s)
        rss_mb.append(resident_mb())
    spent_s, cpu_s = time.monotonic() - begun_s, time.process_time() - cpu_s
    n_stored = len(store.rows(Kind.RAIN, "seoul", NOW_S + 60 * (len(took_s) - 1)))
    store.close()
    rate = len(took_s) * N_ROW / spent_s
    p99_s = float(np.quantile(took_s, 0.99))
    values = {"batches": len(took_s), "rows_per_s": round(rate), "p50_s": round(float(np.median(took_s)), 3),
              "p99_s": round(p99_s, 3), "cpu_us_per_row": round(1e6 * cpu_s / (len(took_s) * N_ROW), 1),
              "rss_mb_after_a_fifth": rss_mb[len(rss_mb) // 5], "rss_mb_at_the_end": rss_mb[-1]}  # fmt: skip
    failed = [] if n_stored == N_ROW else [f"{n_stored} rows of the last batch"]
    missed = [f"{rate:.0f} rows a second"] if rate < RATE_PER_S else []
    missed += [f"memory grew to {rss_mb[-1]} MB"] if rss_mb[-1] > GROWTH * rss_mb[len(rss_mb) // 5] else []
    return Figures(values, failed, missed + ([f"p99 {p99_s:.2f} s"] if p99_s > P99_S else []))


def resident_mb() -> float:
    """Megabytes of this process that lie in memory."""
    return round(int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)
