"""The body of /v1/routes: a GeoJSON collection with one line a route, and what holds for all of them."""

from typing import Any, Literal

from pydantic import Field

from dashboard.api.polyline import encode_polyline
from dashboard.api.schemas.advice import ChanceBody, chance_body
from dashboard.api.schemas.snapshot import OnSnapshot, on_snapshot
from dashboard.api.schemas.words import Body, LevelBody, ReasonBody, Time, iso_time, known, level_body, reason_body
from dashboard.i18n import text
from dashboard.views.infection import detour_words
from risk_core.routes.infection import WaysInfection
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import Level
from risk_core.state.route import ChoicesAnswer, HazardMet, Route, RouteAnswer, RouteStep, Snap


class EndBody(Body):
    """A point asked for, moved onto the network."""

    lat_deg: float
    lon_deg: float
    distance_m: float = Field(description="from the point asked for")
    moved_out_of_closure: bool


class StepBody(Body):
    """One line of the turn list."""

    code: str
    text: str
    name: str = Field(description="of the street; empty where it has none")
    length_m: float
    duration_s: float
    risk: float | None
    lat_deg: float
    lon_deg: float


class LineBody(Body):
    """GeoJSON geometry; positions are longitude, latitude."""

    type: Literal["LineString"]
    coordinates: list[tuple[float, float]]


class HazardMetBody(Body):
    """What a way meets of one hazard; null where nothing is known."""

    hazard: str
    max_risk: float | None = Field(description="largest risk met")
    low: float | None = Field(description="lower bound of its central 80 % interval")
    high: float | None = Field(description="upper bound of its central 80 % interval")
    danger_m: float = Field(description="metres at risk of 0.6 or more")
    meet_prob: float | None = Field(
        description="chance to meet danger on the way; for infection, of meeting at least one infectious person"
    )


class WayInfectionBody(Body):
    """Infection along a way, for somebody passing silent people at two metres without a mask."""

    chance: ChanceBody
    known_share: float = Field(description="share of its time for which people and disease are known")


class DetourBody(Body):
    """Whether the safest way is worth it as a detour from the fastest for the infection alone.

    Worth it is what saves more than a fifth of the chance and more than 5 in a million, and something even in the
    lower 10 % of the draws.
    """

    is_worth: bool
    is_for_infection: bool = Field(
        description="true where no other hazard reaches the level Attention on the fastest way"
    )
    reason: str = Field(description="worth, uncertain, small_chance or small_share")
    fastest: ChanceBody
    safest: ChanceBody
    saved_prob: float = Field(description="what the detour saves, median over the draws; negative where it adds")
    saved_low: float
    saved_high: float
    saved_share: float
    better_lever: str | None = Field(description="what saves more than the detour, where that is not worth it")
    text: str


class RouteProperties(Body):
    """What is known of one route."""

    kind: str = Field(description="fastest, balanced or safest")
    duration_s: float
    length_m: float
    danger_m: float = Field(description="metres at risk of 0.6 or more")
    exposure_s: float = Field(description="seconds times the danger there; a second where Alert begins counts 1")
    max_risk: float | None
    level: LevelBody = Field(description="highest level met")
    level_length_m: dict[str, float] = Field(description="metres in each level")
    unknown_m: float = Field(description="metres of which no risk is known")
    hazards: list[HazardMetBody] = Field(description="each hazard assessed")
    success_share: float | None = Field(
        description="share of the storms' members in which wind, rain and water stay below risk 0.6 along the whole "
        "way, each at the hour one gets there; null without a storm"
    )
    gap: float = Field(description="largest share by which its objective may lie above the least one; 0: exact")
    depart_at: Time | None = Field(description="when one sets off")
    arrive_at: Time | None = Field(description="when one is there")
    leg_s: list[float] = Field(description="seconds of each leg between places called at")
    segment_level: list[str] = Field(description="level of each piece of the line between two positions")
    steps: list[StepBody]
    reasons: list[ReasonBody]
    polyline: str | None = Field(default=None, description="encoded line of five digits, where it was asked for")
    infection: WayInfectionBody | None = Field(
        description="null in a vehicle, without recent case reports, and for ways to shelters"
    )


class RouteBody(Body):
    """One route as a GeoJSON feature; its id is the route's content id."""

    type: Literal["Feature"]
    id: str
    geometry: LineBody | None = Field(description="null where the line is told as a polyline")
    properties: RouteProperties


class RoutesBody(OnSnapshot):
    """Every route asked for, fastest first, as a GeoJSON feature collection (RFC 7946) with further members."""

    type: Literal["FeatureCollection"]
    is_same_way: bool = Field(description="true when every route takes the same streets")
    origin: EndBody
    destination: EndBody
    via: list[EndBody] = Field(description="places called at, in order")
    features: list[RouteBody]
    detour: DetourBody | None = Field(
        description="the safest way judged as a detour for the infection alone; null where one or unknown"
    )

    @classmethod
    def from_answer(
        cls,
        answer: RouteAnswer,
        area: Area,
        assessment: Assessment,
        lang: str,
        infection: WaysInfection | None = None,
    ) -> "RoutesBody":
        """Say a record in a language.

        Parameters
        ----------
        answer
            The record.
        area, assessment
            What it was answered on.
        lang
            Language of the sentences.
        infection
            Infection along its ways, None where it is not known.
        """
        return cls(**_shared(answer, area, assessment, lang, infection))


def with_polylines(body: RoutesBody) -> RoutesBody:
    """Give the same ways with each line as encoded text instead of positions."""
    features = []
    for one in body.features:
        points = [] if one.geometry is None else [(lat, lon) for lon, lat in one.geometry.coordinates]
        properties = one.properties.model_copy(update={"polyline": encode_polyline(points)})
        features.append(one.model_copy(update={"geometry": None, "properties": properties}))
    return body.model_copy(update={"features": features})


class TradeBody(Body):
    """Both costs of one way that no other way betters."""

    duration_s: float = Field(description="seconds under way, and what vehicles are charged for turning back")
    danger_s: float = Field(description="seconds times the danger there; a second where Alert begins counts 1")


class ChoicesBody(RoutesBody):
    """A few clearly different ways, and the whole trade-off of time against danger they are taken from."""

    front: list[TradeBody] = Field(description="every way that no other betters, in order of time")
    is_complete: bool = Field(description="false where the search was cut short and only some of them are known")

    @classmethod
    def from_choices(
        cls,
        choices: ChoicesAnswer,
        area: Area,
        assessment: Assessment,
        lang: str,
        infection: WaysInfection | None = None,
    ) -> "ChoicesBody":
        """Say a record in a language; see `RoutesBody.from_answer`."""
        pairs = zip(choices.time_s, choices.danger_s, strict=True)
        front = [TradeBody(duration_s=time_s, danger_s=danger_s) for time_s, danger_s in pairs]
        shared = _shared(choices.answer, area, assessment, lang, infection)
        return cls(**shared, front=front, is_complete=choices.is_complete)


def _shared(
    answer: RouteAnswer, area: Area, assessment: Assessment, lang: str, infection: WaysInfection | None
) -> dict[str, Any]:
    """Members of every collection of ways."""
    return on_snapshot(answer, area, assessment) | {
        "type": "FeatureCollection",
        "is_same_way": answer.is_same_way,
        "origin": end_body(answer.origin),
        "destination": end_body(answer.destination),
        "via": [end_body(one) for one in answer.via],
        "features": [route_body(route, lang, infection) for route in answer.routes],
        "detour": None if infection is None else _detour(infection, lang),
    }


def end_body(snap: Snap) -> EndBody:
    """Say where a point came to lie on the network."""
    return EndBody(
        lat_deg=snap.lat_deg,
        lon_deg=snap.lon_deg,
        distance_m=snap.distance_m,
        moved_out_of_closure=snap.moved_out_of_closure,
    )


def route_body(route: Route, lang: str, infection: WaysInfection | None = None) -> RouteBody:
    """Say one way in a language."""
    line = list(zip(route.lon_deg.tolist(), route.lat_deg.tolist(), strict=True))
    properties = RouteProperties(
        kind=route.kind.value,
        duration_s=route.duration_s,
        length_m=route.length_m,
        danger_m=route.danger_m,
        exposure_s=route.exposure_s,
        max_risk=known(route.max_risk),
        level=level_body(None if known(route.max_risk) is None else Level.from_risk(route.max_risk)),
        level_length_m={level.name.lower(): route.level_length_m[level] for level in Level},
        unknown_m=route.unknown_m,
        hazards=[_hazard(met) for met in route.hazards],
        success_share=known(route.success_share),
        gap=route.gap,
        depart_at=iso_time(route.depart_s),
        arrive_at=iso_time(route.depart_s + route.duration_s),
        leg_s=list(route.leg_s),
        segment_level=[LEVEL_OF_BYTE.get(value, "unknown") for value in route.profile_level.tolist()],
        steps=[_step(step, lang) for step in route.steps],
        reasons=[reason_body(reason, lang) for reason in route.reasons],
        infection=_way(infection, route.route_id, lang),
    )
    geometry = LineBody(type="LineString", coordinates=line)
    return RouteBody(type="Feature", id=route.route_id, geometry=geometry, properties=properties)


def _hazard(met: HazardMet) -> HazardMetBody:
    return HazardMetBody(
        hazard=met.hazard.value,
        max_risk=known(met.max_risk),
        low=known(met.low),
        high=known(met.high),
        danger_m=met.danger_m,
        meet_prob=known(met.meet_prob),
    )


def _way(infection: WaysInfection | None, route_id: str, lang: str) -> WayInfectionBody | None:
    way = None if infection is None else infection.of(route_id)
    return (
        None if way is None else WayInfectionBody(chance=chance_body(way.infection, lang), known_share=way.known_share)
    )


def _detour(infection: WaysInfection, lang: str) -> DetourBody | None:
    verdict = infection.detour
    if verdict is None:
        return None
    return DetourBody(
        is_worth=verdict.is_worth,
        is_for_infection=infection.is_for_infection,
        reason=verdict.reason.value,
        fastest=chance_body(verdict.trip, lang),
        safest=chance_body(verdict.detour, lang),
        saved_prob=verdict.saved.prob,
        saved_low=verdict.saved.low,
        saved_high=verdict.saved.high,
        saved_share=verdict.saved_share,
        better_lever=None if verdict.better is None else verdict.better.kind.value,
        text=detour_words(verdict, lang),
    )


def _step(step: RouteStep, lang: str) -> StepBody:
    words = text(f"turn.{step.code}", lang, name=step.name or text("route.nameless", lang))
    return StepBody(
        code=step.code,
        text=words,
        name=step.name,
        length_m=step.length_m,
        duration_s=step.duration_s,
        risk=known(step.risk),
        lat_deg=step.lat_deg,
        lon_deg=step.lon_deg,
    )


LEVEL_OF_BYTE = {int(level): level.name.lower() for level in Level}
