"""What the API reads of somebody under way: positions of the last minutes and, if told, earlier journeys."""

import math
from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from dashboard.answers import PathQuestion
from dashboard.answers.path import MINUTES
from dashboard.api.reading import Asked, Whole
from risk_core.errors import Fault, InputError
from risk_core.movement.match_pings import Pings
from risk_core.state.profile import Profile

MOST_PING: Final = 600
MOST_TRIP: Final = 20
MOST_AHEAD_MIN: Final = 30


def _not_bool_or_text(value: object) -> object:
    if isinstance(value, bool | str):
        raise ValueError("not a number")
    return value


def _not_bool(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("not a moment")
    return value


Loose = Annotated[float | None, BeforeValidator(_not_bool_or_text)]
"""A number that may be missing: a bad position is refused by itself, with its reason, and the others are used."""
Moment = Annotated[float | Annotated[str, Field(max_length=40)] | None, BeforeValidator(_not_bool)]


class Ping(BaseModel):
    """A position: what cannot be true is told of each and costs only that one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lat: Annotated[Loose, Field(description="latitude, degrees")]
    lon: Annotated[Loose, Field(description="longitude, degrees")]
    time: Annotated[Moment, Field(description="unix seconds, or an RFC 3339 time with its offset")]
    accuracy: Annotated[Loose, Field(description="radius that holds 95 % of fixes, metres")] = None


Trail = Annotated[tuple[Ping, ...], Field(min_length=1, max_length=MOST_PING)]
AheadMinute = Annotated[Whole, Field(ge=1, le=MOST_AHEAD_MIN)]


class PathsRequest(Asked):
    """Body of /v1/paths. There is no address for this question: positions never stand in one."""

    pings: Annotated[Trail, Field(description="the last minutes in the order they came, best one every 5 to 30 s")]
    history: Annotated[
        tuple[Trail, ...], Field(max_length=MOST_TRIP, description="own earlier journeys, kept by the client alone")
    ] = ()
    profile: Profile = Profile.WALK
    ahead_min: Annotated[tuple[AheadMinute, ...], Field(min_length=1, max_length=8, description="minutes ahead")] = (
        MINUTES
    )
    asked_at: Annotated[
        Moment, Field(description="the client's clock: later positions are refused; the server's if left out")
    ] = None


def to_path_question(asked: PathsRequest, area_id: str, now_s: float) -> PathQuestion:
    """Question of a body.

    Parameters
    ----------
    asked
        The body.
    area_id
        The area.
    now_s
        The server's clock, unix seconds.

    Raises
    ------
    risk_core.errors.InputError
        For an `asked_at` that is no moment.
    """
    asked_s = now_s if asked.asked_at is None else moment_s(asked.asked_at)
    if not math.isfinite(asked_s):
        wanted = "unix seconds, or an RFC 3339 time with its offset"
        raise InputError(Fault("asked_at", str(asked.asked_at)[:80], wanted, "Leave it out for the server's clock."))
    history = tuple(pings_of(trail) for trail in asked.history)
    minutes = tuple(sorted(set(asked.ahead_min)))
    return PathQuestion(area_id, pings_of(asked.pings), history, asked.profile, minutes, asked_s)


def pings_of(trail: tuple[Ping, ...]) -> Pings:
    """Arrays of a trail; what is missing or no moment is NaN."""
    columns = [(moment_s(ping.time), ping.lat, ping.lon, ping.accuracy) for ping in trail]
    return Pings.of(
        *([math.nan if value is None else value for value in column] for column in zip(*columns, strict=True))
    )


def moment_s(moment: float | str | None) -> float:
    """Unix seconds of a moment, NaN where it is none.

    Examples
    --------
    >>> moment_s("2026-07-01T00:00:00Z"), moment_s(5), moment_s("noon"), moment_s("2026-07-01T00:00:00")
    (1782864000.0, 5.0, nan, nan)
    """
    if moment is None:
        return math.nan
    if isinstance(moment, int | float):
        return float(moment)
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return math.nan
    return math.nan if at.tzinfo is None else at.timestamp()
