"""What there is to say of a traveller: the columns of the table in `profile_table`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Final, NamedTuple

FLAT: Final = ((0.0, 1.0),)
"""Slope table of those whose speed no slope changes."""


def words(text: str) -> frozenset[str]:
    """Set of the words of a text, as rows of the table write their lists.

    Examples
    --------
    >>> sorted(words("motorway motorway_link"))
    ['motorway', 'motorway_link']
    """
    return frozenset(text.split())


class Figure(NamedTuple):
    """A number with where it comes from; `is_checked` is False for one remembered or assumed, not looked up."""

    value: float
    source: str
    is_checked: bool = False


@dataclass(frozen=True, slots=True)
class HazardLimits:
    """What a traveller can just bear; beyond any one of them a street is closed to it.

    Attributes
    ----------
    depth_m
        Standing or flowing water, metres.
    depth_speed_m2_per_s
        Depth times speed of flowing water, m2/s.
    flow_m_per_s
        Speed of flowing water, m/s.
    wind_m_per_s
        Ten-minute mean wind, m/s.
    gust_m_per_s
        Three-second gust, m/s.
    """

    depth_m: Figure
    depth_speed_m2_per_s: Figure
    flow_m_per_s: Figure
    wind_m_per_s: Figure
    gust_m_per_s: Figure

    def as_dict(self) -> dict[str, Figure]:
        """Every limit by its name."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class GroundLimits:
    """Ground a traveller cannot pass unless a tag under its own key says so.

    Attributes
    ----------
    surfaces, smoothness
        Values of these two OpenStreetMap keys that bar.
    needs_surface
        Classes barred where `surface` is not told.
    needs_sidewalk
        Classes whose carriageway bars: a sidewalk or a tag for walkers must be there.
    max_incline
        Steepest `incline`, rise over run.
    min_width_m
        Narrowest `width` of a way for walkers or cyclists, metres.
    max_kerb_m
        Highest kerb, metres.
    """

    surfaces: frozenset[str] = frozenset()
    smoothness: frozenset[str] = frozenset()
    needs_surface: frozenset[str] = frozenset()
    needs_sidewalk: frozenset[str] = frozenset()
    max_incline: float = inf
    min_width_m: float = 0.0
    max_kerb_m: float = inf


@dataclass(frozen=True, slots=True)
class Size:
    """What must fit under `maxheight`, between `maxwidth` and on `maxweight`; 0 where it never matters."""

    height_m: float = 0.0
    width_m: float = 0.0
    weight_t: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """Everything a profile is. Keys and values are OpenStreetMap's; speeds are metres per second.

    Attributes
    ----------
    name
        Its word, equal to the `Profile` of the same position.
    limits
        Water and wind it can bear.
    access_keys
        Keys that speak for it, the most special first.
    oneway_keys
        Keys of one-way rules that bind it, the most special first.
    open_classes
        Values of `highway` open to it where no tag says otherwise.
    speed_m_per_s
        Free speed where `class_m_per_s` has none.
    class_m_per_s
        Free speed by `highway` value.
    is_bound_by_turns
        Whether turn restrictions bind it.
    uses_motorroads, crosses_squares, rides_ferries
        Whether `motorroad=yes`, the outline of `area=yes` and ferries are open where no tag says otherwise.
    climbs_steps
        Whether steps are passable; else only where one of `ramp_keys` says yes.
    lane_key
        Key of its own lanes, by which it may go against a one-way street; empty where it has none.
    limit_share
        Share of `maxspeed` driven in free flow; 0 where legal limits do not concern it.
    top_m_per_s
        Its own fastest.
    unpaved_m_per_s
        Fastest on unsealed ground.
    ends_only_m_per_s
        Fastest where it may only reach something along the street, so slow that nobody is led through.
    push_m_per_s
        Pace at which it is pushed where it must be (`dismount`); 0 where it cannot be.
    limited_share
        Share of its speed where its own key says `limited`.
    trusts_own_key_only
        Whether a barrier it cannot pass is opened by its own key only, not by the keys of others it follows.
    stopped_by
        Values of `barrier` it cannot pass where no tag says otherwise.
    ground, size
        Build of the street it needs.
    slope_share
        (slope, share of the speed on the flat), ascending; slope is rise over run in the direction of travel,
        straight lines in between, the end values beyond.
    """

    name: str
    limits: HazardLimits
    access_keys: tuple[str, ...]
    oneway_keys: tuple[str, ...]
    open_classes: frozenset[str]
    speed_m_per_s: float
    class_m_per_s: Mapping[str, float]
    is_bound_by_turns: bool = False
    uses_motorroads: bool = False
    crosses_squares: bool = False
    rides_ferries: bool = False
    climbs_steps: bool = False
    ramp_keys: tuple[str, ...] = ()
    lane_key: str = ""
    limit_share: float = 0.0
    top_m_per_s: float = inf
    unpaved_m_per_s: float = inf
    ends_only_m_per_s: float = inf
    push_m_per_s: float = 0.0
    limited_share: float = 1.0
    trusts_own_key_only: bool = False
    stopped_by: frozenset[str] = frozenset()
    ground: GroundLimits = GroundLimits()
    size: Size = Size()
    slope_share: tuple[tuple[float, float], ...] = FLAT
