"""Underpasses: how deep the water stands in the sag of a road, when it must be closed and when it is clear again.

A bucket: what runs off a catchment flows in, a pump takes out, the volume gives the depth by the road's own profile.
The profile is a flat floor between two even ramps, so that water of depth d lies over the floor and d/sag of the
ramps: ``V = w (floor d + (length - floor) d^2 / (2 sag))``.

Korea closes an underpass at 0.15 m (Ministry of the Interior and Safety, rule of 2024-04; the earlier 0.5 m was too
late at Osong on 2023-07-15; dates as in this project's design notes, unverified). That water of 0.05 m counts as clear
is an assumption. A bucket knows no blocked inlet and no river that comes over its bank: both make it fill sooner.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.kernels.underpass import fill_buckets, pass_marks

CLOSING_DEPTH_M: Final = 0.15
CLEAR_DEPTH_M: Final = 0.05

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Underpasses:
    """Underpasses; make them with `Underpasses.from_profile`, shape=(n,) each.

    Attributes
    ----------
    length_m, width_m, floor_m, sag_m
        Length between the tops of the ramps, width, length of the flat floor, depth of the floor below the tops.
    catchment_m2
        What drains into it, its own ramps with it.
    pump_m3_per_s
        What the pump takes out.
    """

    length_m: Floats
    width_m: Floats
    floor_m: Floats
    sag_m: Floats
    catchment_m2: Floats
    pump_m3_per_s: Floats

    @classmethod
    def from_profile(
        cls,
        length_m: Floats,
        width_m: Floats,
        sag_m: Floats,
        catchment_m2: Floats,
        pump_m3_per_s: Floats,
        floor_m: Floats | None = None,
    ) -> "Underpasses":
        """Check the numbers; without `floor_m` the ramps meet at the bottom.

        Raises
        ------
        InputError
            For arrays of different length, sizes that are not positive, negative pumps, a floor longer than all.
        """
        floor = np.zeros_like(length_m) if floor_m is None else floor_m
        given = {"length_m": length_m, "width_m": width_m, "sag_m": sag_m, "catchment_m2": catchment_m2}
        faults = []
        for name, value in (given | {"pump_m3_per_s": pump_m3_per_s, "floor_m": floor}).items():
            if value.shape != length_m.shape:
                wanted = f"shape {length_m.shape}"
                faults.append(Fault(name, f"of shape {value.shape}", wanted, "Give one value an underpass."))
            elif not bool(np.all(np.isfinite(value) & (value > 0 if name in given else value >= 0))):
                faults.append(Fault(name, "missing or too small", "positive numbers", "Give sizes in metres."))
        if not faults and bool(np.any(floor > length_m)):
            faults.append(Fault("floor_m", "longer than length_m", "at most length_m", "Correct the profile."))
        raise_faults(faults)
        return cls(length_m, width_m, floor, sag_m, catchment_m2, pump_m3_per_s)

    def volume_m3(self, depth_m: float | Floats) -> Floats:
        """Water below a depth at the lowest point, at most up to the tops of the ramps.

        Examples
        --------
        >>> one = [np.array([x]) for x in (200.0, 8.0, 5.0, 10_000.0, 0.1)]
        >>> Underpasses.from_profile(*one).volume_m3(0.15).round(2)
        array([3.6])
        """
        d = np.minimum(depth_m, self.sag_m)
        ramps = (self.length_m - self.floor_m) * d**2 / (2.0 * self.sag_m)
        return np.asarray(self.width_m * (self.floor_m * d + ramps))

    def depth_m(self, volume_m3: Floats) -> Floats:
        """Depth at the lowest point of a volume; the other way round of `volume_m3`."""
        curve = (self.length_m - self.floor_m) / (2.0 * self.sag_m)
        area = volume_m3 / self.width_m
        root = np.sqrt(self.floor_m**2 + 4.0 * curve * area)
        return np.asarray(np.minimum(2.0 * area / np.maximum(self.floor_m + root, 1e-12), self.sag_m))


@dataclass(frozen=True, slots=True, eq=False)
class UnderpassWater:
    """Water in underpasses.

    Attributes
    ----------
    depth_m
        At the beginning and the end of each interval, shape=(n_interval + 1, n).
    closing_s, clear_s
        First time at 0.15 m, and when it has last fallen to 0.05 m; inf where not in the time looked at, shape=(n,).
    spilled_m3
        What ran over, shape=(n,).
    """

    depth_m: Floats
    closing_s: Floats
    clear_s: Floats
    spilled_m3: Floats


def run_underpasses(
    underpasses: Underpasses, runoff_mm_per_h: Floats, end_s: Floats, start_depth_m: float | Floats = 0.0
) -> UnderpassWater:
    """Fill and empty underpasses.

    Parameters
    ----------
    underpasses
        The buckets.
    runoff_mm_per_h
        What runs off each catchment, shape=(n_interval, n).
    end_s
        Beginning and ends of the intervals, ascending, shape=(n_interval + 1,), seconds.
    start_depth_m
        Depth at the beginning.

    Raises
    ------
    InputError
        For arrays that do not fit each other, negative runoff or times that do not ascend.

    Examples
    --------
    >>> one = [np.array([x]) for x in (200.0, 8.0, 5.0, 10_000.0, 0.1)]
    >>> water = run_underpasses(Underpasses.from_profile(*one), np.array([[72.0], [0.0]]), np.array([0.0, 600.0, 1e4]))
    >>> water.closing_s.round(), water.clear_s.round()
    (array([36.]), array([1196.]))
    """
    faults = []
    wanted = f"shape ({len(end_s) - 1}, {len(underpasses.length_m)})"
    if runoff_mm_per_h.shape != (len(end_s) - 1, len(underpasses.length_m)):
        faults.append(Fault("runoff_mm_per_h", f"of shape {runoff_mm_per_h.shape}", wanted, "One row an interval."))
    elif not bool(np.all(runoff_mm_per_h >= 0)):
        faults.append(Fault("runoff_mm_per_h", "negative or missing", "numbers of 0 or more", "Repair the runoff."))
    if bool(np.any(np.diff(end_s) <= 0)):
        faults.append(Fault("end_s", "not ascending", "ascending seconds", "Sort the times."))
    raise_faults(faults)
    inflow = runoff_mm_per_h / 3.6e6 * underpasses.catchment_m2
    start, brim = underpasses.volume_m3(start_depth_m), underpasses.volume_m3(np.inf)
    volume, spilled = fill_buckets(start, brim, underpasses.pump_m3_per_s, inflow, np.diff(end_s))
    marks = underpasses.volume_m3(CLOSING_DEPTH_M), underpasses.volume_m3(CLEAR_DEPTH_M)
    passed = pass_marks(volume, inflow, underpasses.pump_m3_per_s, end_s, *marks)
    return UnderpassWater(underpasses.depth_m(volume), passed[0], passed[1], spilled)
