"""When a feed is asked next: its own rhythm, longer and longer pauses after failures, and a breaker.

Pauses double with every failure in a row up to `MOST_PAUSE_S`, scattered by half so that many servers that lost the
same feed do not come back at the same moment (full and equal jitter: M. Brooker 2015, AWS Architecture Blog). After
`BREAKER_AT` failures the breaker is open: only one short question is asked when the pause is over, and a success
closes it. Seeded: the same feed and the same failures give the same pauses.
"""

import random
from dataclasses import dataclass
from typing import Final

FIRST_PAUSE_S: Final = 15.0
MOST_PAUSE_S: Final = 3_600.0
BREAKER_AT: Final = 5
"""Failures in a row that open the breaker."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Rhythm of one feed.

    Attributes
    ----------
    cadence_s
        Usual time from one question to the next, seconds.
    seed
        Scatters the pauses; the feed's own name and area.
    """

    cadence_s: float
    seed: str

    def after_success(self, n_asked: int) -> float:
        """Seconds until the next question, scattered by 5 %."""
        return self.cadence_s * self._scatter(f"ok:{n_asked}", 0.95, 1.05)

    def after_failure(self, n_fail: int, retry_after_s: float = 0.0) -> float:
        """Seconds until the next try.

        Parameters
        ----------
        n_fail
            Failures in a row, 1 at the first.
        retry_after_s
            Least pause the server asked for.

        Examples
        --------
        >>> pauses = [Pace(600.0, "a").after_failure(n) for n in (1, 2, 3, 20)]
        >>> [low <= pause <= 2 * low for pause, low in zip(pauses, (7.5, 15.0, 30.0, 1800.0))]
        [True, True, True, True]
        """
        doubled = min(FIRST_PAUSE_S * 2.0 ** min(n_fail - 1, 30), MOST_PAUSE_S)
        return max(doubled * self._scatter(f"fail:{n_fail}", 0.5, 1.0), retry_after_s)

    def _scatter(self, word: str, low: float, high: float) -> float:
        return random.Random(f"{self.seed}:{word}").uniform(low, high)


def is_open(n_fail: int) -> bool:
    """Whether so many failures in a row open the breaker."""
    return n_fail >= BREAKER_AT
