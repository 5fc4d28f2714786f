"""How each feed of an area stands: when it was asked, what came, and why not. One file an area.

Written by the process that reads the feeds, read by pages and commands. No key and no address stands in it.
"""

import json
import logging
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from dashboard.store.durable import write_bytes
from dashboard.store.snapshots import AREA_PATTERN

log = logging.getLogger(__name__)

SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class FeedState:
    """One feed of an area.

    Attributes
    ----------
    name
        As its rows name their source.
    title
        What it is, for people.
    kinds
        Kinds of observation it brings.
    attribution, licence
        Credit its owner asks for.
    cadence_s, fresh_s
        Usual time between two questions, and the age at which what it brought counts as stale, seconds.
    asked_s, good_s, next_s
        When it was asked last, when it last answered well, and when it is asked next; unix seconds, NaN for never.
    n_fail
        Failures in a row; 0 when the last answer was good.
    is_open
        Whether so many failed that it is only tried now and then.
    error
        Why the last question failed; empty when it did not.
    note
        Why some of its records were refused; empty when none was.
    lacks
        What has to be set before it can be read; empty when nothing.
    n_new, n_changed, n_same, n_refused
        Records of the last good answer.
    """

    name: str
    title: str
    kinds: tuple[str, ...]
    attribution: str
    licence: str
    cadence_s: float
    fresh_s: float
    asked_s: float = math.nan
    good_s: float = math.nan
    next_s: float = math.nan
    n_fail: int = 0
    is_open: bool = False
    error: str = ""
    note: str = ""
    lacks: str = ""
    n_new: int = 0
    n_changed: int = 0
    n_same: int = 0
    n_refused: int = 0

    def is_stale(self, now_s: float) -> bool:
        """Whether what it brought is too old to call it live; so is a feed that never answered.

        Examples
        --------
        >>> state = FeedState("a", "A", ("rain",), "", "", 600.0, 1800.0, good_s=0.0)
        >>> state.is_stale(1800.0), state.is_stale(1801.0)
        (False, True)
        """
        return not now_s - self.good_s <= self.fresh_s

    def age_s(self, now_s: float) -> float:
        """Seconds since its last good answer, never below 0; NaN where there was none."""
        return max(now_s - self.good_s, 0.0) if math.isfinite(self.good_s) else math.nan


def write_feed_states(home: Path, area_id: str, states: Sequence[FeedState]) -> None:
    """Keep how the feeds of an area stand."""
    path = _path(home, area_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"schema": SCHEMA, "feeds": [_as_json(state) for state in states]}
    fresh = path.with_suffix(".tmp")
    write_bytes(fresh, json.dumps(told, ensure_ascii=False, allow_nan=False).encode())
    fresh.replace(path)


def read_feed_states(home: Path, area_id: str) -> tuple[FeedState, ...]:
    """How the feeds of an area stood when they were last read; empty where none is, or the file is damaged."""
    try:
        told = json.loads(_path(home, area_id).read_bytes())
        if told["schema"] != SCHEMA:
            return ()
        return tuple(_from_json(one) for one in told["feeds"])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        log.warning("%s: how the feeds stand cannot be read", area_id)
        return ()


def forget_feed_states(home: Path, area_id: str) -> None:
    """Remove what was kept, when no feed is read any more."""
    _path(home, area_id).unlink(missing_ok=True)


def _as_json(state: FeedState) -> dict[str, Any]:
    told = asdict(state)
    return {name: None if isinstance(one, float) and not math.isfinite(one) else one for name, one in told.items()}


def _from_json(told: dict[str, Any]) -> FeedState:
    filled = {name: math.nan if one is None else one for name, one in told.items()}
    return FeedState(**{**filled, "kinds": tuple(told["kinds"])})


def _path(home: Path, area_id: str) -> Path:
    if not AREA_PATTERN.fullmatch(area_id):
        raise ValueError(area_id)
    return home / "feeds" / f"{area_id}.json"
