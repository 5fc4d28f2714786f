"""What a plan supposes, as plain values that are kept with it, and where two plans suppose different things."""

from collections.abc import Mapping
from typing import Any, Final

from dashboard.plans.zones import Drawn
from risk_core.plans.options import EvacuationOptions
from risk_core.state.assessment import Assessment
from risk_core.state.profile import Profile

ASSUMED: Final = (
    "zones", "participation_share", "shelter_share", "car_share", "half_gone_min", "phase_min", "closed", "shut",
    "opened", "contraflow", "institutions", "known_closures",
)  # fmt: skip
"""In the order they are told: shares 0..1, minutes, lists of names, and numbers."""


def assumptions(drawn: Drawn, options: EvacuationOptions, assessment: Assessment) -> dict[str, Any]:
    """What a plan supposes, by the names of `ASSUMED`.

    `closed`, `shut`, `opened` and `contraflow` are suppositions of the coordinator; `known_closures` are the closures
    that were known besides.
    """
    demand, what_if = options.demand, drawn.what_if
    delays_s = [zone.delay_s for zone in drawn.zones]
    return {
        "zones": [zone.name for zone in drawn.zones],
        "participation_share": demand.participation_share,
        "shelter_share": demand.shelter_share,
        "car_share": demand.mode_share[Profile.CAR],
        "half_gone_min": demand.half_gone_s / 60,
        "phase_min": (max(delays_s, default=0.0) - min(delays_s, default=0.0)) / 60,
        "closed": [one.name for one in what_if.closures],
        "shut": [one.name for one in what_if.shelters if not one.is_open],
        "opened": [one.name for one in what_if.shelters if one.is_open],
        "contraflow": len(what_if.contraflow),
        "institutions": len(drawn.institutions),
        "known_closures": len(assessment.closures),
    }


def differing(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """Names of what two plans suppose differently, in the order they are told.

    Examples
    --------
    >>> differing({"car_share": 0.3, "closed": []}, {"car_share": 0.3, "closed": ["Mill Street"]})
    ['closed']
    """
    return [name for name in ASSUMED if first.get(name) != second.get(name)]
