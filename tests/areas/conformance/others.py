"""Ferries, marks of tunnels and bridges, and ways that are no streets."""

from risk_core.state.profile import EdgeFlag
from tests.areas.conformance.rule import ALL, Rule, tagged, way
from tests.areas.osm_text import Town


def ferry(name: str, tags: str, along: str, against: str | None = None, **more: object) -> Rule:
    """Build a rule about a ferry from a0 to b0."""
    town = Town()
    town.ways.append((1, ["a0", "b0"], {"route": "ferry", **tagged(tags)}))
    page = "Tag:route=ferry"
    return Rule("ferry", name, page, town, along=along, against=along if against is None else against, **more)


def flagged(name: str, page: str, tags: str, yes: EdgeFlag, no: EdgeFlag = EdgeFlag.NONE, spots: str = "a0 b0") -> Rule:
    """Build a rule about the marks of a way."""
    town = Town()
    line = spots.split()
    town.ways.append((1, line, {"highway": "primary", **tagged(tags)}))
    return Rule("tunnel", name, page, town, end=line[-1], flags=yes, no_flags=no)


def gone(name: str, page: str, tags: str) -> Rule:
    """Build a rule about a way that is no street."""
    town = Town()
    town.ways.append((1, ["a0", "b0"], tagged(tags)))
    return Rule("left out", name, page, town, along="", against="")


FERRY = [
    ferry("people and bicycles", "", "WHB", flags=EdgeFlag.FERRY),
    ferry("vehicles where told", "motor_vehicle=yes", ALL),
    ferry("cars where told", "motorcar=yes", "WHBCA"),
    ferry("access=yes does not let vehicles on", "access=yes", "WHB"),
    ferry("vehicles barred in words", "motor_vehicle=no", "WHB"),
    ferry("no bicycles", "bicycle=no", "WH"),
    ferry("no people on foot", "foot=no motor_vehicle=yes", "BCUA"),
    ferry("no wheelchairs", "wheelchair=no", "WB"),
    ferry("for the staff", "access=private", ""),
    ferry("one-way for everyone", "oneway=yes", "WHB", ""),
    ferry("duration in hours and minutes", "duration=00:05", "WHB", seconds={"W": 300.0, "B": 300.0}),
    ferry("duration in minutes", "duration=15", "WHB", seconds={"W": 900.0}),
    ferry("duration as ISO 8601", "duration=PT30M", "WHB", seconds={"W": 1800.0}),
    ferry("unreadable duration", "duration=soon", "WHB", km_per_h={"W": 15.0}),
]

DEEP = EdgeFlag.TUNNEL | EdgeFlag.UNDERPASS

TUNNEL = [
    flagged("short road tunnel: underpass", "Key:tunnel", "tunnel=yes", DEEP),
    flagged("long road tunnel", "Key:tunnel", "tunnel=yes", EdgeFlag.TUNNEL, EdgeFlag.UNDERPASS, "a0 a1 a2 a3 a4"),
    flagged("building passage", "Tag:tunnel=building_passage", "tunnel=building_passage", EdgeFlag.TUNNEL,
            EdgeFlag.UNDERPASS),
    flagged("covered way", "Key:covered", "covered=yes", EdgeFlag.TUNNEL, EdgeFlag.UNDERPASS),
    flagged("culvert is for water", "Tag:tunnel=culvert", "tunnel=culvert", EdgeFlag.NONE, DEEP),
    flagged("short road below ground", "Key:layer", "layer=-1", EdgeFlag.UNDERPASS, EdgeFlag.TUNNEL),
    flagged("above ground is no bridge by itself", "Key:layer", "layer=1", EdgeFlag.NONE, EdgeFlag.BRIDGE | DEEP),
    flagged("bridge", "Key:bridge", "bridge=yes layer=1", EdgeFlag.BRIDGE, DEEP),
    flagged("viaduct", "Key:bridge", "bridge=viaduct", EdgeFlag.BRIDGE, DEEP),
    flagged("no bridge", "Key:bridge", "bridge=no", EdgeFlag.NONE, EdgeFlag.BRIDGE),
    flagged("bridge in a cutting", "Key:bridge", "bridge=yes layer=-1", EdgeFlag.BRIDGE, EdgeFlag.UNDERPASS),
    flagged("named underpass of any length", "Key:name", "name=중앙지하차도", EdgeFlag.UNDERPASS,
            spots="a0 a1 a2 a3 a4"),
    flagged("short foot tunnel", "Key:tunnel", "highway=footway tunnel=yes", DEEP, spots="a0 a0.5"),
    flagged("foot tunnel in a station", "Key:indoor", "highway=footway tunnel=yes indoor=yes", EdgeFlag.TUNNEL,
            EdgeFlag.UNDERPASS, "a0 a0.5"),
    flagged("long foot tunnel", "Key:tunnel", "highway=footway tunnel=yes", EdgeFlag.TUNNEL, EdgeFlag.UNDERPASS,
            "a0 a1 a2"),
    flagged("one-way is marked", "Key:oneway", "oneway=yes", EdgeFlag.ONEWAY),
    flagged("roundabout is marked", "Tag:junction=roundabout", "junction=roundabout",
            EdgeFlag.ROUNDABOUT | EdgeFlag.ONEWAY),
]  # fmt: skip

LEFT_OUT = [
    gone("proposed", "Tag:highway=proposed", "highway=proposed proposed=primary"),
    gone("planned", "Tag:highway=planned", "highway=planned"),
    gone("construction", "Tag:highway=construction", "highway=construction construction=primary"),
    gone("construction=yes", "Key:construction", "highway=residential construction=yes"),
    gone("abandoned", "Key:abandoned:", "highway=abandoned"),
    gone("abandoned=yes", "Key:abandoned:", "highway=residential abandoned=yes"),
    gone("lifecycle prefix", "Lifecycle_prefix", "abandoned:highway=residential"),
    gone("disused=yes", "Key:disused:", "highway=residential disused=yes"),
    gone("razed", "Key:razed:", "highway=razed"),
    gone("railway platform", "Tag:railway=platform", "railway=platform"),
    gone("platform of public transport", "Tag:public_transport=platform", "public_transport=platform"),
    gone("raceway", "Tag:highway=raceway", "highway=raceway"),
    gone("escape lane", "Tag:highway=escape", "highway=escape"),
    gone("rest area", "Tag:highway=rest_area", "highway=rest_area"),
    gone("via ferrata", "Tag:highway=via_ferrata", "highway=via_ferrata"),
    gone("outline of a road's area", "Key:area:highway", "area:highway=residential"),
    gone("bus route without a road", "Tag:route=bus", "route=bus"),
    way("left out", "small works keep a road open", "Tag:construction=minor", "construction=minor", ALL),
    way("left out", "platform as a way: on foot only", "Tag:highway=platform", "highway=platform", "WH"),
    Rule(
        "left out",
        "area=yes: no vehicle, walked along its outline",
        "Key:area",
        Town([(1, ["a0", "b0", "b1", "a1", "a0"], {"highway": "service", "area": "yes"}),
              (2, ["a0", "a3"], {"highway": "residential"}), (3, ["b1", "b3"], {"highway": "residential"})]),
        start="a3",
        end="b3",
        along="WHB",
        against="WHB",
    ),
]  # fmt: skip
