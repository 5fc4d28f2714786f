"""Zones and what-ifs from one GeoJSON file: what a coordinator draws.

A feature's property ``role`` says what it is: ``zone`` (the default of polygons), ``shelter`` and ``institution``
(points), ``closure`` (anything), ``contraflow`` (lines). Besides polygons a zone may name districts, or be
every cell that reaches level 경계 within ``danger_within_h`` hours.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dashboard.store.geometry import GeometryLimits, read_geometry, shape_from_geojson
from dashboard.store.refusal import RefusedError
from dashboard.store.times import read_time
from risk_core.errors import Fault, raise_faults
from risk_core.state.plan import Institution, ShelterTraits, WhatIf, Zone
from risk_core.state.profile import PROFILES, Profile
from risk_core.state.situation import Closure, ClosureReason, GeometryKind, Shape, Shelter

ROLES: Final = ("zone", "shelter", "institution", "closure", "contraflow")
LIMITS: Final = GeometryLimits(max_vertices=5_000, max_rings=50)
MOST_FEATURES: Final = 500
MOST_PERSONS: Final = 1e7
MOST_DELAY_MIN: Final = 2_880.0
MOST_AHEAD_H: Final = 240.0
REMEDY: Final = "See the documentation of POST /api/v1/evacuations."


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What was drawn: zones, institutions to be fetched, and what is supposed."""

    zones: tuple[Zone, ...]
    institutions: tuple[Institution, ...]
    what_if: WhatIf


class _Feature:
    """One feature with its faults gathered."""

    def __init__(self, position: int, feature: Mapping[str, Any], faults: list[Fault]) -> None:
        self.place = f"feature {position + 1}"
        self.position, self.faults = position, faults
        self.properties: Mapping[str, Any] = feature.get("properties") or {}
        self.shape = self._read_shape(feature.get("geometry"))
        default = "zone" if self.shape is None or self.shape.kind is GeometryKind.POLYGON else "closure"
        self.role = str(self.properties.get("role", default))

    def fault(self, argument: str, value: object, wanted: str) -> None:
        self.faults.append(Fault(argument, str(value)[:80], wanted, REMEDY, self.place))

    def _read_shape(self, geometry: object) -> Shape | None:
        if geometry is None:
            return None
        try:
            return shape_from_geojson(read_geometry(geometry, LIMITS))
        except RefusedError as error:
            self.faults.append(Fault("geometry", "not usable", error.wanted, error.remedy, self.place))
            return None

    def name(self, other: str) -> str:
        return str(self.properties.get("name") or other)[:120]

    def number(self, name: str, least: float, most: float, default: float | None) -> float:
        value = self.properties.get(name, default)
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not is_number or not least <= float(value) <= most:
            self.fault(name, value, f"a number {least:g}..{most:g}")
            return least
        return float(value)

    def moment_s(self, name: str, default_s: float) -> float:
        value = self.properties.get(name)
        if value is None:
            return default_s
        try:
            return float(read_time(str(value), None))
        except RefusedError:
            self.fault(name, value, "a time in ISO 8601 with offset")
            return default_s

    def point(self) -> tuple[float, float]:
        if self.shape is None or self.shape.kind is not GeometryKind.POINT:
            self.fault("geometry", self.shape and self.shape.kind, "a point")
            return math.nan, math.nan
        lat_deg, lon_deg = self.shape.parts[0][0]
        return float(lat_deg), float(lon_deg)


def read_drawn(document: object, now_s: float, needs_zone: bool = True) -> Drawn:
    """Read zones and what-ifs from a GeoJSON FeatureCollection, Feature or geometry.

    Parameters
    ----------
    document
        Parsed JSON.
    now_s
        Time of the order: closures without a beginning start then.
    needs_zone
        Whether a drawing without a zone is refused.

    Raises
    ------
    InputError
        With every fault of every feature at once.
    """
    faults: list[Fault] = []
    features = [_Feature(k, one, faults) for k, one in enumerate(_features(document))]
    zones: list[Zone] = []
    institutions: list[Institution] = []
    closures: list[Closure] = []
    shelters: list[tuple[Shelter, float]] = []
    traits: list[tuple[str, ShelterTraits]] = []
    contraflow: list[Shape] = []
    for one in features:
        if one.role == "zone":
            zones.append(_zone(one))
        elif one.role == "institution":
            institutions.append(_institution(one))
        elif one.role == "shelter":
            shelters.append(_shelter(one))
            traits.append((shelters[-1][0].shelter_id, _traits(one)))
        elif one.shape is None:
            one.fault("geometry", "none", "a geometry")
        elif one.role == "closure":
            closures.append(_closure(one, one.shape, now_s))
        elif one.role == "contraflow" and one.shape.kind is GeometryKind.LINE:
            contraflow.append(one.shape)
        else:
            one.fault("role", one.role, "one of " + ", ".join(ROLES) + "; contraflow along a line")
    if needs_zone and not zones:
        faults.append(Fault("zones", "none", "one zone or more", "Draw a polygon, or name districts."))
    raise_faults(faults)
    until = tuple((shelter.shelter_id, until_s) for shelter, until_s in shelters if math.isfinite(until_s))
    what_if = WhatIf(
        tuple(closures), tuple(shelter for shelter, _ in shelters), until, tuple(contraflow), tuple(traits)
    )
    return Drawn(tuple(zones), tuple(institutions), what_if)


def parse_document(data: bytes, place: str) -> object:
    """JSON of a file.

    Raises
    ------
    InputError
        When it is none.
    """
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise_faults([Fault("zone", str(error)[:120], "a GeoJSON file", REMEDY, place)])
        raise AssertionError from error


def _features(document: object) -> list[Mapping[str, Any]]:
    found: list[Any] = []
    if isinstance(document, Mapping):
        kind = document.get("type")
        if kind == "FeatureCollection" and isinstance(document.get("features"), list):
            found = document["features"]
        elif kind == "Feature":
            found = [document]
        elif "coordinates" in document:
            found = [{"type": "Feature", "geometry": document, "properties": {}}]
    if not 0 < len(found) <= MOST_FEATURES or not all(isinstance(one, Mapping) for one in found):
        wanted = f"GeoJSON with 1..{MOST_FEATURES} features"
        raise_faults([Fault("zone", f"{len(found)} features", wanted, REMEDY)])
    for position, one in enumerate(found):
        if not isinstance(one.get("properties") or {}, Mapping):
            raise_faults([Fault("properties", "no object", "an object or null", REMEDY, f"feature {position + 1}")])
    return found


def _zone(one: _Feature) -> Zone:
    districts = one.properties.get("districts", [])
    if not isinstance(districts, list) or not all(isinstance(district, str) for district in districts):
        one.fault("districts", districts, "a list of district ids")
        districts = []
    within_h = one.properties.get("danger_within_h")
    within_s = None if within_h is None else 3600.0 * one.number("danger_within_h", 0.0, MOST_AHEAD_H, None)
    if within_s is not None and districts:
        one.fault("danger_within_h", within_h, "districts or dangerous cells, not both")
    if one.shape is None and not districts and within_s is None:
        one.fault("geometry", "none", "a polygon, districts, or danger_within_h")
    if one.shape is not None and one.shape.kind is not GeometryKind.POLYGON:
        one.fault("geometry", one.shape.kind, "a polygon")
    zone_id = str(one.properties.get("id") or f"zone-{one.position + 1}")[:60]
    delay_s = 60.0 * one.number("delay_min", 0.0, MOST_DELAY_MIN, 0.0)
    return Zone(zone_id, one.name(zone_id), one.shape, tuple(districts), delay_s, within_s)


def _institution(one: _Feature) -> Institution:
    profile = str(one.properties.get("profile", Profile.BUS))
    wanted = (Profile.WALK, Profile.WHEELCHAIR, Profile.BUS, Profile.CAR)
    if profile not in wanted:
        one.fault("profile", profile, "one of " + ", ".join(wanted))
        profile = Profile.BUS
    persons = one.number("persons", 1.0, MOST_PERSONS, None)
    n_vehicle = int(one.number("vehicles", 0.0, 1_000.0, 0.0))
    round_s = 60.0 * one.number("round_min", 0.0, MOST_DELAY_MIN, 30.0)
    name = one.name(f"institution {one.position + 1}")
    return Institution(name, *one.point(), persons, Profile(profile), n_vehicle, round_s)


def _traits(one: _Feature) -> ShelterTraits:
    """Access and pets as drawn; left out: nobody knows."""
    known = {name: one.properties.get(name) for name in ("step_free", "pets")}
    for name, value in known.items():
        if value is not None and not isinstance(value, bool):
            one.fault(name, value, "true, false or left out")
            known[name] = None
    return ShelterTraits(known["step_free"], known["pets"])


def _shelter(one: _Feature) -> tuple[Shelter, float]:
    lat_deg, lon_deg = one.point()
    is_open = one.properties.get("is_open", True)
    if not isinstance(is_open, bool):
        one.fault("is_open", is_open, "true or false")
    shelter = Shelter(
        shelter_id=str(one.properties.get("id") or f"shelter-{one.position + 1}")[:60],
        name=one.name(f"shelter {one.position + 1}"),
        kind=str(one.properties.get("kind", ""))[:60],
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        capacity_persons=one.number("capacity_persons", 1.0, MOST_PERSONS, None),
        occupancy_persons=one.number("occupancy_persons", 0.0, MOST_PERSONS, 0.0),
        is_open=is_open is True,
        source="what-if",
        simulated=True,
    )
    return shelter, one.moment_s("until", math.inf)


def _closure(one: _Feature, shape: Shape, now_s: float) -> Closure:
    names = one.properties.get("profiles", [])
    if not isinstance(names, list) or any(name not in PROFILES for name in names):
        one.fault("profiles", names, "a list of " + ", ".join(PROFILES))
        names = []
    from_s, until_s = one.moment_s("from", now_s), one.moment_s("until", math.inf)
    if not from_s < until_s:
        one.fault("until", one.properties.get("until"), "a time after from")
        until_s = math.inf
    name = one.name(f"closure {one.position + 1}")
    profiles = tuple(Profile(each) for each in names)
    return Closure(name, ClosureReason.OTHER, name, shape, from_s, until_s, profiles, "what-if", True)
