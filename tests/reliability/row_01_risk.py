"""Rows 1 and 5: reading risk from many connections for long; memory, descriptors and journal do not grow."""

import os
import random
import time
from pathlib import Path

from dashboard.store.bundles import Manifest, write_bundle
from tests.faults.served import Server
from tests.reliability.figures import Figures, Plan
from tests.reliability.load import Load, Question
from tests.tiny import tiny_area

TITLE = "GET risk on 16 connections; growth of memory, descriptors and journal meanwhile"
TARGET = "300 req/s held, p99 <= 100 ms, 0 x 5xx; RSS + <= 5 %, descriptors + 0, WAL <= 64 MB"
RATE_PER_S, P99_MS, GROWTH, WAL_BYTES = 300.0, 100.0, 1.05, 64 * 2**20
SPARE_DESCRIPTORS = 8


def measure(plan: Plan) -> Figures:
    """Ask for the risk of random points."""
    area = tiny_area()
    write_bundle(plan.folder, area, Manifest())
    rng = random.Random(plan.seed)
    grid = area.grid
    spots = [(grid.lat_max_deg - rng.random() * grid.n_row * grid.d_lat_deg,
              grid.lon_min_deg + rng.random() * grid.n_col * grid.d_lon_deg) for _ in range(997)]  # fmt: skip

    def ask(k: int) -> Question:
        lat, lon = spots[k % len(spots)]
        return "GET", f"/api/v1/risk?area=tiny&lat={lat:.6f}&lon={lon:.6f}", None

    server = Server(plan.folder)
    try:
        server.wait_for_address()
        with Load(server.port, ask, n_thread=16):
            time.sleep(plan.pick(1, 10))
        before = held(server)
        cpu_s = cpu(server)
        with Load(server.port, ask, n_thread=16) as load:
            time.sleep(plan.pick(3, 120))
        cpu_s, after = cpu(server) - cpu_s, held(server)
    finally:
        server.close()
    account = load.account
    wal = plan.folder / "observations.sqlite-wal"
    values = {
        "questions": account.n, "per_s": load.rate_per_s, "p50_ms": account.quantile_ms(0.5),
        "p99_ms": account.quantile_ms(0.99), "outcomes": dict(account.outcomes),
        "web_cpu_us_per_question": round(1e6 * cpu_s / max(account.n, 1)),
        "rss_mb_before": before[0], "rss_mb_after": after[0], "descriptors_before": before[1],
        "descriptors_after": after[1], "wal_mb": round(wal.stat().st_size / 2**20, 1) if wal.exists() else 0.0,
    }  # fmt: skip
    failed = [f"{account.n_failed} failed: {account.outcomes}"] if account.n_failed else []
    failed += [f"descriptors grew from {before[1]} to {after[1]}"] if after[1] > before[1] + SPARE_DESCRIPTORS else []
    failed += ["the journal grew beyond 64 MB"] if wal.exists() and wal.stat().st_size > WAL_BYTES else []
    missed = [f"{load.rate_per_s} a second"] if load.rate_per_s < RATE_PER_S else []
    missed += [f"p99 {values['p99_ms']} ms"] if values["p99_ms"] > P99_MS else []
    missed += [f"memory grew from {before[0]} to {after[0]} MB"] if after[0] > GROWTH * before[0] else []
    return Figures(values, failed, missed)


def held(server: Server) -> tuple[float, int]:
    """Megabytes and descriptors of the web workers."""
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in server.web_workers())
    files = sum(len(os.listdir(f"/proc/{one}/fd")) for one in server.web_workers())
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1), files


def cpu(server: Server) -> float:
    """Seconds of the processor that the web workers have used."""
    fields = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in server.web_workers()]
    return sum(int(one[11]) + int(one[12]) for one in fields) / os.sysconf("SC_CLK_TCK")
