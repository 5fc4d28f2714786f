"""Who stands behind a request, and how they came in."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dashboard.store.keys import Key, Role, Scope
from risk_core.errors import AnsimgilError


class SignInError(AnsimgilError):
    """The request needs a key, and shows none that is valid."""

    code = "sign_in"


class RoleError(AnsimgilError):
    """The key does not allow this."""

    code = "role"


class ForeignPageError(AnsimgilError):
    """A page of another site sent the request."""

    code = "foreign_page"


class Entry(StrEnum):
    """How somebody came in: not at all, with a key, with a page's session, or as the demo coordinator."""

    NOBODY = "nobody"
    BEARER = "bearer"
    SESSION = "session"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody behind a request; `key_id` and `name` are what the log of acts keeps."""

    key_id: str
    name: str
    role: Role
    scopes: frozenset[Scope]
    entry: Entry

    @property
    def is_demo(self) -> bool:
        """Whether everything this person does is marked as simulated."""
        return self.entry is Entry.DEMO

    @property
    def identity(self) -> tuple[str, str]:
        """What the log of acts keeps."""
        return self.key_id, self.name


NOBODY: Final = Person("", "", Role.NONE, frozenset((Scope.READ, Scope.ROUTE)), Entry.NOBODY)
"""Anyone: may read and ask for ways."""

DEMO: Final = Person(
    "demo", "demo", Role.COORDINATE, frozenset((Scope.READ, Scope.ROUTE, Scope.CONTRIBUTE)), Entry.DEMO
)
"""The coordinator of a server that only its own machine can reach."""


def from_key(key: Key, entry: Entry) -> Person:
    """Somebody who holds a key."""
    return Person(key.key_id, key.name, key.role, key.scopes, entry)
