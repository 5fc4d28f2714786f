"""The lists of an area, made from its newest snapshot."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from dashboard.answers.outline import outline
from dashboard.api.listing import ALWAYS, NOWHERE, Feature, Listing, box_of, feature, sorted_by_key
from dashboard.api.schemas.words import iso_time, known
from dashboard.api.shapes import DIGITS, geojson_of
from dashboard.store.bundles import read_district_outlines
from dashboard.store.library import Library
from dashboard.views.tables import district_risk
from dashboard.views.warned import WarnedDistricts, alert_key, join_districts
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import RISK_CODE_MISSING, RISK_CODE_STEPS, Layer, Level
from risk_core.state.profile import PROFILES, RoadClass
from risk_core.state.situation import Alert, Closure, GeometryKind, Shape, Shelter

UNKNOWN: Final = "unknown"


def level_word(risk: float) -> str:
    """Code of a risk's level."""
    return Level.from_risk(risk).name.lower() if math.isfinite(risk) else UNKNOWN


def closures(area: Area, assessment: Assessment) -> Listing:
    """Closures in force now or later."""
    return _listing(
        "closures",
        {one.closure_id: (one, one.shape, (one.from_s, one.until_s)) for one in assessment.closures},
        lambda key, one: feature(key, geojson_of(one.shape), _closure(one, assessment.now_s)),
        {"reason": lambda one: one.reason.value},
    )


def alerts(area: Area, assessment: Assessment) -> Listing:
    """Official warnings in their senders' words, with the districts they hold in."""
    joined = {alert_key(one.alert): one for one in join_districts(area, assessment.alerts)}
    listing = _listing(
        "alerts",
        {key: (one.alert, one.alert.shape, (one.alert.from_s, one.alert.until_s)) for key, one in joined.items()},
        lambda key, one: feature(
            key, None if one.shape is None else geojson_of(one.shape), _alert(one) | _districts_of(area, joined[key])
        ),
        {"severity": lambda one: one.severity, "language": lambda one: one.language},
    )
    named = {k: joined[key].positions for k, key in enumerate(listing.keys) if joined[key].alert.shape is None}
    return _over_districts(listing, area, {k: positions for k, positions in named.items() if positions})


def _over_districts(listing: Listing, area: Area, named: Mapping[int, Sequence[int]]) -> Listing:
    """The same list, in which what has no outline of its own covers the cells of the districts it names."""

    @cache
    def extent(position: int) -> BaseGeometry | None:
        positions = named.get(position)
        return None if positions is None else outline(area.grid, np.isin(area.district, positions))

    boxes = listing.boxes.copy()
    boxes[list(named)] = area.grid.bounds
    return replace(listing, boxes=boxes, extent=extent)


def shelters(area: Area, assessment: Assessment) -> Listing:
    """Shelters as they are now."""
    places = {
        one.shelter_id: (one, Shape(GeometryKind.POINT, (np.array([[one.lat_deg, one.lon_deg]]),)), ALWAYS)
        for one in assessment.shelters
    }
    return _listing(
        "shelters",
        places,
        lambda key, one: feature(key, _point(one.lat_deg, one.lon_deg), _shelter(one)),
        {"kind": lambda one: one.kind},
    )


def districts(area: Area, assessment: Assessment, outlines: bytes) -> Listing:
    """Districts with the level of the mean risk among their people, now."""
    shapes = [one["geometry"] for one in json.loads(outlines)["features"]]
    mean, top = district_risk(area, np.asarray(assessment.layers[Layer.COMBINED].risk[assessment.step_now]))
    order = sorted_by_key([one.district_id for one in area.districts])
    boxes = np.array([box_of(shapes[k] if k < len(shapes) else None) for k in order]).reshape(-1, 4)
    levels = [level_word(_rounded(mean[k])) for k in order]

    def make(position: int) -> Feature:
        k = order[position]
        one = area.districts[k]
        told = {
            "district_id": one.district_id,
            "name_ko": one.name_ko,
            "name_en": one.name_en,
            "name_local": one.name_local,
            "population": known(one.population),
            "risk_mean": known(_rounded(mean[k])),
            "risk_max": known(_rounded(top[k])),
            "level": levels[position],
            "valid_at": iso_time(assessment.now_s),
            "simulated": assessment.simulated,
        }
        return feature(one.district_id, shapes[k] if k < len(shapes) else None, told)

    spans = np.tile(ALWAYS, (len(order), 1))
    keys = [area.districts[k].district_id for k in order]
    return Listing("districts", keys, boxes, spans, make, {"level": levels})


def streets(area: Area, assessment: Assessment) -> Listing:
    """Streets with the largest risk along each, now, and for whom each is closed."""
    network = area.network
    if network is None:
        return Listing("streets", [], np.zeros((0, 4)), np.zeros((0, 2)), _nothing, {"level": []})
    step, first = assessment.step_now, network.street_first_point
    codes = {layer: np.asarray(risk[step]) for layer, risk in assessment.street_risk.items()}
    ends = [network.point_lon_deg, network.point_lat_deg]
    low = [np.minimum.reduceat(values, first[:-1]) for values in ends]
    high = [np.maximum.reduceat(values, first[:-1]) for values in ends]
    levels = LEVEL_OF_CODE[codes[Layer.COMBINED]]

    def make(street: int) -> Feature:
        begin, end = int(first[street]), int(first[street + 1])
        line = np.column_stack([network.point_lon_deg[begin:end], network.point_lat_deg[begin:end]])
        edges = network.street_edge[:, street]
        edge = int(edges.max())
        name = int(network.street_name[street])
        barred = int(np.bitwise_and.reduce([int(assessment.closed_mask[one]) for one in edges if one >= 0]))
        told: Feature = {
            "street": street,
            "name": network.names[name] if name >= 0 else "",
            "class": RoadClass(int(network.road_class[edge])).name.lower(),
            "length_m": round(float(network.length_m[edge]), 1),
            "level": str(levels[street]),
        }
        told |= {
            f"risk_{layer}" if layer is not Layer.COMBINED else "risk": _risk(code[street])
            for layer, code in codes.items()
        }
        told["closed_for"] = ",".join(profile for k, profile in enumerate(PROFILES) if barred >> k & 1)
        told |= {"valid_at": iso_time(assessment.now_s), "simulated": assessment.simulated}
        return feature(str(street), {"type": "LineString", "coordinates": np.round(line, DIGITS).tolist()}, told)

    keys = [str(street) for street in range(network.n_street)]
    spans = np.broadcast_to(np.array(ALWAYS), (len(keys), 2))
    return Listing("streets", keys, np.column_stack([*low, *high]), spans, make, {"level": levels})


LISTINGS: Final = ("alerts", "closures", "districts", "shelters", "streets")


def listing_of(name: str, library: Library, area: Area, assessment: Assessment) -> Listing:
    """List of that name.

    Raises
    ------
    KeyError
        For a name that is not in `LISTINGS`.
    """
    if name == "districts":
        return districts(area, assessment, read_district_outlines(library.settings.home, area.area_id))
    make = {"alerts": alerts, "closures": closures, "shelters": shelters, "streets": streets}[name]
    return make(area, assessment)


def _listing(
    name: str,
    found: Mapping[str, tuple[Any, Shape | None, tuple[float, float]]],
    tell: Callable[[str, Any], Feature],
    columns: Mapping[str, Callable[[Any], str]],
) -> Listing:
    keys = list(found)
    keys = [keys[k] for k in sorted_by_key(keys)]
    things = [found[key] for key in keys]
    boxes = np.array([_bounds(shape) for _, shape, _ in things]).reshape(-1, 4)
    spans = np.array([span for _, _, span in things], dtype=np.float64).reshape(-1, 2)
    told = {column: [word(one) for one, _, _ in things] for column, word in columns.items()}
    return Listing(name, keys, boxes, spans, lambda k: tell(keys[k], things[k][0]), told)


def _nothing(position: int) -> Feature:
    raise IndexError(position)


def _bounds(shape: Shape | None) -> tuple[float, ...]:
    if shape is None:
        return NOWHERE
    every = np.concatenate(shape.parts)
    (south, west), (north, east) = every.min(axis=0), every.max(axis=0)
    return float(west), float(south), float(east), float(north)


def _point(lat_deg: float, lon_deg: float) -> Feature:
    return {"type": "Point", "coordinates": [round(lon_deg, DIGITS), round(lat_deg, DIGITS)]}


def _closure(one: Closure, now_s: float) -> Feature:
    return {
        "name": one.name,
        "reason": one.reason.value,
        "from": iso_time(one.from_s),
        "until": iso_time(one.until_s),
        "in_force": one.from_s <= now_s < one.until_s,
        "profiles": ",".join(one.profiles),
        "source": one.source,
        "simulated": one.simulated,
    }


def _alert(one: Alert) -> Feature:
    return {
        "alert_id": one.alert_id,
        "sender": one.sender,
        "event": one.event,
        "headline": one.headline,
        "instruction": one.instruction,
        "severity": one.severity,
        "language": one.language,
        "sent": iso_time(one.sent_s),
        "from": iso_time(one.from_s),
        "until": iso_time(one.until_s),
        "area_text": one.area_text,
        "simulated": one.simulated,
    }


def _districts_of(area: Area, one: WarnedDistricts) -> Feature:
    return {
        "district_ids": [area.districts[position].district_id for position in one.positions],
        "districts_by": one.joined_by.value,
    }


def _shelter(one: Shelter) -> Feature:
    return {
        "name": one.name,
        "kind": one.kind,
        "capacity_persons": known(one.capacity_persons),
        "occupancy_persons": known(one.occupancy_persons),
        "is_open": one.is_open,
        "step_free": one.is_step_free,
        "pets": one.takes_pets,
        "until": iso_time(one.until_s),
        "source": one.source,
        "simulated": one.simulated,
    }


def _rounded(risk: float) -> float:
    """Risk as the bytes of a field can tell it."""
    return round(float(risk) * RISK_CODE_STEPS) / RISK_CODE_STEPS if math.isfinite(risk) else math.nan


def _risk(code: int) -> float | None:
    return None if code == RISK_CODE_MISSING else round(int(code) / RISK_CODE_STEPS, 3)


def _level_of_code() -> NDArray[np.str_]:
    words = [level_word(code / RISK_CODE_STEPS) if code <= RISK_CODE_STEPS else UNKNOWN for code in range(256)]
    return np.array(words)


LEVEL_OF_CODE: Final = _level_of_code()
