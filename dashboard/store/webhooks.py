"""Webhooks and what is to be told to each, in the database of the observations."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update

from dashboard.store.open_tables import DELIVERIES, WEBHOOKS
from dashboard.store.schema import open_database, writing
from risk_core.errors import Fault, InputError, NotFoundError, UnavailableError
from risk_core.state.level import Layer, Level
from risk_core.units import S_PER_DAY, S_PER_H

MOST_OF_ONE: Final = 20
"""Webhooks that one key may have."""
KEPT_S: Final = 7 * S_PER_DAY
"""Deliveries that came to an end are kept this long."""
PAUSES_S: Final = (5.0, 30.0, 120.0, 600.0, S_PER_H, 6 * S_PER_H, 12 * S_PER_H)
"""Pauses after the first, second ... try that failed; after the last one the delivery is given up."""
MOST_PUSHED: Final = 20_000
"""Browsers that may be subscribed at once."""
MOST_FAILED: Final = 5
"""A webhook whose deliveries were given up this often in a row is paused."""
GONE: Final = "gone"
"""Answer of a receiver that wants no more."""


class HookState(StrEnum):
    """Where a webhook stands: its receiver has not answered the challenge yet, is told, or no more."""

    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Webhook:
    """One subscription.

    Attributes
    ----------
    hook_id, owner_id
        Itself, and the key that made it.
    area_id, name
        Where, and what its owner calls it.
    url
        Who is told.
    place
        GeoJSON geometry: the middle of a cell, or polygons; of a browser ``{"district": ...}``.
    layer, level
        Told is when the highest level of this layer in the place reaches this one, and when it falls below again.
    generation
        Which secret signs; rises when it is rotated.
    state, made_s
        Where it stands, and since when it is there, unix seconds.
    is_above
        What was told last; None before the first time.
    told_version
        Snapshot looked at last.
    n_failed
        Deliveries given up in a row.
    push
        Of a browser's subscription: its public key `p256dh`, its secret `auth`, and the reader's language; None of a
        webhook.
    """

    hook_id: str
    owner_id: str
    area_id: str
    name: str
    url: str
    place: Mapping[str, Any]
    layer: Layer
    level: Level
    generation: int
    state: HookState
    made_s: float
    is_above: bool | None
    told_version: str
    n_failed: int
    push: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to a webhook; `answer` is the receiver's status, or why there was none."""

    delivery_id: str
    hook_id: str
    kind: str
    body: str
    state: DeliveryState
    answer: str
    made_s: float
    next_s: float
    n_try: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be told."""

    area_id: str
    name: str
    url: str
    place: Mapping[str, Any]
    layer: Layer
    level: Level


class WebhookStore:
    """Webhooks with their deliveries.

    Examples
    --------
    >>> import tempfile
    >>> hooks = WebhookStore(f"sqlite:///{tempfile.mkdtemp()}/store.sqlite")
    >>> place = {"type": "Point", "coordinates": [-71.25, -29.9]}
    >>> wish = Wish("seoul", "home", "https://example.org/hook", place, Layer.COMBINED, Level.ALERT)
    >>> hook = hooks.add("1f2e3d4c", wish, now_s=1.8e9)
    >>> hooks.find("1f2e3d4c", hook.hook_id).state
    <HookState.PENDING: 'pending'>
    """

    def __init__(self, database_url: str) -> None:
        self._engine = open_database(database_url)

    def add(self, owner_id: str, wish: Wish, now_s: float) -> Webhook:
        """Keep a webhook; its challenge is the first delivery.

        Raises
        ------
        InputError
            When its owner has `MOST_OF_ONE` already.
        """
        hook = Webhook(
            f"wh-{secrets.token_hex(8)}", owner_id, wish.area_id, wish.name, wish.url, wish.place, wish.layer,
            wish.level, 1, HookState.PENDING, now_s, None, "", 0,
        )  # fmt: skip
        with writing(self._engine) as connection:
            n_own = select(func.count()).select_from(WEBHOOKS).where(WEBHOOKS.c.owner_id == owner_id)
            if connection.execute(n_own).scalar_one() >= MOST_OF_ONE:
                remedy = "Remove one that is no longer needed."
                raise InputError(Fault("webhooks", str(MOST_OF_ONE), f"at most {MOST_OF_ONE} of one key", remedy))
            connection.execute(insert(WEBHOOKS).values(_values_of(hook)))
            _queue(connection, hook.hook_id, "webhook.challenge", {"challenge": secrets.token_urlsafe(24)}, now_s)
        return hook

    def add_push(self, owner_id: str, wish: Wish, push: Mapping[str, str], now_s: float) -> Webhook:
        """Keep a browser's subscription, which is told at once; an older one of the same browser gives way.

        Raises
        ------
        UnavailableError
            When there are `MOST_PUSHED` already.
        """
        hook = Webhook(
            f"wp-{secrets.token_hex(8)}", owner_id, wish.area_id, wish.name, wish.url, wish.place, wish.layer,
            wish.level, 1, HookState.ACTIVE, now_s, None, "", 0, push,
        )  # fmt: skip
        self.remove_push(owner_id)
        with writing(self._engine) as connection:
            n_all = select(func.count()).select_from(WEBHOOKS).where(WEBHOOKS.c.push.is_not(None))
            if connection.execute(n_all).scalar_one() >= MOST_PUSHED:
                remedy = "Keep the page open, or try again later."
                raise UnavailableError(Fault("subscriptions", str(MOST_PUSHED), f"below {MOST_PUSHED}", remedy))
            connection.execute(insert(WEBHOOKS).values(_values_of(hook)))
        return hook

    def remove_push(self, owner_id: str) -> bool:
        """Forget a browser's subscription with its place and its log; whether there was one."""
        found = select(WEBHOOKS.c.hook_id).where(WEBHOOKS.c.owner_id == owner_id, WEBHOOKS.c.push.is_not(None))
        with writing(self._engine) as connection:
            known = connection.execute(found).scalars().all()
            connection.execute(delete(DELIVERIES).where(DELIVERIES.c.hook_id.in_(known)))
            connection.execute(delete(WEBHOOKS).where(WEBHOOKS.c.hook_id.in_(known)))
        return bool(known)

    def find(self, owner_id: str, hook_id: str) -> Webhook:
        """One of somebody's own webhooks.

        Raises
        ------
        NotFoundError
            When there is none of that id, or it is somebody else's.
        """
        query = select(WEBHOOKS).where(WEBHOOKS.c.hook_id == hook_id, WEBHOOKS.c.owner_id == owner_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFoundError(Fault("hook_id", hook_id[:40], "the id of a webhook of yours", "List them first."))
        return _hook_of(row)

    def of_owner(self, owner_id: str) -> tuple[Webhook, ...]:
        """Somebody's own webhooks, oldest first."""
        query = select(WEBHOOKS).where(WEBHOOKS.c.owner_id == owner_id)
        return self._hooks(query.order_by(WEBHOOKS.c.made_s, WEBHOOKS.c.hook_id))

    def active(self) -> tuple[Webhook, ...]:
        """Every webhook that is told."""
        return self._hooks(select(WEBHOOKS).where(WEBHOOKS.c.state == str(HookState.ACTIVE)))

    def any_hook(self, hook_id: str) -> Webhook | None:
        """One webhook, whoever has it: for the courier, never for a request."""
        found = self._hooks(select(WEBHOOKS).where(WEBHOOKS.c.hook_id == hook_id))
        return found[0] if found else None

    def remove(self, owner_id: str, hook_id: str) -> None:
        """Forget one of somebody's own webhooks, its place and its log; raises as `find`."""
        self.find(owner_id, hook_id)
        with writing(self._engine) as connection:
            connection.execute(delete(DELIVERIES).where(DELIVERIES.c.hook_id == hook_id))
            connection.execute(delete(WEBHOOKS).where(WEBHOOKS.c.hook_id == hook_id))

    def renew(self, owner_id: str, hook_id: str, now_s: float) -> Webhook:
        """Give one of somebody's own webhooks a new secret and ask its receiver anew; raises as `find`."""
        old = self.find(owner_id, hook_id)
        changes = {"generation": old.generation + 1, "state": str(HookState.PENDING), "n_failed": 0}
        with writing(self._engine) as connection:
            connection.execute(update(WEBHOOKS).where(WEBHOOKS.c.hook_id == hook_id).values(changes))
            _queue(connection, hook_id, "webhook.challenge", {"challenge": secrets.token_urlsafe(24)}, now_s)
        return self.find(owner_id, hook_id)

    def tell(self, hook: Webhook, is_above: bool, version: str, content: Mapping[str, Any] | None, at_s: float) -> None:
        """Note what was looked at and, where there is news, queue it: both or neither."""
        with writing(self._engine) as connection:
            found = update(WEBHOOKS).where(WEBHOOKS.c.hook_id == hook.hook_id)
            changed = connection.execute(found.values(is_above=is_above, told_version=version))
            if content is not None and changed.rowcount:
                _queue(connection, hook.hook_id, "risk.above" if is_above else "risk.below", content, at_s)

    def due(self, now_s: float, most: int = 100) -> tuple[Delivery, ...]:
        """Deliveries whose time has come, the longest waiting first."""
        is_due = DELIVERIES.c.state == str(DeliveryState.WAITING), DELIVERIES.c.next_s <= now_s
        query = select(DELIVERIES).where(*is_due).order_by(DELIVERIES.c.next_s).limit(most)
        with self._engine.connect() as connection:
            return tuple(_delivery_of(row) for row in connection.execute(query).mappings())

    def log(self, owner_id: str, hook_id: str, most: int = 50) -> tuple[Delivery, ...]:
        """Deliveries to one of somebody's own webhooks, newest first; raises as `find`."""
        self.find(owner_id, hook_id)
        query = select(DELIVERIES).where(DELIVERIES.c.hook_id == hook_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(DELIVERIES.c.made_s.desc()).limit(most)).mappings()
            return tuple(_delivery_of(row) for row in rows)

    def delivered(self, one: Delivery, answer: str, now_s: float) -> None:
        """Note that a message arrived; a challenge that did makes its webhook active."""
        with writing(self._engine) as connection:
            _end(connection, one, DeliveryState.DELIVERED, answer, now_s)
            changes: dict[str, Any] = {"n_failed": 0}
            if one.kind == "webhook.challenge":
                changes["state"] = str(HookState.ACTIVE)
            connection.execute(update(WEBHOOKS).where(WEBHOOKS.c.hook_id == one.hook_id).values(changes))
            connection.execute(
                delete(DELIVERIES).where(
                    DELIVERIES.c.state != str(DeliveryState.WAITING), DELIVERIES.c.made_s < now_s - KEPT_S
                )
            )

    def failed(self, one: Delivery, answer: str, now_s: float) -> None:
        """Note that a try failed: try again later, or give up and in the end pause the webhook."""
        is_over = one.n_try >= len(PAUSES_S) or answer == GONE
        with writing(self._engine) as connection:
            if not is_over:
                values = {"n_try": one.n_try + 1, "next_s": now_s + PAUSES_S[one.n_try], "answer": answer}
                is_it = DELIVERIES.c.delivery_id == one.delivery_id
                connection.execute(update(DELIVERIES).where(is_it).values(values))
                return
            _end(connection, one, DeliveryState.FAILED, answer, now_s)
            is_hook = WEBHOOKS.c.hook_id == one.hook_id
            n_failed = connection.execute(select(WEBHOOKS.c.n_failed).where(is_hook)).scalar()
            if n_failed is not None:
                is_paused = n_failed + 1 >= MOST_FAILED or answer == GONE or one.kind == "webhook.challenge"
                state = {"state": str(HookState.PAUSED)} if is_paused else {}
                connection.execute(update(WEBHOOKS).where(is_hook).values(n_failed=n_failed + 1, **state))

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _hooks(self, query: Any) -> tuple[Webhook, ...]:
        with self._engine.connect() as connection:
            return tuple(_hook_of(row) for row in connection.execute(query).mappings())


def _queue(connection: Connection, hook_id: str, kind: str, content: Mapping[str, Any], now_s: float) -> None:
    values = {
        "delivery_id": f"msg_{secrets.token_hex(12)}", "hook_id": hook_id, "kind": kind,
        "body": json.dumps({"type": kind, "hook": hook_id, **content}, ensure_ascii=False, sort_keys=True),
        "state": str(DeliveryState.WAITING), "answer": "", "made_s": now_s, "next_s": now_s, "n_try": 0,
    }  # fmt: skip
    connection.execute(insert(DELIVERIES).values(values))


def _end(connection: Connection, one: Delivery, state: DeliveryState, answer: str, now_s: float) -> None:
    values = {"state": str(state), "answer": answer, "n_try": one.n_try + 1, "next_s": now_s}
    connection.execute(update(DELIVERIES).where(DELIVERIES.c.delivery_id == one.delivery_id).values(values))


def _values_of(hook: Webhook) -> dict[str, Any]:
    values = {name: getattr(hook, name) for name in Webhook.__dataclass_fields__}
    return values | {
        "place": json.dumps(hook.place),
        "layer": str(hook.layer),
        "level": int(hook.level),
        "state": str(hook.state),
        "push": None if hook.push is None else json.dumps(hook.push),
    }


def _hook_of(row: Any) -> Webhook:
    values = {name: row[name] for name in Webhook.__dataclass_fields__}
    read = {"place": json.loads(row["place"]), "layer": Layer(row["layer"]), "level": Level(row["level"])}
    push = None if row["push"] is None else json.loads(row["push"])
    return Webhook(**values | read | {"state": HookState(row["state"]), "push": push})


def _delivery_of(row: Any) -> Delivery:
    values = {name: row[name] for name in Delivery.__dataclass_fields__}
    return Delivery(**values | {"state": DeliveryState(row["state"])})
