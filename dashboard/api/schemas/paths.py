"""The body of /v1/paths: where somebody is, where the way leads, what waits there, and the way round."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Literal

import numpy as np
from pydantic import Field

from dashboard.answers.path import STAY_PRESET
from dashboard.api.schemas.advice import InfectionAdviceBody
from dashboard.api.schemas.routes import LineBody, RouteBody, route_body
from dashboard.api.schemas.words import (
    Body,
    LevelBody,
    PlaceBody,
    ReasonBody,
    Share,
    Time,
    iso_time,
    known,
    level_body,
    reason_body,
)
from dashboard.drills.walker import Walk
from dashboard.i18n import text
from dashboard.views.path import (
    basis_words,
    detour_line,
    edge_line,
    fate_name,
    status_line,
    street_name,
    warning_texts,
)
from risk_core.movement.match_pings import PingFate
from risk_core.movement.match_track import place_on
from risk_core.movement.path_ahead import Cloud, weighted_radius
from risk_core.movement.path_answer import PathAnswer
from risk_core.movement.path_record import LevelAhead, StreetPath
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import Layer, Level
from risk_core.state.network import Network

LEAST_PROB = 0.01
"""Streets less likely than this are left out; their probability is part of `untold_prob`."""


class RefusedBody(Body):
    """Positions that were not used, by reason."""

    code: str = Field(description="what became of them, for example jump or frozen")
    text: str
    n: int


class PingsBody(Body):
    """What became of the positions sent."""

    n_given: int
    n_used: int
    n_reordered: int = Field(description="used ones that came after a later one")
    fates: list[str] = Field(description="of each position in the order sent")
    refused: list[RefusedBody]


class PositionBody(Body):
    """Where the traveller is."""

    lat_deg: float
    lon_deg: float
    along_sd_m: float = Field(description="standard deviation along the street")
    street: str = Field(description="empty off the streets and where it has no name")
    street_prob: Share | None = Field(description="probability of that street; null off the streets")
    off_road_prob: Share


class KnowledgeBody(Body):
    """What the forecast rests on."""

    basis: str = Field(description="streets, residents or flows: what others' journeys were drawn from")
    n_trip: int = Field(description="journeys drawn")
    n_own_trip: int = Field(description="own earlier journeys used")
    text: str


class BeyondBody(Body):
    """A place ahead as an area: circles that hold half and nine tenths of the probability."""

    minute: int | None = Field(description="minutes ahead; null for the end of the journey")
    basis: str = Field(description="analogues, dead_reckoning or not_enough")
    lat_deg: float | None
    lon_deg: float | None
    radius_50_m: float | None
    radius_90_m: float | None


class StreetAheadProperties(Body):
    """One street that may be entered."""

    prob: Share = Field(description="of entering it within the time looked ahead")
    entry_s: float = Field(description="mean seconds until then")
    street: str
    length_m: float
    minute_prob: dict[str, Share] = Field(description="of being on it after so many minutes, for those asked for")


class StreetAheadBody(Body):
    """A street ahead as a GeoJSON feature, in the direction of travel."""

    type: Literal["Feature"]
    geometry: LineBody
    properties: StreetAheadProperties


class StreetsAheadBody(Body):
    """Streets that may be entered, likeliest first, as a GeoJSON feature collection."""

    type: Literal["FeatureCollection"]
    horizon_s: float
    untold_prob: float = Field(description="probability of ways too unlikely to follow, or not told here")
    features: list[StreetAheadBody]


class LevelAheadBody(Body):
    """Entering a level or a higher one."""

    level: LevelBody
    prob: Share
    street: str = Field(description="where it is most probably entered first; empty if nowhere")
    place: PlaceBody | None
    after_min: float | None


class ExposureBody(Body):
    """What waits within the time looked ahead."""

    infection_prob: Share = Field(description="upper bound of the chance of infection on the way; 0 where not known")
    level_s: dict[str, float] = Field(description="expected seconds in each level")
    levels: list[LevelAheadBody]


class WarningBody(Body):
    """The one warning."""

    kind: str = Field(description="closed, infection, typhoon or rain")
    level: LevelBody
    prob: Share
    minutes_to_go: float = Field(description="0 for who is inside")
    street: str
    lat_deg: float
    lon_deg: float
    title: str
    prob_text: str
    reason: ReasonBody | None = Field(description="null for a closed street")
    reason_text: str
    advice: str


class LeaveBody(PlaceBody):
    """Where to leave the expected way."""

    after_min: float
    into: str = Field(description="street to take there; empty where it has no name")


class PathDetourBody(Body):
    """The way round, from the present place to the first place behind the danger."""

    leave: LeaveBody
    added_s: float | None = Field(description="longer than the expected way at the same speed; negative where shorter")
    route: RouteBody
    text: str


class PathsBody(Body):
    """Where somebody is heading and what waits there. Nothing of the question or the answer is kept."""

    area: str
    version: str
    model_version: str
    simulated: bool
    profile: str
    valid_at: Time | None = Field(description="moment of the newest position used")
    data_as_of: Time | None
    status: str = Field(description="told, too_few_pings, stale, standing or off_road")
    status_text: str
    pings: PingsBody
    position: PositionBody | None
    knowledge: KnowledgeBody
    places: list[BeyondBody] = Field(description="one a minute asked for, and the end of the journey last")
    streets: StreetsAheadBody | None
    exposure: ExposureBody | None
    warning: WarningBody | None
    detour: PathDetourBody | None
    distancing: InfectionAdviceBody | None = Field(description="where the danger is infection: what lowers the chance")
    attribution: str

    @classmethod
    def from_answer(cls, answer: PathAnswer, area: Area, assessment: Assessment, lang: str) -> "PathsBody":
        """Say a record in a language.

        Parameters
        ----------
        answer
            The record.
        area, assessment
            What it was answered on.
        lang
            Language of the sentences.
        """
        combined = assessment.layers.get(Layer.COMBINED)
        stay = None
        if answer.stay is not None:
            stay = InfectionAdviceBody.from_advice(answer.stay, STAY_PRESET, area, assessment, lang)
        return cls(
            area=answer.area_id,
            version=answer.version,
            model_version=assessment.model_version,
            simulated=answer.simulated,
            profile=answer.profile.value,
            valid_at=iso_time(answer.valid_s),
            data_as_of=None if combined is None else iso_time(combined.data_as_of_s),
            status=answer.forecast.why_not.value,
            status_text=status_line(answer, area, lang),
            pings=_pings(answer, lang),
            position=_position(answer, area),
            knowledge=KnowledgeBody(
                basis=answer.known.basis.value,
                n_trip=answer.known.n_trip,
                n_own_trip=answer.forecast.n_own,
                text=basis_words(answer, lang),
            ),
            places=_places(answer),
            streets=_streets(answer, area.network),
            exposure=_exposure(answer, area.network),
            warning=_warning(answer, area, assessment, lang),
            detour=_detour(answer, lang),
            distancing=stay,
            attribution=area.attribution,
        )


def _pings(answer: PathAnswer, lang: str) -> PingsBody:
    track = answer.forecast.track
    fates = [fate_name(int(fate)) for fate in track.sorted.fate]
    counts = Counter(fates)
    used = counts.pop(fate_name(PingFate.USED), 0)
    refused = [RefusedBody(code=code, text=text(f"heading.fate.{code}", lang), n=n) for code, n in counts.items()]
    return PingsBody(
        n_given=len(fates), n_used=used, n_reordered=track.sorted.n_reordered, fates=fates, refused=refused
    )


def _position(answer: PathAnswer, area: Area) -> PositionBody | None:
    track = answer.forecast.track
    if not track.n_ping or area.network is None:
        return None
    return PositionBody(
        lat_deg=float(track.lat_deg[-1]),
        lon_deg=float(track.lon_deg[-1]),
        along_sd_m=float(track.along_sd_m[-1]),
        street=street_name(area.network, int(track.edge[-1])),
        street_prob=_share(float(track.street_prob[-1])),
        off_road_prob=_share(float(track.off_road_prob[-1])) or 0.0,
    )


def _places(answer: PathAnswer) -> list[BeyondBody]:
    forecast = answer.forecast
    clouds = [*forecast.clouds, *([] if forecast.end is None else [forecast.end])]
    return [_beyond(cloud, answer) for cloud in clouds]


def _beyond(cloud: Cloud, answer: PathAnswer) -> BeyondBody:
    minute = cloud.step if cloud.step > 0 else None
    if not cloud.is_enough:
        unknown = {"lat_deg": None, "lon_deg": None, "radius_50_m": None, "radius_90_m": None}
        return BeyondBody(minute=minute, basis=cloud.basis.value, **unknown)
    middle = (cloud.middle_east_m, cloud.middle_north_m)
    lat, lon = answer.known.book.plane.to_degrees(np.array([middle[0]]), np.array([middle[1]]))
    return BeyondBody(
        minute=minute,
        basis=cloud.basis.value,
        lat_deg=float(lat[0]),
        lon_deg=float(lon[0]),
        radius_50_m=cloud.radius_m,
        radius_90_m=weighted_radius(cloud.east_m, cloud.north_m, cloud.weight, *middle, 0.9),
    )


def _streets(answer: PathAnswer, network: Network | None) -> StreetsAheadBody | None:
    path = answer.forecast.streets
    if path is None or network is None:
        return None
    minutes = [cloud.step for cloud in answer.forecast.clouds if cloud.step <= len(path.minute_edge)]
    order = np.argsort(-path.prob, kind="stable")
    features = [_street(path, network, int(k), minutes) for k in order if path.prob[k] >= LEAST_PROB]
    told = {"type": "FeatureCollection", "horizon_s": path.horizon_s, "untold_prob": path.untold_prob}
    return StreetsAheadBody(**told, features=features)


def _street(path: StreetPath, network: Network, k: int, minutes: list[int]) -> StreetAheadBody:
    edge = int(path.edge[k])
    then = {
        str(minute): float(path.minute_prob[minute - 1][path.minute_edge[minute - 1] == edge].sum())
        for minute in minutes
    }
    properties = StreetAheadProperties(
        prob=float(path.prob[k]),
        entry_s=float(path.entry_s[k]),
        street=street_name(network, edge),
        length_m=float(network.length_m[edge]),
        minute_prob={minute: min(prob, 1.0) for minute, prob in then.items() if prob > 0},
    )
    line = [(float(lon), float(lat)) for lon, lat in edge_line(network, edge)]
    return StreetAheadBody(
        type="Feature", geometry=LineBody(type="LineString", coordinates=line), properties=properties
    )


def _exposure(answer: PathAnswer, network: Network | None) -> ExposureBody | None:
    path, exposure = answer.forecast.streets, answer.exposure
    if path is None or exposure is None or network is None:
        return None
    return ExposureBody(
        infection_prob=exposure.dose_prob,
        level_s={level.name.lower(): float(path.level_s[level]) for level in Level},
        levels=[_level(one, answer, network) for one in exposure.levels],
    )


def _level(one: LevelAhead, answer: PathAnswer, network: Network) -> LevelAheadBody:
    place = None
    if one.edge >= 0:
        lat, lon = np.full(1, np.nan), np.full(1, np.nan)
        place_on(answer.known.habits.streets, np.array([one.edge], dtype=np.int32), np.zeros(1), lat, lon)
        place = PlaceBody(lat_deg=float(lat[0]), lon_deg=float(lon[0]))
    return LevelAheadBody(
        level=level_body(Level(one.level)),
        prob=one.prob,
        street=street_name(network, one.edge),
        place=place,
        after_min=known(one.after_s / 60.0),
    )


def _warning(answer: PathAnswer, area: Area, assessment: Assessment, lang: str) -> WarningBody | None:
    warning, words = answer.warning, warning_texts(answer, area, assessment, lang)
    if warning is None or words is None or area.network is None:
        return None
    return WarningBody(
        kind=warning.kind.value,
        level=level_body(warning.level),
        prob=warning.prob,
        minutes_to_go=warning.minutes_to_go,
        street=street_name(area.network, warning.edge),
        lat_deg=warning.lat_deg,
        lon_deg=warning.lon_deg,
        title=words.title,
        prob_text=words.prob,
        reason=None if answer.hazard is None else reason_body(answer.hazard.reason, lang),
        reason_text=words.reason,
        advice=words.advice,
    )


def _detour(answer: PathAnswer, lang: str) -> PathDetourBody | None:
    detour = answer.detour
    if detour is None:
        return None
    place = {"lat_deg": detour.leave_lat_deg, "lon_deg": detour.leave_lon_deg}
    return PathDetourBody(
        leave=LeaveBody(**place, after_min=detour.leave_min, into=detour.street),
        added_s=known(detour.added_s),
        route=route_body(detour.route, lang),
        text=detour_line(answer, lang),
    )


def _share(prob: float) -> float | None:
    return None if math.isnan(prob) else min(max(prob, 0.0), 1.0)


class WalkPingBody(Body):
    """A position of the walker; `time` counts seconds from the beginning of the walk."""

    lat: float
    lon: float
    time: float
    accuracy: float


class WalkerBody(Body):
    """The person of the drill: a walk as a phone reports it, and the same walk on earlier days. Invented."""

    area: str
    simulated: Literal[True]
    pings: list[WalkPingBody]
    history: list[list[WalkPingBody]]

    @classmethod
    def from_walks(cls, area_id: str, walks: Sequence[Walk]) -> "WalkerBody":
        """Say walks, today's first."""
        told = [
            [
                WalkPingBody(lat=round(lat, 6), lon=round(lon, 6), time=time_s, accuracy=accuracy)
                for time_s, lat, lon, accuracy in zip(
                    *(column.tolist() for column in (walk.time_s, walk.lat_deg, walk.lon_deg, walk.accuracy_m)),
                    strict=True,
                )
            ]
            for walk in walks
        ]
        return cls(area=area_id, simulated=True, pings=told[0], history=told[1:])
