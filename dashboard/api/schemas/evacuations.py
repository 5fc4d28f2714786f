"""The body of an evacuation plan: the result of /v1/evacuations and of `plan --json`."""

from typing import Any

from pydantic import Field

from dashboard.api.schemas.words import Body, Words, in_each_language, iso_time, known
from dashboard.plans.order import order_text
from risk_core.state.area import Area
from risk_core.state.network import Network
from risk_core.state.plan import Band, LeftOver, Plan, ShelterNote, ShelterOutcome, StreetLoad, ZoneOutcome

MOST_GROUPS = 5_000
MOST_STREETS = 3_000


class BandBody(Body):
    """A time in seconds after the order with its band; null where so many never arrive."""

    low: float | None = Field(description="capacity a fifth more, participation at its lower bound")
    middle: float | None
    high: float | None = Field(description="capacity a fifth less, participation at its upper bound")


class TotalsBody(Body):
    """Persons."""

    residents: int
    leaving: int
    shadow: int = Field(description="outside the zones, leaving unasked")
    seeking_shelter: int
    places_free: int
    sheltered: int
    away: int = Field(description="leaving the zones by their own means")
    left_over: int = Field(description="without a place or a way")
    rerouted: int = Field(default=0, description="with a way round a street or door that would have shut on them")
    vehicles: int
    residents_beyond_places: int = Field(description="residents more than free places, if everybody wanted one")


class ZoneOutcomeBody(Body):
    """One zone."""

    zone_id: str
    name: str
    delay_min: float
    residents: int
    leaving: int
    vehicles: int
    left_over: int
    clearance_50_s: BandBody
    clearance_90_s: BandBody
    hazard_arrival: str | None = Field(description="with a chance of one in ten; null: not within the forecast")
    deadline: str | None = Field(description="last safe time for the order; null: no hazard within the forecast")
    is_too_late: bool = Field(description="too late to leave: go up")


class ShelterOutcomeBody(Body):
    """How one shelter fills."""

    shelter_id: str
    name: str
    lat_deg: float
    lon_deg: float
    free_persons: int
    assigned_persons: int
    first_s: float | None
    last_s: float | None
    filled_persons: list[int] = Field(description="at the end of each bin of the curve")


class ShelterNoteBody(Body):
    """One thing wrong with one shelter."""

    shelter_id: str
    name: str
    fault: str
    value: str
    text: Words
    is_used: bool


class LeftOverBody(Body):
    """Persons without a place or way, with what else to do."""

    zone_id: str
    district_id: str
    district_name: str
    reason: str
    text: Words
    advice: Words
    profile: str
    persons: int
    lat_deg: float
    lon_deg: float


class GroupBody(Body):
    """People who go the same way at the same time."""

    zone_id: str
    profile: str
    goal: str
    shelter_id: str
    persons: float
    vehicles: float
    depart_s: float
    arrive_s: float
    origin: tuple[float, float] = Field(description="longitude, latitude")
    destination: tuple[float, float]


class CurveBody(Body):
    """Share of those who set off that has arrived by the end of each bin."""

    end_s: list[float]
    low: list[float]
    middle: list[float]
    high: list[float]
    persons: list[int]
    missing: dict[str, int] = Field(
        default_factory=dict, description="persons who never arrive in the pessimistic case, by reason"
    )


class StreetLoadBody(Body):
    """The busiest streets, by hour."""

    name: str
    lat_deg: float
    lon_deg: float
    walkers_by_hour: list[int]
    vehicles_by_hour: list[int]
    jam_share: float


class ExposureBody(Body):
    """Danger on the way."""

    mean_risk: float | None
    worst_risk: float | None
    persons_in_danger: int


class OrderBody(Body):
    """Draft of the order in one language."""

    event: str
    headline: str
    description: str
    instruction: str
    short: str


class EvacuationBody(Body):
    """A whole plan."""

    plan_id: str
    area: str
    version: str
    simulated: bool
    order_time: str | None
    hazard: str
    totals: TotalsBody
    clearance_50_s: BandBody
    clearance_90_s: BandBody
    zones: list[ZoneOutcomeBody]
    shelters: list[ShelterOutcomeBody]
    shelter_notes: list[ShelterNoteBody]
    left_over: list[LeftOverBody]
    curve: CurveBody
    exposure: ExposureBody
    streets: list[StreetLoadBody]
    groups: list[GroupBody] = Field(description=f"those of most persons first, at most {MOST_GROUPS}")
    n_group: int
    order: dict[str, OrderBody]
    assumptions: list[Words]
    attribution: str

    @classmethod
    def from_plan(cls, plan: Plan, area: Area) -> "EvacuationBody":
        """Body of a plan."""
        assert area.network is not None
        totals = {name: round(getattr(plan.totals, name)) for name in TotalsBody.model_fields}
        groups = sorted(plan.groups, key=lambda group: -group.persons)[:MOST_GROUPS]
        curve, exposure = plan.curve, plan.exposure
        return cls(
            plan_id=plan.plan_id,
            area=plan.area_id,
            version=plan.version,
            simulated=plan.simulated,
            order_time=iso_time(plan.order_s),
            hazard=plan.hazard,
            totals=TotalsBody(**totals),
            clearance_50_s=_band(plan.clearance_50_s),
            clearance_90_s=_band(plan.clearance_90_s),
            zones=[_zone(one) for one in plan.zones],
            shelters=[_shelter(one) for one in plan.shelters],
            shelter_notes=[_note(one) for one in plan.notes],
            left_over=[_left(one) for one in plan.left_over],
            curve=CurveBody(
                end_s=curve.end_s.tolist(),
                low=_shares(curve.low),
                middle=_shares(curve.middle),
                high=_shares(curve.high),
                persons=[round(one) for one in curve.persons.tolist()],
                missing={str(reason): round(persons) for reason, persons in curve.missing},
            ),
            exposure=ExposureBody(
                mean_risk=known(exposure.mean_risk),
                worst_risk=known(exposure.worst_risk),
                persons_in_danger=round(exposure.persons_in_danger),
            ),
            streets=street_bodies(area.network, plan.load),
            groups=[_group(one) for one in groups],
            n_group=len(plan.groups),
            order={lang: OrderBody(**_order(plan, lang)) for lang in ("ko", "en")},
            assumptions=[in_each_language(f"plan.assumption.{name}") for name in ("capacity", "people", "walk")],
            attribution=area.attribution,
        )


def _order(plan: Plan, lang: str) -> dict[str, str]:
    words = order_text(plan, lang)
    return {name: getattr(words, name) for name in OrderBody.model_fields}


def _shares(values: Any) -> list[float]:
    return [round(float(one), 4) for one in values]


def _band(band: Band) -> BandBody:
    return BandBody(low=known(band.low), middle=known(band.middle), high=known(band.high))


def _zone(one: ZoneOutcome) -> ZoneOutcomeBody:
    return ZoneOutcomeBody(
        zone_id=one.zone_id,
        name=one.name,
        delay_min=one.delay_s / 60,
        residents=round(one.residents),
        leaving=round(one.leaving),
        vehicles=round(one.vehicles),
        left_over=round(one.left_over),
        clearance_50_s=_band(one.clearance_50_s),
        clearance_90_s=_band(one.clearance_90_s),
        hazard_arrival=iso_time(one.hazard_arrival_s),
        deadline=iso_time(one.deadline_s),
        is_too_late=one.is_too_late,
    )


def _shelter(one: ShelterOutcome) -> ShelterOutcomeBody:
    return ShelterOutcomeBody(
        shelter_id=one.shelter.shelter_id,
        name=one.shelter.name,
        lat_deg=one.shelter.lat_deg,
        lon_deg=one.shelter.lon_deg,
        free_persons=round(one.free_persons),
        assigned_persons=round(one.assigned_persons),
        first_s=known(one.first_s),
        last_s=known(one.last_s),
        filled_persons=[round(persons) for persons in one.filled.tolist()],
    )


def _note(one: ShelterNote) -> ShelterNoteBody:
    words = in_each_language(f"plan.shelter_fault.{one.fault}")
    return ShelterNoteBody(
        shelter_id=one.shelter_id, name=one.name, fault=one.fault, value=one.value, text=words, is_used=one.is_used
    )


def _left(one: LeftOver) -> LeftOverBody:
    return LeftOverBody(
        zone_id=one.zone_id,
        district_id=one.district_id,
        district_name=one.district_name,
        reason=one.reason,
        text=in_each_language(f"plan.left.{one.reason}"),
        advice=in_each_language(f"plan.left_advice.{one.reason}"),
        profile=one.profile,
        persons=round(one.persons),
        lat_deg=one.lat_deg,
        lon_deg=one.lon_deg,
    )


def _group(one: Any) -> GroupBody:
    return GroupBody(
        zone_id=one.zone_id,
        profile=one.profile,
        goal=one.goal,
        shelter_id=one.shelter_id,
        persons=round(one.persons, 2),
        vehicles=round(one.vehicles, 2),
        depart_s=round(one.depart_s, 1),
        arrive_s=round(one.arrive_s, 1),
        origin=(round(one.from_lon_deg, 6), round(one.from_lat_deg, 6)),
        destination=(round(one.to_lon_deg, 6), round(one.to_lat_deg, 6)),
    )


def street_bodies(network: Network, load: StreetLoad, bins_per_hour: int = 6) -> list[StreetLoadBody]:
    """The busiest streets by the hour, those with most people first."""
    weight = load.walkers.sum(axis=0) + load.vehicles.sum(axis=0)
    bodies = []
    for k in (-weight).argsort(kind="stable")[:MOST_STREETS]:
        street = int(load.street[k])
        middle = int(network.street_first_point[street] + network.street_first_point[street + 1]) // 2
        name = int(network.street_name[street])
        bodies.append(
            StreetLoadBody(
                name=network.names[name] if name >= 0 else "",
                lat_deg=round(float(network.point_lat_deg[middle]), 6),
                lon_deg=round(float(network.point_lon_deg[middle]), 6),
                walkers_by_hour=_by_hour(load.walkers[:, k], bins_per_hour),
                vehicles_by_hour=_by_hour(load.vehicles[:, k], bins_per_hour),
                jam_share=round(float(load.jam_share[k]), 3),
            )
        )
    return bodies


def _by_hour(values: Any, n: int) -> list[int]:
    return [round(float(values[at : at + n].sum())) for at in range(0, len(values), n)]
