"""The one door: who stands behind the present request, and whether they may do what they ask for."""

import hashlib
import time
from collections.abc import Callable
from typing import Final

from flask import Request, g, has_request_context, request

from dashboard.keys.origin import is_foreign, is_from_our_page, is_from_this_machine, names_this_machine
from dashboard.keys.person import DEMO, NOBODY, Entry, ForeignPageError, Person, RoleError, SignInError, from_key
from dashboard.keys.session import SIGNED_OUT, Sessions
from dashboard.store.keys import PREFIX, Key, Role, Scope
from dashboard.store.library import Library
from risk_core.errors import Fault

KNOWN_S: Final = 1.0
"""A key looked up is trusted this long; one that is revoked ends after it."""
MAX_KNOWN: Final = 1024
_MARK: Final = "ansimgil_person"


class Door:
    """Tells who is there and asks for roles; pages and API go through the same one.

    Parameters
    ----------
    library
        Keys and settings.
    clock
        Unix seconds.

    Examples
    --------
    A callback or a route that writes begins with the question, and the answer goes into the log of acts::

        person = door.require(Role.COORDINATE)
        library.acts.record(deed, person.identity, now_s)
    """

    def __init__(self, library: Library, clock: Callable[[], float]) -> None:
        self.settings = library.settings
        self.sessions = Sessions(library.settings.home)
        self._library = library
        self._clock = clock
        self._known: dict[bytes, tuple[float, Key | None]] = {}

    def who(self) -> Person:
        """Whoever stands behind the present request.

        Raises
        ------
        SignInError
            When a key is presented that is not valid: a stranger is not quietly taken for a reader.
        """
        if not has_request_context():
            return NOBODY
        person: Person | None = g.get(_MARK)
        if person is None:
            person = self._find(request)
            setattr(g, _MARK, person)
        return person

    def require(self, *roles: Role) -> Person:
        """Whoever stands behind the present request, if they have one of the roles.

        Raises
        ------
        SignInError
            When nobody is signed in.
        RoleError
            When somebody is, in another role.
        ForeignPageError
            When the request rests on a session and does not say that it comes from a page of ours.
        """
        person = self.who()
        wanted = " or ".join(roles)
        if person.entry is Entry.NOBODY:
            raise SignInError(Fault("key", "none", f"a key with the role {wanted}", "Sign in at /sign-in."))
        if person.role not in roles:
            remedy = f"Ask for a key: `python -m dashboard keys make --role {roles[0]}`."
            raise RoleError(Fault("role", person.role, wanted, remedy))
        self._check_origin(person)
        return person

    def signed_in(self) -> Person:
        """Whoever stands behind the present request, if they have a key of any kind; raises as `require`."""
        return self.require(*Role)

    def may(self, *roles: Role) -> bool:
        """Whether whoever is there has one of the roles: for what a page offers, never for what it does."""
        return self.shown().role in roles

    def shown(self) -> Person:
        """Whoever is there, for a page to show: who presents a key that is not valid is nobody."""
        try:
            return self.who()
        except SignInError:
            return NOBODY

    def require_scope(self, scope: Scope) -> Person:
        """Whoever stands behind the present request, if they may do this at all.

        Raises
        ------
        SignInError, RoleError
            When they may not.
        """
        person = self.who()
        if scope in person.scopes:
            return person
        fault = Fault("scope", " ".join(sorted(person.scopes)), scope, f"Ask for a key with the scope {scope}.")
        raise SignInError(fault) if person.entry is Entry.NOBODY else RoleError(fault)

    def check_key(self, presented: str) -> Key | None:
        """Return the valid key somebody presents; a look-up is remembered for `KNOWN_S`."""
        digest = hashlib.sha256(presented.encode()).digest()
        return self._remembered(digest, lambda: self._library.keys.check(presented, self._clock()))

    def _find(self, question: Request) -> Person:
        """Who a request says it is; clients of openrouteservice send their key without the word Bearer."""
        given = question.environ.get("HTTP_AUTHORIZATION", "")
        scheme, _, presented = given.partition(" ")
        if given.startswith(f"{PREFIX}_"):
            scheme, presented = "bearer", given
        if scheme.lower() == "bearer":
            key = self.check_key(presented)
            if key is None:
                raise SignInError(Fault("key", "not valid", "a key of this server", "Check it, or ask for a new one."))
            return from_key(key, Entry.BEARER)
        named = self.sessions.key_id(question)
        if named == SIGNED_OUT:
            return NOBODY
        if named is not None and named != DEMO.key_id:
            key = self._remembered(named.encode(), lambda: self._valid(named))
            if key is not None:
                return from_key(key, Entry.SESSION)
        return DEMO if self.admits_demo(question) else NOBODY

    def admits_demo(self, question: Request) -> bool:
        """Whether a request without a key is the demo coordinator's: from this machine to its own address."""
        settings = self.settings
        return settings.demo and settings.is_local and is_from_this_machine(question) and names_this_machine(question)

    def offers_demo(self) -> bool:
        """Whether the present request may be the demo coordinator's."""
        return has_request_context() and self.admits_demo(request)

    def _valid(self, key_id: str) -> Key | None:
        key = self._library.keys.find(key_id)
        return key if key is not None and key.is_valid(self._clock()) else None

    def _remembered(self, name: bytes, look: Callable[[], Key | None]) -> Key | None:
        now_s = time.monotonic()
        known = self._known.get(name)
        if known is None or now_s - known[0] > KNOWN_S:
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            known = self._known[name] = now_s, look()
        key = known[1]
        return key if key is not None and key.is_valid(self._clock()) else None

    def _check_origin(self, person: Person) -> None:
        is_wrong = {
            Entry.SESSION: not is_from_our_page(request),
            Entry.DEMO: is_foreign(request),
        }.get(person.entry, False)
        if is_wrong:
            origin = request.headers.get("Origin", "none")[:80]
            remedy = "Do it on the page itself, or send a key as `Authorization: Bearer`."
            raise ForeignPageError(Fault("Origin", origin, request.host, remedy))
