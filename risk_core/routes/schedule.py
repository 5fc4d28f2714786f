"""Which time slice holds when: the hazard moves while one travels."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.objective import COST_PER_S
from risk_core.state.assessment import Assessment
from risk_core.units import S_PER_DAY

LOOK_AHEAD_S: Final = S_PER_DAY
"""Closures that begin or end later than this after the departure are not looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """Slices met after a departure.

    Attributes
    ----------
    depart_s
        The departure, unix seconds.
    begin_s
        Seconds after it at which each slice begins, ascending, the first 0, shape=(n_slice,); the last holds on.
    step
        Position of the assessment's time slice whose fields hold then, shape=(n_slice,).
    """

    depart_s: float
    begin_s: NDArray[np.float64]
    step: NDArray[np.int32]

    @property
    def at_s(self) -> NDArray[np.float64]:
        """Beginning of each slice, unix seconds."""
        return self.depart_s + self.begin_s

    def step_after(self, seconds: NDArray[np.float64]) -> NDArray[np.int32]:
        """Position of the time slice that holds so many seconds after the departure, shape as given.

        Examples
        --------
        >>> schedule = Schedule(0.0, np.array([0.0, 600.0]), np.array([6, 7], dtype=np.int32))
        >>> schedule.step_after(np.array([0.0, 599.0, 600.0, 9e9])).tolist()
        [6, 6, 7, 7]
        """
        return self.step[np.searchsorted(self.begin_s, seconds, side="right") - 1]

    def after(self, seconds: float) -> "Schedule":
        """Slices met by who sets off so many seconds later.

        Examples
        --------
        >>> later = Schedule(0.0, np.array([0.0, 600.0]), np.array([6, 7], dtype=np.int32)).after(400.0)
        >>> later.depart_s, later.begin_s.tolist(), later.step.tolist()
        (400.0, [0.0, 200.0], [6, 7])
        """
        first = int(np.searchsorted(self.begin_s, seconds, side="right")) - 1
        return Schedule(self.depart_s + seconds, np.maximum(self.begin_s[first:] - seconds, 0.0), self.step[first:])


def standing(assessment: Assessment, step: int) -> Schedule:
    """One time slice that holds for ever."""
    depart_s = assessment.now_s + float(assessment.lead_s[step])
    return Schedule(depart_s, np.zeros(1), np.array([step], dtype=np.int32))


def moving(assessment: Assessment, step: int) -> Schedule:
    """Slices from a departure on: the assessment's own, cut further where a closure begins or ends.

    Of changes within one unit of time of a search only the last cuts, so that all of them hold from there on.
    A departure in the past is answered as if its slice held for ever: it is a look back, nobody travels then.
    """
    if step < assessment.step_now:
        return standing(assessment, step)
    lead_s = assessment.lead_s[step:].astype(np.float64)
    depart_s = assessment.now_s + float(lead_s[0])
    changes = np.array([moment for one in assessment.closures for moment in (one.from_s, one.until_s)]) - depart_s
    changes = changes[(changes > 0) & (changes < LOOK_AHEAD_S)]
    begin_s = np.unique(np.concatenate([lead_s - lead_s[0], np.maximum(changes, 1.0 / COST_PER_S)]))
    begin_s = begin_s[np.append(np.diff(np.rint(begin_s * COST_PER_S)) > 0, True)]
    at = step + np.searchsorted(lead_s - lead_s[0], begin_s, side="right") - 1
    return Schedule(depart_s, begin_s, at.astype(np.int32))
