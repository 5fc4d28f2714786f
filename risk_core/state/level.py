"""The five levels and the hazards they are given for."""

from enum import IntEnum, StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

LEVEL_THRESHOLDS: Final = (0.2, 0.4, 0.6, 0.8)
"""Risk at which 관심, 주의, 경계 and 심각 begin."""

DANGER_RISK: Final = 0.6
"""Risk from which a place counts as dangerous (경계 and above)."""

RISK_CODE_STEPS: Final = 250
"""A risk of 0..1 is stored as a byte 0..250."""

RISK_CODE_MISSING: Final = 255
"""Byte for an unknown risk."""


class Level(IntEnum):
    """안전, 관심, 주의, 경계, 심각: our model's levels, never an official warning."""

    SAFE = 0
    ATTENTION = 1
    CAUTION = 2
    ALERT = 3
    SERIOUS = 4

    @classmethod
    def from_risk(cls, risk: float) -> "Level":
        """Level of a risk.

        Examples
        --------
        >>> Level.from_risk(0.6).name, Level.from_risk(0.19).name
        ('ALERT', 'SAFE')
        """
        attention, caution, alert, serious = LEVEL_THRESHOLDS
        return _LEVELS[(risk >= attention) + (risk >= caution) + (risk >= alert) + (risk >= serious)]


_LEVELS: Final = tuple(Level)


class Hazard(StrEnum):
    """What endangers people; each has its own risk field."""

    INFECTION = "infection"
    TYPHOON = "typhoon"
    RAIN = "rain"


class Layer(StrEnum):
    """What can be shown on the map: one hazard, or all of them by the combination rule."""

    INFECTION = "infection"
    TYPHOON = "typhoon"
    RAIN = "rain"
    COMBINED = "combined"


def risk_to_code(risk: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Bytes of risks, any shape; NaN becomes 255. Rounds to the nearest 1/250.

    Examples
    --------
    >>> risk_to_code(np.array([0.0, 0.6, 1.0, np.nan])).tolist()
    [0, 150, 250, 255]
    """
    known = np.isfinite(risk)
    code = np.rint(np.clip(np.where(known, risk, 0.0), 0.0, 1.0) * RISK_CODE_STEPS)
    return np.where(known, code, RISK_CODE_MISSING).astype(np.uint8)


def code_to_risk(code: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Risks of bytes, any shape; 255 becomes NaN.

    Examples
    --------
    >>> code_to_risk(np.array([150, 255], dtype=np.uint8)).round(3).tolist()
    [0.6000000238418579, nan]
    """
    risk = code.astype(np.float32) / np.float32(RISK_CODE_STEPS)
    return np.where(code == RISK_CODE_MISSING, np.float32(np.nan), risk).astype(np.float32)
