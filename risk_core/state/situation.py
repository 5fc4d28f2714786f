"""What was known of an area at one moment: the only input, beside the area, of an assessment."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.state.profile import Profile


class ClosureReason(StrEnum):
    """Why a street is closed."""

    FLOOD = "flood"
    UNDERPASS = "underpass"
    WIND = "wind"
    LANDSLIDE = "landslide"
    INFECTION = "infection"
    EVENT = "event"
    WORKS = "works"
    OTHER = "other"


class GeometryKind(StrEnum):
    """Shape of a closure or alert."""

    POINT = "point"
    LINE = "line"
    POLYGON = "polygon"


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A point, line or polygon; `parts` are rings or lines of (lat_deg, lon_deg) rows, shape=(n, 2)."""

    kind: GeometryKind
    parts: tuple[NDArray[np.float64], ...]


@dataclass(frozen=True, slots=True)
class Computed:
    """Why a model, not an authority, holds a street closed: by water or by wind.

    Attributes
    ----------
    prob
        Chance that the street is closed at the worst time from now on.
    peak_s
        That time, unix seconds.
    depth_m
        Water then, metres; NaN where it is not water.
    wind_m_per_s
        Ten-minute wind then; NaN where it is not wind.
    """

    prob: float
    peak_s: float
    depth_m: float = math.nan
    wind_m_per_s: float = math.nan


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A street or area closed from..until (unix seconds; `until_s` may be inf) for some profiles (empty: all).

    `streets` are the positions of the streets closed where they are known; otherwise `shape` tells. `computed` is
    there for a closure that was computed and not issued.
    """

    closure_id: str
    reason: ClosureReason
    name: str
    shape: Shape
    from_s: float
    until_s: float
    profiles: tuple[Profile, ...]
    source: str
    simulated: bool
    streets: tuple[int, ...] = ()
    computed: Computed | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Alert:
    """An official warning in its own words; never mixed into our levels."""

    alert_id: str
    sender: str
    event: str
    headline: str
    instruction: str
    severity: str
    language: str
    sent_s: float
    from_s: float
    until_s: float
    area_text: str
    shape: Shape | None
    simulated: bool


@dataclass(frozen=True, slots=True)
class Shelter:
    """A shelter as it is now. NaN where capacity or occupancy is unknown.

    `is_step_free` and `takes_pets` are None where nobody knows; `until_s` is the second until which it takes people,
    inf where none is known.
    """

    shelter_id: str
    name: str
    kind: str
    lat_deg: float
    lon_deg: float
    capacity_persons: float
    occupancy_persons: float
    is_open: bool
    source: str
    simulated: bool
    is_step_free: bool | None = None
    takes_pets: bool | None = None
    until_s: float = math.inf


@dataclass(frozen=True, slots=True, eq=False)
class RainGauges:
    """Rain rates by station and time.

    Attributes
    ----------
    lat_deg, lon_deg
        shape=(n_station,), degrees.
    time_s
        Ends of the measuring intervals, ascending, evenly spaced, shape=(n_time,), unix seconds.
    rate_mm_per_h
        shape=(n_time, n_station), NaN where missing.
    is_measured
        False where a weather model's past hours stand for gauges, since none reports.
    """

    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    time_s: NDArray[np.float64]
    rate_mm_per_h: NDArray[np.float64]
    is_measured: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class WindStations:
    """Latest wind by station. `speed_m_per_s` is a 10-minute mean; NaN where missing."""

    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    time_s: NDArray[np.float64]
    speed_m_per_s: NDArray[np.float64]
    gust_m_per_s: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class DistrictCases:
    """New reported cases per day and district.

    Attributes
    ----------
    day_s
        Start of each day, ascending, one day apart, shape=(n_day,), unix seconds.
    count
        Newest known, shape=(n_day, n_district of the area), NaN where nothing was reported.
    known
        Count as it was known in the a-th day (0, 1, ...) after its own had ended, NaN where nothing was known then or
        that time has not come, shape=(n_age, n_day, n_district); None where no vintages are kept.
    """

    day_s: NDArray[np.float64]
    count: NDArray[np.float64]
    known: NDArray[np.float64] | None = None


N_HOUR: Final = 24


@dataclass(frozen=True, slots=True, eq=False)
class PeoplePresent:
    """People counted on a usual day of the kind of today, by hour of the area's own clock.

    Attributes
    ----------
    persons
        Present in each cell, shape=(24, n_cell), NaN where nobody counted.
    cv
        Relative standard error of that, same shape.
    trips
        People going from the row's district to the column's in each hour, shape=(24, n_district, n_district); None
        where nobody counted them.
    newest_s
        Newest hour counted, unix seconds.
    utc_offset_s
        Of the area's clock, seconds east.
    n_day
        Days that were averaged.
    sources
        Who counted.
    simulated
        Whether the counts are a drill's.
    """

    persons: NDArray[np.float32]
    cv: NDArray[np.float32]
    trips: NDArray[np.float64] | None
    newest_s: float
    utc_offset_s: float
    n_day: int
    sources: tuple[str, ...]
    simulated: bool


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """A storm's analysed and forecast positions.

    Attributes
    ----------
    storm_id, name
        As the source names it.
    issue_s
        When the newest part was issued, unix seconds.
    time_s
        Ascending, shape=(n_point,), unix seconds.
    lat_deg, lon_deg
        Centre, degrees.
    central_pressure_hpa
        shape=(n_point,).
    max_wind_m_per_s
        10-minute mean, shape=(n_point,).
    radius_25_m, radius_15_m
        Radii of 25 and 15 m/s wind, metres, NaN where not reported.
    radius_70_prob_m
        Radius of the circle in which the agency expects the centre with 70 % probability, metres, NaN where not
        reported; None where no point reports one.
    """

    storm_id: str
    name: str
    issue_s: float
    time_s: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    central_pressure_hpa: NDArray[np.float64]
    max_wind_m_per_s: NDArray[np.float64]
    radius_25_m: NDArray[np.float64]
    radius_15_m: NDArray[np.float64]
    radius_70_prob_m: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class WeatherForecast:
    """A weather model's hours at the points of a regular lattice.

    Attributes
    ----------
    source
        Who computed it.
    issue_s
        When it was had, unix seconds.
    lat_deg
        Rows, descending (north first), shape=(n_row,).
    lon_deg
        Columns, ascending, shape=(n_col,).
    time_s
        Ends of the hours, ascending and one hour apart, past ones among them, shape=(n_time,), unix seconds.
    rain_mm
        Amount of the hour before, shape=(n_time, n_row, n_col), NaN where unknown.
    wind_m_per_s, gust_m_per_s
        Mean wind at 10 m at that time, over the ground the model has there, and the largest gust of the hour before,
        same shape.
    rain_from_s
        Leads from which its rain counts, seconds: 0 where no gauge reports, later where gauges do.
    """

    source: str
    issue_s: float
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    time_s: NDArray[np.float64]
    rain_mm: NDArray[np.float64]
    wind_m_per_s: NDArray[np.float64]
    gust_m_per_s: NDArray[np.float64]
    rain_from_s: float = 0.0


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How fresh one source of one kind is. `newest_s` is the newest observation's time, unix seconds."""

    source: str
    kind: str
    newest_s: float
    n_record: int
    simulated: bool


class DrillPhase(StrEnum):
    """Where a drill stands: armed (waiting for a first visitor), playing, held, or done (story over, living on)."""

    ARMED = "armed"
    PLAYING = "playing"
    HELD = "held"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class DrillStatus:
    """The drill that feeds this area.

    Attributes
    ----------
    run_id
        Changes with each replay.
    seed
        Of the simulator.
    speed
        Drill seconds per real second.
    phase
        Where it stands.
    caption_code
        What is happening now; the text is `drill.caption.<code>`.
    elapsed_s, story_s
        Drill seconds since the story began, and its length.
    """

    run_id: str
    seed: int
    speed: float
    phase: DrillPhase
    caption_code: str
    elapsed_s: float
    story_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """Everything known of an area at `now_s`.

    Attributes
    ----------
    area_id
        The area.
    now_s
        The moment of the assessment, unix seconds (the drill's clock while a drill runs).
    lead_s
        Time slices asked for, ascending seconds from now, 0 among them; negative ones look back.
    rain, wind, cases, tracks, closures, alerts, shelters
        Observations, None or empty where there are none.
    sources
        Freshness of each source.
    drill
        The running drill, or None.
    people
        People counted, None where nobody counts.
    forecast
        What a weather model expects, or None.
    """

    area_id: str
    now_s: float
    lead_s: tuple[int, ...]
    rain: RainGauges | None
    wind: WindStations | None
    cases: DistrictCases | None
    tracks: tuple[Track, ...]
    closures: tuple[Closure, ...]
    alerts: tuple[Alert, ...]
    shelters: tuple[Shelter, ...]
    sources: tuple[SourceStatus, ...]
    drill: DrillStatus | None
    people: PeoplePresent | None = None
    forecast: WeatherForecast | None = None
