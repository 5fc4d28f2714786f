"""The whole chain on one page: an area and what is known of it become risks, by place, time and hazard."""

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.closures import close_edges
from risk_core.costs.flooded import closures_by_water, slice_water, street_water
from risk_core.costs.windy import closures_by_wind, wind_on_streets
from risk_core.errors import Fault, InputError
from risk_core.fields.advice import choose_advice
from risk_core.fields.combine import combine_layers
from risk_core.fields.receptors import (
    RECEPTOR_SCALES,
    WEATHER,
    ReceptorScales,
    combined_parts,
    receptor_scales,
    receptor_slices,
)
from risk_core.fields.sample import sample_streets
from risk_core.fields.storm_rain import NOWCAST_S, STORM_RAIN_NAME, explain_storm_rain, join_storm_rain
from risk_core.fields.weather_forecast import join_forecast_rain, join_forecast_wind
from risk_core.fields.weather_reason import explain_model
from risk_core.hazards.criteria import Criteria
from risk_core.hazards.epidemic.field import assess_infection, find_prevalence
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS, InfectionOptions
from risk_core.hazards.epidemic.outbreak import assess_outbreak
from risk_core.hazards.epidemic.presence import Presence, gather_people
from risk_core.hazards.epidemic.prevalence import Prevalence
from risk_core.hazards.epidemic.reason import explain_infection
from risk_core.hazards.flood.exposure_places import exposure_at
from risk_core.hazards.flood.join import ground_water, join_flood
from risk_core.hazards.flood.options import FLOOD_DEFAULTS, FloodOptions
from risk_core.hazards.flood.outlook import FloodOutlook, flood_outlook
from risk_core.hazards.flood.reason import explain_flood
from risk_core.hazards.flood.scale import flood_scales
from risk_core.hazards.rain.criteria import rain_rules
from risk_core.hazards.rain.field import assess_rain
from risk_core.hazards.rain.options import RAIN_DEFAULTS, RainOptions, rain_scales
from risk_core.hazards.typhoon.field import assess_typhoon, decayed_over_land
from risk_core.hazards.typhoon.joint import joint_at, joint_outlook
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS, TyphoonOptions
from risk_core.hazards.typhoon.outlook import BEFORE_H, StormOutlook, look_ahead
from risk_core.hazards.typhoon.outlook_correction import corrected_outlook
from risk_core.hazards.typhoon.outlook_field import wind_at
from risk_core.hazards.typhoon.reason import explain_typhoon
from risk_core.hazards.typhoon.track_check import sound_tracks
from risk_core.hazards.typhoon.wind_levels import planned_levels
from risk_core.routes.price import costs_now, publish
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment, HazardRisk, LayerFields, PointRisk, Reason
from risk_core.state.grid import Grid
from risk_core.state.joint import JointOutlook
from risk_core.state.level import RISK_CODE_MISSING, RISK_CODE_STEPS, Hazard, Layer, Level
from risk_core.state.network import Network
from risk_core.state.point import check_point
from risk_core.state.receptor import RECEPTORS, ReceptorRisk
from risk_core.state.situation import Closure, DistrictCases, PeoplePresent, Situation, Track
from risk_core.state.street_state import GroundWater, WaterSlices, WindSlices
from risk_core.state.surveillance import Outbreak, PrevalenceSlices
from risk_core.state.wind_outlook import Ground, PlaceWind
from risk_core.units import S_PER_H

MODEL_VERSION: Final = "7"
"""Changes whenever a model or one of its defaults does."""

SOURCE_KINDS: Final[Mapping[Hazard, tuple[str, ...]]] = {
    Hazard.INFECTION: ("cases", "counts", "flows"),
    Hazard.TYPHOON: ("tracks", "forecast"),
    Hazard.RAIN: ("rain", "tracks", "forecast"),
}
"""Kinds of observation each hazard's model reads."""

Follow = Callable[[DistrictCases | None, float, InfectionOptions], Outbreak | None]
Look = Callable[[Grid, tuple[Track, ...], float, NDArray[np.int32], TyphoonOptions], StormOutlook | None]
Gather = Callable[[Area, PeoplePresent | None], Presence]
Flow = Callable[[Area, Situation, FloodOptions, RainOptions], FloodOutlook | None]


@dataclass(frozen=True, slots=True)
class AssessOptions:
    """Settings of every model."""

    infection: InfectionOptions = INFECTION_DEFAULTS
    typhoon: TyphoonOptions = TYPHOON_DEFAULTS
    rain: RainOptions = RAIN_DEFAULTS
    flood: FloodOptions = FLOOD_DEFAULTS
    receptors: ReceptorScales = RECEPTOR_SCALES


ASSESS_DEFAULTS: Final = AssessOptions()


def with_criteria(options: AssessOptions, criteria: Criteria, day: str) -> AssessOptions:
    """The same settings with the figures that a table has in force on a day.

    Parameters
    ----------
    options
        Settings of the models.
    criteria
        Figures.
    day
        Korean day, as 2025-05-15; see `day_of`.

    Raises
    ------
    InputError
        When the table lacks a scale or holds what no model knows.
    """
    rain_now = rain_scales(criteria, day)
    typhoon = dataclasses.replace(
        options.typhoon,
        wind_scale=criteria.scale("wind", "wind_m_per_s", day=day),
        gust_scale=criteria.scale("wind", "gust_m_per_s", day=day),
        rain_scales=rain_now,
        levels=planned_levels(criteria, day),
    )
    rain = dataclasses.replace(options.rain, scales=rain_now, rules=rain_rules(criteria))
    flood = dataclasses.replace(options.flood, scales=flood_scales(criteria, day))
    receptors = receptor_scales(criteria, day)
    return dataclasses.replace(options, typhoon=typhoon, rain=rain, flood=flood, receptors=receptors)


def assess(
    area: Area,
    situation: Situation,
    options: AssessOptions = ASSESS_DEFAULTS,
    follow: Follow = assess_outbreak,
    look: Look = look_ahead,
    flow: Flow = flood_outlook,
    gather: Gather = gather_people,
) -> Assessment:
    """Assess an area: risk of each hazard, all of them together, street by street and closure by closure.

    Parameters
    ----------
    area
        The place.
    situation
        What is known of it at one moment.
    options
        Settings of the models.
    follow
        `assess_outbreak`, or what remembers its result for the same arguments.
    look
        `look_ahead`, or what remembers its result for the same arguments.
    flow
        `flood_outlook`, or what remembers its result for the same arguments.
    gather
        `gather_people`, or what remembers its result for the same arguments.

    Returns
    -------
    Assessment
        With sequence 0 and no version: the store gives both when it keeps it. Nothing of the input is changed.

    Raises
    ------
    InputError
        When the time slices lack 0 or do not ascend, or observations do not fit the area.
    """
    lead_s = _check_leads(situation.lead_s)
    tracks, storms = _storms_ahead(area, situation, lead_s, options, look)
    water = flow(area, situation, options.flood, options.rain)
    presence = None if situation.people is None else gather(area, situation.people)
    prevalence = _prevalence(area, situation, lead_s, options)
    found_by = water, presence, prevalence
    hazards, ground = _hazard_fields(area, situation, lead_s, options, (tracks, storms), found_by)
    streets = _StreetSlices.of(area, situation, hazards.get(Hazard.TYPHOON), water, options)
    closures = situation.closures + streets.closures
    combined = combine_layers(hazards, (len(lead_s), area.grid.n_row, area.grid.n_col))
    layers = {Layer(hazard.value): fields for hazard, fields in hazards.items()} | {Layer.COMBINED: combined}
    network = area.network
    told = Assessment(
        area_id=area.area_id,
        area_hash=area.content_hash,
        sequence=0,
        version="",
        now_s=situation.now_s,
        lead_s=lead_s,
        model_version=MODEL_VERSION,
        simulated=_is_simulated(situation, combined),
        layers=layers,
        street_risk={}
        if network is None
        else {layer: sample_streets(network, fields.risk) for layer, fields in layers.items()},
        closed_mask=np.zeros(0, dtype=np.uint8),
        edge_closure=np.zeros(0, dtype=np.int32),
        closures=closures,
        alerts=situation.alerts,
        shelters=situation.shelters,
        tracks=situation.tracks,
        sources=situation.sources,
        drill=situation.drill,
        outbreak=follow(situation.cases, situation.now_s, options.infection),
        wind_outlook=None if storms is None else storms.wind,
        street_water=streets.water,
        street_wind=streets.wind,
        joint=_joint(area, storms, water, options),
        ground_water=ground,
        prevalence=None if prevalence is None else PrevalenceSlices(prevalence.median_share, prevalence.log_sd),
    )
    return told if network is None else _close_streets(network, told)


def with_closures(area: Area, assessment: Assessment, closures: tuple[Closure, ...], now_s: float) -> Assessment:
    """Give an assessment other closures, its fields as they were: a tenth of the work of a new one.

    Parameters
    ----------
    area
        The place assessed.
    assessment
        Its assessment.
    closures
        Issued ones, in force or coming at `now_s`. What was computed from the water stays as it was.
    now_s
        Present, unix seconds; the fields should not be older than a minute.

    Raises
    ------
    InputError
        For closures whose shape or times do not fit.
    """
    closures = (*closures, *(one for one in assessment.closures if one.computed is not None))
    is_simulated = assessment.simulated or any(closure.simulated for closure in closures)
    told = dataclasses.replace(assessment, closures=closures, now_s=now_s, simulated=is_simulated)
    return told if area.network is None else _close_streets(area.network, told)


def _close_streets(network: Network, told: Assessment) -> Assessment:
    """The assessment with its closures in force on the streets, and the costs that follow."""
    closed = close_edges(network, told.closures, told.now_s)
    told = dataclasses.replace(told, closed_mask=closed.closed_mask, edge_closure=closed.edge_closure)
    return dataclasses.replace(told, weights=publish(network, costs_now(network, told)))


def _storms_ahead(
    area: Area, situation: Situation, lead_s: NDArray[np.int32], options: AssessOptions, look: Look
) -> tuple[tuple[Track, ...], StormOutlook | None]:
    """Usable tracks, weakened over land, and what their members bring, corrected by stations; None without a track."""
    tracks = tuple(decayed_over_land(area, track) for track in sound_tracks(situation.tracks))
    if not tracks:
        return tracks, None
    storms = look(area.grid, tracks, situation.now_s, lead_s, options.typhoon)
    if storms is not None and situation.wind is not None:
        storms = corrected_outlook(storms, tracks, situation.now_s, situation.wind, options.typhoon)
    return tracks, storms


def assess_point(
    area: Area,
    assessment: Assessment,
    lat_deg: float,
    lon_deg: float,
    step: int | None = None,
    options: AssessOptions = ASSESS_DEFAULTS,
) -> PointRisk:
    """Answer "am I at risk here?" from an assessment; nothing is computed anew, so map and answer agree.

    Parameters
    ----------
    area
        The place assessed.
    assessment
        Its assessment.
    lat_deg, lon_deg
        The point, degrees.
    step
        Position of the time slice; the present one where None.
    options
        Settings the assessment was made with; their figures are named in the reasons.

    Raises
    ------
    InputError
        For a point that is not on the earth or a slice that does not exist.
    SwappedCoordinatesError, OutsideAreaError
        For a point outside the area.
    """
    check_point(area.grid, lat_deg, lon_deg, "point")
    n_step = len(assessment.lead_s)
    at = assessment.step_now if step is None else step
    if not 0 <= at < n_step:
        raise InputError(Fault("step", str(step), f"a whole number in 0..{n_step - 1}", "Choose a time slice."))
    row, col = divmod(area.grid.cell_of(lat_deg, lon_deg), area.grid.n_col)
    hazards = tuple(_hazard_risk(assessment, hazard, at, (row, col), options) for hazard in Hazard)
    known = {hazard.hazard: hazard.level for hazard in hazards if hazard.level is not None}
    worst = max((hazard for hazard in hazards if hazard.risk >= 0), key=lambda hazard: hazard.risk, default=None)
    combined = assessment.layers[Layer.COMBINED]
    risk = _risk_at(combined.risk, at, row, col)
    layers = options.typhoon.gust_scale, options.rain.scales
    parts = receptor_slices(assessment, (row, col), options.receptors, layers)
    every = combined_parts(parts)
    return PointRisk(
        area_id=assessment.area_id,
        version=assessment.version,
        model_version=assessment.model_version,
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        district=int(area.district[row, col]),
        valid_s=assessment.now_s + float(assessment.lead_s[at]),
        risk=risk,
        low=_risk_at(combined.low, at, row, col),
        high=_risk_at(combined.high, at, row, col),
        level=None if math.isnan(risk) else Level.from_risk(risk),
        main_hazard=None if worst is None else worst.hazard,
        hazards=hazards,
        advice=choose_advice(known),
        series=tuple((int(s), _risk_at(combined.risk, t, row, col)) for t, s in enumerate(assessment.lead_s)),
        simulated=assessment.simulated,
        data_as_of_s=combined.data_as_of_s,
        wind=_wind_at(area, assessment, lat_deg, lon_deg, int(area.district[row, col])),
        receptors=tuple(
            ReceptorRisk(one, float(every[k, at]), dict(zip(WEATHER, parts[:, k, at].tolist(), strict=True)))
            for k, one in enumerate(RECEPTORS)
        ),
        receptor_series=tuple(tuple(one) for one in every.T.tolist()),
        joint=None if assessment.joint is None else joint_at(assessment.joint, lat_deg, lon_deg),
        exposure_index=exposure_at(area, lat_deg, lon_deg),
    )


def _joint(
    area: Area, storms: StormOutlook | None, water: FloodOutlook | None, options: AssessOptions
) -> JointOutlook | None:
    """Wind, rain and flood together; the flood is counted anew, for it changes by the minute."""
    if storms is None or water is None:
        return None if storms is None else storms.joint
    grid, hour_s = storms.wind.grid, storms.wind.hour_s
    return joint_outlook(storms.members, grid, hour_s, (water, area.grid), options.flood.scales)


@dataclass(frozen=True, slots=True, eq=False)
class _StreetSlices:
    """What water and wind do to the streets, and the closures that follow."""

    water: WaterSlices | None
    wind: WindSlices | None
    closures: tuple[Closure, ...]

    @classmethod
    def of(
        cls,
        area: Area,
        situation: Situation,
        typhoon: LayerFields | None,
        outlook: FloodOutlook | None,
        options: AssessOptions,
    ) -> "_StreetSlices":
        """Slices of water and wind on an area's streets, shape as in each, and closures computed from both."""
        time_s = situation.now_s + np.array(situation.lead_s, dtype=np.float64)
        found = street_water(area, situation, outlook, options.flood)
        water = None if found is None else slice_water(found, time_s)
        closures = closures_by_water(area, situation, outlook, options.flood, found)
        wind = None if typhoon is None else wind_on_streets(area, typhoon, options.typhoon, options.receptors)
        if wind is not None and area.network is not None:
            leads = np.array(situation.lead_s, dtype=np.int32)
            is_drill = situation.drill is not None or (typhoon is not None and typhoon.simulated)
            moments = situation.now_s, leads
            closures += closures_by_wind(area.network, wind, moments, is_drill, options.flood.closing_prob)
        return cls(water, wind, closures)


def _wind_at(area: Area, assessment: Assessment, lat_deg: float, lon_deg: float, district: int) -> PlaceWind | None:
    if assessment.wind_outlook is None:
        return None
    ground = Ground.LAND if district >= 0 or not area.districts else Ground.SEA
    return wind_at(assessment.wind_outlook, lat_deg, lon_deg, ground)


def _check_leads(lead_s: tuple[int, ...]) -> NDArray[np.int32]:
    leads = np.array(lead_s, dtype=np.int32)
    if 0 not in lead_s or not bool(np.all(np.diff(leads) > 0)):
        wanted = "ascending whole seconds with 0 among them"
        raise InputError(Fault("lead_s", str(lead_s), wanted, "Correct the time slices of the situation."))
    return leads


def _hazard_fields(
    area: Area,
    situation: Situation,
    lead_s: NDArray[np.int32],
    options: AssessOptions,
    storms: tuple[tuple[Track, ...], StormOutlook | None],
    found_by: tuple[FloodOutlook | None, Presence | None, Prevalence | None],
) -> tuple[dict[Hazard, LayerFields], GroundWater | None]:
    """Fields of every hazard that has observations, in the order of `Hazard`, sources named; water on the ground."""
    now_s, grid, (tracks, outlook), (water, presence, prevalence) = situation.now_s, area.grid, storms, found_by
    found: dict[Hazard, LayerFields | None] = {}
    if situation.cases is not None:
        known = options.infection, presence, prevalence
        found[Hazard.INFECTION] = assess_infection(area, situation.cases, now_s, lead_s, *known)
    if tracks:
        wind, model = situation.wind, options.typhoon
        found[Hazard.TYPHOON] = assess_typhoon(area, tracks, now_s, lead_s, model, wind, outlook)
    rain = None if situation.rain is None else assess_rain(grid, situation.rain, now_s, lead_s, options.rain)
    if situation.forecast is not None:
        rain = join_forecast_rain(rain, situation.forecast, grid, now_s, lead_s, options.rain)
        storm = found.get(Hazard.TYPHOON)
        found[Hazard.TYPHOON] = join_forecast_wind(storm, situation.forecast, grid, now_s, lead_s, options.typhoon)
    rain, ground = join_storm_rain(rain, outlook, grid, now_s, lead_s), None
    if rain is not None and water is not None:
        ground = ground_water(rain, water, now_s, lead_s, options.flood)
        rain = join_flood(rain, water, grid, now_s, lead_s, options=options.flood)
    found[Hazard.RAIN] = rain
    there = {hazard: fields for hazard, fields in found.items() if fields is not None}
    return {hazard: _name_sources(fields, hazard, situation) for hazard, fields in there.items()}, ground


def _prevalence(
    area: Area, situation: Situation, lead_s: NDArray[np.int32], options: AssessOptions
) -> Prevalence | None:
    if situation.cases is None:
        return None
    return find_prevalence(area, situation.cases, situation.now_s, lead_s, options.infection)


def _name_sources(fields: LayerFields, hazard: Hazard, situation: Situation) -> LayerFields:
    """Name the sources of the kinds used; tracks count for the rain only where a storm adds to it."""
    unused = "tracks" if hazard is Hazard.RAIN and STORM_RAIN_NAME not in fields.intensity else ""
    used = [one for one in situation.sources if one.kind in SOURCE_KINDS[hazard] and one.kind != unused]
    names = tuple(dict.fromkeys(source.source for source in used))
    return dataclasses.replace(fields, sources=names, simulated=any(source.simulated for source in used))


def _is_simulated(situation: Situation, combined: LayerFields) -> bool:
    return (
        combined.simulated
        or any(source.simulated for source in situation.sources)
        or any(closure.simulated for closure in situation.closures)
        or any(alert.simulated for alert in situation.alerts)
        or any(shelter.simulated for shelter in situation.shelters)
    )


def _risk_at(code: NDArray[np.uint8], step: int, row: int, col: int) -> float:
    found = int(code[step, row, col])
    return math.nan if found == RISK_CODE_MISSING else found / RISK_CODE_STEPS


def _hazard_risk(
    assessment: Assessment, hazard: Hazard, step: int, cell: tuple[int, int], options: AssessOptions
) -> HazardRisk:
    """One hazard at one cell and slice; without a layer everything is unknown."""
    fields, (row, col) = assessment.layers.get(Layer(hazard.value)), cell
    if fields is None:
        reason = Reason(f"{hazard.value}_none", {})
        return HazardRisk(hazard, math.nan, math.nan, math.nan, None, {}, reason, math.nan, (), False)
    risk = _risk_at(fields.risk, step, row, col)
    is_now = step == assessment.step_now
    here = {name: float(value[row, col]) for name, value in fields.intensity.items()}
    lead_s = float(assessment.lead_s[step])
    return HazardRisk(
        hazard=hazard,
        risk=risk,
        low=_risk_at(fields.low, step, row, col),
        high=_risk_at(fields.high, step, row, col),
        level=None if math.isnan(risk) else Level.from_risk(risk),
        intensity=here if is_now else {},
        reason=_explain(hazard, risk, here, (lead_s, assessment.now_s), options),
        data_as_of_s=fields.data_as_of_s,
        sources=fields.sources,
        simulated=fields.simulated,
    )


def _explain(
    hazard: Hazard, risk: float, intensity: Mapping[str, float], at: tuple[float, float], options: AssessOptions
) -> Reason:
    """Reason in measured values at present; at other slices the rule the risk was carried by, with its hours."""
    lead_s, now_s = at
    if math.isnan(risk):
        return Reason(f"{hazard.value}_unknown", {})
    if (by_model := explain_model(hazard, intensity, lead_s)) is not None:
        return by_model
    if lead_s == 0 and hazard is Hazard.RAIN:
        flood = explain_flood(intensity, options.flood, options.rain)
        return flood or explain_storm_rain(intensity, now_s, 0.0, options.rain)
    if lead_s == 0:
        return (
            explain_infection(intensity) if hazard is Hazard.INFECTION else explain_typhoon(intensity, options.typhoon)
        )
    if hazard is Hazard.RAIN and NOWCAST_S < lead_s <= BEFORE_H * S_PER_H:
        told = explain_storm_rain(intensity, now_s, lead_s, options.rain)
        if told.code != "rain_unknown":
            return told
    code = "outlook" if lead_s > 0 else "past"
    return Reason(f"{hazard.value}_{code}", {"lead_h": round(abs(lead_s) / S_PER_H, 1)})
