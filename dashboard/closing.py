"""Closures reach an area's snapshot at once, beside the assessments, which take longer.

An assessment begins with the closures of its moment. What is closed or opened while it is at work must neither wait
for it nor be lost when it is written, so both writers share a lock and count the changes they have seen.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Final

from dashboard.relay import RedisLink
from dashboard.relay.news import tell_snapshot
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from dashboard.store.situations import closures_ahead
from dashboard.store.snapshots import write_snapshot
from risk_core.errors import UnavailableError
from risk_core.state.assessment import Assessment

log = logging.getLogger(__name__)

LOOK_S: Final = 0.05
"""Pause between two looks at what changed."""
RETRY_S: Final = 1.0
"""Pause after a failure."""


class Closing:
    """Writes the snapshots of every area, and those of other closures at once.

    Parameters
    ----------
    library
        Areas, observations, snapshots.
    clock
        Unix seconds.
    link
        To the server through which other machines are told; None on one machine.
    """

    def __init__(self, library: Library, clock: Callable[[], float], link: RedisLink | None = None) -> None:
        self._link = link
        self._library = library
        self._clock = clock
        self._seen: dict[str, int] = {}
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def count(self, area_id: str) -> int:
        """How often the closures of an area have changed."""
        return self._library.observations.change_count(area_id, Kind.CLOSURES)

    def write(self, told: Assessment, n_change: int) -> Assessment:
        """Write an assessment; closures that changed since it began (at `n_change`) are put into it first."""
        with self._locks[told.area_id]:
            newest = self.count(told.area_id)
            if newest != n_change:
                told = self._renewed(told)
            written = write_snapshot(self._library.settings.home, told)
            self._seen[told.area_id] = newest
        self._tell(written)
        return written

    def _tell(self, written: Assessment) -> None:
        if self._link is not None:
            tell_snapshot(self._link, written.area_id, written.version)

    def run(self, stop: threading.Event) -> None:
        """Look again and again until `stop` is set."""
        while not stop.wait(LOOK_S):
            try:
                self.look()
            except Exception:
                log.exception("closures could not be put into a snapshot; the next assessment has them")
                stop.wait(RETRY_S)

    def look(self) -> tuple[str, ...]:
        """Write the snapshot of each area whose closures changed anew; returns those areas."""
        done = []
        for area_id in self._library.area_ids():
            if self.count(area_id) != self._seen.get(area_id) and self._renew(area_id):
                done.append(area_id)
        return tuple(done)

    def _renew(self, area_id: str) -> bool:
        with self._locks[area_id]:
            newest = self.count(area_id)
            if newest == self._seen.get(area_id):
                return False
            try:
                former = self._library.assessment(area_id)
            except UnavailableError:
                self._seen[area_id] = newest
                return False
            written = write_snapshot(self._library.settings.home, self._renewed(former), like=former.version)
            self._seen[area_id] = newest
        self._tell(written)
        log.debug("%s: snapshot %s with other closures", area_id, written.version)
        return True

    def _renewed(self, told: Assessment) -> Assessment:
        """Give an assessment the closures of the present."""
        from risk_core.assess import with_closures

        now_s = told.now_s if told.drill is not None else max(self._clock(), told.now_s)
        rows = [row for row in self._library.observations.closures_from(told.area_id, now_s) if row["quality"] != "bad"]
        return with_closures(self._library.area(told.area_id), told, closures_ahead(rows, now_s), now_s)
