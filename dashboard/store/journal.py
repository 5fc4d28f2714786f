"""What a file changed in the store, so that it can be taken back: each row before and after."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, and_, delete, insert, select

from dashboard.store.checking import Row
from dashboard.store.durable import write_bytes
from dashboard.store.kinds import KINDS, Kind
from dashboard.store.schema import TABLES
from dashboard.store.upserts import raise_change_count
from risk_core.errors import Fault, NotFoundError

SCHEMA: Final = 1
Key = tuple[object, ...]
Change = tuple[Row | None, Row | None]
"""A row before and after; None where it was not there."""


@dataclass(slots=True)
class Journal:
    """Changes of rows of one kind, in the order they were made."""

    kind: Kind
    changes: list[Change] = field(default_factory=list)

    def known(self, connection: Connection, rows: Sequence[Row]) -> dict[Key, Row]:
        """Rows of the store that have the keys of these, by key."""
        table, spec = TABLES[self.kind], KINDS[self.kind]
        times: list[Any] = [row[spec.time] for row in rows]
        first, wanted = rows[0], {self._key(row) for row in rows}
        query = select(table).where(
            table.c.area_id == first["area_id"],
            table.c.source == first["source"],
            table.c.simulated.is_(bool(first["simulated"])),
            table.c[spec.time].between(min(times), max(times)),
        )
        found = (dict(row) for row in connection.execute(query).mappings())
        return {self._key(row): row for row in found if self._key(row) in wanted}

    def note(self, before: dict[Key, Row], after: dict[Key, Row]) -> None:
        """Keep what changed between two looks at the same rows."""
        self.changes += [(before.get(key), row) for key, row in after.items() if before.get(key) != row]

    def _key(self, row: Row) -> Key:
        return tuple(row[column.name] for column in TABLES[self.kind].primary_key.columns)


def revert(connection: Connection, journal: Journal) -> tuple[Journal, int]:
    """Take changes back, last first, within a transaction that writes.

    Returns
    -------
    tuple
        What this changed in turn, and how many rows were left because they are no longer as the file left them.
    """
    table, done, n_left = TABLES[journal.kind], Journal(journal.kind), 0
    for before, after in reversed(journal.changes):
        row = after or before or {}
        is_it = and_(*(column == row[column.name] for column in table.primary_key.columns))
        found = connection.execute(select(table).where(is_it)).mappings().first()
        if (None if found is None else dict(found)) != after:
            n_left += 1
            continue
        if after is not None:
            connection.execute(delete(table).where(is_it))
        if before is not None:
            connection.execute(insert(table).values(before))
        done.changes.append((after, before))
    if done.changes:
        raise_change_count(connection, str(row["area_id"]), [journal.kind])
    return done, n_left


def keep_journal(home: Path, journal_id: str, journal: Journal) -> None:
    """Write a journal beside the store."""
    content = {"schema": SCHEMA, "kind": str(journal.kind), "changes": journal.changes}
    path = _path(home, journal_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, gzip.compress(json.dumps(content, ensure_ascii=False).encode()))


def read_journal(home: Path, journal_id: str) -> Journal:
    """Read a journal that was kept.

    Raises
    ------
    risk_core.errors.NotFoundError
        When it is gone.
    """
    path = _path(home, journal_id)
    if not path.is_file():
        remedy = "It can no longer be taken back; send the rows as they should be."
        raise NotFoundError(Fault("file", journal_id, "a file whose changes are kept", remedy))
    content = json.loads(gzip.decompress(path.read_bytes()))
    return Journal(Kind(content["kind"]), [(one[0], one[1]) for one in content["changes"]])


def _path(home: Path, journal_id: str) -> Path:
    if not journal_id.isalnum():
        raise ValueError(journal_id)
    return home / "intake" / "journals" / f"{journal_id}.json.gz"
