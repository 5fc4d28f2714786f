"""The log of what officials did: who, when, why, what was before and after. Rows are only ever added."""

import hashlib
import json
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select

from dashboard.store.schema import ACTS, open_database, writing
from risk_core.errors import AnsimgilError, Fault, NotFoundError

DESK: Final = "desk"
"""Source of the observations that officials make on their pages or through the API."""

MAX_WHY: Final = 300
FIRST_LINK: Final = "0" * 64
"""What the chain of the first act is joined to."""

State = dict[str, Any]
"""What a subject is, as plain JSON; None before it is there and after it is gone."""


class ChangedSinceError(AnsimgilError):
    """Somebody else changed the same thing in the meantime."""

    code = "changed_since"


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody is about to do.

    Attributes
    ----------
    area_id
        Where.
    subject, subject_id
        What is changed: its kind (closure, shelter, drill, plan ...) and its id.
    deed
        What is done, the words are ``act.<subject>.<deed>``.
    why
        Reason given, or empty.
    before, after
        The subject before and afterwards; what undoing it restores.
    undoes
        The act this one takes back, or None.
    """

    area_id: str
    subject: str
    subject_id: str
    deed: str
    why: str = ""
    before: State | None = None
    after: State | None = None
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """A deed done: its number, who did it and when (unix seconds). `chain_sha256` binds it to all before it."""

    act_id: int
    area_id: str
    subject: str
    subject_id: str
    deed: str
    who_id: str
    who_name: str
    why: str
    at_s: float
    before: State | None
    after: State | None
    undoes: int | None
    chain_sha256: str


class ActStore:
    """Acts in the database of the observations.

    Examples
    --------
    >>> import tempfile
    >>> acts = ActStore(f"sqlite:///{tempfile.mkdtemp()}/store.sqlite")
    >>> deed = Deed("seoul", "closure", "c1", "close", "water over the road", None, {"name": "Mapo-ro"})
    >>> acts.record(deed, ("1f2e3d4c", "City hall"), at_s=1.8e9).act_id
    1
    >>> acts.verify()
    True
    """

    def __init__(self, database_url: str) -> None:
        self._engine = open_database(database_url)

    def record(self, deed: Deed, who: tuple[str, str], at_s: float, expected: int | None = None) -> Act:
        """Record a deed whose effect is kept elsewhere; see `record_act`."""
        with writing(self._engine) as connection:
            return record_act(connection, deed, who, at_s, expected)

    def newest(self, area_id: str, n_act: int = 50, subject: str = "", before: int | None = None) -> tuple[Act, ...]:
        """Newest acts of an area first; of one kind of subject, or older than act `before`, where these are given."""
        query = select(ACTS).where(ACTS.c.area_id == area_id).order_by(ACTS.c.act_id.desc()).limit(n_act)
        if subject:
            query = query.where(ACTS.c.subject == subject)
        if before is not None:
            query = query.where(ACTS.c.act_id < before)
        with self._engine.connect() as connection:
            return tuple(_act_of(row) for row in connection.execute(query).mappings())

    def find(self, act_id: int) -> Act:
        """Return one act.

        Raises
        ------
        NotFoundError
            When there is none of that number.
        """
        with self._engine.connect() as connection:
            row = connection.execute(select(ACTS).where(ACTS.c.act_id == act_id)).mappings().first()
        if row is None:
            raise NotFoundError(Fault("act", str(act_id), "the number of an act", "See the event log."))
        return _act_of(row)

    def last_of(self, area_id: str, subject: str) -> dict[str, Act]:
        """Newest act on each subject of a kind, by its id."""
        newest = (
            select(func.max(ACTS.c.act_id))
            .where(ACTS.c.area_id == area_id, ACTS.c.subject == subject)
            .group_by(ACTS.c.subject_id)
        )
        with self._engine.connect() as connection:
            found = connection.execute(select(ACTS).where(ACTS.c.act_id.in_(newest))).mappings()
            return {row["subject_id"]: _act_of(row) for row in found}

    def verify(self) -> bool:
        """Whether every act is still what was written, and none is missing in between."""
        link = FIRST_LINK
        with self._engine.connect() as connection:
            for row in connection.execute(select(ACTS).order_by(ACTS.c.act_id)).mappings():
                values = dict(row)
                told = values.pop("chain_sha256")
                link = _chain(link, values)
                if link != told:
                    return False
        return True

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


def record_act(
    connection: Connection, deed: Deed, who: tuple[str, str], at_s: float, expected: int | None = None
) -> Act:
    """Record a deed within the transaction that carries it out, so that neither stands without the other.

    Parameters
    ----------
    connection
        A transaction that writes.
    deed, who, at_s
        What, by whom (key id, name), and when, unix seconds.
    expected
        Number of the last act on the subject that the person has seen, 0 for none; None to take any.

    Raises
    ------
    ChangedSinceError
        When somebody acted on the subject in the meantime: the fault tells who and what.
    """
    if expected is not None:
        _check_unchanged(connection, deed, expected)
    last = connection.execute(select(ACTS).order_by(ACTS.c.act_id.desc()).limit(1)).mappings().first()
    values: dict[str, Any] = {
        "act_id": 1 if last is None else last["act_id"] + 1,
        **{name: getattr(deed, name) for name in ("area_id", "subject", "subject_id", "deed", "undoes")},
        "who_id": who[0],
        "who_name": who[1],
        "why": deed.why.strip()[:MAX_WHY],
        "at_s": float(at_s),
        "before": json.dumps(deed.before, sort_keys=True),
        "after": json.dumps(deed.after, sort_keys=True),
    }
    values["chain_sha256"] = _chain(FIRST_LINK if last is None else last["chain_sha256"], values)
    connection.execute(insert(ACTS).values(values))
    return _act_of(values)


def _check_unchanged(connection: Connection, deed: Deed, expected: int) -> None:
    subject = (
        ACTS.c.area_id == deed.area_id,
        ACTS.c.subject == deed.subject,
        ACTS.c.subject_id == deed.subject_id,
    )
    query = select(ACTS).where(*subject).order_by(ACTS.c.act_id.desc()).limit(1)
    last = connection.execute(query).mappings().first()
    number = 0 if last is None else last["act_id"]
    if number != expected:
        told = "nothing any more" if last is None else f"{last['deed']} by {last['who_name']}"
        remedy = "Look at the new state, then decide again."
        raise ChangedSinceError(Fault(deed.subject_id, f"act {number} ({told})", f"act {expected}", remedy))


def _chain(link: str, values: dict[str, Any]) -> str:
    return hashlib.sha256((link + json.dumps(values, sort_keys=True)).encode()).hexdigest()


def _act_of(row: Any) -> Act:
    values = {field.name: row[field.name] for field in fields(Act)}
    return Act(**values | {"before": json.loads(row["before"]), "after": json.loads(row["after"])})
