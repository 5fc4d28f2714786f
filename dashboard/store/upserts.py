"""Writing rows so that a batch sent again changes nothing and an older row never replaces a newer one."""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Connection, Table, and_, or_, select
from sqlalchemy.dialects import sqlite

from dashboard.store.checking import Row
from dashboard.store.kinds import Kind, KindSpec
from dashboard.store.row_checks import CRC
from dashboard.store.schema import CHANGES, KIND_CHANGES, TABLES
from risk_core.units import S_PER_DAY

MANY: Final = 100


def _insert_of(connection: Connection) -> Any:
    """Insert statement of the database that knows ON CONFLICT; PostgreSQL's is slow to import and seldom needed."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert
    return sqlite.insert


def newest_of_each(spec: KindSpec, rows: Sequence[Row]) -> list[Row]:
    """One row a key: of the same row given twice in a batch the newest revision, then the last, stays."""
    newest: dict[tuple[object, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in spec.key)
        known = newest.get(key)
        if known is None or row["revision"] >= known["revision"]:  # type: ignore[operator]
            newest[key] = row
    return list(newest.values())


def with_vintages(connection: Connection, spec: KindSpec, rows: Sequence[Row]) -> list[Row]:
    """Fill in since when values are known where the batch does not say.

    A value equal to the newest one known keeps its vintage (nothing changes); another one begins a vintage
    at its receipt, so that every revision is kept. A simulated day is known when it ends, since its clock is
    not the clock of the receipt.
    """
    if all(row[spec.vintage] is not None for row in rows):
        return list(rows)
    table = TABLES[spec.kind]
    names = [name for name in spec.key if name != spec.vintage]
    value = next(column.name for column in spec.columns if column.required and column.name not in spec.key)
    first = rows[0]
    days = [row[spec.time] for row in rows]
    query = (
        select(*(table.c[name] for name in names), table.c[spec.vintage], table.c[value], table.c.revision)
        .where(table.c.area_id == first["area_id"], table.c.source == first["source"])
        .where(table.c.simulated.is_(bool(first["simulated"])), table.c[spec.time].between(min(days), max(days)))  # type: ignore[type-var]
        .order_by(table.c[spec.vintage])
    )
    newest = {tuple(found[: len(names)]): found[len(names) :] for found in connection.execute(query)}
    filled = []
    for given in rows:
        row = dict(given)
        key = tuple(row[name] for name in names)
        if row[spec.vintage] is None and row["simulated"]:
            row[spec.vintage] = row[spec.time] + S_PER_DAY  # type: ignore[operator]
        elif row[spec.vintage] is None:
            since_s, known, revision = newest.get(key, (None, None, 0))
            is_kept = since_s is not None and (known == row[value] or row["revision"] < revision)
            row[spec.vintage] = since_s if is_kept else row["received_s"]
        newest[key] = (row[spec.vintage], row[value], row["revision"])
        filled.append(row)
    return filled


def upsert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> tuple[int, int]:
    """Insert what is new, replace what is newer and different; returns how many of each."""
    insert = _insert_of(connection)
    key = [column.name for column in table.primary_key.columns]
    n_new = _execute_many(connection, insert(table).on_conflict_do_nothing(index_elements=key), rows)
    if n_new == len(rows):
        return n_new, 0
    given = insert(table)
    changing = [column.name for column in table.columns if column.name not in key]
    is_newer = or_(
        given.excluded.revision > table.c.revision,
        and_(given.excluded.revision == table.c.revision, given.excluded.received_s >= table.c.received_s),
    )
    is_different = or_(
        *(table.c[name].is_distinct_from(given.excluded[name]) for name in changing if name not in ("received_s", CRC))
    )
    replacing = given.on_conflict_do_update(
        index_elements=key,
        set_={name: given.excluded[name] for name in changing},
        where=and_(is_newer, is_different),
    )
    return n_new, _execute_many(connection, replacing, rows)


def _execute_many(connection: Connection, statement: Any, rows: Sequence[Row]) -> int:
    """Execute a statement for every row; returns how many rows it changed.

    SQLite takes our values as they are, so many rows go straight to it: SQLAlchemy's own way costs more for each value
    than storing it.
    """
    if len(rows) < MANY or connection.dialect.name != "sqlite":
        return int(connection.execute(statement, rows).rowcount)
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(rows[0]))
    values_of = itemgetter(*compiled.positiontup)
    return int(connection.exec_driver_sql(str(compiled), [values_of(row) for row in rows]).rowcount)


def raise_change_count(connection: Connection, area_id: str, kinds: Iterable[Kind]) -> None:
    """Count one more change of the area, and of each of the kinds that changed."""
    _count_one(connection, CHANGES, {"area_id": area_id})
    for kind in kinds:
        _count_one(connection, KIND_CHANGES, {"area_id": area_id, "kind": str(kind)})


def _count_one(connection: Connection, table: Table, key: dict[str, str]) -> None:
    first = _insert_of(connection)(table).values(change_count=1, **key)
    more = {"change_count": table.c.change_count + 1}
    connection.execute(first.on_conflict_do_update(index_elements=list(key), set_=more))
