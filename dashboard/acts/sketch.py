"""Zones and closed streets while a coordinator taps them on a map."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from dashboard.acts.drafts import Draft, LatLng, Mode, draft_geometry, draft_name, step_back, tap
from risk_core.state.network import Network

MOST_ZONES: Final = 20
CORNERS: Final = 3
"""Corners a zone has at least."""


class Tool(StrEnum):
    """What a tap adds: a corner of the zone that is drawn, or a street supposed closed."""

    ZONE = "zone"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Sketch:
    """Zones that are finished, the corners of the one that is drawn, and streets supposed closed."""

    tool: Tool = Tool.ZONE
    zones: tuple[Draft, ...] = ()
    corners: Draft = field(default_factory=lambda: Draft(Mode.AREA))
    closed: Draft = field(default_factory=lambda: Draft(Mode.STREET))

    @classmethod
    def from_data(cls, data: Any) -> "Sketch":
        """Read what the browser kept; anything else is an empty sketch.

        Examples
        --------
        >>> Sketch.from_data(Sketch(Tool.CLOSED).as_data()) == Sketch(Tool.CLOSED)
        True
        """
        if not isinstance(data, Mapping) or data.get("tool") not in tuple(Tool):
            return cls()
        zones = tuple(Draft.from_data(one) for one in data["zones"][:MOST_ZONES])
        return cls(Tool(data["tool"]), zones, Draft.from_data(data["corners"]), Draft.from_data(data["closed"]))

    def as_data(self) -> dict[str, Any]:
        """What the browser keeps."""
        return {
            "tool": str(self.tool),
            "zones": [one.as_data() for one in self.zones],
            "corners": self.corners.as_data(),
            "closed": self.closed.as_data(),
        }

    def all_zones(self) -> tuple[Draft, ...]:
        """Zones with three corners or more; the one that is drawn is the last."""
        return (*self.zones, self.corners) if len(self.corners.points) >= CORNERS else self.zones


def add_tap(sketch: Sketch, network: Network, at: LatLng) -> Sketch:
    """Add what the tool adds at a point; a street tapped twice is taken out again."""
    if sketch.tool is Tool.CLOSED:
        return replace(sketch, closed=tap(sketch.closed, network, at))
    return replace(sketch, corners=tap(sketch.corners, network, at))


def take_back(sketch: Sketch) -> Sketch:
    """Take the last tap back; before the first corner of a zone, the zone before it is open again."""
    if sketch.tool is Tool.CLOSED:
        return replace(sketch, closed=step_back(sketch.closed))
    if not sketch.corners.points and sketch.zones:
        return replace(sketch, zones=sketch.zones[:-1], corners=sketch.zones[-1])
    return replace(sketch, corners=step_back(sketch.corners))


def finish_zone(sketch: Sketch) -> Sketch:
    """Close the ring of the zone that is drawn and begin another; too few corners change nothing."""
    if len(sketch.corners.points) < CORNERS or len(sketch.zones) >= MOST_ZONES:
        return sketch
    return replace(sketch, zones=(*sketch.zones, sketch.corners), corners=Draft(Mode.AREA), tool=Tool.ZONE)


def sketch_document(sketch: Sketch, network: Network, name: str) -> dict[str, Any] | None:
    """GeoJSON of a sketch as `read_drawn` reads it; None where nothing is drawn.

    Parameters
    ----------
    sketch
        What was tapped.
    network
        Streets, for those closed.
    name
        What the zones are called, numbered where there are several.
    """
    zones = sketch.all_zones()
    features = [
        _feature("zone", name if len(zones) == 1 else f"{name} {k}", draft_geometry(one, network))
        for k, one in enumerate(zones, start=1)
    ]
    closed = draft_geometry(sketch.closed, network)
    if closed is not None:
        features.append(_feature("closure", draft_name(sketch.closed, network), closed))
    return {"type": "FeatureCollection", "features": features} if features else None


def in_phases(document: dict[str, Any] | None, phase_min: float) -> dict[str, Any] | None:
    """A sketch whose zones are told one after another, in the order drawn, `phase_min` minutes apart."""
    if document is None:
        return None
    zones = [one for one in document["features"] if one["properties"]["role"] == "zone"]
    for k, one in enumerate(zones):
        one["properties"]["delay_min"] = k * phase_min
    return document


def _feature(role: str, name: str, geometry: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": {"role": role, "name": name}}
