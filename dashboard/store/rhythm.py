"""Whether a source still speaks: how often it did, how long its news takes, and when the next is due."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final

from dashboard.store.kinds import Kind
from risk_core.state.situation import SourceStatus

if TYPE_CHECKING:
    from dashboard.store.observations import ObservationStore

MEASURED: Final = (Kind.RAIN, Kind.WIND, Kind.COUNTS, Kind.CASES, Kind.DEATHS, Kind.SIGNALS, Kind.FLOWS)
"""Kinds that come again and again; warnings, closures and the like come when there is something to say."""
N_TIMES: Final = 12
"""Newest times looked at."""
LEAST_TIMES: Final = 3
"""Fewer tell no rhythm."""
SLACK_S: Final = 10.0
"""Least delay that is forgiven."""
SLACK_SHARE: Final = 0.5
"""Delay that is forgiven, of the usual gap."""
MAX_LAG_GAPS: Final = 3.0
"""Longest usual delay, in usual gaps: a file of old days does not make its source slow."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How one source of one kind comes in; NaN where nothing is known.

    Attributes
    ----------
    source, kind, simulated, n_record
        Of the source.
    newest_s
        Time of its newest observation, unix seconds.
    received_s
        When that came in, unix seconds.
    gap_s
        Usual time between two observations.
    lag_s
        Usual time from an observation until it is here.
    due_s
        When the next one should have been here, with the delay that is forgiven; infinite without a rhythm.
    """

    source: str
    kind: str
    simulated: bool
    n_record: int
    newest_s: float
    received_s: float
    gap_s: float
    lag_s: float
    due_s: float

    def is_late(self, now_s: float) -> bool:
        """Whether the next observation is overdue."""
        return now_s > self.due_s


def read_rhythms(
    observations: "ObservationStore", area_id: str, sources: Sequence[SourceStatus], now_s: float
) -> list[Rhythm]:
    """Rhythm of each source of an area, by kind and name."""
    ordered = sorted(sources, key=lambda one: (one.kind, one.source))
    kept = set(Kind)
    return [
        find_rhythm(
            one, observations.arrivals(one.kind, area_id, one.source, now_s, N_TIMES) if one.kind in kept else ()
        )
        for one in ordered
    ]


def find_rhythm(status: SourceStatus, arrivals: Sequence[tuple[float, float]]) -> Rhythm:
    """Rhythm of a source from its newest times and when each came in, newest first.

    Examples
    --------
    Rain every ten minutes that takes one to come in is overdue five minutes after it was expected:

    >>> status = SourceStatus("kma", "rain", 3600.0, 3, False)
    >>> rhythm = find_rhythm(status, [(3600.0, 3660.0), (3000.0, 3060.0), (2400.0, 2460.0)])
    >>> rhythm.gap_s, rhythm.lag_s, rhythm.is_late(4560.0), rhythm.is_late(4561.0)
    (600.0, 60.0, False, True)
    """
    newest_s, received_s = arrivals[0] if arrivals else (status.newest_s, math.nan)
    gap_s = lag_s = math.nan
    due_s = math.inf
    if status.kind in MEASURED and len(arrivals) >= LEAST_TIMES:
        times = [then_s for then_s, _ in arrivals]
        gap_s = median(later - earlier for later, earlier in pairwise(times))
        lag_s = min(median(max(came_s - then_s, 0.0) for then_s, came_s in arrivals), MAX_LAG_GAPS * gap_s)
        due_s = newest_s + gap_s + lag_s + max(SLACK_S, SLACK_SHARE * gap_s)
    return Rhythm(
        status.source, status.kind, status.simulated, status.n_record, newest_s, received_s, gap_s, lag_s, due_s
    )
