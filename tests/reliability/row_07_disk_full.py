"""Row 7: a disk that takes nothing more, for the database and for snapshots."""

import multiprocessing
import resource
import signal
import sqlite3
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

from dashboard.engine import LocalEngine
from dashboard.refresh import Refresher
from dashboard.settings import Settings
from dashboard.store.bundles import Manifest, write_bundle
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from dashboard.store.observations import ObservationStore
from tests.faults.ingesting_child import NOW_S, batch
from tests.reliability.figures import Figures, Plan
from tests.tiny import tiny_area

TITLE = "disk full in each writer (file-size limit)"
TARGET = "503 problem, reads go on, recovers unaided"
ROOM_BYTES = 100_000
START_S = 1_660_000_000.0


def measure(plan: Plan) -> Figures:
    """Let writers run into a file-size limit in a child, read meanwhile, and write again without the limit."""
    home, rounds = plan.folder, plan.pick(3, 20)
    write_bundle(home, tiny_area(), Manifest())
    settings = Settings(home=home, area="tiny", drill=False)
    store = ObservationStore(settings.database_url)
    failed, n_stored, n_refused = [], 0, 0
    for number in range(rounds):
        ours, theirs = multiprocessing.get_context("spawn").Pipe(duplex=False)
        child = multiprocessing.get_context("spawn").Process(target=fill, args=(str(home), 1000 * number, theirs))
        child.start()
        theirs.close()
        told = ours.recv() if ours.poll(60) else ("nothing", 0, 0)
        child.join(60)
        if told[0] != "UnavailableError":
            failed.append(f"round {number}: the full disk was told as {told[0]}")
        n_stored, n_refused = n_stored + told[1], n_refused + told[2]
        stations = {row["station_id"] for row in store.rows(Kind.RAIN, "seoul")}
        if len(stations) != n_stored:
            failed.append(f"round {number}: {len(stations)} batches read, {n_stored} acknowledged")
    with closing(sqlite3.connect(home / "observations.sqlite")) as connection:
        integrity = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if integrity != "ok":
        failed.append(integrity)
    report = store.ingest(Kind.RAIN, "seoul", batch(10**6), source="x", simulated=False, received_s=NOW_S)
    if report.n_new == 0:
        failed.append("nothing could be stored once there was room")
    store.close()
    failed += _snapshots(settings)
    values = {"rounds": rounds, "batches_stored": n_stored, "batches_refused": n_refused, "integrity": integrity}
    return Figures(values, failed)


def fill(home: str, first: int, tell: Connection) -> None:
    """Store batches until the file-size limit is met; tell what was raised and how many were stored and refused."""
    path = Path(home) / "observations.sqlite"
    store = ObservationStore(f"sqlite:///{path}")
    store.shorten_journal()
    size = max(path.stat().st_size, ROOM_BYTES)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + ROOM_BYTES, resource.RLIM_INFINITY))
    for number in range(first, first + 1000):
        try:
            store.ingest(Kind.RAIN, "seoul", batch(number), source="x", simulated=False, received_s=NOW_S)
        except Exception as error:
            tell.send((type(error).__name__, number - first, 1))
            return
    tell.send(("nothing", 1000, 0))


def _snapshots(settings: Settings) -> list[str]:
    """A snapshot that cannot be written leaves the former one served, and the next one comes when there is room."""
    mapper = LocalEngine(1)
    moments = iter([START_S + 120.0 * k for k in range(100)])
    loop = Refresher(Library(settings, marks_use=False), lambda *_: None, lambda: next(moments), mapper)
    loop.step()
    library = Library(settings)
    former = library.assessment("tiny").version
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, limits[1]))
    try:
        written = loop.step()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    failed = ["a snapshot was written on a full disk"] if written else []
    if Library(settings).assessment("tiny").version != former:
        failed.append("the former snapshot is not served")
    if loop.step() != ("tiny",) or Library(settings).assessment("tiny").version == former:
        failed.append("no new snapshot once there was room")
    mapper.close()
    return failed
