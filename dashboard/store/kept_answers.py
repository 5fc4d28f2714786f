"""Answers kept for a day, for writes that are sent again because the first answer was lost on its way."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update

from dashboard.store.schema import KEPT_ANSWERS, open_database, writing
from risk_core.units import S_PER_DAY

KEPT_S: Final = S_PER_DAY
AT_WORK_S: Final = 60.0
"""A request that has no answer after this long was cut off; it may be sent again."""
Name = tuple[str, str]
"""Who asked, and what the request is called."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The first answer; `status` is 0 while it is at work."""

    request_sha256: str
    status: int
    mimetype: str
    body: str

    @property
    def is_done(self) -> bool:
        """Whether there is an answer."""
        return self.status > 0


class KeptAnswers:
    """Kept answers in the database of the observations.

    Examples
    --------
    >>> import tempfile
    >>> kept = KeptAnswers(f"sqlite:///{tempfile.mkdtemp()}/store.sqlite")
    >>> kept.begin(("1f2e", "POST /closures abc"), "hash", now_s=1.8e9) is None
    True
    >>> kept.end(("1f2e", "POST /closures abc"), 201, "application/json", "{}")
    >>> kept.begin(("1f2e", "POST /closures abc"), "hash", now_s=1.8e9 + 5).status
    201
    """

    def __init__(self, database_url: str) -> None:
        self._engine = open_database(database_url)

    def begin(self, name: Name, request_sha256: str, now_s: float) -> KeptAnswer | None:
        """Take a name for a request that is to be answered now, or return what is known of it."""
        table = KEPT_ANSWERS
        is_old = or_(table.c.at_s < now_s - KEPT_S, and_(table.c.status == 0, table.c.at_s < now_s - AT_WORK_S))
        with writing(self._engine) as connection:
            connection.execute(delete(table).where(is_old))
            found = connection.execute(select(table).where(_is_named(name))).mappings().first()
            if found is not None:
                return KeptAnswer(*(found[field] for field in KeptAnswer.__dataclass_fields__))
            first = {"status": 0, "mimetype": "", "body": "", "at_s": now_s, "request_sha256": request_sha256}
            connection.execute(insert(table).values(who_id=name[0], request_key=name[1], **first))
        return None

    def end(self, name: Name, status: int | None, mimetype: str, body: str) -> None:
        """Keep the answer of a name; None forgets it, so that it may be tried again."""
        with writing(self._engine) as connection:
            if status is None:
                connection.execute(delete(KEPT_ANSWERS).where(_is_named(name)))
            else:
                values = {"status": status, "mimetype": mimetype, "body": body}
                connection.execute(update(KEPT_ANSWERS).where(_is_named(name)).values(values))


def _is_named(name: Name) -> ColumnElement[bool]:
    return and_(KEPT_ANSWERS.c.who_id == name[0], KEPT_ANSWERS.c.request_key == name[1])
