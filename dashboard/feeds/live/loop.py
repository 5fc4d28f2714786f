"""Reads every feed in its rhythm, each in its own time: one that hangs holds up no other."""

import dataclasses
import logging
import math
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dashboard.feeds.live.asker import Asker
from dashboard.feeds.live.delivery import Delivery, deliver
from dashboard.feeds.live.failure import FetchError, Reason
from dashboard.feeds.live.pace import Pace, is_open
from dashboard.feeds.live.plan import Feed
from dashboard.feeds.live.source import Place, Question, Reading
from dashboard.store.feed_states import FeedState, read_feed_states, write_feed_states
from dashboard.store.library import Library
from risk_core.errors import AnsimgilError

log = logging.getLogger(__name__)

LOOK_S: Final = 1.0
"""Pause between two looks at what is due."""
MAX_THREADS: Final = 32
LONGEST_ERROR: Final = 300


@dataclass(slots=True)
class _Line:
    """One feed while the process lives."""

    feed: Feed
    place: Place
    asker: Asker
    state: FeedState
    n_asked: int = 0
    running: "Future[None] | None" = None


class FeedLoop:
    """Reads feeds into the store until it is stopped.

    Parameters
    ----------
    library
        Where it goes; its looks must not count as use.
    feeds
        What to read; those that lack something are shown as such and never asked.
    places
        Each area by its id.
    make_asker
        Makes what asks for one feed.
    clock
        Unix seconds.
    """

    def __init__(
        self,
        library: Library,
        feeds: Sequence[Feed],
        places: Mapping[str, Place],
        make_asker: Callable[[Feed], Asker],
        clock: Callable[[], float],
    ) -> None:
        self._library = library
        self._clock = clock
        self._lock = threading.Lock()
        former = {(area_id, one.name): one for area_id in places for one in read_feed_states(self._home, area_id)}
        self._lines = [
            _Line(
                feed, places[feed.area_id], make_asker(feed), first_state(feed, former.get((feed.area_id, feed.name)))
            )
            for feed in feeds
        ]
        self._pool = ThreadPoolExecutor(max(1, min(len(self._lines), MAX_THREADS)), "feed")
        for area_id in places:
            self._write(area_id)

    @property
    def _home(self) -> Path:
        return self._library.settings.home

    def run(self, stop: threading.Event) -> None:
        """Ask what is due, again and again, until `stop` is set."""
        while not stop.is_set():
            self.start_due()
            stop.wait(LOOK_S)
        self.close()

    def read_all(self) -> None:
        """Read every feed once, due or not, and wait for all of them."""
        for one in self.start_due(at_once=True):
            one.result()

    def start_due(self, at_once: bool = False) -> list["Future[None]"]:
        """Start every feed that is due (or every one) and does not run."""
        now_s = self._clock()
        started = []
        for line in self._lines:
            if line.running is not None and not line.running.done():
                continue
            if not line.feed.lacks and (at_once or is_due(line.state, now_s)):
                line.running = self._pool.submit(self._read, line)
                started.append(line.running)
        return started

    def step(self) -> None:
        """Read every feed that is due, and wait for all of them."""
        for one in self.start_due():
            one.result()

    def states(self, area_id: str) -> tuple[FeedState, ...]:
        """How the feeds of an area stand."""
        return tuple(line.state for line in self._lines if line.feed.area_id == area_id)

    def close(self) -> None:
        """Start nothing more; what runs ends by its own time limit, or with the process."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _read(self, line: _Line) -> None:
        """Ask and store; whatever happens ends in the feed's state."""
        feed, asked_s = line.feed, self._clock()
        line.n_asked += 1
        pace = Pace(feed.cadence_s, f"{feed.area_id}:{feed.name}")
        try:
            line.asker.begin()
            reading = read_feed(feed, line.place, line.asker, asked_s)
            done = deliver(self._library, feed.name, line.place, reading, self._clock())
        except FetchError as error:
            self._fail(line, pace, asked_s, str(error), error.retry_after_s)
        except AnsimgilError as error:
            line.asker.forget()
            self._fail(line, pace, asked_s, f"{Reason.MALFORMED}: {_without_values(error)}")
        except Exception as error:
            log.exception("%s: feed %s failed in an unforeseen way", feed.area_id, feed.name)
            line.asker.forget()
            self._fail(line, pace, asked_s, f"{Reason.MALFORMED}: {type(error).__name__}")
        else:
            self._succeed(line, pace, asked_s, done)
        self._write(feed.area_id)

    def _succeed(self, line: _Line, pace: Pace, asked_s: float, done: Delivery) -> None:
        if line.state.n_fail:
            log.info("%s: feed %s is back", line.feed.area_id, line.feed.name)
        now_s = self._clock()
        line.state = dataclasses.replace(
            line.state, asked_s=asked_s, good_s=now_s, next_s=now_s + pace.after_success(line.n_asked),
            n_fail=0, is_open=False, error="", note=done.why()[:LONGEST_ERROR],
            n_new=done.n_new, n_changed=done.n_changed, n_same=done.n_same, n_refused=done.n_refused,
        )  # fmt: skip

    def _fail(self, line: _Line, pace: Pace, asked_s: float, why: str, retry_after_s: float = 0.0) -> None:
        n_fail = line.state.n_fail + 1
        log.warning("%s: feed %s: %s (%d in a row)", line.feed.area_id, line.feed.name, why, n_fail)
        line.state = dataclasses.replace(
            line.state,
            asked_s=asked_s,
            next_s=self._clock() + pace.after_failure(n_fail, retry_after_s),
            n_fail=n_fail,
            is_open=is_open(n_fail),
            error=why[:LONGEST_ERROR],
        )

    def _write(self, area_id: str) -> None:
        with self._lock:
            write_feed_states(self._home, area_id, self.states(area_id))


def read_feed(feed: Feed, place: Place, asker: Asker, now_s: float) -> Reading:
    """Ask for one feed and read the answer, storing nothing."""
    return feed.source.read(asker, Question(place, now_s, feed.key, feed.url, feed.options))


def is_due(state: FeedState, now_s: float) -> bool:
    """Whether a feed is to be asked: its time has come, or the clock went back by more than its pause."""
    return not state.asked_s <= now_s < state.next_s


def first_state(feed: Feed, former: FeedState | None) -> FeedState:
    """State of a feed when the process starts: what it had before, asked again soon."""
    source = feed.source
    state = FeedState(
        feed.name,
        source.title,
        tuple(str(kind) for kind in source.kinds),
        source.attribution,
        source.licence,
        feed.cadence_s,
        max(source.fresh_s, 2.0 * feed.cadence_s),
        lacks=feed.lacks,
    )
    if former is None:
        return state
    waits = former.next_s if former.n_fail else min(former.next_s, former.good_s + feed.cadence_s)
    kept = {name: getattr(former, name) for name in ("asked_s", "good_s", "n_fail", "is_open", "error", "note")}
    return dataclasses.replace(state, **kept, next_s=waits if math.isfinite(waits) else math.nan)


def _without_values(error: AnsimgilError) -> str:
    return "; ".join(f"{fault.argument}: {fault.wanted}" for fault in error.faults[:3])
