"""Carries what is to be told to its receivers: signed, one message of a webhook at a time, again after a pause."""

import hmac
import http.client
import json
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from dashboard.hooks.push_words import push_text
from dashboard.hooks.signing import hook_secret, sign
from dashboard.hooks.target import Resolve, Target, choose_address, find_addresses, parse_target, post
from dashboard.hooks.watch import LevelWatch
from dashboard.hooks.web_push import encrypt, push_headers, sender_key
from dashboard.keys.person import DEMO
from dashboard.keys.session import read_secret
from dashboard.store.library import Library
from dashboard.store.webhooks import GONE, Delivery, HookState, Webhook
from risk_core.errors import InputError

log = logging.getLogger(__name__)

POLL_S: Final = 0.5
RETRY_S: Final = 5.0
AT_ONCE: Final = 8
"""Receivers told side by side, so that a slow one holds up nobody else."""
AGENT: Final = "ansimgil-webhooks/1"
HTTP_NOT_FOUND: Final = 404
HTTP_GONE: Final = 410
NOBODY: Final = "nobody@localhost"
"""Told to push services where the operator gave no contact."""
Send = Callable[[Target, str, bytes, Mapping[str, str]], tuple[int, bytes]]


def allowed_hosts(words: str) -> frozenset[str]:
    """Receivers that the operator named, from the setting `hook_hosts`."""
    return frozenset(one.strip().lower() for one in words.split(",") if one.strip())


class Courier:
    """Looks for news and carries it.

    Parameters
    ----------
    library
        Webhooks, snapshots, keys.
    clock
        Unix seconds.
    resolve, send
        How names are resolved and messages sent.
    """

    def __init__(
        self, library: Library, clock: Callable[[], float], resolve: Resolve = find_addresses, send: Send = post
    ) -> None:
        self._library = library
        self._clock = clock
        self._resolve = resolve
        self._send = send
        self._allowed = allowed_hosts(library.settings.hook_hosts)
        self._watch = LevelWatch(library)

    def run(self, stop: threading.Event) -> None:
        """Round after round until `stop` is set."""
        pause_s = POLL_S
        while not stop.wait(pause_s):
            try:
                self.step()
                pause_s = POLL_S
            except Exception:
                log.exception("webhooks could not be told; they are tried again")
                pause_s = RETRY_S

    def step(self) -> int:
        """Make one round; returns how many messages were tried."""
        now_s = self._clock()
        self._watch.look(now_s)
        first: dict[str, Delivery] = {}
        for one in self._library.webhooks.due(now_s):
            first.setdefault(one.hook_id, one)
        if first:
            with ThreadPoolExecutor(min(AT_ONCE, len(first))) as pool:
                list(pool.map(self._deliver, first.values()))
        return len(first)

    def _deliver(self, one: Delivery) -> None:
        hooks = self._library.webhooks
        hook = hooks.any_hook(one.hook_id)
        if hook is None or not self._is_wanted(hook):
            hooks.failed(one, GONE, self._clock())
            return
        try:
            answer = self._try(hook, one)
        except InputError as error:
            answer = f"refused: {error.faults[0].wanted}"
        except (OSError, http.client.HTTPException) as error:
            answer = f"no answer: {type(error).__name__}"
        if answer.isdigit():
            hooks.delivered(one, answer, self._clock())
        else:
            log.info("webhook %s, try %d: %s", hook.hook_id, one.n_try + 1, answer)
            hooks.failed(one, answer, self._clock())

    def _is_wanted(self, hook: Webhook) -> bool:
        if hook.state is HookState.PAUSED:
            return False
        if hook.push is not None:
            return True
        if hook.owner_id == DEMO.key_id:
            return True
        key = self._library.keys.find(hook.owner_id)
        return key is not None and key.is_valid(self._clock())

    def _try(self, hook: Webhook, one: Delivery) -> str:
        """Send once; the status where it was taken, else why not."""
        target = parse_target(hook.url, self._allowed)
        address = choose_address(target, self._resolve)
        if hook.push is not None:
            return self._push(hook, hook.push, one, target, address)
        body, at_s = one.body.encode(), int(self._clock())
        secret = hook_secret(read_secret(self._library.settings.home), hook.hook_id, hook.generation)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": AGENT,
            "webhook-id": one.delivery_id,
            "webhook-timestamp": str(at_s),
            "webhook-signature": sign(secret, one.delivery_id, at_s, body),
        }
        status, told = self._send(target, address, body, headers)
        if status == HTTP_GONE:
            return GONE
        if not 200 <= status < 300:
            return f"status {status}"
        if one.kind == "webhook.challenge" and not _echoes(told, json.loads(one.body)["challenge"]):
            return "the challenge was not sent back"
        return str(status)

    def _push(self, hook: Webhook, push: Mapping[str, str], one: Delivery, target: Target, address: str) -> str:
        """Send to a browser once; a subscription that its push service no longer knows is forgotten."""
        settings, secret = self._library.settings, read_secret(self._library.settings.home)
        contact = settings.feed_contact if ":" in settings.feed_contact else f"mailto:{settings.feed_contact or NOBODY}"
        body = encrypt(push_text(json.loads(one.body), push["lang"]), push["p256dh"], push["auth"])
        headers = push_headers(sender_key(secret), hook.url, contact, self._clock())
        status, _ = self._send(target, address, body, headers)
        if status in (HTTP_NOT_FOUND, HTTP_GONE):
            self._library.webhooks.remove_push(hook.owner_id)
            return GONE
        return str(status) if 200 <= status < 300 else f"status {status}"


def _echoes(told: bytes, challenge: str) -> bool:
    try:
        found = json.loads(told)
    except (ValueError, RecursionError):
        return False
    echoed = found.get("challenge") if isinstance(found, dict) else None
    return isinstance(echoed, str) and hmac.compare_digest(echoed.encode(), challenge.encode())
