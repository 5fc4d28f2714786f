"""Flood hazard classes H1 to H6: what water of a depth and speed does to people, vehicles and buildings.

Australian Institute for Disaster Resilience 2017, Guideline 7-3 Flood Hazard, table 1 and figure 6, after G. P. Smith,
E. K. Davey, R. J. Cox 2014, Flood hazard, WRL Technical Report 2014/07. The limits below agree with those of the New
South Wales flood risk management guideline FB03 (2023).

=====  ============  ========  ==========  =====================================================
class  D V up to     D up to   V up to     safe for
=====  ============  ========  ==========  =====================================================
H1     0.3 m2/s      0.3 m     2 m/s       people, vehicles and buildings, generally
H2     0.6           0.5       2           not for small vehicles
H3     0.6           1.2       2           not for vehicles, children and the elderly
H4     1.0           2.0       2           not for vehicles and people
H5     4.0           4.0       4           nobody; weak buildings may fail
H6     beyond                              nobody; any building may fail
=====  ============  ========  ==========  =====================================================

Taken from depth and speed at the same moment. A class drawn from the separate maxima of both is never too low.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

LIMITS: Final = np.array([[0.3, 0.3, 2.0], [0.6, 0.5, 2.0], [0.6, 1.2, 2.0], [1.0, 2.0, 2.0], [4.0, 4.0, 4.0]])
"""Largest D V (m2/s), D (m) and V (m/s) of H1 to H5."""

DRY_M: Final = 0.01
"""Water thinner than this counts as none: a model's film, this project's choice."""


def hazard_class(
    depth_m: NDArray[np.floating] | float, depth_speed_m2_per_s: NDArray[np.floating] | float
) -> NDArray[np.int8]:
    """Class of water by its depth and its depth times speed: 0 dry, 1 to 6; shapes that go together.

    Examples
    --------
    >>> hazard_class(np.array([0.0, 0.2, 0.4, 1.0, 1.9]), np.array([0.0, 0.2, 0.4, 0.5, 0.95])).tolist()
    [0, 1, 2, 3, 4]
    """
    depth = np.asarray(depth_m, np.float64)
    strength = np.asarray(depth_speed_m2_per_s, np.float64)
    speed = strength / np.maximum(depth, DRY_M)
    tried = np.stack(np.broadcast_arrays(strength, depth, speed), axis=-1)
    is_beyond = (tried[..., None, :] > LIMITS).any(axis=-1)
    return np.where(depth < DRY_M, 0, 1 + is_beyond.sum(axis=-1)).astype(np.int8)
