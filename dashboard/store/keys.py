"""Keys: a random secret of 256 bits shown once, of which only the SHA-256 is kept."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from dashboard.store.schema import KEYS, open_database, writing
from risk_core.errors import Fault, NotFoundError, raise_faults
from risk_core.units import S_PER_DAY

PREFIX: Final = "ansimgil"
SECRET_BYTES: Final = 32
ROTATION_S: Final = S_PER_DAY
"""A key that was rotated still holds this long, so that nothing stops while the new one is handed out."""
MAX_NAME: Final = 80
MAX_PRESENTED: Final = 200
"""Longer words are no key and are not hashed."""


class Scope(StrEnum):
    """What a key may do at the API; writing for an area takes a role besides."""

    READ = "read"
    ROUTE = "route"
    CONTRIBUTE = "contribute"
    ADMIN = "admin"


class Role(StrEnum):
    """Whom a key acts for: nobody in particular, public health, or disaster coordination."""

    NONE = "none"
    HEALTH = "health"
    COORDINATE = "coordinate"


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key.

    Attributes
    ----------
    key_id
        Its public half, by which it is looked up and revoked.
    name
        Who holds it.
    role, scopes
        What it allows.
    made_s, expires_s, revoked_s
        Unix seconds; None for never.
    follows
        Key it replaces, or empty.
    """

    key_id: str
    name: str
    role: Role
    scopes: frozenset[Scope]
    made_s: float
    expires_s: float | None
    revoked_s: float | None
    follows: str

    def is_valid(self, now_s: float) -> bool:
        """Whether it opens anything at a time."""
        has_expired = self.expires_s is not None and now_s >= self.expires_s
        return not has_expired and (self.revoked_s is None or now_s < self.revoked_s)


def hash_secret(secret: str) -> str:
    """SHA-256 of a secret, hexadecimal; enough for one of 256 random bits, which nobody can guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def parse_key(presented: str) -> tuple[str, str] | None:
    """(key id, secret) of a presented key, None for what is none.

    Examples
    --------
    >>> parse_key("ansimgil_1f2e3d4c_abc")
    ('1f2e3d4c', 'abc')
    >>> parse_key("abc") is None
    True
    """
    parts = presented.strip().split("_", 2) if len(presented) <= MAX_PRESENTED else []
    return (parts[1], parts[2]) if len(parts) == 3 and parts[0] == PREFIX else None


class KeyStore:
    """Keys in the database of the observations.

    Examples
    --------
    >>> import tempfile
    >>> keys = KeyStore(f"sqlite:///{tempfile.mkdtemp()}/store.sqlite")
    >>> key, shown_once = keys.make("City hall", Role.COORDINATE, (Scope.READ,), None, now_s=1.8e9)
    >>> keys.check(shown_once, now_s=1.8e9 + 60).name
    'City hall'
    >>> keys.check(shown_once + "x", now_s=1.8e9 + 60) is None
    True
    """

    def __init__(self, database_url: str) -> None:
        self._engine = open_database(database_url)

    def make(
        self, name: str, role: Role, scopes: Iterable[Scope], expires_s: float | None, now_s: float
    ) -> tuple[Key, str]:
        """Make a key; the text is returned this once and kept nowhere.

        Raises
        ------
        InputError
            For a name that is empty or too long, no scope, or an end that has passed.
        """
        chosen = frozenset(scopes)
        faults = []
        if not name.strip() or len(name) > MAX_NAME:
            faults.append(Fault("name", repr(name[:40]), f"1 to {MAX_NAME} characters", "Say who holds the key."))
        if not chosen:
            faults.append(Fault("scopes", "none", "one or more of " + ", ".join(Scope), "Name what it is for."))
        if expires_s is not None and expires_s <= now_s:
            faults.append(Fault("expires", str(expires_s), "a time to come", "Choose a later end."))
        raise_faults(faults)
        with writing(self._engine) as connection:
            return _add(connection, name.strip(), role, chosen, expires_s, now_s)

    def list(self) -> tuple[Key, ...]:
        """Every key ever made, oldest first."""
        with self._engine.connect() as connection:
            found = connection.execute(select(KEYS).order_by(KEYS.c.made_s, KEYS.c.key_id)).mappings()
            return tuple(_key_of(row) for row in found)

    def find(self, key_id: str) -> Key | None:
        """Return the key of that id, valid or not."""
        row = self._row(key_id)
        return None if row is None else _key_of(row)

    def check(self, presented: str, now_s: float) -> Key | None:
        """Return the valid key that a person presents, or None; tells not which half was wrong."""
        parsed = parse_key(presented)
        row = self._row(parsed[0]) if parsed else None
        if parsed is None or row is None:
            return None
        is_right = hmac.compare_digest(hash_secret(parsed[1]), row["secret_sha256"])
        key = _key_of(row)
        return key if is_right and key.is_valid(now_s) else None

    def revoke(self, key_id: str, now_s: float) -> Key:
        """End a key at once, its open sessions too.

        Raises
        ------
        NotFoundError
            When there is no such key.
        """
        with writing(self._engine) as connection:
            _end(connection, key_id, now_s)
        return self._known(key_id)

    def rotate(self, key_id: str, now_s: float) -> tuple[Key, str]:
        """Make a new key like an old one, which still holds for `ROTATION_S`.

        Raises
        ------
        NotFoundError
            When there is no such key, or it is not valid any more.
        """
        old = self._known(key_id)
        if not old.is_valid(now_s):
            raise NotFoundError(Fault("key", key_id, "a key that is still valid", "Make a new one: `keys make`."))
        lasting_s = None if old.expires_s is None else old.expires_s - old.made_s
        expires_s = None if lasting_s is None else now_s + lasting_s
        with writing(self._engine) as connection:
            _end(connection, key_id, now_s + ROTATION_S)
            return _add(connection, old.name, old.role, old.scopes, expires_s, now_s, follows=key_id)

    def has_role(self, role: Role, now_s: float) -> bool:
        """Whether anybody holds a valid key of a role."""
        return any(key.role is role and key.is_valid(now_s) for key in self.list())

    def close(self) -> None:
        """Close the connections; the store opens new ones when it is used again."""
        self._engine.dispose()

    def _known(self, key_id: str) -> Key:
        key = self.find(key_id)
        if key is None:
            raise NotFoundError(Fault("key", repr(key_id[:20]), "the id of a key", "See `keys list`."))
        return key

    def _row(self, key_id: str) -> dict[str, Any] | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(KEYS).where(KEYS.c.key_id == key_id)).mappings().first()
        return None if row is None else dict(row)


def _add(
    connection: Connection,
    name: str,
    role: Role,
    scopes: frozenset[Scope],
    expires_s: float | None,
    now_s: float,
    follows: str = "",
) -> tuple[Key, str]:
    key_id, secret = secrets.token_hex(4), secrets.token_urlsafe(SECRET_BYTES)
    key = Key(key_id, name, role, scopes, now_s, expires_s, None, follows)
    values = {field: getattr(key, field) for field in Key.__dataclass_fields__}
    values |= {"role": str(role), "scopes": " ".join(sorted(scopes)), "secret_sha256": hash_secret(secret)}
    connection.execute(insert(KEYS).values(values))
    return key, f"{PREFIX}_{key_id}_{secret}"


def _end(connection: Connection, key_id: str, at_s: float) -> None:
    is_later = KEYS.c.revoked_s.is_(None) | (KEYS.c.revoked_s > at_s)
    connection.execute(update(KEYS).where(KEYS.c.key_id == key_id, is_later).values(revoked_s=at_s))


def _key_of(row: Any) -> Key:
    fields = {field: row[field] for field in Key.__dataclass_fields__}
    scopes = frozenset(Scope(word) for word in row["scopes"].split())
    return Key(**fields | {"role": Role(row["role"]), "scopes": scopes})
