"""Questions about many places at once."""

from dataclasses import dataclass

from dashboard.answers.questions import AvoidedArea
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind

LatLon = tuple[float, float]


@dataclass(frozen=True, slots=True)
class MatrixQuestion:
    """Travel times between all of `origins` and all of `destinations`, (lat_deg, lon_deg) each.

    `avoid` are areas to keep out of, as in `RouteQuestion`.
    """

    area_id: str
    origins: tuple[LatLon, ...]
    destinations: tuple[LatLon, ...]
    profile: Profile = Profile.WALK
    kind: RouteKind = RouteKind.FASTEST
    step: int | None = None
    avoid: tuple[AvoidedArea, ...] = ()


@dataclass(frozen=True, slots=True)
class ReachQuestion:
    """What can be reached from a point, (lat_deg, lon_deg), by time or by danger alone.

    `avoid` are areas to keep out of, as in `RouteQuestion`.
    """

    area_id: str
    origin: LatLon
    profile: Profile = Profile.WALK
    by_danger: bool = False
    step: int | None = None
    avoid: tuple[AvoidedArea, ...] = ()


@dataclass(frozen=True, slots=True)
class NearestQuestion:
    """The `n` shelters with room that a way of some kind reaches first from a point, (lat_deg, lon_deg)."""

    area_id: str
    origin: LatLon
    profile: Profile = Profile.WALK
    kind: RouteKind = RouteKind.SAFEST
    n: int = 3
    step: int | None = None
