"""Why the infection gives the risk it gives, in a message code and its values."""

import math
from collections.abc import Mapping

from risk_core.hazards.epidemic.field import CONTACT_NAME, INCIDENCE_NAME
from risk_core.state.assessment import Reason

SHOWN_PROB = 0.001
"""Chances below this are told as such: a share that rounds to nothing is never shown as zero."""


def explain_infection(intensity: Mapping[str, float]) -> Reason:
    """Give the chance of a contact with the incidence behind it; `infection_unknown` without either.

    Examples
    --------
    >>> explain_infection({"contact_prob": 0.07, "incidence_per_100k_7day": 210.0}).code
    'infection_contact'
    """
    contact_prob = float(intensity.get(CONTACT_NAME, math.nan))
    incidence = float(intensity.get(INCIDENCE_NAME, math.nan))
    if not math.isfinite(contact_prob):
        return Reason("infection_unknown", {})
    if contact_prob < SHOWN_PROB:
        return Reason("infection_contact_low", {"limit_prob": SHOWN_PROB})
    if not math.isfinite(incidence):
        return Reason("infection_contact_only", {"contact_prob": contact_prob})
    return Reason("infection_contact", {"contact_prob": contact_prob, "incidence_per_100k_7day": incidence})
