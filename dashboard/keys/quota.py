"""How often somebody may ask: exact over every web process of a machine, through one small mapped file.

Several machines count together where they share a Redis server, and each by itself while it is away.

The generic cell rate algorithm (ITU-T I.371, 1996, annex A): of each name only the time is kept at which its
allowance would be whole again. Names are kept as keyed hashes, so no address of a visitor is in the file.
"""

import fcntl
import hashlib
import math
import mmap
import os
import struct
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dashboard.keys.session import read_secret
from dashboard.relay import RedisLink, open_link
from dashboard.relay.shared_quota import take_whole_s
from dashboard.settings import Settings

SLOTS: Final = 1 << 16
"""Names remembered at once."""
TRIED: Final = 8
"""Slots tried for a name; of these the one that was whole again first gives way."""
PERIOD_S: Final = 60.0
_SLOT: Final = struct.Struct("<Qd")


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to somebody.

    Attributes
    ----------
    is_allowed
        Whether this request may pass.
    per_min
        How many a minute may.
    remaining
        How many more may right now.
    reset_s
        Seconds until the whole allowance is back.
    retry_s
        Seconds until the next one may, 0 when it may now.
    """

    is_allowed: bool
    per_min: int
    remaining: int
    reset_s: float
    retry_s: float


def next_allowance(whole_s: float, now_s: float, per_min: int, cost: int) -> tuple[float, Allowance]:
    """Take `cost` from an allowance that is whole again at `whole_s`.

    Returns
    -------
    tuple
        When it is whole again afterwards, and what is left.

    Examples
    --------
    >>> whole_s, left = next_allowance(0.0, 100.0, 60, 1)
    >>> whole_s, left.is_allowed, left.remaining
    (101.0, True, 59)
    >>> next_allowance(160.5, 100.0, 60, 1)[1].retry_s
    1.5
    """
    step_s = PERIOD_S / per_min
    begin_s = max(whole_s, now_s)
    after_s = begin_s + step_s * cost
    is_allowed = after_s - now_s <= PERIOD_S + 1e-9
    whole_s = after_s if is_allowed else begin_s
    reset_s = whole_s - now_s
    remaining = max(int((PERIOD_S - reset_s) / step_s + 1e-6), 0)
    retry_s = 0.0 if is_allowed else after_s - now_s - PERIOD_S
    return whole_s, Allowance(is_allowed, per_min, remaining, reset_s, retry_s)


class Quota:
    """Allowances of every name, shared by all processes of a home.

    Parameters
    ----------
    path
        The file; made at first use.
    salt
        Secret under which names are hashed.
    link
        To the server that several machines share; None on one machine.

    Examples
    --------
    >>> import tempfile
    >>> quota = Quota(Path(tempfile.mkdtemp()) / "quota", b"salt")
    >>> [quota.take("203.0.113.9", 2, 1, now_s=100.0).is_allowed for _ in range(3)]
    [True, True, False]
    """

    def __init__(self, path: Path, salt: bytes, link: RedisLink | None = None) -> None:
        self._path = path
        self._link = link
        self._salt = salt[:64]
        self._lock = threading.Lock()
        self._file: int | None = None
        self._slots: mmap.mmap | None = None

    def take(self, name: str, per_min: int, cost: int, now_s: float) -> Allowance:
        """Take `cost` requests from the allowance of a name, or nothing when it has not as many left."""
        digest = hashlib.blake2b(name.encode(), digest_size=8, key=self._salt).digest()
        if self._link is not None:
            step_s = PERIOD_S / per_min
            whole_s = take_whole_s(self._link, digest.hex(), now_s, step_s, cost, PERIOD_S, lambda: math.nan)
            if not math.isnan(whole_s):
                return next_allowance(whole_s, now_s, per_min, cost)[1]
        mark = int.from_bytes(digest, "little") or 1
        with self._lock:
            file, slots = self._open()
            fcntl.lockf(file, fcntl.LOCK_EX)
            try:
                place, whole_s = _find(slots, mark)
                whole_s, allowance = next_allowance(min(whole_s, now_s + PERIOD_S), now_s, per_min, cost)
                _SLOT.pack_into(slots, place, mark, whole_s)
            finally:
                fcntl.lockf(file, fcntl.LOCK_UN)
        return allowance

    def _open(self) -> tuple[int, mmap.mmap]:
        if self._file is None or self._slots is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            os.ftruncate(self._file, SLOTS * _SLOT.size)
            self._slots = mmap.mmap(self._file, SLOTS * _SLOT.size)
        return self._file, self._slots


def _find(slots: mmap.mmap, mark: int) -> tuple[int, float]:
    """Place of a name and when its allowance is whole again; a new name takes the slot that was so first."""
    best, best_s = 0, float("inf")
    for tried in range(TRIED):
        place = (mark + tried) % SLOTS * _SLOT.size
        known, whole_s = _SLOT.unpack_from(slots, place)
        if known == mark:
            return place, whole_s
        if whole_s < best_s:
            best, best_s = place, whole_s
    return best, 0.0


def open_quota(settings: Settings) -> Quota:
    """Allowances of the settings' home, shared with other machines where a server is set."""
    return Quota(settings.home / "quota", read_secret(settings.home), open_link(settings.redis_url))
