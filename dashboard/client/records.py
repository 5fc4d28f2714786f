"""What the API tells, as records. Risks are 0..1, None where nothing is known; times are RFC 3339 in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LatLon = tuple[float, float]
LEVELS = ("safe", "attention", "caution", "alert", "serious")
"""Levels from the lowest to the highest; ``unknown`` is none of them."""


def is_at_least(level: str, wanted: str) -> bool:
    """Whether a level is as high as another, or higher; unknown is not.

    Examples
    --------
    >>> is_at_least("serious", "alert"), is_at_least("unknown", "safe")
    (True, False)
    """
    return level in LEVELS and LEVELS.index(level) >= LEVELS.index(wanted)


@dataclass(frozen=True, slots=True)
class HazardRisk:
    """One hazard at a place: its risk with the bounds of the 80 % interval, its level, and why."""

    hazard: str
    risk: float | None
    risk_low: float | None
    risk_high: float | None
    level: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlaceRisk:
    """Whether somebody is at risk at a place.

    Attributes
    ----------
    risk, risk_low, risk_high
        All hazards together, with the bounds of the 80 % interval.
    level
        One of `LEVELS`, or ``unknown``.
    hazards
        Each hazard.
    advice
        What to do, most urgent first.
    series
        (seconds from now, risk) of every time slice.
    valid_at, data_as_of
        The time it holds for, and the newest observation used.
    version
        Snapshot it was answered on.
    simulated
        True when any observation used was simulated: a drill.
    """

    risk: float | None
    risk_low: float | None
    risk_high: float | None
    level: str
    hazards: tuple[HazardRisk, ...]
    advice: tuple[str, ...]
    series: tuple[tuple[int, float | None], ...]
    valid_at: str
    data_as_of: str | None
    version: str
    simulated: bool

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "PlaceRisk":
        """Read an answer."""
        hazards = tuple(
            HazardRisk(
                one["hazard"],
                one["risk"],
                one["risk_low"],
                one["risk_high"],
                one["level"]["code"],
                one["reason"]["text"],
            )
            for one in told["hazards"]
        )
        return cls(
            risk=told["risk"],
            risk_low=told["risk_low"],
            risk_high=told["risk_high"],
            level=told["level"]["code"],
            hazards=hazards,
            advice=tuple(one["text"] for one in told["advice"]),
            series=tuple((one["lead_s"], one["risk"]) for one in told["series"]),
            valid_at=told["valid_at"],
            data_as_of=told["data_as_of"],
            version=told["version"],
            simulated=told["simulated"],
        )


@dataclass(frozen=True, slots=True)
class Way:
    """One way; `line` is (lat, lon) in degrees, `steps` the turn list in words, `kind` what it minimises."""

    kind: str
    duration_s: float
    length_m: float
    danger_m: float
    exposure_s: float
    max_risk: float | None
    level: str
    line: tuple[LatLon, ...]
    steps: tuple[str, ...]
    reasons: tuple[str, ...]
    version: str
    simulated: bool

    @classmethod
    def all_of(cls, told: Mapping[str, Any]) -> tuple["Way", ...]:
        """Read every way of an answer."""
        ways = []
        for one in told["features"]:
            known = one["properties"]
            ways.append(
                cls(
                    kind=known["kind"],
                    duration_s=known["duration_s"],
                    length_m=known["length_m"],
                    danger_m=known["danger_m"],
                    exposure_s=known["exposure_s"],
                    max_risk=known["max_risk"],
                    level=known["level"]["code"],
                    line=tuple((lat, lon) for lon, lat in one["geometry"]["coordinates"]),
                    steps=tuple(step["text"] for step in known["steps"]),
                    reasons=tuple(reason["text"] for reason in known["reasons"]),
                    version=told["version"],
                    simulated=told["simulated"],
                )
            )
        return tuple(ways)


@dataclass(frozen=True, slots=True)
class Reach:
    """What can be reached within a limit: GeoJSON geometry, area and residents."""

    limit_s: float
    geometry: Mapping[str, Any]
    area_m2: float
    residents: float


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing of a list: closure, shelter, warning."""

    id: str
    geometry: Mapping[str, Any] | None
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook: `state` pending, active or paused; `secret` only right after it was made."""

    id: str
    url: str
    name: str
    level: str
    state: str
    is_above: bool | None
    secret: str = ""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Hook":
        """Read an answer."""
        names = ("url", "name", "level", "state", "is_above")
        return cls(told["hook_id"], *(told[name] for name in names), told.get("secret", ""))


@dataclass(frozen=True, slots=True)
class Job:
    """Long work: `status` accepted, running, successful, failed or dismissed; `result` is an address, or None."""

    id: str
    status: str
    step: str
    done_share: float
    result: str | None
    faults: tuple[Mapping[str, str], ...]

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self.status in ("accepted", "running")

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Job":
        """Read an answer."""
        names = ("status", "step", "done_share", "result")
        return cls(told["job_id"], *(told[name] for name in names), tuple(told["faults"]))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """News of a snapshot; `id` is where a stream goes on from."""

    id: str
    area: str
    version: str
    now: str
    simulated: bool
