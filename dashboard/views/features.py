"""Closures, shelters, drill scenery and storm tracks as GeoJSON whose looks are named by `className`."""

import math
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.i18n import text
from dashboard.views.format import count, metres_between, name_in, near_clock
from risk_core.state.area import Area, Scenery
from risk_core.state.network import Network
from risk_core.state.situation import Closure, GeometryKind, Shape, Shelter, Track

Feature = dict[str, Any]

MOST_SIGNS: Final = 12
"""More computed closures than this are grouped where a map looks from far."""
GROUP_DEG: Final = 0.01
"""Side of the squares they are grouped in, degrees: about a kilometre."""
NEAR_M: Final = 250.0
"""Underpasses nearer than this to another share its sign."""


def collection(features: Iterable[Feature]) -> Feature:
    """GeoJSON collection of features."""
    return {"type": "FeatureCollection", "features": list(features)}


def feature(kind: str, coordinates: Any, class_name: str, label: str = "", **more: Any) -> Feature:
    """Build one GeoJSON feature; `label` is its tooltip."""
    properties = {"className": class_name, **({"label": label} if label else {}), **more}
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}


def lon_lat(rows: NDArray[np.float64]) -> list[list[float]]:
    """(lat, lon) rows as rounded [lon, lat] pairs."""
    swapped: list[list[float]] = np.round(np.asarray(rows)[:, ::-1], 6).tolist()
    return swapped


def closure_features(closures: Sequence[Closure], now_s: float, zone: tzinfo, lang: str) -> Feature:
    """Closures in force now: their shape, and a sign at its middle.

    Many computed ones have a badge with their number for each square of `GROUP_DEG` besides, which maps that look from
    far show instead of the signs.
    """
    shown: list[Feature] = []
    computed = [one for one in closures if one.computed is not None and one.from_s <= now_s < one.until_s]
    is_many = len(computed) > MOST_SIGNS
    for closure in closures:
        if closure.from_s <= now_s < closure.until_s:
            label = closure_words(closure, now_s, zone, lang)
            mark = "" if closure.computed is None else " is-modelled is-near" if is_many else " is-modelled"
            shown += [*_shape_features(closure.shape, "closure", label, mark), _sign(closure.shape, label, mark)]
    return collection([*shown, *(_group_signs(computed, lang) if is_many else ())])


def _group_signs(closures: Sequence[Closure], lang: str) -> list[Feature]:
    """One badge for the computed closures of each square, at their mean place; a lone one keeps a badge of 1."""
    squares: dict[tuple[int, int], list[NDArray[np.float64]]] = {}
    for one in closures:
        for part in one.shape.parts:
            middle = part[len(part) // 2]
            row, col = (math.floor(float(value) / GROUP_DEG) for value in middle)
            squares.setdefault((row, col), []).append(middle)
    return [
        feature(
            "Point",
            lon_lat(np.mean(middles, axis=0)[None, :])[0],
            "pin-closure-group is-far",
            text("closure.group", lang, n=count(len(middles))),
            size=[34, 34],
            count=len(middles),
        )
        for middles in squares.values()
    ]


def closure_words(closure: Closure, now_s: float, zone: tzinfo, lang: str) -> str:
    """Name, reason and end of a closure."""
    reason = text(f"closure.{closure.reason}", lang)
    until = text("closure.open_end" if closure.computed is None else "closure.modelled_open", lang)
    if math.isfinite(closure.until_s):
        until = text("closure.until", lang, time=near_clock(closure.until_s, now_s, zone, lang))
    parts = (closure_name(closure, lang), reason, until, *water_words(closure, now_s, zone, lang))
    return " · ".join(part for part in parts if part)


def closure_name(closure: Closure, lang: str) -> str:
    """Name of a closure, or how many nameless streets a computed one has; empty where nothing is known."""
    if closure.name or not closure.streets:
        return closure.name
    return text("closure.unnamed", lang, n=str(len(closure.streets)))


def water_words(closure: Closure, now_s: float, zone: tzinfo, lang: str) -> tuple[str, ...]:
    """That a closure was computed, and the water it stands on; nothing for one that was issued."""
    if closure.computed is None:
        return ()
    found = closure.computed
    peak, chance = near_clock(found.peak_s, now_s, zone, lang), f"{100 * found.prob:.0f} %"
    if math.isfinite(found.depth_m):
        words = text("closure.water", lang, depth_m=found.depth_m, time=peak, prob=chance)
    else:
        words = text("closure.wind_now", lang, wind=found.wind_m_per_s, time=peak, prob=chance)
    return words, text("closure.modelled", lang)


def _shape_features(shape: Shape, class_name: str, label: str, mark: str) -> list[Feature]:
    if shape.kind is GeometryKind.POINT:
        return []
    parts = [lon_lat(part) for part in shape.parts]
    if shape.kind is GeometryKind.LINE:
        return [feature("MultiLineString", parts, f"{class_name} {class_name}-line{mark}", label)]
    return [feature("Polygon", parts, f"{class_name} {class_name}-area{mark}", label)]


def _sign(shape: Shape, label: str, mark: str) -> Feature:
    outer = np.asarray(shape.parts[0])
    middle = outer.mean(axis=0) if shape.kind is GeometryKind.POLYGON else outer[len(outer) // 2]
    size = [18, 18] if mark else [26, 26]
    return feature("Point", lon_lat(middle[None, :])[0], f"pin-closure{mark}", label, size=size)


def shelter_features(shelters: Sequence[Shelter], lang: str) -> Feature:
    """Open shelters; those of the drill are marked."""
    return collection(
        feature(
            "Point",
            [round(one.lon_deg, 6), round(one.lat_deg, 6)],
            "pin-shelter" + (" is-drill" if one.simulated else ""),
            shelter_label(one, lang),
            size=[30, 30],
        )
        for one in shelters
    )


def shelter_label(shelter: Shelter, lang: str) -> str:
    """Name and free places of a shelter."""
    mark = text("drill.mark", lang) if shelter.simulated else ""
    return " · ".join(part for part in (mark, name_in(shelter.name, lang), free_words(shelter, lang)) if part)


def free_words(shelter: Shelter, lang: str) -> str:
    """Free places in words."""
    if not shelter.is_open:
        return text("shelter.closed", lang)
    if not math.isfinite(shelter.capacity_persons):
        return text("shelter.unknown", lang)
    taken = shelter.occupancy_persons if math.isfinite(shelter.occupancy_persons) else 0.0
    free = max(shelter.capacity_persons - taken, 0.0)
    if free < 1:
        return text("shelter.full", lang)
    return text("shelter.free", lang, n=count(free))


def outline_features(outlines: Feature) -> Feature:
    """Districts as land, for an area that has no streets to show where things are."""
    shapes = [one["geometry"] for one in outlines.get("features", []) if one.get("geometry")]
    return collection(feature(shape["type"], shape["coordinates"], "district-land") for shape in shapes)


def scenery_features(area: Area, lang: str) -> Feature:
    """The drill's invented stream and underpasses."""
    scenery = area.scenery
    if scenery is None:
        return collection([])
    shown: list[Feature] = []
    if len(scenery.stream_lat_deg) > 1:
        line = np.column_stack((scenery.stream_lat_deg, scenery.stream_lon_deg))
        shown.append(feature("LineString", lon_lat(line), "scenery-stream", text("drill.stream", lang)))
    if area.network is not None:
        shown += [_underpass(area.network, street, lang) for street in _one_a_place(area.network, scenery)]
    return collection(shown)


def _one_a_place(network: Network, scenery: Scenery) -> list[int]:
    """Underpass streets, without others within `NEAR_M` of one already taken."""
    taken: list[int] = []
    for street in scenery.underpass_street.tolist():
        at = _middle(network, street)
        if all(metres_between(*at, *_middle(network, other)) > NEAR_M for other in taken):
            taken.append(street)
    return taken


def _underpass(network: Network, street: int, lang: str) -> Feature:
    lat, lon = _middle(network, street)
    label = text("drill.underpass", lang)
    return feature("Point", [round(lon, 6), round(lat, 6)], "pin-underpass", label, size=[20, 20])


def _middle(network: Network, street: int) -> tuple[float, float]:
    first, end = network.street_first_point[street], network.street_first_point[street + 1]
    lat = network.point_lat_deg[first:end]
    lon = network.point_lon_deg[first:end]
    if end - first == 2:
        return float(lat.mean()), float(lon.mean())
    return float(lat[(end - first) // 2]), float(lon[(end - first) // 2])


def track_features(tracks: Sequence[Track], now_s: float, zone: tzinfo, lang: str) -> Feature:
    """Storm tracks: past solid, forecast dashed, a sign at each position and at the place nearest to now."""
    shown: list[Feature] = []
    for track in tracks:
        line = np.column_stack((track.lat_deg, track.lon_deg))
        here = int(np.argmin(np.abs(track.time_s - now_s)))
        shown.append(feature("LineString", lon_lat(line[: here + 1]), "track track-past"))
        shown.append(feature("LineString", lon_lat(line[here:]), "track track-forecast"))
        for k in range(len(line)):
            style = "pin-storm" if k == here else "pin-track"
            size = [34, 34] if k == here else [12, 12]
            label = _track_words(track, k, now_s, zone, lang)
            shown.append(feature("Point", lon_lat(line[k : k + 1])[0], style, label, size=size))
    return collection(
        one for one in shown if one["geometry"]["type"] == "Point" or len(one["geometry"]["coordinates"]) > 1
    )


def _track_words(track: Track, k: int, now_s: float, zone: tzinfo, lang: str) -> str:
    return text(
        "track.position",
        lang,
        name=name_in(track.name, lang),
        time=near_clock(float(track.time_s[k]), now_s, zone, lang),
        hpa=count(float(track.central_pressure_hpa[k])),
        wind=count(float(track.max_wind_m_per_s[k])),
    )
