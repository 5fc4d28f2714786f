"""Row 5: half the load for long, with a feed that is read: memory, descriptors and journals do not grow."""

import contextlib
import os
import time
from pathlib import Path

from tests.faults.served import Server, wait_until
from tests.feeds.live import stub
from tests.reliability.figures import Figures, Plan
from tests.reliability.grounds import make_feed, make_ground
from tests.reliability.load import Load
from tests.reliability.row_01_risk import risk_questions

TITLE = "soak at half the load of row 1, a feed and the engine at work"
TARGET = "RSS + <= 5 %, descriptors + 0, WAL <= 64 MB"
RATE_PER_S, GROWTH, WAL_BYTES = 150.0, 1.05, 64 * 2**20
SPARE_DESCRIPTORS = 8
"""Connections and files that may just be open when it is counted."""
PARTS = ("web", "engine", "read-feeds", "worker")


def measure(plan: Plan) -> Figures:
    """Let it settle, count, let it work, count again."""
    area = make_ground(plan)
    ask = risk_questions(area, plan.seed)
    with stub.running() as played:
        environ = make_feed(plan.folder, area, played)
        server = Server(plan.folder, "--area", area.area_id, "--live", **environ)
        try:
            server.wait_for_address()
            with Load(server.port, ask, n_thread=8, per_s=RATE_PER_S):
                time.sleep(plan.pick(3, 60))
                wait_until(lambda: all(has_begun(server, part) for part in PARTS))
            before = held(server)
            with Load(server.port, ask, n_thread=8, per_s=RATE_PER_S) as load:
                time.sleep(plan.pick(3, 300))
            after = held(server)
        finally:
            server.close()
        n_read = played.n_asked("/closures")
    wal = max((file.stat().st_size for file in plan.folder.glob("*.sqlite-wal")), default=0)
    account = load.account
    values = {
        "area": area.area_id, "seconds": round(load.took_s), "questions": account.n, "per_s": load.rate_per_s,
        "outcomes": dict(account.outcomes), "p99_ms": account.quantile_ms(0.99), "feed_read": n_read,
        "rss_mb_before": before[0], "rss_mb_after": after[0], "descriptors_before": before[1],
        "descriptors_after": after[1], "wal_mb": round(wal / 2**20, 1),
    }  # fmt: skip
    failed = [f"{account.n_failed} failed: {account.outcomes}"] if account.n_failed else []
    failed += [f"descriptors grew from {before[1]} to {after[1]}"] if after[1] > before[1] + SPARE_DESCRIPTORS else []
    failed += ["a journal grew beyond 64 MB"] if wal > WAL_BYTES else []
    failed += [] if n_read else ["the feed was never read"]
    missed = [f"memory grew from {before[0]} to {after[0]} MB"] if after[0] > GROWTH * before[0] else []
    return Figures(values, failed, missed)


def has_begun(server: Server, part: str) -> bool:
    """Whether a part of the server has opened the store, which each does at its own time."""
    with contextlib.suppress(OSError):
        files = [file for one in server.children(part) for file in Path(f"/proc/{one}/fd").iterdir()]
        return any("observations.sqlite" in os.readlink(file) for file in files)
    return False


def held(server: Server) -> tuple[float, int]:
    """Megabytes (each shared page as a share, PSS) and descriptors of every process of the server."""
    processes = set().union(*map(server.children, PARTS))
    shares = [Path(f"/proc/{one}/smaps_rollup").read_text() for one in processes]
    kilobytes = sum(int(line.split()[1]) for text in shares for line in text.splitlines() if line.startswith("Pss:"))
    files = sum(len(os.listdir(f"/proc/{one}/fd")) for one in processes)
    return round(kilobytes / 1024, 1), files
