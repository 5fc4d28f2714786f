"""The store of observations: one door for feeds, files and drills alike."""

import dataclasses
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, CursorResult, Engine, Select, and_, bindparam, delete, exc, func, or_, select, tuple_

from dashboard.store.acts import DESK
from dashboard.store.blocks import Row
from dashboard.store.checking import Reading, check_records
from dashboard.store.journal import Journal, revert
from dashboard.store.kinds import KINDS, Kind, KindSpec
from dashboard.store.schema import (
    CHANGES,
    KIND_CHANGES,
    ROW_CHECKS,
    TABLES,
    UNDECODABLE,
    any_text,
    open_database,
    writing,
)
from dashboard.store.times import EARLIEST_S, LATEST_S
from dashboard.store.upserts import newest_of_each, raise_change_count, upsert_rows, with_vintages
from risk_core.errors import Fault, InputError, raise_faults

MAX_FAULTS: Final = 1_000
"""Most faults a report carries; more are only counted."""

AREA_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
"""What an area may be called."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What came of one batch.

    Attributes
    ----------
    kind, area_id
        What was ingested, and where.
    n_new
        Rows that were not known before.
    n_changed
        Rows that replaced what was known of them.
    n_same
        Rows that were already known, or were older than what is known.
    n_refused
        Records that did not fit.
    faults
        Why, the first `MAX_FAULTS`.
    ignored
        Fields of the records that no column is known for.
    """

    kind: Kind
    area_id: str
    n_new: int
    n_changed: int
    n_same: int
    n_refused: int
    faults: tuple[Fault, ...]
    ignored: tuple[str, ...]

    @property
    def n_accepted(self) -> int:
        """Rows that fit, known or not."""
        return self.n_new + self.n_changed + self.n_same


class ObservationStore:
    """Observations of every area in one database.

    Rows are known by their natural key (area, source, simulated and the kind's own key), so that a batch
    sent again changes nothing. A row of a newer revision replaces an older one, never the other way round;
    of equal revisions the one received last stays.

    Parameters
    ----------
    database_url
        SQLAlchemy URL; the schema is created or migrated when it is opened.

    Raises
    ------
    InputError
        When the database cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> store = ObservationStore(f"sqlite:///{tempfile.mkdtemp()}/store.sqlite")
    >>> row = {"district_id": "11", "day": "2026-08-05", "count": 3}
    >>> store.ingest(Kind.CASES, "seoul", [row], source="kdca", simulated=False, received_s=1.8e9).n_new
    1
    >>> store.change_count("seoul")
    1
    """

    def __init__(self, database_url: str) -> None:
        self._engine = open_database(database_url)
        self._change_count = select(CHANGES.c.change_count).where(CHANGES.c.area_id == bindparam("area_id"))
        self._kind_change_count = select(KIND_CHANGES.c.change_count).where(
            KIND_CHANGES.c.area_id == bindparam("area_id"), KIND_CHANGES.c.kind == bindparam("kind")
        )

    def ingest(
        self,
        kind: Kind | str,
        area_id: str,
        records: Sequence[Mapping[str, object]],
        *,
        source: str,
        simulated: bool,
        received_s: float,
        reading: Reading = Reading(),  # noqa: B008 (frozen)
        journal: Journal | None = None,
    ) -> IngestReport:
        """Check a batch and store its good records, all or none of them.

        Parameters
        ----------
        kind
            What the records are.
        area_id
            The area they belong to.
        records
            Fields by column name (or one of its other names) as `KINDS` documents them; times as ISO 8601
            text with an offset, aware datetimes or unix seconds.
        source
            Who observed it; part of the key.
        simulated
            True for drills; part of the key.
        received_s
            When it came in, unix seconds on the area's clock.
        reading
            Places for messages, offset of bare times, bounds of the area.
        journal
            Notes what changed; None to note nothing.

        Returns
        -------
        IngestReport
            What was new, changed, known or refused. When it returns, the batch is on the disk.

        Raises
        ------
        InputError
            For an unknown kind, a malformed area or source, or a `received_s` that is no time.
        """
        spec = _spec_of(kind, area_id, source, received_s)
        checked = check_records(spec, records, reading)
        origin = {"area_id": area_id, "source": source, "simulated": bool(simulated), "received_s": float(received_s)}
        n_new, n_changed = self._store(spec, checked.rows, origin, journal)
        faults = tuple(checked.faults[:MAX_FAULTS])
        n_same = len(checked.rows) - n_new - n_changed
        return IngestReport(spec.kind, area_id, n_new, n_changed, n_same, checked.n_refused, faults, checked.ignored)

    def store(
        self, kind: Kind, area_id: str, rows: Sequence[Row], *, source: str, simulated: bool, received_s: float
    ) -> tuple[int, int]:
        """Store rows that `check_records` has made, all or none of them.

        Parameters
        ----------
        kind, area_id, source, simulated, received_s
            As for `ingest`, and as `ingest` raises.
        rows
            The rows.

        Returns
        -------
        tuple
            How many were new, and how many replaced what was known.
        """
        spec = _spec_of(kind, area_id, source, received_s)
        origin = {"area_id": area_id, "source": source, "simulated": bool(simulated), "received_s": float(received_s)}
        return self._store(spec, rows, origin, None)

    def _store(self, spec: KindSpec, rows: Sequence[Row], origin: Row, journal: Journal | None) -> tuple[int, int]:
        if not rows:
            return 0, 0
        with writing(self._engine) as connection:
            return _store_rows(connection, spec, [row | origin for row in rows], journal)

    def amend(
        self,
        kind: Kind,
        area_id: str,
        record: Mapping[str, object],
        *,
        source: str,
        simulated: bool,
        received_s: float,
        within: Callable[[Connection], None],
    ) -> None:
        """Store one record together with what `within` writes: both or neither.

        Parameters
        ----------
        kind, area_id, record, source, simulated, received_s
            As for `ingest`.
        within
            Called in the transaction before the record is stored; what it raises undoes everything.

        Raises
        ------
        InputError
            With every fault of the record; nothing is stored then.
        """
        spec = _spec_of(kind, area_id, source, received_s)
        checked = check_records(spec, [record], Reading())
        raise_faults([dataclasses.replace(fault, place="") for fault in checked.faults])
        origin = {"area_id": area_id, "source": source, "simulated": bool(simulated), "received_s": float(received_s)}
        with writing(self._engine) as connection:
            within(connection)
            _store_rows(connection, spec, [row | origin for row in checked.rows])

    def take_back(self, journal: Journal, within: Callable[[Connection, Journal, int], None]) -> None:
        """Take back what a journal notes, together with what `within` writes: both or neither.

        Parameters
        ----------
        journal
            What a file changed.
        within
            Called in the transaction with what taking it back changed, and how many rows were left as they are since
            they are no longer as the file left them; what it raises undoes everything.
        """
        with writing(self._engine) as connection:
            within(connection, *revert(connection, journal))

    def change_count(self, area_id: str, kind: Kind | None = None) -> int:
        """How often the area's observations, or those of one kind, have changed; 0 before the first.

        One indexed read.
        """
        query = self._change_count if kind is None else self._kind_change_count
        with self._engine.connect() as connection:
            return int(connection.execute(query, {"area_id": area_id, "kind": str(kind)}).scalar() or 0)

    def purge_simulated(self, area_id: str, source: str | None = None) -> int:
        """Remove everything simulated in an area, or that of one source; returns the rows removed.

        A drill does so before it is replayed; taken up again, it removes its own rows only, so that what coordinators
        did in it stands.
        """
        with writing(self._engine) as connection:
            removed = {}
            for kind, table in TABLES.items():
                found = and_(table.c.area_id == area_id, table.c.simulated.is_(True))
                if source is not None:
                    found = and_(found, table.c.source == source)
                removed[kind] = connection.execute(delete(table).where(found)).rowcount
            changed = [kind for kind, n_removed in removed.items() if n_removed]
            if changed:
                raise_change_count(connection, area_id, changed)
        return sum(removed.values())

    def forget_source(self, area_id: str, source: str) -> int:
        """Remove everything one source told of an area; returns the rows removed."""
        with writing(self._engine) as connection:
            removed = {}
            for kind, table in TABLES.items():
                found = and_(table.c.area_id == area_id, table.c.source == source)
                removed[kind] = connection.execute(delete(table).where(found)).rowcount
            changed = [kind for kind, n_removed in removed.items() if n_removed]
            if changed:
                raise_change_count(connection, area_id, changed)
        return sum(removed.values())

    def rows(
        self, kind: Kind | str, area_id: str, since_s: float | None = None, now_s: float | None = None
    ) -> list[dict[str, Any]]:
        """Rows of a kind, oldest first.

        Parameters
        ----------
        kind, area_id
            What, and where.
        since_s, now_s
            Only rows whose time column lies in since_s..now_s; None leaves that end open.

        Examples
        --------
        >>> import tempfile
        >>> ObservationStore(f"sqlite:///{tempfile.mkdtemp()}/store.sqlite").rows(Kind.RAIN, "seoul")
        []
        """
        spec = KINDS[_known_kind(kind)]
        table = TABLES[spec.kind]
        time = table.c[spec.time]
        query = select(table).where(table.c.area_id == area_id).order_by(time, *table.primary_key.columns)
        if since_s is not None:
            query = query.where(time >= since_s)
        if now_s is not None:
            query = query.where(time <= now_s)
        return self._read(spec.kind, query)

    def page_key(self, kind: Kind | str) -> tuple[str, ...]:
        """Columns that, after its time, name a row of a kind among those of an area."""
        spec = KINDS[_known_kind(kind)]
        names = [column.name for column in TABLES[spec.kind].primary_key.columns]
        return tuple(name for name in names if name not in ("area_id", spec.time))

    def page(
        self, kind: Kind | str, area_id: str, since_s: float | None, after: Sequence[Any] | None, limit: int
    ) -> list[dict[str, Any]]:
        """Rows of a kind, oldest first, at most `limit`.

        Parameters
        ----------
        kind, area_id
            What, and where.
        since_s
            Only rows at that time or later; None for all.
        after
            Time and `page_key` of the last row of the page before; None for the first page.
        limit
            Most rows.
        """
        spec = KINDS[_known_kind(kind)]
        table = TABLES[spec.kind]
        order = [table.c[spec.time], *(table.c[name] for name in self.page_key(kind))]
        query = select(table).where(table.c.area_id == area_id).order_by(*order).limit(limit)
        if since_s is not None:
            query = query.where(table.c[spec.time] >= since_s)
        if after is not None:
            query = query.where(tuple_(*order) > tuple_(*after))
        return self._read(spec.kind, query)

    def find(self, kind: Kind, area_id: str, **equal: object) -> list[dict[str, Any]]:
        """Rows of an area whose columns equal what is given, in the order of their key."""
        table = TABLES[kind]
        found = [table.c[name] == value for name, value in equal.items()]
        return self._read(
            kind, select(table).where(table.c.area_id == area_id, *found).order_by(*table.primary_key.columns)
        )

    def closures_from(self, area_id: str, now_s: float) -> list[dict[str, Any]]:
        """Closures that are not over at `now_s` and were not taken back, earliest first.

        Those of the desk hold past their end until somebody says that it is safe.
        """
        table = TABLES[Kind.CLOSURES]
        is_ahead = or_(table.c.until_s.is_(None), table.c.until_s > now_s, table.c.source == DESK)
        query = select(table).where(table.c.area_id == area_id, is_ahead, table.c.is_cancelled.is_(False))
        return self._read(Kind.CLOSURES, query.order_by(table.c.from_s, *table.primary_key.columns))

    def largest(
        self, kind: Kind, area_id: str, value: str, place: tuple[str, ...], within_s: tuple[float, float]
    ) -> dict[tuple[str, ...], float]:
        """Largest value of a column at each place (the words of some columns) in a time, unix seconds."""
        table = TABLES[kind]
        names, time = [table.c[name] for name in place], table.c[KINDS[kind].time]
        query = select(*names, func.max(table.c[value])).where(table.c.area_id == area_id, time.between(*within_s))
        with self._engine.connect() as connection:
            found = connection.execute(query.group_by(*names))
            return {tuple(map(str, row[:-1])): float(row[-1]) for row in found}

    def newest_rows(self, kind: Kind | str, area_id: str, now_s: float) -> list[dict[str, Any]]:
        """Newest row (not after `now_s`) of each thing a kind watches over time, for example of each shelter."""
        spec = KINDS[_known_kind(kind)]
        table = TABLES[spec.kind]
        thing = [column for column in table.primary_key.columns if column.name != spec.time]
        age = func.row_number().over(partition_by=thing, order_by=table.c[spec.time].desc()).label("age")
        ranked = select(table, age).where(table.c.area_id == area_id, table.c[spec.time] <= now_s).subquery()
        names = [ranked.c[column.name] for column in table.columns]
        ordered = [ranked.c[column.name] for column in table.primary_key.columns]
        return self._read(spec.kind, select(*names).where(ranked.c.age == 1).order_by(*ordered))

    def count_sources(self, area_id: str, now_s: float) -> list[dict[str, Any]]:
        """Newest time (not after `now_s`) and number of rows of each source of each kind of an area."""
        found = []
        with self._engine.connect() as connection:
            for kind, table in TABLES.items():
                time = table.c[KINDS[kind].time]
                query = (
                    select(table.c.source, table.c.simulated, func.max(time).label("newest_s"), func.count().label("n"))
                    .where(table.c.area_id == area_id, time <= now_s)
                    .group_by(table.c.source, table.c.simulated)
                )
                found += [{"kind": str(kind), **row} for row in connection.execute(query).mappings()]
        return sorted(found, key=lambda row: (row["kind"], row["source"], row["simulated"]))

    def arrivals(self, kind: Kind | str, area_id: str, source: str, now_s: float, n: int) -> list[tuple[float, float]]:
        """Newest times (not after `now_s`) a source has told of, each with when it first came in, newest first.

        Unix seconds; `n` times at most, whether observed or simulated.
        """
        spec = KINDS[_known_kind(kind)]
        table = TABLES[spec.kind]
        time = table.c[spec.time]
        query = (
            select(time, func.min(table.c.received_s))
            .where(table.c.area_id == area_id, table.c.source == source, time <= now_s)
            .group_by(time)
            .order_by(time.desc())
            .limit(n)
        )
        with self._engine.connect() as connection:
            return [(float(then_s), float(came_s)) for then_s, came_s in connection.execute(query)]

    def _read(self, kind: Kind, query: "Select[Any]") -> list[dict[str, Any]]:
        try:
            with self._engine.connect() as connection:
                return ROW_CHECKS[kind].sound(_told(connection.execute(query)))
        except exc.OperationalError as error:
            if UNDECODABLE not in str(error.orig):
                raise
        with self._engine.connect() as connection, any_text(connection):
            return ROW_CHECKS[kind].sound(_told(connection.execute(query)))

    @property
    def engine(self) -> Engine:
        """The database, for what moves or saves rows as they are."""
        return self._engine

    def shorten_journal(self) -> None:
        """Bring SQLite's journal into the database and cut it to nothing, if nobody is reading from it."""
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:
                connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the connections; the store opens new ones when it is used again."""
        self._engine.dispose()


def _told(found: CursorResult[Any]) -> list[dict[str, Any]]:
    """Rows by the names of their columns."""
    names = tuple(found.keys())
    return [dict(zip(names, row, strict=True)) for row in found]


def _store_rows(
    connection: Connection, spec: KindSpec, rows: list[dict[str, Any]], journal: Journal | None = None
) -> tuple[int, int]:
    """Store checked rows of one area and source; returns how many were new and how many changed."""
    if spec.vintage:
        rows = with_vintages(connection, spec, rows)
    before = {} if journal is None else journal.known(connection, rows)
    checked = ROW_CHECKS[spec.kind].add(newest_of_each(spec, rows))
    n_new, n_changed = upsert_rows(connection, TABLES[spec.kind], checked)
    if journal is not None:
        journal.note(before, journal.known(connection, rows))
    if n_new or n_changed:
        raise_change_count(connection, str(rows[0]["area_id"]), [spec.kind])
    return n_new, n_changed


def _known_kind(kind: Kind | str) -> Kind:
    try:
        return Kind(kind)
    except ValueError:
        wanted = "one of " + ", ".join(Kind)
        raise InputError(Fault("kind", str(kind), wanted, "Choose the kind of the observations.")) from None


def _spec_of(kind: Kind | str, area_id: str, source: str, received_s: float) -> KindSpec:
    """Table of the kind, after the batch's own arguments were checked together."""
    faults = []
    if not AREA_ID.fullmatch(area_id):
        remedy = "Use the id that `area list` shows."
        faults.append(Fault("area_id", repr(area_id), "lower-case letters, digits and dashes", remedy))
    if not source.strip() or len(source) > 200 or "\x00" in source:
        faults.append(Fault("source", repr(source[:60]), "a name of 1 to 200 characters", "Name who observed it."))
    if not (math.isfinite(received_s) and EARLIEST_S <= received_s < LATEST_S):
        faults.append(Fault("received_s", str(received_s), "unix seconds in 1900..2199", "Pass the area's clock."))
    raise_faults(faults)
    return KINDS[_known_kind(kind)]
