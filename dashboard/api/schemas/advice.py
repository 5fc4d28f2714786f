"""The body of /v1/advice/infection: chances of a stay, what each lever changes, and the official step."""

from pydantic import Field

from dashboard.api.schemas.risk import INTERVAL_SHARE, DistrictBody, district_body
from dashboard.api.schemas.words import Body, Share, Time, iso_time, known
from dashboard.i18n import text
from dashboard.views.infection import (
    chance_words,
    interval_words,
    lever_words,
    lower_rate_words,
    official_source,
    official_words,
    people_words,
    verdict_words,
    word_code,
)
from risk_core.hazards.epidemic.advice import Lever
from risk_core.hazards.epidemic.chance import Chance
from risk_core.hazards.epidemic.here import InfectionAdvice
from risk_core.hazards.epidemic.official import OfficialLevel
from risk_core.hazards.epidemic.transmission import air_changes
from risk_core.state.activity import Activity
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import Layer

MILLION = 1e6


class ChanceBody(Body):
    """A chance of 0..1 with the bounds of its central 80 % interval."""

    prob: Share
    low: Share
    high: Share
    one_in: float | None = Field(description="one in so many; null for a chance of 0")
    millionths: float
    text: str
    interval_text: str


class PeopleBody(Body):
    """A number of people with the bounds of its central 80 % interval."""

    n: float
    low: float
    high: float


class StayBody(Body):
    """The stay that was assessed."""

    preset: str
    name: str
    setting: str
    distance: str
    own_mask: str
    other_masks: str
    voice: str
    breathing: str
    stay_min: float
    n_near: float = Field(description="others near, at the distance")
    n_room: float = Field(description="others further away in the same air")
    occupied_min: float = Field(description="minutes the others have been there before")
    room_m3: float | None
    air_changes_per_h: float | None = Field(description="as given, or from the carbon dioxide; null outdoors")
    co2_ppm: float | None
    assumption: str = Field(description="what the preset assumes")


class LeverBody(Body):
    """One thing done otherwise, with what it changes here and now."""

    code: str = Field(description="mask, all_masks, distance, outside, window, shorter, quieter or other_hour")
    text: str
    after: ChanceBody = Field(description="chance of infection with it")
    change: float = Field(description="after over before, less 1: -0.5 halves the chance")
    change_low: float
    change_high: float
    change_text: str
    hour: int | None = Field(description="local hour to go instead, of other_hour")


class OfficialBody(Body):
    """Where the district stands in an official scheme by its reported cases; no rule in force."""

    scheme: str
    level: int
    n_level: int
    quantity: str
    value: float
    to_next: float | None = Field(description="missing to the next step; null at the highest")
    above_last: float | None = Field(description="above the figure where its own step begins; null in the first")
    figures: list[float]
    valid_from: str
    valid_to: str
    source: str
    text: str


class InfectionAdviceBody(Body):
    """What somebody should know who means to stay among others at a place.

    Everything is told of the district: prevalence is even inside it, and no house, shop or person is meant. Intervals
    are those of the prevalence; how easily the disease passes on is known less well (`infection_lower_rate`).
    """

    area: str
    version: str
    model_version: str
    simulated: bool = Field(description="true when any case report used was simulated (a drill)")
    valid_at: Time
    local_hour: int
    data_as_of: Time | None
    lat_deg: float
    lon_deg: float
    district: DistrictBody | None
    interval_share: float
    stay: StayBody
    prevalence: ChanceBody = Field(description="share of the people there who are infectious and not isolated")
    present: float = Field(description="people present in the district at that hour")
    present_low: float = Field(description="with `present_high` the 80 % interval, where they were counted")
    present_high: float
    infectious: PeopleBody = Field(description="infectious people among them")
    presence_basis: str = Field(description="what the people present were taken from: residents, living or flows")
    counted_at: Time | None = Field(description="newest hour counted; null where nobody counts")
    people_text: str
    contact: ChanceBody = Field(description="that at least one of the others is infectious")
    infection: ChanceBody = Field(description="of infection during the stay")
    infection_word: str = Field(description="minimal, small, noticeable, large or very_large: our choice of words")
    infection_word_text: str
    infection_lower_rate: Share = Field(description="median chance at the lower published rate of passing on")
    lower_rate_text: str
    levers: list[LeverBody] = Field(description="strongest first")
    official: OfficialBody | None = Field(description="null where too little was reported or no scheme is known")
    official_text: str
    attribution: str

    @classmethod
    def from_advice(
        cls, advice: InfectionAdvice, preset: str, area: Area, assessment: Assessment, lang: str
    ) -> "InfectionAdviceBody":
        """Say a record in a language.

        Parameters
        ----------
        advice
            The record.
        preset
            Name of the preset it began with.
        area, assessment
            What it was answered on.
        lang
            Language of the sentences.
        """
        layer, risk, people = assessment.layers.get(Layer.INFECTION), advice.risk, advice.infectious
        return cls(
            area=assessment.area_id,
            version=assessment.version,
            model_version=assessment.model_version,
            simulated=layer.simulated if layer is not None else assessment.simulated,
            valid_at=iso_time(advice.valid_s) or "",
            local_hour=advice.hour,
            data_as_of=None if layer is None else iso_time(layer.data_as_of_s),
            lat_deg=advice.lat_deg,
            lon_deg=advice.lon_deg,
            district=district_body(advice.district, area),
            interval_share=INTERVAL_SHARE,
            stay=_stay(advice.activity, preset, lang),
            prevalence=chance_body(advice.prevalence, lang),
            present=advice.present.prob,
            present_low=advice.present.low,
            present_high=advice.present.high,
            infectious=PeopleBody(n=people.prob, low=people.low, high=people.high),
            presence_basis=advice.basis.value,
            counted_at=iso_time(advice.counted_s),
            people_text=people_words(advice, lang),
            contact=chance_body(risk.contact, lang),
            infection=chance_body(risk.infection, lang),
            infection_word=word_code(risk.infection.prob),
            infection_word_text=verdict_words(risk, lang),
            infection_lower_rate=risk.infection_low_prob,
            lower_rate_text=lower_rate_words(risk, lang),
            levers=[_lever(lever, lang) for lever in advice.levers],
            official=None if advice.official is None else _official(advice.official, lang),
            official_text=official_words(advice.official, advice.scheme, lang),
            attribution=area.attribution,
        )


def chance_body(chance: Chance, lang: str) -> ChanceBody:
    """Say a chance in a language."""
    return ChanceBody(
        prob=chance.prob,
        low=chance.low,
        high=chance.high,
        one_in=1 / chance.prob if chance.prob > 0 else None,
        millionths=chance.prob * MILLION,
        text=chance_words(chance, lang),
        interval_text=interval_words(chance, lang),
    )


def _stay(activity: Activity, preset: str, lang: str) -> StayBody:
    a = activity
    return StayBody(
        preset=preset,
        name=text(f"stay.preset_name.{preset}", lang),
        setting=a.setting.value,
        distance=a.distance.value,
        own_mask=a.own_mask.value,
        other_masks=a.other_masks.value,
        voice=a.voice.value,
        breathing=a.breathing.value,
        stay_min=a.stay_min,
        n_near=a.n_near,
        n_room=a.n_room,
        occupied_min=a.occupied_min,
        room_m3=a.room_m3,
        air_changes_per_h=known(air_changes(a)),
        co2_ppm=a.co2_ppm,
        assumption=text(f"stay.assumption.{preset}", lang),
    )


def _lever(lever: Lever, lang: str) -> LeverBody:
    name, change, interval = lever_words(lever, lang)
    return LeverBody(
        code=lever.kind.value,
        text=name,
        after=chance_body(lever.after, lang),
        change=lever.change,
        change_low=lever.change_low,
        change_high=lever.change_high,
        change_text=f"{change} ({interval})",
        hour=lever.hour if lever.hour >= 0 else None,
    )


def _official(official: OfficialLevel, lang: str) -> OfficialBody:
    scheme = official.scheme
    return OfficialBody(
        scheme=scheme.name,
        level=official.level,
        n_level=len(scheme.figures) + 1,
        quantity=scheme.quantity,
        value=official.value,
        to_next=known(official.to_next),
        above_last=known(official.above_last),
        figures=list(scheme.figures),
        valid_from=scheme.valid_from,
        valid_to=scheme.valid_to,
        source=f"{scheme.source}. {official_source(scheme, lang)}",
        text=official_words(official, scheme, lang),
    )
