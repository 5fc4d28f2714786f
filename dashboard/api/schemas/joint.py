"""How likely wind, rain and flood come together at a place: part of the body of /v1/risk."""

from pydantic import Field

from dashboard.api.schemas.words import Body, LevelBody, Members, Share, Time, iso_time, level_members
from risk_core.state.joint import JOINT_RISKS, KINDS, PlaceJoint
from risk_core.state.level import Level


class TogetherLevelBody(Body):
    """One level: chance that each hazard alone, and together, reaches it, in each of `hours`."""

    level: LevelBody
    wind: list[Share]
    rain: list[Share]
    flood: list[Share] = Field(description="0 in hours without a flood forecast")
    wind_and_rain: list[Share]
    all: list[Share]
    any: list[Share]


class TogetherBody(Body):
    """Chances counted on the same members of the storms, never multiplied; infection is not part of it.

    Standard error of a chance: at most 0.5 / sqrt(n_member).
    """

    n_member: int
    hours: list[Time]
    n_flood_hour: int = Field(description="so many of the first hours have a flood forecast")
    levels: list[TogetherLevelBody]


def together_members(joint: PlaceJoint) -> Members:
    """Members of `TogetherBody`: what a record says."""
    levels = []
    for k, risk in enumerate(JOINT_RISKS):
        shares = {
            kind: [round(min(max(prob, 0.0), 1.0), 4) for prob in joint.prob[j, :, k].tolist()]
            for j, kind in enumerate(KINDS)
        }
        levels.append({"level": level_members(Level.from_risk(risk)), **shares})
    return {
        "n_member": joint.n_member,
        "hours": [iso_time(hour) or "" for hour in joint.hour_s.tolist()],
        "n_flood_hour": joint.n_flood_hour,
        "levels": levels,
    }
