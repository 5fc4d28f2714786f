"""Moves old observations from the database to the archive, day by day, and reads both as one."""

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import and_, delete, func, select

from dashboard.store.archive import ARCHIVED, Archive, Row, day_of
from dashboard.store.kinds import KINDS, Kind
from dashboard.store.observations import ObservationStore
from dashboard.store.schema import ROW_CHECKS, TABLES, writing
from risk_core.units import S_PER_DAY

LEAST_DAYS: Final = 2
"""Days that stay in the database at least: models look back thirteen hours."""


def archive_old(store: ObservationStore, archive: Archive, keep_days: int, now_s: float) -> int:
    """Archive every whole day older than `keep_days`; returns the rows moved.

    A row is deleted only after its day lies on the disk, and only if nothing of the day has changed since it was
    read; a day with a row that is not what was stored is left for a person to look at. Killed at any point, the next
    call finds the rows in the database, in the archive or in both, and `history` tells each once. Simulated rows stay:
    a drill removes its own.

    Parameters
    ----------
    store, archive
        From where to where.
    keep_days
        Days that stay in the database, at least `LEAST_DAYS`.
    now_s
        Unix seconds.
    """
    cutoff_s = (math.floor(now_s / S_PER_DAY) - max(keep_days, LEAST_DAYS)) * S_PER_DAY
    return sum(_archive_day(store, archive, kind, area_id, day_s)
               for kind in ARCHIVED for area_id, day_s in _old_days(store, kind, cutoff_s))  # fmt: skip


def history(
    store: ObservationStore, archive: Archive, kind: Kind, area_id: str, since_s: float, until_s: float
) -> list[Row]:
    """Rows of a kind in since_s..until_s from database and archive, oldest first, each once in its newest revision."""
    rows = archive.rows(kind, area_id, since_s, until_s) if kind in ARCHIVED else []
    return newest(kind, [*rows, *store.rows(kind, area_id, since_s, until_s)])


def history_page(
    store: ObservationStore, archive: Archive, kind: Kind, area_id: str, since_s: float | None,
    after: Sequence[Any] | None, limit: int,
) -> list[Row]:  # fmt: skip
    """As `ObservationStore.page`, over database and archive: each row once, in its newest revision.

    Each of the two gives its first `limit` rows, so the first `limit` of both together are whole.
    """
    rows = store.page(kind, area_id, since_s, after, limit)
    if kind not in ARCHIVED:
        return rows
    old = archive.page(kind, area_id, -math.inf if since_s is None else since_s, after, limit)
    order = (KINDS[kind].time, *store.page_key(kind))
    return sorted(newest(kind, [*old, *rows]), key=lambda row: tuple(row[name] for name in order))[:limit]


def newest(kind: Kind, rows: Iterable[Row]) -> list[Row]:
    """One row a key, oldest first: the newest revision, of equal ones that received last."""
    key = [column.name for column in TABLES[kind].primary_key.columns]
    best: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        at = tuple(row[name] for name in key)
        known = best.get(at)
        if known is None or (row["revision"], row["received_s"]) >= (known["revision"], known["received_s"]):
            best[at] = row
    return sorted(best.values(), key=lambda row: (row[KINDS[kind].time], *(row[name] for name in key)))


def _old_days(store: ObservationStore, kind: Kind, cutoff_s: float) -> list[tuple[str, float]]:
    """Area and beginning of each day that has observed rows before the cut."""
    table = TABLES[kind]
    time = table.c[KINDS[kind].time]
    query = (
        select(table.c.area_id, func.min(time), func.max(time))
        .where(time < cutoff_s, table.c.simulated.is_(False))
        .group_by(table.c.area_id)
    )
    found = []
    with store.engine.connect() as connection:
        for area_id, first_s, last_s in connection.execute(query):
            days = range(math.floor(first_s / S_PER_DAY), math.floor(last_s / S_PER_DAY) + 1)
            found += [(area_id, day * S_PER_DAY) for day in days]
    return found


def _archive_day(store: ObservationStore, archive: Archive, kind: Kind, area_id: str, day_s: float) -> int:
    table = TABLES[kind]
    time = table.c[KINDS[kind].time]
    within = and_(table.c.area_id == area_id, table.c.simulated.is_(False), time >= day_s, time < day_s + S_PER_DAY)
    with store.engine.connect() as connection:
        stored = [dict(row) for row in connection.execute(select(table).where(within)).mappings()]
    rows = ROW_CHECKS[kind].sound(stored)
    if not stored or len(rows) < len(stored):
        return 0
    until_s = math.nextafter(day_s + S_PER_DAY, 0.0)
    merged = newest(kind, [*archive.rows(kind, area_id, day_s, until_s), *rows])
    archive.write_day(kind, area_id, day_of(day_s), merged)
    with writing(store.engine) as connection:
        state = connection.execute(select(func.count(), func.max(table.c.received_s)).where(within)).one()
        if tuple(state) != (len(rows), max(row["received_s"] for row in rows)):
            return 0
        connection.execute(delete(table).where(within))
    return len(rows)
