"""What we conclude from a situation: the one record that page, API and command line all show."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.state.joint import JointOutlook, PlaceJoint
from risk_core.state.level import Hazard, Layer, Level
from risk_core.state.receptor import ReceptorRisk
from risk_core.state.situation import Alert, Closure, DrillStatus, Shelter, SourceStatus, Track
from risk_core.state.street_state import GroundWater, WaterSlices, WindSlices
from risk_core.state.surveillance import Outbreak, PrevalenceSlices
from risk_core.state.wind_outlook import PlaceWind, WindOutlook


@dataclass(frozen=True, slots=True, eq=False)
class LayerFields:
    """One layer on the area's grid.

    Attributes
    ----------
    risk
        Risk bytes (`code_to_risk`), shape=(n_time, n_row, n_col).
    low, high
        Bounds of the central 80 % interval of `risk`, same shape and coding.
    intensity
        Named physical values at lead 0 (for example ``rain_rate_mm_per_h``), each shape=(n_row, n_col), NaN unknown.
    data_as_of_s
        Newest observation used, unix seconds, NaN where there was none.
    sources
        Names of the sources used.
    simulated
        True when any of them was simulated.
    """

    risk: NDArray[np.uint8]
    low: NDArray[np.uint8]
    high: NDArray[np.uint8]
    intensity: Mapping[str, NDArray[np.float32]]
    data_as_of_s: float
    sources: tuple[str, ...]
    simulated: bool


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """The state of an area at one moment, as a snapshot holds it.

    Attributes
    ----------
    area_id, area_hash
        The area and its content hash.
    sequence
        Rises by one with each snapshot of the area; 0 before it is written.
    version
        Content id ``<sequence>-<hash>``; empty before it is written.
    now_s
        The moment assessed, unix seconds.
    lead_s
        Seconds from now of each time slice, shape=(n_time,), 0 among them.
    model_version
        Version of the models used.
    simulated
        True when any observation used was simulated.
    layers
        Fields by layer; a hazard without observations has no entry, COMBINED is always there.
    street_risk
        Largest risk byte met along each street, by layer, each shape=(n_time, n_street); empty without streets.
    closed_mask
        shape=(n_edge,), bit p set where a closure in force bars profile p.
    edge_closure
        Position in `closures` of the closure in force on each edge, -1 for none, shape=(n_edge,).
    closures
        In force now or later.
    alerts, shelters, tracks, sources, drill
        As in the situation.
    weights
        The network's hierarchy customised to the present slice, shape=(n_profile, n_kind, 2, n_up): weights upward
        (0) and downward (1) for each profile and kind of route; None where nothing was customised.
    outbreak
        Course of the disease, or None where nothing was reported lately.
    wind_outlook
        What the members of the storms say of the coming hours, or None without a storm.
    street_water, street_wind
        Water and wind along streets at each time slice, or None without.
    joint
        How likely wind, rain and flood reach a level together, or None without a storm.
    ground_water
        Water on the ground at each time slice, or None without.
    prevalence
        Share of each district's residents who are infectious at each time slice, or None where nothing was reported
        lately.
    """

    area_id: str
    area_hash: str
    sequence: int
    version: str
    now_s: float
    lead_s: NDArray[np.int32]
    model_version: str
    simulated: bool
    layers: Mapping[Layer, LayerFields]
    street_risk: Mapping[Layer, NDArray[np.uint8]]
    closed_mask: NDArray[np.uint8]
    edge_closure: NDArray[np.int32]
    closures: tuple[Closure, ...]
    alerts: tuple[Alert, ...]
    shelters: tuple[Shelter, ...]
    tracks: tuple[Track, ...]
    sources: tuple[SourceStatus, ...]
    drill: DrillStatus | None
    weights: NDArray[np.int32] | None = None
    outbreak: Outbreak | None = None
    wind_outlook: WindOutlook | None = None
    street_water: WaterSlices | None = None
    street_wind: WindSlices | None = None
    joint: JointOutlook | None = None
    ground_water: GroundWater | None = None
    prevalence: PrevalenceSlices | None = None

    @property
    def step_now(self) -> int:
        """Position of lead 0 in `lead_s`."""
        return int(self.lead_s.tolist().index(0))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a level was given: `code` picks the sentence, `values` fill it (SI numbers or plain words)."""

    code: str
    values: Mapping[str, float | str]


@dataclass(frozen=True, slots=True)
class HazardRisk:
    """One hazard at one point and time. Risk, low and high are NaN where nothing is known."""

    hazard: Hazard
    risk: float
    low: float
    high: float
    level: Level | None
    intensity: Mapping[str, float]
    reason: Reason
    data_as_of_s: float
    sources: tuple[str, ...]
    simulated: bool


@dataclass(frozen=True, slots=True)
class PointRisk:
    """The answer to "am I at risk here, now?".

    Attributes
    ----------
    area_id, version, model_version
        Where it comes from.
    lat_deg, lon_deg
        The point.
    district
        Position in the area's districts, -1 outside all.
    valid_s
        The time it holds for, unix seconds.
    risk, low, high, level
        All hazards by the combination rule, with its 80 % interval; NaN and None where nothing is known.
    main_hazard
        The hazard with the highest risk, or None.
    hazards
        One entry per hazard, in the order of `Hazard`.
    advice
        What to do, as codes of messages ``advice.<code>``, most urgent first.
    series
        (lead_s, risk) of the combined layer at this point for every time slice.
    simulated, data_as_of_s
        Of the newest observation used.
    wind
        Probability of wind levels and time of arrival here, or None without a storm.
    receptors
        Risk of each receptor at that time.
    receptor_series
        Risk of each receptor at every time slice, in the order of `Receptor`.
    joint
        How likely wind, rain and flood reach a level together here, or None without a storm.
    exposure_index
        Where water would gather, 0..1, in an area without heights: an index, no depth and no probability.
    """

    area_id: str
    version: str
    model_version: str
    lat_deg: float
    lon_deg: float
    district: int
    valid_s: float
    risk: float
    low: float
    high: float
    level: Level | None
    main_hazard: Hazard | None
    hazards: tuple[HazardRisk, ...]
    advice: tuple[str, ...]
    series: tuple[tuple[int, float], ...]
    simulated: bool
    data_as_of_s: float
    wind: PlaceWind | None = None
    receptors: tuple[ReceptorRisk, ...] = ()
    joint: PlaceJoint | None = None
    exposure_index: float | None = None
    receptor_series: tuple[tuple[float, ...], ...] = ()
