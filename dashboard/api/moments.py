"""A moment somebody asks for -> the nearest time slice of an assessment."""

import math
from datetime import datetime

import numpy as np

from dashboard.api.schemas.words import iso_time
from risk_core.errors import Fault, InputError
from risk_core.state.assessment import Assessment


def step_at(assessment: Assessment, moment: str | None) -> int | None:
    """Position of the time slice nearest to a moment; None for None, which means now.

    Parameters
    ----------
    assessment
        What is asked.
    moment
        Seconds from now, or an RFC 3339 time with its offset.

    Raises
    ------
    risk_core.errors.InputError
        For a text that is neither, or a moment farther outside the slices than half a slice.
    """
    if moment is None:
        return None
    lead_s = _lead_s(moment, assessment.now_s)
    leads = assessment.lead_s.astype(float)
    gap_s = float(np.diff(leads).max()) if len(leads) > 1 else 0.0
    if lead_s is None or not leads[0] - gap_s / 2 <= lead_s <= leads[-1] + gap_s / 2:
        first, last = iso_time(assessment.now_s + leads[0]), iso_time(assessment.now_s + leads[-1])
        wanted = f"seconds from now {leads[0]:.0f}..{leads[-1]:.0f}, or a time {first}..{last}"
        raise InputError(Fault("t", moment, wanted, "Choose a moment inside, or leave it out for now."))
    return int(np.abs(leads - lead_s).argmin())


def second_at(assessment: Assessment, moment: str | None) -> float | None:
    """Unix seconds of a moment to come; None for None.

    Parameters
    ----------
    assessment
        What is asked.
    moment
        Seconds from now, or an RFC 3339 time with its offset.

    Raises
    ------
    risk_core.errors.InputError
        For a text that is neither.
    """
    if moment is None:
        return None
    lead_s = _lead_s(moment, assessment.now_s)
    if lead_s is None:
        wanted = "seconds from now, or an RFC 3339 time with its offset"
        raise InputError(Fault("arrive_by", moment, wanted, "Write for example 1800 or 2026-07-01T12:30:00+09:00."))
    return assessment.now_s + lead_s


def _lead_s(moment: str, now_s: float) -> float | None:
    """Seconds from now, None for a text that tells no moment."""
    if (lead_s := _number(moment)) is not None:
        return lead_s if math.isfinite(lead_s) else None
    try:
        at = datetime.fromisoformat(moment.strip().replace(" ", "+") if "T" in moment else moment)
    except ValueError:
        return None
    return None if at.tzinfo is None else at.timestamp() - now_s


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
