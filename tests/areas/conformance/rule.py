"""What a rule of the conformance list is, and the small networks it is tried on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from risk_core.state.profile import EdgeFlag, Profile
from tests.areas.osm_text import Town

LETTERS = dict(zip("WHBCUA", Profile, strict=True))
ALL = "WHBCUA"

Turn = tuple[str, str, str]


@dataclass(frozen=True)
class Rule:
    """A rule and its network.

    Attributes
    ----------
    topic, name, page
        What it is about, what it says, title of the page of the OpenStreetMap wiki it stands on.
    town
        The network.
    start, end
        Spots between which travellers are tried.
    along, against
        Who gets from start to end, and back; None where it is not about that.
    turns
        Forbidden turns (from, via, to); None where it is not about turns.
    found
        Words of the report's one fault; empty where nothing may be found wrong.
    left_out
        Words of what the report counts as left out.
    flags, no_flags
        Marks the street from start to end has, and has not.
    km_per_h, seconds
        Speed, or time from start to end, by traveller.
    """

    topic: str
    name: str
    page: str
    town: Town
    start: str = "a0"
    end: str = "b0"
    along: str | None = None
    against: str | None = None
    turns: frozenset[Turn] | None = None
    found: str = ""
    left_out: str = ""
    flags: EdgeFlag = EdgeFlag.NONE
    no_flags: EdgeFlag = EdgeFlag.NONE
    km_per_h: Mapping[str, float] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def expected(self) -> str:
        """What must come of it, in words."""
        out = []
        if self.along is not None:
            both = self.along == self.against
            out.append(f"{self.along or 'nobody'} {'both ways' if both else 'along'}")
            out += [] if both else [f"{self.against or 'nobody'} against"]
        if self.turns is not None:
            out.append("forbidden: " + (", ".join(">".join(turn) for turn in sorted(self.turns)) or "no turn"))
        out += [f"reported: {self.found}"] if self.found else []
        out += [f"left out: {self.left_out}"] if self.left_out else []
        out += [f"marked {self.flags!s}"] if self.flags else []
        out += [f"not marked {self.no_flags!s}"] if self.no_flags else []
        out += [f"{who} at {speed:g} km/h" for who, speed in self.km_per_h.items()]
        return "; ".join([*out, *(f"{who} takes {time:g} s" for who, time in self.seconds.items())])


def tagged(text: str) -> dict[str, str]:
    """Tags of "key=value key=value"."""
    return dict(pair.split("=", 1) for pair in text.split())


def way(topic: str, name: str, page: str, tags: str, along: str, against: str | None = None, **more: object) -> Rule:
    """Build a rule about one way from a0 to b0; `against` is `along` where left out."""
    town = Town()
    town.ways.append((1, ["a0", "b0"], {"highway": "residential", **tagged(tags)}))
    return Rule(topic, name, page, town, along=along, against=along if against is None else against, **more)
