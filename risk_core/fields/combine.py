"""All hazards as one risk.

R = m + 0.2 (1 - m) (1 - product over the other hazards of (1 - r)), m the largest risk: the level follows the worst
hazard, the others order places inside a level and lift it by one at most. Hazards that are unknown at a place are
left out, never averaged in. The same rule on the bounds gives the bounds, since it rises with every risk.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.fields import combine_codes
from risk_core.state.assessment import LayerFields
from risk_core.state.level import RISK_CODE_MISSING, Hazard


def combine_layers(layers: Mapping[Hazard, LayerFields], shape: tuple[int, int, int]) -> LayerFields:
    """Combined layer of the hazards there are; unknown everywhere where there is none.

    Parameters
    ----------
    layers
        Fields by hazard.
    shape
        (n_time, n_row, n_col).
    """
    fields = list(layers.values())
    newest = [field.data_as_of_s for field in fields if np.isfinite(field.data_as_of_s)]
    return LayerFields(
        risk=combine_risks([field.risk for field in fields], shape),
        low=combine_risks([field.low for field in fields], shape),
        high=combine_risks([field.high for field in fields], shape),
        intensity={},
        data_as_of_s=max(newest, default=float("nan")),
        sources=tuple(dict.fromkeys(source for field in fields for source in field.sources)),
        simulated=any(field.simulated for field in fields),
    )


def combine_risks(codes: Sequence[NDArray[np.uint8]], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Combine risk bytes of several hazards, each of the given shape; 255 where none is known.

    Examples
    --------
    >>> combine_risks([np.array([150, 255], np.uint8), np.array([100, 255], np.uint8)], (2,)).tolist()
    [158, 255]
    """
    if not codes:
        return np.full(shape, RISK_CODE_MISSING, dtype=np.uint8)
    return combine_codes(np.stack([code.reshape(-1) for code in codes])).reshape(shape)
