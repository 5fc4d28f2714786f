"""Barriers and kerbs on nodes."""

from tests.areas.conformance.rule import ALL, Rule, tagged
from tests.areas.osm_text import Town


def barrier(name: str, tags: str, through: str, page: str = "Key:barrier") -> Rule:
    """Build a rule about a node in the middle of a way."""
    town = Town(node_tags={"b0": tagged(tags)})
    town.way("a0 b0 c0", highway="residential")
    return Rule("barrier", name, page, town, end="c0", along=through, against=through)


BARRIER = [
    barrier("gate: open", "barrier=gate", ALL, "Tag:barrier=gate"),
    barrier("gate, private", "barrier=gate access=private", "", "Tag:barrier=gate"),
    barrier("gate, people on foot only", "barrier=gate access=no foot=yes", "WH", "Tag:barrier=gate"),
    barrier("gate, locked", "barrier=gate locked=yes", "", "Key:locked"),
    barrier("gate, locked to all but one", "barrier=gate locked=yes bicycle=yes", "B", "Key:locked"),
    barrier("lift gate: open", "barrier=lift_gate", ALL, "Tag:barrier=lift_gate"),
    barrier("lift gate for residents' cars", "barrier=lift_gate motor_vehicle=private", "WHB", "Tag:barrier=lift_gate"),
    barrier("lift gate, emergency", "barrier=lift_gate access=private emergency=yes", "A", "Tag:barrier=lift_gate"),
    barrier("swing gate: open", "barrier=swing_gate", ALL, "Tag:barrier=swing_gate"),
    barrier("bollard", "barrier=bollard", "WHB", "Tag:barrier=bollard"),
    barrier("bollard that lets cars pass", "barrier=bollard motor_vehicle=yes", ALL, "Tag:barrier=bollard"),
    barrier("bollard for emergencies", "barrier=bollard emergency=yes", "WHBA", "Tag:barrier=bollard"),
    barrier("bollard, no bicycles", "barrier=bollard bicycle=no", "WH", "Tag:barrier=bollard"),
    barrier("block", "barrier=block", "WHB", "Tag:barrier=block"),
    barrier("cycle barrier", "barrier=cycle_barrier", "WB", "Tag:barrier=cycle_barrier"),
    barrier("cycle barrier, wide", "barrier=cycle_barrier wheelchair=yes", "WHB", "Tag:barrier=cycle_barrier"),
    barrier("cycle barrier, no bicycles", "barrier=cycle_barrier bicycle=no", "W", "Tag:barrier=cycle_barrier"),
    barrier("stile", "barrier=stile", "W", "Tag:barrier=stile"),
    barrier("turnstile", "barrier=turnstile", "W", "Tag:barrier=turnstile"),
    barrier("wall", "barrier=wall", "", "Tag:barrier=wall"),
    barrier("wall with a way for walkers", "barrier=wall foot=yes", "W", "Tag:barrier=wall"),
    barrier("bus trap", "barrier=bus_trap", "WHBUA", "Tag:barrier=bus_trap"),
    barrier("toll booth", "barrier=toll_booth", ALL, "Tag:barrier=toll_booth"),
    barrier("cattle grid", "barrier=cattle_grid", ALL, "Tag:barrier=cattle_grid"),
    barrier("border control", "barrier=border_control", ALL, "Tag:barrier=border_control"),
    barrier("height restrictor", "barrier=height_restrictor maxheight=2.1", "WHBC", "Tag:barrier=height_restrictor"),
    barrier("barrier of unknown kind", "barrier=yes", "WHB"),
    barrier("kerb of unknown height", "barrier=kerb", "WHB", "Tag:barrier=kerb"),
    barrier("kerb, lowered", "barrier=kerb kerb=lowered", ALL, "Key:kerb"),
    barrier("kerb, raised", "barrier=kerb kerb=raised", "WB", "Key:kerb"),
    barrier("kerb, raised, wheelchair=yes", "barrier=kerb kerb=raised wheelchair=yes", "WHB", "Key:kerb"),
    barrier("kerb at a crossing, no barrier", "highway=crossing kerb=raised", "WBCUA", "Key:kerb"),
    barrier("kerb, rolled", "highway=crossing kerb=rolled", "WBCUA", "Key:kerb"),
    barrier("kerb, flush", "highway=crossing kerb=flush", ALL, "Key:kerb"),
    barrier("kerb, height told", "highway=crossing kerb=yes kerb:height=0.08", "WBCUA", "Key:kerb:height"),
    barrier("access without a barrier says nothing", "highway=crossing access=no", ALL, "Key:access"),
    Rule(
        "barrier",
        "where one way goes on as another",
        "Key:barrier",
        Town([(1, ["a0", "b0"], {"highway": "residential"}), (2, ["b0", "c0"], {"highway": "residential"})],
             {"b0": {"barrier": "block"}}),
        end="c0",
        along="WHB",
        against="WHB",
    ),
    Rule(
        "barrier",
        "where three streets meet: not told which it bars",
        "Key:barrier",
        Town([(1, ["a0", "b0", "c0"], {"highway": "residential"}), (2, ["b0", "b1"], {"highway": "residential"})],
             {"b0": {"barrier": "bollard"}}),
        end="c0",
        along=ALL,
        against=ALL,
        left_out="three or more streets meet",
    ),
]  # fmt: skip
