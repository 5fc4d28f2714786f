"""Old observations by day in Parquet: smaller by a factor of ten, never changed in place, each file with its checksum.

``home/archive/<kind>/<area>/<day>-<hash>.parquet``; the list of files beside them is written last and switched by an
atomic rename, so that a process killed at any point leaves the former list or the new one, each naming whole files.
"""

import contextlib
import fcntl
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Boolean, Double, Integer

from dashboard.store.durable import sync_folder, write_bytes
from dashboard.store.kinds import KINDS, Kind
from dashboard.store.row_checks import CRC
from dashboard.store.schema import TABLES
from risk_core.units import S_PER_DAY

if TYPE_CHECKING:
    import pyarrow as pa

log = logging.getLogger(__name__)

ARCHIVED: Final = (Kind.RAIN, Kind.WIND)
"""Kinds that grow by the minute and are looked back at for hours; what is learnt from for years stays."""
FILES: Final = "files.json"
LOCK: Final = ".lock"
BAD: Final = ".bad"
MEMORY: Final = "512MB"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DayFile:
    """One day of one kind of one area: name, SHA-256 and number of rows."""

    day: str
    name: str
    sha256: str
    n_row: int


class Archive:
    """The days of every kind and area under one home.

    Parameters
    ----------
    home
        Folder of everything kept between starts.
    """

    def __init__(self, home: Path) -> None:
        self.root = home / "archive"
        self._proven: dict[Path, tuple[int, int]] = {}

    def files(self, kind: Kind, area_id: str) -> dict[str, DayFile]:
        """Files by day, as 2026-08-05."""
        try:
            told = json.loads((self._folder(kind, area_id) / FILES).read_bytes())
        except FileNotFoundError:
            return {}
        return {one["day"]: DayFile(**one) for one in told}

    def write_day(self, kind: Kind, area_id: str, day: str, rows: Sequence[Row]) -> DayFile:
        """Keep the rows of a day in place of whatever was kept of it; on the disk when it returns."""
        import pyarrow.parquet as pq

        folder = self._folder(kind, area_id)
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f".tmp-{os.getpid()}"
        pq.write_table(_table_of(kind, rows), temporary, compression="zstd")
        data = temporary.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        made = DayFile(day, f"{day}-{sha256[:12]}.parquet", sha256, len(rows))
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, folder / made.name)
        with _locked(folder):
            former = self.files(kind, area_id)
            self._write_list(folder, {**former, day: made})
            if day in former and former[day].name != made.name:
                (folder / former[day].name).unlink(missing_ok=True)
        return made

    def rows(self, kind: Kind, area_id: str, since_s: float = -1e18, until_s: float = 1e18) -> list[Row]:
        """Archived rows of a kind whose time lies in since_s..until_s, oldest first.

        A file whose checksum is not the one of the list is set aside and logged; none of its rows is told.
        """
        folder = self._folder(kind, area_id)
        first, last = day_of(max(since_s, 0.0)), day_of(min(until_s, 7e9))
        found = [one for day, one in sorted(self.files(kind, area_id).items()) if first <= day <= last]
        paths = [str(folder / one.name) for one in found if self._is_sound(folder, one)]
        if not paths:
            return []
        time = KINDS[kind].time
        key = ", ".join(f'"{column.name}"' for column in TABLES[kind].primary_key.columns)
        with _reading(folder) as connection:
            result = connection.execute(
                f'SELECT * FROM read_parquet(?) WHERE "{time}" BETWEEN ? AND ? ORDER BY "{time}", {key}',
                [paths, since_s, until_s],
            )
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def page(self, kind: Kind, area_id: str, since_s: float, after: Sequence[Any] | None, limit: int) -> list[Row]:
        """As `ObservationStore.page` over archived rows: oldest first, at most `limit`.

        No more days are read than that takes; a file whose checksum is not the one of the list is set aside.
        """
        folder, time = self._folder(kind, area_id), KINDS[kind].time
        first_s = max(since_s, after[0] if after else since_s, 0.0)
        key = [column.name for column in TABLES[kind].primary_key.columns]
        order = [time, *(name for name in key if name not in ("area_id", time))]
        names = ", ".join(f'"{name}"' for name in order)
        beyond = f" AND ({names}) > ({', '.join('?' * len(order))})" if after else ""
        query = f'SELECT * FROM read_parquet(?) WHERE "{time}" >= ?{beyond} ORDER BY {names} LIMIT ?'
        found: list[Row] = []
        for day, one in sorted(self.files(kind, area_id).items()):
            if day < day_of(first_s) or not self._is_sound(folder, one):
                continue
            with _reading(folder) as connection:
                told = [str(folder / one.name), since_s, *(after or ()), limit - len(found)]
                result = connection.execute(query, told)
                columns = [column[0] for column in result.description]
                found += [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
            if len(found) >= limit:
                break
        return found

    def faults(self) -> list[str]:
        """What is wrong: files that are missing, or are not what the list says."""
        found = []
        for told in sorted(self.root.glob(f"*/*/{FILES}")):
            kind, area_id = Kind(told.parent.parent.name), told.parent.name
            for one in self.files(kind, area_id).values():
                path = told.parent / one.name
                if not path.is_file():
                    found.append(f"{path}: missing")
                elif _sha256(path) != one.sha256:
                    found.append(f"{path}: not what was written")
        return found

    def _folder(self, kind: Kind, area_id: str) -> Path:
        return self.root / str(kind) / area_id

    def _is_sound(self, folder: Path, one: DayFile) -> bool:
        """Whether a file is what was written; looked at once as long as it is not touched."""
        path = folder / one.name
        try:
            facts = path.stat()
            stamp = facts.st_size, facts.st_mtime_ns
            if self._proven.get(path) == stamp:
                return True
            if _sha256(path) == one.sha256:
                self._proven[path] = stamp
                return True
            shutil.copy2(path, path.with_suffix(BAD))
            log.error("%s is not what was written; its rows are left out (a copy is kept as %s)", path.name, BAD)
        except FileNotFoundError:
            log.error("%s is missing; its rows are left out", path.name)
        return False

    @staticmethod
    def _write_list(folder: Path, files: Mapping[str, DayFile]) -> None:
        told = [{name: getattr(one, name) for name in DayFile.__slots__} for _, one in sorted(files.items())]
        write_bytes(folder / f".tmp-{FILES}", json.dumps(told, indent=0).encode())
        os.replace(folder / f".tmp-{FILES}", folder / FILES)
        sync_folder(folder)


def _table_of(kind: Kind, rows: Sequence[Row]) -> "pa.Table":
    import pyarrow as pa

    types = {Double: pa.float64(), Integer: pa.int64(), Boolean: pa.bool_()}
    columns = [column for column in TABLES[kind].c if column.name != CRC]
    fields = [(column.name, types.get(type(column.type), pa.string())) for column in columns]
    return pa.table({name: pa.array([row.get(name) for row in rows], type_) for name, type_ in fields})


@contextlib.contextmanager
def _reading(folder: Path) -> "Iterator[Any]":
    """A DuckDB in memory that may read this folder and nothing else."""
    import duckdb

    connection = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": MEMORY})
    try:
        connection.execute("SET allowed_directories = [?]", [str(folder)])
        connection.execute("SET enable_external_access = false")
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def day_of(time_s: float) -> str:
    """Day in UTC.

    Examples
    --------
    >>> day_of(1_785_888_000.0)
    '2026-08-05'
    """
    return datetime.fromtimestamp(time_s // S_PER_DAY * S_PER_DAY, UTC).strftime("%Y-%m-%d")
