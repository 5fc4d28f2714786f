"""Zone tables: the outline of a warning that names its area by code only.

A table is a GeoJSON FeatureCollection with a `version` beside its features. Each feature is a polygon with the
properties `scheme` (the CAP geocode's valueName, for example ``EMMA_ID`` or ``UGC``; ``areaDesc`` for places named in
words), `code`, `valid_from` and perhaps `valid_until` (days). A code may come several times with other days: outlines
of zones change, and an old warning keeps the outline of its day.

A zone without a polygon may name districts of the area instead: the property `districts`, a list of their codes. It
gets the outline of all of them together.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from dashboard.store.geometry import GeometryLimits, read_geometry
from dashboard.store.refusal import RefusedError
from risk_core.errors import Fault, InputError, raise_faults

BY_WORDS: Final = "areaDesc"
"""Scheme of areas known by their name."""
MAX_BYTES: Final = 100_000_000
N_SHOWN: Final = 20
COARSE_FROM: Final = 5_000
"""Corners from which the outline of districts together is drawn coarser."""
COARSE_DEG: Final = 0.002
"""About 200 m."""
_LIMITS: Final = GeometryLimits(max_vertices=100_000, max_rings=2_000)

Geocode = tuple[str, str]
"""(scheme, code)."""


@dataclass(frozen=True, slots=True)
class Zone:
    """One outline of a zone: GeoJSON text, and the days it holds, both included, ISO 8601."""

    geometry: str
    valid_from: str
    valid_until: str


@dataclass(frozen=True, slots=True, eq=False)
class ZoneTable:
    """Zones by scheme and code.

    Attributes
    ----------
    version
        As the table names itself.
    zones
        Every outline of a code.
    """

    version: str
    zones: Mapping[Geocode, Sequence[Zone]]

    def outline(self, geocode: Geocode, day: str) -> str | None:
        """GeoJSON of a zone on a day, None where the table has none for it."""
        holding = (zone for zone in self.zones.get(geocode, ()) if zone.valid_from <= day <= zone.valid_until)
        newest = max(holding, key=lambda zone: zone.valid_from, default=None)
        return None if newest is None else newest.geometry

    def join(self, geocodes: Sequence[Geocode], words: str, day: str) -> tuple[list[str], str]:
        """Outlines of an area, and the codes nothing is known of.

        All codes of one scheme have to be known: an outline of a part would leave people out. Schemes are tried in
        their order, the words last.

        Returns
        -------
        outlines
            GeoJSON texts, empty where no scheme is known in full.
        unknown
            Codes without an outline in the scheme that came closest, or empty.
        """
        schemes = list(dict.fromkeys(scheme for scheme, _ in geocodes))
        tried = [[(one, code) for one, code in geocodes if one == scheme] for scheme in schemes]
        tried += [[(BY_WORDS, words)]] if words else []
        lacking: list[list[Geocode]] = []
        for codes in tried:
            found = [self.outline(code, day) for code in codes]
            if all(found):
                return [one for one in found if one is not None], ""
            lacking.append([code for code, one in zip(codes, found, strict=True) if one is None])
        closest = min(lacking, key=len, default=[])
        return [], ", ".join(f"{scheme} {code}" for scheme, code in closest)


def read_zones(path: Path, districts: Mapping[str, str] | None = None) -> ZoneTable:
    """Read a zone table.

    Parameters
    ----------
    path
        The file.
    districts
        Outlines of the area's districts by their code, GeoJSON; for zones that name districts.

    Raises
    ------
    InputError
        When the file cannot be read, is no such table, or zones have no code, no day or no valid outline; the first
        faults of them all at once.
    """
    if not path.is_file():
        raise InputError(Fault("--zones", str(path), "a file", "Check the path."))
    if path.stat().st_size > MAX_BYTES:
        raise InputError(Fault("--zones", path.name, f"at most {MAX_BYTES} bytes", "Simplify the outlines."))
    try:
        table = json.loads(path.read_text("utf-8-sig"))
        features, version = table["features"], str(table.get("version", ""))
        if not isinstance(features, list):
            raise TypeError
    except (ValueError, KeyError, TypeError, AttributeError):
        wanted = "a GeoJSON FeatureCollection"
        raise InputError(
            Fault("--zones", path.name, wanted, "Give features with scheme, code, valid_from and a polygon.")
        ) from None
    if not version:
        raise InputError(Fault("version", "missing", "the table's version", "Add it beside `features`.", path.name))
    zones: dict[Geocode, list[Zone]] = {}
    faults: list[Fault] = []
    for position, feature in enumerate(features):
        place = f"{path.name}: feature {position + 1}"
        try:
            geocode, zone = _zone(feature, districts or {})
            zones.setdefault(geocode, []).append(zone)
        except RefusedError as refused:
            faults.append(Fault("zone", "", refused.wanted, refused.remedy, place))
    raise_faults(faults[:N_SHOWN])
    return ZoneTable(version, zones)


def _zone(feature: Any, districts: Mapping[str, str]) -> tuple[Geocode, Zone]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise RefusedError("a feature with properties", "Give scheme, code and valid_from.")
    scheme, code = (str(properties.get(name) or "").strip() for name in ("scheme", "code"))
    if not scheme or not code:
        raise RefusedError("a scheme and a code", "For example scheme EMMA_ID, code KR001.")
    days = str(properties.get("valid_from") or ""), str(properties.get("valid_until") or "9999-12-31")
    try:
        first, last = (date.fromisoformat(day) for day in days)
    except ValueError:
        raise RefusedError("days as 2025-05-15", "Give valid_from, and valid_until where the zone ended.") from None
    if last < first:
        raise RefusedError("valid_until not before valid_from", "Mend the days.")
    geometry = _outline_of(feature, properties.get("districts"), districts)
    if '"Polygon"' not in geometry and '"MultiPolygon"' not in geometry:
        raise RefusedError("a polygon", "Give the outline of the zone.")
    return (scheme, code), Zone(geometry, first.isoformat(), last.isoformat())


def _outline_of(feature: Any, codes: Any, districts: Mapping[str, str]) -> str:
    """GeoJSON of a zone: its own polygon, or that of the districts it names together."""
    if feature.get("geometry") is not None or codes is None:
        return read_geometry(feature.get("geometry"), _LIMITS)
    names = [str(code).strip() for code in codes] if isinstance(codes, list) else []
    unknown = [name for name in names if name not in districts]
    if not names or unknown:
        shown = ", ".join(unknown[:5]) or "none given"
        raise RefusedError(f"codes of the area's districts ({shown})", "See /v1/districts, or give a polygon.")
    return _together([districts[name] for name in names])


def _together(outlines: Sequence[str]) -> str:
    """Outline of several districts; one of very many corners is drawn coarser and so much wider."""
    import shapely

    whole = shapely.union_all([shapely.from_geojson(one) for one in outlines])
    if int(shapely.get_num_coordinates(whole)) > COARSE_FROM:
        whole = shapely.simplify(whole, COARSE_DEG).buffer(COARSE_DEG, quad_segs=1)
    return read_geometry(json.loads(shapely.to_geojson(whole)), _LIMITS)
