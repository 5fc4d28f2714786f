"""Turn restrictions."""

from tests.areas.conformance.rule import Rule, tagged
from tests.areas.osm_text import Town

ARM = {"a1": 1, "b0": 2, "c1": 3, "b2": 4}


def turn(name: str, tags: str, members: str, turns: str, *, page: str = "Relation:restriction", **more: object) -> Rule:
    """Build a rule about the crossing b1 of four arms; members are "from a1, via b1, to b2", turns "a1>b1>b2"."""
    town = Town()
    for spot, number in ARM.items():
        town.way(f"{spot} b1", number, highway="primary")
    return _restricted(town, name, tags, members, turns, page, **more)


def over_way(name: str, tags: str, members: str, turns: str, extra: str = "", **more: object) -> Rule:
    """Build a rule about a dual carriageway: 1 a2>b2, 2 b2>c2, 3 b2-b1, 4 c1>b1, 5 b1>a1, and extra streets."""
    town = Town()
    for number, spots in enumerate(("a2 b2", "b2 c2", "b2 b1", "c1 b1", "b1 a1"), start=1):
        town.way(spots, number, highway="primary", oneway="no" if number == 3 else "yes")
    for spots in filter(None, extra.split(", ")):
        town.way(spots, highway="primary")
    return _restricted(town, name, tags, members, turns, "Relation:restriction", **more)


def _restricted(town: Town, name: str, tags: str, members: str, turns: str, page: str, **more: object) -> Rule:
    parts = []
    for member in filter(None, members.split(", ")):
        role, spot = member.split()
        is_way = spot in ARM or spot.isdigit()
        is_node = role == "via" and not spot.isdigit()
        ref = Town.id_of(spot) if is_node else ARM.get(spot) or int(spot)
        parts.append((role, "way" if is_way and not is_node else "node", ref))
    town.relations.append((parts, {"type": "restriction", **tagged(tags)}))
    wanted = frozenset(tuple(one.split(">")) for one in turns.split())
    return Rule("restriction", name, page, town, turns=wanted, **more)


STAR = "from a1, via b1, to b2"

RESTRICTION = [
    turn("no left turn", "restriction=no_left_turn", STAR, "a1>b1>b2"),
    turn("no right turn", "restriction=no_right_turn", "from a1, via b1, to b0", "a1>b1>b0"),
    turn("no straight on", "restriction=no_straight_on", "from a1, via b1, to c1", "a1>b1>c1"),
    turn("no U-turn", "restriction=no_u_turn", "from a1, via b1, to a1", "a1>b1>a1"),
    turn("only straight on", "restriction=only_straight_on", "from a1, via b1, to c1", "a1>b1>b0 a1>b1>b2 a1>b1>a1"),
    turn("only right turn", "restriction=only_right_turn", "from a1, via b1, to b0", "a1>b1>c1 a1>b1>b2 a1>b1>a1"),
    turn("only left turn", "restriction=only_left_turn", STAR, "a1>b1>c1 a1>b1>b0 a1>b1>a1"),
    turn(
        "no entry from several",
        "restriction=no_entry",
        "from a1, from c1, via b1, to b2",
        "a1>b1>b2 c1>b1>b2",
    ),
    turn("no exit to several", "restriction=no_exit", "from a1, via b1, to b2, to b0", "a1>b1>b2 a1>b1>b0"),
    turn("except bicycles: vehicles bound", "restriction=no_left_turn except=bicycle", STAR, "a1>b1>b2"),
    turn(
        "except public transport: cars bound, buses obey too",
        "restriction=no_left_turn except=psv",
        STAR,
        "a1>b1>b2",
        page="Key:except",
    ),
    turn("except buses", "restriction=no_left_turn except=bus;bicycle", STAR, "a1>b1>b2", page="Key:except"),
    turn("except emergency", "restriction=no_left_turn except=emergency", STAR, "a1>b1>b2", page="Key:except"),
    turn(
        "except cars: most vehicles free",
        "restriction=no_left_turn except=motorcar",
        STAR,
        "",
        page="Key:except",
        left_out="bind few",
    ),
    turn("for cars", "restriction:motorcar=no_left_turn", STAR, "a1>b1>b2"),
    turn("for motor vehicles", "restriction:motor_vehicle=no_left_turn", STAR, "a1>b1>b2"),
    turn("for buses only", "restriction:bus=no_left_turn", STAR, "", left_out="bind few"),
    turn("for lorries only", "restriction:hgv=no_left_turn", STAR, ""),
    turn("for walkers only", "restriction:foot=no_left_turn", STAR, ""),
    turn(
        "at certain hours only",
        "restriction:conditional=no_left_turn@(07:00-09:00)",
        STAR,
        "",
        page="Conditional_restrictions",
        left_out="certain hours",
    ),
    turn("unknown kind", "restriction=no_dancing", STAR, "", found="no_dancing"),
    turn("no via", "restriction=no_left_turn", "from a1, to b2", "", found="0 nodes"),
    turn("two via nodes", "restriction=no_left_turn", "from a1, via b1, via b0, to b2", "", found="2 nodes"),
    turn("no from", "restriction=no_left_turn", "via b1, to b2", "", found="0 and 1 ways"),
    turn("several from", "restriction=no_left_turn", "from a1, from c1, via b1, to b2", "", found="2 and 1 ways"),
    turn("via node not at their ends", "restriction=no_left_turn", "from a1, via c1, to b2", "", found="end 0 times"),
    turn("ways that are no streets here", "restriction=no_left_turn", "from 77, via b1, to b2", ""),
    turn("not a restriction", "restriction=no_left_turn type=route", STAR, ""),
    over_way("over a way, nobody else drives in", "restriction=no_u_turn", "from 1, via 3, to 5", "b2>b1>a1"),
    over_way(
        "over a way, nobody else drives out",
        "restriction=no_u_turn",
        "from 1, via 3, to 5",
        "a2>b2>b1",
        extra="b3 b2",
    ),
    over_way(
        "over a way others use",
        "restriction=no_u_turn",
        "from 1, via 3, to 5",
        "",
        extra="b3 b2, b1 b0",
        found="not supported",
    ),
    over_way("only turn over a way", "restriction=only_u_turn", "from 1, via 3, to 5", "", found="not supported"),
    over_way("via way not between them", "restriction=no_u_turn", "from 2, via 4, to 5", "", found="not supported"),
]
