"""The figures that Prometheus collects, counted by every process and told by any web process.

With ``PROMETHEUS_MULTIPROC_DIR`` set (the supervisor does it) each process counts in files of its own in that folder,
and a question for the figures adds all of them up, those of processes that have ended too.
"""

import contextlib
import fcntl
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from dashboard.observe.folder import FOLDER_VARIABLE

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
PAST: Final = "past"
"""Takes the place of the process number in the file of all processes that have ended."""
FILE_PATTERN: Final = re.compile(r"(counter|histogram)_(\d+)\.db")
LOCK: Final = ".lock"
REQUEST_BUCKETS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
STAGE_BUCKETS_S: Final = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)

REGISTRY: Final = CollectorRegistry()
REQUESTS: Final = Counter(
    "ansimgil_requests", "Requests answered.", ("door", "route", "method", "status"), registry=REGISTRY
)
REQUEST_SECONDS: Final = Histogram(
    "ansimgil_request_seconds",
    "Seconds from the first look at a request to its answer's head.",
    ("door", "route"),
    buckets=REQUEST_BUCKETS_S,
    registry=REGISTRY,
)
STAGE_SECONDS: Final = Histogram(
    "ansimgil_refresh_stage_seconds",
    "Seconds of each stage of an assessment; stages do not overlap.",
    ("area", "stage"),
    buckets=STAGE_BUCKETS_S,
    registry=REGISTRY,
)
REFRESHES: Final = Counter(
    "ansimgil_refreshes", "Assessments by how they ended: written or failed.", ("area", "outcome"), registry=REGISTRY
)
DEATHS: Final = Counter(
    "ansimgil_process_deaths", "Ends of processes while the server goes on.", ("process",), registry=REGISTRY
)


def exposition(extra: Iterable[Collector] = ()) -> bytes:
    """All figures as Prometheus reads them.

    Parameters
    ----------
    extra
        Collectors of what is known at this moment only.
    """
    registry = CollectorRegistry()
    for one in extra:
        registry.register(one)
    folder = os.environ.get(FOLDER_VARIABLE, "")
    if not folder or not Path(folder).is_dir():
        return generate_latest(REGISTRY) + generate_latest(registry)
    with _locked(Path(folder)):
        fold_ended(Path(folder))
        registry.register(MultiProcessCollector(None, path=folder))
        return generate_latest(registry)


def fold_ended(folder: Path) -> int:
    """Add what ended processes counted to one file a type, so that files do not pile up; returns how many ended.

    Only while holding the folder's lock.
    """
    ended: dict[str, list[Path]] = {}
    for file in sorted(folder.glob("*.db")):
        found = FILE_PATTERN.fullmatch(file.name)
        if found is not None and not _is_running(int(found[2])):
            ended.setdefault(found[1], []).append(file)
    for kind, files in ended.items():
        _add_up(folder / f"{kind}_{PAST}.db", files)
    return sum(map(len, ended.values()))


def _add_up(past: Path, files: list[Path]) -> None:
    summed: dict[str, float] = {}
    for file in (past, *files):
        if file.is_file():
            for key, value, _, _ in MmapedDict.read_all_values_from_file(str(file)):
                summed[key] = summed.get(key, 0.0) + value
    temporary = past.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    written = MmapedDict(str(temporary))
    for key, value in summed.items():
        written.write_value(key, value, 0.0)
    written.close()
    os.replace(temporary, past)
    for file in files:
        file.unlink(missing_ok=True)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
