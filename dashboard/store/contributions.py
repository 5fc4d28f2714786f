"""Operators' sources in the database of the observations: records, batches taken, rows held back, privacy spent."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import delete, func, insert, select, update

from dashboard.store.kinds import Kind
from dashboard.store.open_tables import CONTRIBUTED_BATCHES, CONTRIBUTED_SOURCES, HELD_ROWS, PRIVACY_SPENT
from dashboard.store.schema import open_database, writing
from risk_core.errors import AnsimgilError, Fault, InputError, NotFoundError
from risk_core.units import S_PER_DAY

MOST_OF_ONE: Final = 20
"""Sources that one key may have."""
FIRST_TRUST: Final = 0.5
"""Trust in a source nothing was measured of."""
BATCHES_KEPT_S: Final = 90 * S_PER_DAY
DAY_EPSILON: Final = 1.0
"""Privacy that a source may spend on each day of its data."""
SOURCE_PREFIX: Final = "op-"


class HeldState(StrEnum):
    """What became of a row held back."""

    HELD = "held"
    RELEASED = "released"
    DROPPED = "dropped"


class ReplayedError(AnsimgilError):
    """The batch was taken before."""

    code = "replayed"


class BudgetError(AnsimgilError):
    """The source has spent its privacy on a day."""

    code = "budget"


@dataclass(frozen=True, slots=True)
class Source:
    """One operator's source of one kind of observation.

    Attributes
    ----------
    source_id
        Its id; observations carry it as their source.
    key_id
        Key that may send for it.
    area_id, kind
        Where and what.
    owner, licence
        Whose, and under which terms others may use it.
    public_key
        Ed25519 public key as a JWK (RFC 8037), JSON.
    fresh_s
        Seconds after which a new batch is due.
    made_s, ended_s
        Unix seconds; None while it goes on.
    trust
        0..1, by how near it came to what the others told; `FIRST_TRUST` before anything was compared.
    error, n_error
        Mean squared log error against the others, None before, and values compared.
    """

    source_id: str
    key_id: str
    area_id: str
    kind: Kind
    owner: str
    licence: str
    public_key: str
    fresh_s: float
    made_s: float
    ended_s: float | None
    trust: float
    error: float | None
    n_error: int


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that was taken, and what came of its rows."""

    source_id: str
    nonce: str
    issued_s: float
    received_s: float
    n_new: int = 0
    n_changed: int = 0
    n_same: int = 0
    n_refused: int = 0
    n_held: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """A row held back and why."""

    held_id: int
    source_id: str
    nonce: str
    record: Mapping[str, Any]
    reason: str
    state: HeldState
    held_s: float


@dataclass(frozen=True, slots=True)
class Offer:
    """What an operator offers."""

    area_id: str
    kind: Kind
    owner: str
    licence: str
    public_key: str
    fresh_s: float


class ContributionStore:
    """Contributed sources.

    Examples
    --------
    >>> import tempfile
    >>> store = ContributionStore(f"sqlite:///{tempfile.mkdtemp()}/store.sqlite")
    >>> offer = Offer("seoul", Kind.RAIN, "Han Weather", "CC-BY-4.0", "{}", 600.0)
    >>> source = store.add("1f2e3d4c", offer, now_s=1.8e9)
    >>> store.take(Batch(source.source_id, "n1", 1.8e9, 1.8e9 + 1))
    >>> store.spend(source.source_id, "counts", {"2026-08-05": 0.6})
    >>> store.find(source.source_id).trust
    0.5
    """

    def __init__(self, database_url: str) -> None:
        self._engine = open_database(database_url)

    def add(self, key_id: str, offer: Offer, now_s: float) -> Source:
        """Register a source.

        Raises
        ------
        InputError
            When its key has `MOST_OF_ONE` already.
        """
        source = Source(
            SOURCE_PREFIX + secrets.token_hex(6), key_id, offer.area_id, offer.kind, offer.owner, offer.licence,
            offer.public_key, offer.fresh_s, now_s, None, FIRST_TRUST, None, 0,
        )  # fmt: skip
        values = {name: getattr(source, name) for name in Source.__dataclass_fields__} | {"kind": str(offer.kind)}
        table = CONTRIBUTED_SOURCES
        with writing(self._engine) as connection:
            n_own = select(func.count()).select_from(table).where(table.c.key_id == key_id, table.c.ended_s.is_(None))
            if connection.execute(n_own).scalar_one() >= MOST_OF_ONE:
                wanted = f"at most {MOST_OF_ONE} sources of one key"
                raise InputError(Fault("sources", str(MOST_OF_ONE), wanted, "End one that is no longer needed."))
            connection.execute(insert(table).values(values))
        return source

    def find(self, source_id: str, key_id: str | None = None) -> Source:
        """One source that goes on; of one key where that is given.

        Raises
        ------
        NotFoundError
            When there is none of that id, it has ended, or it is somebody else's.
        """
        table = CONTRIBUTED_SOURCES
        query = select(table).where(table.c.source_id == source_id, table.c.ended_s.is_(None))
        if key_id is not None:
            query = query.where(table.c.key_id == key_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            remedy = "Register it first, with the same key."
            raise NotFoundError(Fault("source_id", source_id[:40], "the id of a source of yours", remedy))
        return _source_of(row)

    def sources(self, area_id: str | None = None, key_id: str | None = None) -> tuple[Source, ...]:
        """Sources that go on, oldest first; of an area or of a key where these are given."""
        table = CONTRIBUTED_SOURCES
        query = select(table).where(table.c.ended_s.is_(None)).order_by(table.c.made_s, table.c.source_id)
        if area_id is not None:
            query = query.where(table.c.area_id == area_id)
        if key_id is not None:
            query = query.where(table.c.key_id == key_id)
        with self._engine.connect() as connection:
            return tuple(_source_of(row) for row in connection.execute(query).mappings())

    def end(self, source_id: str, now_s: float) -> None:
        """End a source and forget the rows held back of it; what privacy it spent stays noted."""
        with writing(self._engine) as connection:
            is_it = CONTRIBUTED_SOURCES.c.source_id == source_id
            connection.execute(update(CONTRIBUTED_SOURCES).where(is_it).values(ended_s=now_s))
            connection.execute(delete(HELD_ROWS).where(HELD_ROWS.c.source_id == source_id))

    def take(self, batch: Batch) -> None:
        """Note a batch before its rows are looked at, so that it can be taken once only.

        Raises
        ------
        ReplayedError
            When its nonce was used before.
        """
        table = CONTRIBUTED_BATCHES
        is_it = table.c.source_id == batch.source_id, table.c.nonce == batch.nonce
        with writing(self._engine) as connection:
            connection.execute(delete(table).where(table.c.received_s < batch.received_s - BATCHES_KEPT_S))
            if connection.execute(select(table.c.nonce).where(*is_it)).first() is not None:
                raise ReplayedError(Fault("nonce", batch.nonce[:64], "one that was never used", "Make a new one."))
            connection.execute(insert(table).values(_values(batch)))

    def finish(self, batch: Batch, held: Sequence[tuple[Mapping[str, Any], str]]) -> None:
        """Note what came of a batch, and keep the rows held back."""
        table = CONTRIBUTED_BATCHES
        with writing(self._engine) as connection:
            is_it = table.c.source_id == batch.source_id, table.c.nonce == batch.nonce
            connection.execute(update(table).where(*is_it).values(_values(batch)))
            for record, reason in held:
                values = {
                    "source_id": batch.source_id, "nonce": batch.nonce, "reason": reason, "held_s": batch.received_s,
                    "record": json.dumps(record, ensure_ascii=False), "state": str(HeldState.HELD),
                }  # fmt: skip
                connection.execute(insert(HELD_ROWS).values(values))

    def batches(self, source_id: str, most: int = 20) -> tuple[Batch, ...]:
        """Newest batches of a source."""
        table = CONTRIBUTED_BATCHES
        query = select(table).where(table.c.source_id == source_id).order_by(table.c.received_s.desc()).limit(most)
        with self._engine.connect() as connection:
            return tuple(Batch(**row) for row in connection.execute(query).mappings())

    def held(self, source_ids: Sequence[str], most: int = 100) -> tuple[Held, ...]:
        """Rows of sources that are held back, oldest first."""
        query = select(HELD_ROWS).where(HELD_ROWS.c.source_id.in_(source_ids), HELD_ROWS.c.state == HeldState.HELD)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(HELD_ROWS.c.held_id).limit(most)).mappings()
            return tuple(_held_of(row) for row in rows)

    def n_held(self, source_id: str) -> int:
        """How many rows of a source are held back."""
        query = select(func.count()).select_from(HELD_ROWS)
        query = query.where(HELD_ROWS.c.source_id == source_id, HELD_ROWS.c.state == HeldState.HELD)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def held_row(self, held_id: int) -> Held | None:
        """One row that is or was held back."""
        query = select(HELD_ROWS).where(HELD_ROWS.c.held_id == min(held_id, 2**31 - 1))
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else _held_of(row)

    def decide(self, held_id: int, was: HeldState, state: HeldState) -> None:
        """Put a row from one state into another.

        Raises
        ------
        NotFoundError
            When it is not there, or somebody was faster.
        """
        is_it = HELD_ROWS.c.held_id == held_id, HELD_ROWS.c.state == str(was)
        with writing(self._engine) as connection:
            if not connection.execute(update(HELD_ROWS).where(*is_it).values(state=str(state))).rowcount:
                raise NotFoundError(Fault("held_id", str(held_id), f"a row that is {was}", "List them."))

    def spend(self, source_id: str, subject: str, epsilons: Mapping[str, float]) -> None:
        """Note privacy spent on each day of the data, all or none.

        Parameters
        ----------
        source_id, subject
            Whose, and on what: a kind of observation or the movement model.
        epsilons
            By day, as 2026-08-05.

        Raises
        ------
        BudgetError
            When a day would have more than `DAY_EPSILON` on it.
        """
        table, faults = PRIVACY_SPENT, []
        with writing(self._engine) as connection:
            known = select(table).where(table.c.source_id == source_id, table.c.subject == subject)
            spent = {row["day"]: row["epsilon"] for row in connection.execute(known).mappings()}
            for day, epsilon in sorted(epsilons.items()):
                total = spent.get(day, 0.0) + epsilon
                if total > DAY_EPSILON + 1e-9:
                    wanted = f"at most {DAY_EPSILON:g} in all on each day"
                    faults.append(Fault("epsilon", f"{total:g} on {day}", wanted, "Send each day once."))
                is_it = table.c.source_id == source_id, table.c.subject == subject, table.c.day == day
                changed = connection.execute(update(table).where(*is_it).values(epsilon=total)).rowcount
                if not changed:
                    values = {"source_id": source_id, "subject": subject, "day": day, "epsilon": total}
                    connection.execute(insert(table).values(values))
            if faults:
                raise BudgetError(*faults[:20])

    def spent(self, source_id: str) -> dict[tuple[str, str], float]:
        """Privacy a source has spent, by subject and day."""
        query = select(PRIVACY_SPENT).where(PRIVACY_SPENT.c.source_id == source_id)
        with self._engine.connect() as connection:
            return {(row["subject"], row["day"]): row["epsilon"] for row in connection.execute(query).mappings()}

    def set_trust(self, source_id: str, trust: float, error: float | None, n_error: int) -> None:
        """Note how far a source is trusted by now."""
        is_it = CONTRIBUTED_SOURCES.c.source_id == source_id
        values = {"trust": trust, "error": error, "n_error": n_error}
        with writing(self._engine) as connection:
            connection.execute(update(CONTRIBUTED_SOURCES).where(is_it).values(values))

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


def _values(batch: Batch) -> dict[str, Any]:
    return {name: getattr(batch, name) for name in Batch.__dataclass_fields__}


def _source_of(row: Any) -> Source:
    values = {name: row[name] for name in Source.__dataclass_fields__}
    return Source(**values | {"kind": Kind(row["kind"])})


def _held_of(row: Any) -> Held:
    values = {name: row[name] for name in Held.__dataclass_fields__}
    return Held(**values | {"record": json.loads(row["record"]), "state": HeldState(row["state"])})
