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
    if lead_s is None:
        raise _no_moment("t", moment)
    if not leads[0] - gap_s / 2 <= lead_s <= leads[-1] + gap_s / 2:
        first, last = iso_time(assessment.now_s + leads[0]), iso_time(assessment.now_s + leads[-1])
        wanted = f"seconds from now {leads[0]:.0f}..{leads[-1]:.0f}, or a time {first}..{last}"
        raise InputError(Fault("t", moment, wanted, "Choose a moment inside, or leave it out for now."))
    return int(np.abs(leads - lead_s).argmin())


def second_at(assessment: Assessment, moment: str | None, name: str) -> float | None:
    """Unix seconds of a moment to come; None for None.

    Parameters
    ----------
    assessment
        What is asked.
    moment
        Seconds from now, or an RFC 3339 time with its offset.
    name
        Of the argument it is given in, for the error.

    Raises
    ------
    risk_core.errors.InputError
        For a text that is neither.
    """
    if moment is None:
        return None
    lead_s = _lead_s(moment, assessment.now_s)
    if lead_s is None:
        raise _no_moment(name, moment)
    return assessment.now_s + lead_s


def _no_moment(name: str, moment: str) -> InputError:
    """What is said of a text that tells no moment: what it lacks, where it is a time without an offset."""
    at = _time(moment)
    if at is not None and at.tzinfo is None:
        remedy = f"Write {at.isoformat(timespec='seconds')}Z for UTC, or its own offset such as +09:00."
        return InputError(Fault(name, moment, "a time with its offset from UTC", remedy))
    wanted = "seconds from now, or an RFC 3339 time with its offset"
    return InputError(Fault(name, moment, wanted, "Write for example 1800 or 2026-07-01T12:30:00+09:00."))


def _lead_s(moment: str, now_s: float) -> float | None:
    """Seconds from now, None for a text that tells no moment."""
    if (lead_s := _number(moment)) is not None:
        return lead_s if math.isfinite(lead_s) else None
    at = _time(moment)
    return None if at is None or at.tzinfo is None else at.timestamp() - now_s


def _time(moment: str) -> datetime | None:
    try:
        return datetime.fromisoformat(moment.strip().replace(" ", "+") if "T" in moment else moment)
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
