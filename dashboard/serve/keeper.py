"""Housekeeping of the store beside the refresh loop: a daily copy, old observations to files, a short journal."""

import logging
import threading
import time
from typing import Final

from dashboard.settings import Settings

log = logging.getLogger(__name__)

FIRST_S: Final = 60.0
"""Pause after the start, which has other things to do."""
EVERY_S: Final = 3600.0
COPY_EVERY_S: Final = 86_400.0


def keep_store(settings: Settings, stop: threading.Event) -> threading.Thread:
    """Keep the store in a thread until `stop` is set."""
    thread = threading.Thread(target=_run, args=(settings, stop), name="keeper", daemon=True)
    thread.start()
    return thread


def _run(settings: Settings, stop: threading.Event) -> None:
    pause_s = FIRST_S
    while not stop.wait(pause_s):
        pause_s = EVERY_S
        try:
            look_after(settings, time.time())
        except Exception:
            log.exception("the store could not be looked after; the next hour tries again")


def look_after(settings: Settings, now_s: float) -> int:
    """Make the day's copy if it is due, then move old observations; returns the rows moved."""
    from dashboard.store.archive import Archive
    from dashboard.store.mend import copies, make_copy
    from dashboard.store.observations import ObservationStore
    from dashboard.store.retention import archive_old

    newest = next(iter(copies(settings.home)), None)
    if newest is None or now_s - float(newest.stem) >= COPY_EVERY_S:
        make_copy(settings.home, settings.database_url, now_s)
    store = ObservationStore(settings.database_url)
    try:
        n_moved = archive_old(store, Archive(settings.home), settings.keep_days, now_s)
        if n_moved:
            log.info("%d old observations moved to the archive", n_moved)
        store.shorten_journal()
        return n_moved
    finally:
        store.close()
