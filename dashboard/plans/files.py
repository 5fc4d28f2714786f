"""A plan as files: features for a map, tables, and a draft of the warning."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final
from xml.sax.saxutils import escape

import numpy as np

from dashboard.plans.order import order_text
from risk_core.state.area import Area
from risk_core.state.network import Network
from risk_core.state.plan import Group, Plan, Zone

CAP_NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
GROUP_COLUMNS: Final = (
    "zone_id", "profile", "goal", "shelter_id", "persons", "vehicles", "depart_s", "arrive_s",
    "from_lat_deg", "from_lon_deg", "to_lat_deg", "to_lon_deg",
)  # fmt: skip
MOST_WAYS: Final = 2_000
"""Ways drawn in a GeoJSON file, those of most persons first; the table has all."""


class WayPoints:
    """Points of ways along the streets' real shape; each edge's are read once.

    Parameters
    ----------
    network
        The streets.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._known: dict[int, list[list[float]]] = {}

    def of_edge(self, edge: int) -> list[list[float]]:
        """Points of an edge in its direction, longitude and latitude in degrees."""
        if edge not in self._known:
            network, street = self._network, int(self._network.street[edge])
            part = slice(int(network.street_first_point[street]), int(network.street_first_point[street + 1]))
            points = np.column_stack([network.point_lon_deg[part], network.point_lat_deg[part]])
            self._known[edge] = np.round(points if network.is_forward[edge] else points[::-1], 6).tolist()
        return self._known[edge]

    def of_group(self, group: Group) -> list[list[float]]:
        """Points of a group's way; a straight line where it meets no street."""
        points: list[list[float]] = []
        for edge in group.edges.tolist():
            rows = self.of_edge(edge)
            points += rows if not points else rows[1:]
        return points or [[group.from_lon_deg, group.from_lat_deg], [group.to_lon_deg, group.to_lat_deg]]


def zone_geometry(zone: Zone) -> dict[str, Any] | None:
    """Outline of a zone as GeoJSON, of several parts where it has them; None for one of districts."""
    if zone.shape is None:
        return None
    rings = [np.round(part[:, ::-1], 7).tolist() for part in zone.shape.parts]
    closed = [ring if ring[0] == ring[-1] else [*ring, ring[0]] for ring in rings]
    polygons: list[list[Any]] = []
    for ring in closed:
        around = next((one for one in polygons if _is_in(one[0], *_between(ring))), None)
        if around is None:
            polygons.append([ring])
        else:
            around.append(ring)
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _between(ring: list[list[float]]) -> tuple[float, float]:
    """A place on the first side of a ring."""
    return (ring[0][0] + ring[1][0]) / 2, (ring[0][1] + ring[1][1]) / 2


def _is_in(ring: list[list[float]], x: float, y: float) -> bool:
    sides = pairwise(ring)
    return sum((b > y) != (d > y) and x < a + (y - b) * (c - a) / (d - b) for (a, b), (c, d) in sides) % 2 == 1


def plan_features(area: Area, plan: Plan, zones: tuple[Zone, ...]) -> dict[str, Any]:
    """FeatureCollection of zones, shelters, people left over, and ways."""
    assert area.network is not None
    features = [
        _feature(zone_geometry(zone), "zone", id=zone.zone_id, name=zone.name, delay_min=zone.delay_s / 60)
        for zone in zones
    ]
    for one in plan.shelters:
        at = {"type": "Point", "coordinates": [one.shelter.lon_deg, one.shelter.lat_deg]}
        facts = {"free_persons": one.free_persons, "assigned_persons": one.assigned_persons}
        features.append(_feature(at, "shelter", id=one.shelter.shelter_id, name=one.shelter.name, **facts))
    for row in plan.left_over:
        at = {"type": "Point", "coordinates": [row.lon_deg, row.lat_deg]}
        facts = {"persons": row.persons, "reason": row.reason, "district": row.district_name}
        features.append(_feature(at, "left_over", **facts))
    points = WayPoints(area.network)
    for group in sorted(plan.groups, key=lambda group: -group.persons)[:MOST_WAYS]:
        line = {"type": "LineString", "coordinates": points.of_group(group)}
        features.append(_feature(line, "way", **{name: getattr(group, name) for name in GROUP_COLUMNS[:8]}))
    return {"type": "FeatureCollection", "plan_id": plan.plan_id, "simulated": plan.simulated, "features": features}


def _feature(geometry: Mapping[str, Any] | None, role: str, **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": {"role": role, **properties}}


def geojson_file(area: Area, plan: Plan, zones: tuple[Zone, ...]) -> str:
    """Text of the GeoJSON file."""
    return json.dumps(plan_features(area, plan, zones), ensure_ascii=False)


def csv_file(area: Area, plan: Plan, zones: tuple[Zone, ...]) -> str:
    """Text of the table of groups: who goes where, how and when."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(GROUP_COLUMNS)
    for group in plan.groups:
        values = (getattr(group, name) for name in GROUP_COLUMNS)
        writer.writerow([round(value, 5) if isinstance(value, float) else value for value in values])
    return out.getvalue()


def cap_file(area: Area, plan: Plan, zones: tuple[Zone, ...]) -> str:
    """Text of a CAP 1.2 draft: status Draft (Exercise where simulated), one information block a language."""
    sent = datetime.fromtimestamp(round(plan.order_s), UTC).isoformat()
    status = "Exercise" if plan.simulated else "Draft"
    blocks = "".join(_cap_info(plan, zones, lang, code) for lang, code in (("ko", "ko-KR"), ("en", "en-US")))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<alert xmlns="{CAP_NAMESPACE}">'
        f"<identifier>ansimgil-{escape(plan.area_id)}-{plan.plan_id}</identifier><sender>ansimgil</sender>"
        f"<sent>{sent}</sent><status>{status}</status><msgType>Alert</msgType><scope>Public</scope>{blocks}</alert>\n"
    )


def _cap_info(plan: Plan, zones: tuple[Zone, ...], lang: str, code: str) -> str:
    words = order_text(plan, lang)
    places = "".join(f"<area><areaDesc>{escape(zone.name)}</areaDesc>{_cap_polygons(zone)}</area>" for zone in zones)
    return (
        f"<info><language>{code}</language><category>Safety</category><event>{escape(words.event)}</event>"
        "<responseType>Evacuate</responseType><urgency>Immediate</urgency><severity>Severe</severity>"
        f"<certainty>Likely</certainty><headline>{escape(words.headline)}</headline>"
        f"<description>{escape(words.description)}</description>"
        f"<instruction>{escape(words.instruction)}</instruction>{places}</info>"
    )


def _cap_polygons(zone: Zone) -> str:
    """Outer rings as CAP writes them, closed; a district zone has its name only."""
    geometry = zone_geometry(zone)
    if geometry is None:
        return ""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    rings = (" ".join(f"{lat:.6f},{lon:.6f}" for lon, lat in one[0]) for one in polygons)
    return "".join(f"<polygon>{ring}</polygon>" for ring in rings)


FORMATS: Final[Mapping[str, Callable[[Area, Plan, tuple[Zone, ...]], str]]] = MappingProxyType(
    {"geojson": geojson_file, "csv": csv_file, "cap": cap_file}
)
"""Files a plan can be written as, besides the JSON of the API."""


@dataclass(frozen=True, slots=True)
class Version:
    """Which plan, who made it and when (unix seconds), and who accepted it by publishing it, if anybody has."""

    plan_id: str
    made_by: str
    made_s: float
    accepted_by: str | None = None
    accepted_s: float | None = None

    def facts(self) -> dict[str, str | None]:
        """As files tell it, times in UTC."""
        accepted = None if self.accepted_s is None else _utc(self.accepted_s)
        return {
            "plan_id": self.plan_id, "made_by": self.made_by, "made_at": _utc(self.made_s),
            "accepted_by": self.accepted_by, "accepted_at": accepted,
        }  # fmt: skip


def _utc(second: float) -> str:
    return datetime.fromtimestamp(round(second), UTC).isoformat()


def signed_file(name: str, words: str, version: Version) -> str:
    """A file of a plan with its version and who accepted it: in JSON a key, in CAP a note, in a table last columns.

    Parameters
    ----------
    name
        One of `FORMATS`, or ``json``.
    words
        Text of the file.
    version
        Of the plan.
    """
    facts = version.facts()
    if name in ("json", "geojson"):
        return json.dumps({**json.loads(words), "version": facts}, ensure_ascii=False)
    if name == "csv":
        head, *rows = csv.reader(io.StringIO(words))
        out = io.StringIO()
        values = [one or "" for one in facts.values()]
        csv.writer(out).writerows([[*head, *facts], *([*row, *values] for row in rows)])
        return out.getvalue()
    told = "; ".join(f"{key} {value or 'nobody yet'}" for key, value in facts.items())
    return words.replace("<scope>Public</scope>", f"<scope>Public</scope><note>{escape(told)}</note>", 1)
