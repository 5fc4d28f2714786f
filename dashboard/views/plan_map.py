"""An evacuation plan on the map: zones by phase, and shelters filling in time."""

import json
import math
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, Final

import numpy as np

from dashboard.i18n import text
from dashboard.views.features import Feature, collection, feature
from dashboard.views.format import count, date_and_clock, name_in
from risk_core.state.plan import Plan, ZoneOutcome

N_PHASE: Final = 4
"""Phases the map tells apart by shade; later ones look like the last."""

MOST_SHELTERS: Final = 400
"""Shelters drawn, those that take most first."""


def zone_phase(plan: Plan, zone: ZoneOutcome) -> int:
    """Phase of a zone, 1 for those told first."""
    return sorted({one.delay_s for one in plan.zones}).index(zone.delay_s) + 1


def departure_words(zone: ZoneOutcome, clock: tzinfo, lang: str) -> str:
    """Last safe departure of a zone, or that it is too late, or that no hazard comes."""
    key = "too_late" if zone.is_too_late else "no_deadline" if math.isinf(zone.deadline_s) else "deadline"
    time = "" if math.isinf(zone.deadline_s) else date_and_clock(zone.deadline_s, clock, lang)
    return text(f"plan.summary.{key}", lang, zone=zone.name, time=time)


def phase_words(plan: Plan, zone: ZoneOutcome, lang: str) -> str:
    """Phase of a zone and when its order is given; empty where all are told at once."""
    if len({one.delay_s for one in plan.zones}) == 1:
        return ""
    minutes = str(round(zone.delay_s / 60))
    return text("plan.map.phase", lang, phase=str(zone_phase(plan, zone)), minutes=minutes)


def phase_features(plan: Plan, shapes: Mapping[str, Mapping[str, Any] | None], clock: tzinfo, lang: str) -> Feature:
    """Zones shaded by phase, those for which it is too late marked, with their last safe departure.

    Parameters
    ----------
    plan
        The plan.
    shapes
        Geometry of each zone by its id, longitude and latitude; zones without one are not drawn.
    clock, lang
        Of the words.
    """
    shown = []
    for zone in plan.zones:
        shape = shapes.get(zone.zone_id)
        if shape is None:
            continue
        style = f"plan-phase is-{min(zone_phase(plan, zone), N_PHASE)}" + (" is-late" if zone.is_too_late else "")
        words = [phase_words(plan, zone, lang), departure_words(zone, clock, lang)]
        label = " · ".join(one for one in words if one)
        shown.append(feature(shape["type"], shape["coordinates"], style, label))
    return collection(shown)


def filling_features(plan: Plan, lang: str) -> Feature:
    """Shelters that take people, with the share of their free places taken and the places left by bin of time."""
    rows = sorted((one for one in plan.shelters if one.assigned_persons > 0), key=lambda one: -one.assigned_persons)
    shown = []
    for one in rows[:MOST_SHELTERS]:
        name, sent, free = name_in(one.shelter.name, lang), count(one.assigned_persons), count(one.free_persons)
        label = text("plan.map.filling", lang, name=name, sent=sent, free=free)
        share = np.rint(100 * one.filled / max(one.free_persons, 1.0)).astype(int).tolist()
        left = np.rint(np.maximum(one.free_persons - one.filled, 0.0)).astype(int).tolist()
        at = [round(one.shelter.lon_deg, 6), round(one.shelter.lat_deg, 6)]
        shown.append(feature("Point", at, "plan-filling", label, fill=json.dumps(share), left=json.dumps(left)))
    return collection(shown)
