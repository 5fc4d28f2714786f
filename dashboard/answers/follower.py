"""Readiness for the next question: what belongs to a new snapshot is made in each web process before somebody asks.

Streets are priced for the profiles asked for lately, people who were counted anew are laid out, and the hazard of every
street is tabled. Until the new people are there questions are answered with those of before, a few seconds older.
"""

import logging
import threading
from typing import Final

from dashboard.answers.answers import Answers
from risk_core.errors import AnsimgilError

log = logging.getLogger(__name__)

LOOK_S: Final = 0.25
ASKED_WITHIN_S: Final = 60.0
"""Nothing is made ready for an area that nobody asked this process about for so long."""


class Follower:
    """Follows the newest snapshot of every area asked about, in a thread of its own.

    Parameters
    ----------
    answers
        What is made ready.
    area_id
        Made ready once at the start, before anybody asked.
    """

    def __init__(self, answers: Answers, area_id: str) -> None:
        self._answers = answers
        self._first = area_id
        self._done: dict[str, str] = {}

    def start(self) -> None:
        """Begin to follow; the thread ends with the process."""
        self._answers.infection.is_followed = True
        threading.Thread(target=self.run, args=(threading.Event(),), name="follower", daemon=True).start()

    def run(self, stop: threading.Event) -> None:
        """Look again and again until stopped; what fails is tried again with the next snapshot."""
        self.look((self._first,))
        while not stop.wait(LOOK_S):
            self.look(self._answers.asked_within(ASKED_WITHIN_S))

    def look(self, area_ids: tuple[str, ...]) -> None:
        """Make the newest snapshot of each area ready, once."""
        for area_id in area_ids:
            try:
                version = self._answers.library.snapshots.version(area_id)
                if version is not None and self._done.get(area_id) != version:
                    self._done[area_id] = version
                    self._answers.get_ready(area_id, ASKED_WITHIN_S)
            except AnsimgilError as error:
                log.debug("%s: not made ready: %s", area_id, type(error).__name__)
            except Exception:
                log.exception("%s could not be made ready", area_id)
