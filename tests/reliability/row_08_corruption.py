"""Row 8: random bytes changed in what is kept: found out or harmless, never a wrong number."""

import logging
import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from dashboard.engine import LocalEngine
from dashboard.refresh import Refresher
from dashboard.settings import Settings
from dashboard.store.archive import Archive
from dashboard.store.bundle_files import area_arrays, area_facts, hash_arrays
from dashboard.store.bundles import Manifest, bundle_path, read_bundle, write_bundle
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from dashboard.store.mend import mend_database
from dashboard.store.observations import ObservationStore
from dashboard.store.retention import archive_old
from dashboard.store.snapshot_files import _array_files, _manifest
from dashboard.store.snapshots import SnapshotReader
from risk_core.errors import AnsimgilError
from risk_core.units import S_PER_DAY
from tests.reliability.figures import Figures, Plan
from tests.tiny import tiny_area

TITLE = "changed bytes in area, snapshot, archive, database"
TARGET = "detected or harmless; never a wrong number served; quarantined and rebuilt"
NOW_S = 1_785_888_000.0
Told = frozenset[str]


def measure(plan: Plan) -> Figures:
    """Change one byte, read, compare; again and again in copies of everything that is kept."""
    logging.disable(logging.ERROR)
    try:
        home = plan.folder / "whole"
        make_home(home)
        rng, n_flip = random.Random(plan.seed), plan.pick(25, 100)
        reads: dict[str, tuple[str, Callable[[Path], Told]]] = {
            "area": ("areas/tiny/*/*", read_area), "snapshot": ("snapshots/tiny/*/*", read_snapshot),
            "archive": ("archive/rain/seoul/*.parquet", read_archive), "database": ("observations.sqlite", read_rows),
        }  # fmt: skip
        counted = {name: _flip(home, plan.folder / "flipped", files, read, rng, n_flip)
                   for name, (files, read) in reads.items()}  # fmt: skip
    finally:
        logging.disable(logging.NOTSET)
    failed = [f"{name}: {found['wrong']} of {n_flip} told something else" for name, found in counted.items()
              if found["wrong"]]  # fmt: skip
    return Figures({"flips_each": n_flip, **{name: dict(found) for name, found in counted.items()}}, failed)


def _flip(home: Path, copy: Path, files: str, read: Callable[[Path], Told], rng: random.Random, n: int) -> Counter[str]:
    """Outcomes: the same was told; less was told; it was refused; something else was told (wrong)."""
    whole, found = read(home), Counter({"same": 0, "less": 0, "refused": 0, "wrong": 0})
    for _ in range(n):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(home, copy)
        paths = [path for path in sorted(copy.glob(files)) if path.is_file()]
        path = rng.choices(paths, [one.stat().st_size for one in paths])[0]
        data = bytearray(path.read_bytes())
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        path.write_bytes(data)
        try:
            told = read(copy)
        except (AnsimgilError, OSError):
            found["refused"] += 1
            continue
        found["same" if told == whole else "less" if told < whole else "wrong"] += 1
    shutil.rmtree(copy, ignore_errors=True)
    return found


def make_home(home: Path) -> None:
    """An area, two snapshots of it, rain of six days of which three are archived, and a database without journal."""
    settings = Settings(home=home, area="tiny", drill=False)
    write_bundle(home, tiny_area(), Manifest())
    moments = iter([NOW_S - 600 + 120 * k for k in range(100)])
    mapper = LocalEngine(1)
    Refresher(Library(settings, marks_use=False), lambda *_: None, lambda: next(moments), mapper).step()
    mapper.close()
    store = ObservationStore(settings.database_url)
    for day in range(6):
        place = {"lat": 37.5, "lon": 127.0, "interval_s": 600}
        rows = [place | {"station_id": f"s{k}", "time_s": NOW_S - S_PER_DAY * day, "amount_mm": 0.1 * k + day}
                for k in range(200)]  # fmt: skip
        store.ingest(Kind.RAIN, "seoul", rows, source="kma", simulated=False, received_s=NOW_S)
    archive_old(store, Archive(home), 2, NOW_S)
    store.shorten_journal()
    store.close()


def read_area(home: Path) -> Told:
    """Everything of the area: arrays by their hash, and its facts."""
    area = read_bundle(bundle_path(home, "tiny"))
    return frozenset({hash_arrays(area_arrays(area)), repr(area_facts(area))})


def read_snapshot(home: Path) -> Told:
    """Everything of the snapshot that a process which has just started serves."""
    served = SnapshotReader(home).current("tiny")
    arrays = {name: [part.tobytes() for part in parts] for name, parts in _array_files(served).items()}
    return frozenset({repr(_manifest(served, {})), repr(arrays)})


def read_archive(home: Path) -> Told:
    """Rows of the archive."""
    return frozenset(map(repr, Archive(home).rows(Kind.RAIN, "seoul")))


def read_rows(home: Path) -> Told:
    """Rows of the database, after the look that every start takes."""
    url = f"sqlite:///{home / 'observations.sqlite'}"
    mend_database(home, url, NOW_S)
    store = ObservationStore(url)
    try:
        return frozenset(map(repr, store.rows(Kind.RAIN, "seoul")))
    finally:
        store.close()
