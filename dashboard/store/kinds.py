"""The kinds of observations, in one table: it documents, validates, makes the SQL tables and reads files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dashboard.store import complete
from dashboard.store.columns import Column, ColumnType
from dashboard.store.geometry import GeometryLimits
from risk_core.state.profile import PROFILES
from risk_core.state.situation import ClosureReason

TEXT, NUMBER, INTEGER = ColumnType.TEXT, ColumnType.NUMBER, ColumnType.INTEGER
BOOLEAN, TIME, DAY = ColumnType.BOOLEAN, ColumnType.TIME, ColumnType.DAY
CHOICE, WORDS, GEOMETRY = ColumnType.CHOICE, ColumnType.WORDS, ColumnType.GEOMETRY


class Kind(StrEnum):
    """What was observed."""

    CASES = "cases"
    DEATHS = "deaths"
    SURVEYS = "surveys"
    SIGNALS = "signals"
    FLOWS = "flows"
    COUNTS = "counts"
    RAIN = "rain"
    WIND = "wind"
    TRACKS = "tracks"
    ALERTS = "alerts"
    CLOSURES = "closures"
    VISITS = "visits"
    SHELTERS = "shelters"
    ZONES = "zones"


@dataclass(frozen=True, slots=True)
class KindSpec:
    """One kind of observation.

    Attributes
    ----------
    kind
        Which.
    help
        What a row is, one line.
    key
        Columns that make a row the same row again; besides area, source and simulated.
    time
        The column by which rows are old or new.
    columns
        All columns, those of `COMMON` last.
    complete
        Fills columns that follow from others, and returns what is still wrong as (column, wanted, remedy).
    vintage
        The column that tells since when the value is known, or empty. Every vintage is kept.
    """

    kind: Kind
    help: str
    key: tuple[str, ...]
    time: str
    columns: tuple[Column, ...]
    complete: Callable[[dict[str, object]], list[tuple[str, str, str]]] = complete.nothing
    vintage: str = ""

    def column(self, name: str) -> Column:
        """Column of that name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def has_position(self) -> bool:
        """Whether rows carry `lat_deg` and `lon_deg`."""
        return any(column.name == "lat_deg" for column in self.columns)

    @property
    def has_geometry(self) -> bool:
        """Whether rows carry an outline."""
        return any(column.type is GEOMETRY for column in self.columns)


COMMON: Final = (
    Column("revision", INTEGER, "Rises when the source corrects a row; an older one never replaces a newer.",
           low=0, high=2**31 - 1, default=0),
    Column("quality", CHOICE, "`bad` rows are kept but used by no assessment.",
           choices=("good", "estimated", "bad"), default="good"),
)  # fmt: skip
"""Optional columns every kind has."""

PROVENANCE: Final = (
    Column("area_id", TEXT, "The area, from `--area`.", required=True),
    Column("source", TEXT, "Who observed it, from `--source`.", required=True),
    Column("simulated", BOOLEAN, "True for drills, from `--simulated`.", required=True),
    Column("received_s", TIME, "When it came in.", unit="s", required=True),
)
"""Columns filled in by the ingest itself."""


def _id(name: str, text: str, *aliases: str) -> Column:
    return Column(name, TEXT, text, required=True, aliases=aliases)


def _time(name: str, text: str, *aliases: str, required: bool = True) -> Column:
    return Column(name, TIME, text, unit="s", required=required, aliases=aliases)


def _number(name: str, unit: str, low: float, high: float, text: str, **more: object) -> Column:
    return Column(name, NUMBER, text, unit=unit, low=low, high=high, **more)  # type: ignore[arg-type]


def _text(name: str, text: str, *aliases: str) -> Column:
    return Column(name, TEXT, text, default="", aliases=aliases)


def _position(required: bool) -> tuple[Column, Column]:
    return (
        _number("lat_deg", "deg", -90, 90, "Latitude, EPSG:4326.", required=required, aliases=("lat", "latitude")),
        _number("lon_deg", "deg", -180, 180, "Longitude, EPSG:4326.", required=required,
                aliases=("lon", "lng", "longitude")),
    )  # fmt: skip


def _geometry(required: bool, limits: GeometryLimits) -> Column:
    text = "WKT or GeoJSON, longitude first; a valid point, line or polygon."
    return Column("geometry", GEOMETRY, text, required=required, aliases=("wkt", "geojson", "geom"), limits=limits)


_DISTRICT = _id("district_id", "The area's own code of the district.", "district")
_DAY = Column("day_s", DAY, "Calendar day, as 2026-08-05.", unit="s", required=True, aliases=("day", "date"))
_HOUR = _time("hour_s", "Start of the hour.", "hour", "time", "time_s")
_AS_OF = _time("as_of_s", "Since when it is known; left out: since it came in so (simulated: since the day's end).",
               "as_of", required=False)  # fmt: skip
_STATION = _id("station_id", "The station's own code.", "station", "stn")
_WIDE = GeometryLimits(max_vertices=10_000, max_rings=200)
_NARROW = GeometryLimits(max_vertices=2_000, max_rings=20, max_extent_m=50_000.0)

_SPECS: Final = (
    KindSpec(Kind.CASES, "New reported cases of a district on a day.", ("district_id", "day_s", "as_of_s"), "day_s", (
        _DISTRICT, _DAY,
        _number("count", "", -1e7, 1e7, "New cases; below zero where the source took some back.", required=True,
                aliases=("cases", "new_cases")),
        _AS_OF,
    ), vintage="as_of_s"),
    KindSpec(Kind.DEATHS, "Deaths from it in a district on a day.", ("district_id", "day_s", "as_of_s"), "day_s", (
        _DISTRICT, _DAY,
        _number("count", "", -1e7, 1e7, "Deaths; below zero where the source took some back.", required=True,
                aliases=("deaths", "new_deaths")),
        _AS_OF,
    ), vintage="as_of_s"),
    KindSpec(Kind.SURVEYS, "One round of an antibody survey.", ("district_id", "day_s", "as_of_s"), "day_s", (
        Column("district_id", TEXT, "The district whose residents it stands for; left out: the whole area.", default="",
               aliases=("district",)),
        Column("day_s", DAY, "Middle day of the round.", unit="s", required=True, aliases=("day", "date")),
        _number("n_positive", "", 0, 1e9, "Persons with antibodies.", required=True, aliases=("positive",)),
        _number("n_tested", "", 1, 1e9, "Persons tested.", required=True, aliases=("tested",)),
        _number("sensitivity", "", 0, 1, "Share of the infected whom the test finds.", default=1.0),
        _number("specificity", "", 0, 1, "Share of the others whom it leaves out.", default=1.0),
        _AS_OF,
    ), complete.surveys, vintage="as_of_s"),
    KindSpec(Kind.SIGNALS, "A second signal of a district on a day: emergency visits, sewage, searches.",
             ("district_id", "name", "day_s", "as_of_s"), "day_s", (
        _DISTRICT, _id("name", "Which signal.", "signal"), _DAY,
        _number("value", "", -1e12, 1e12, "Its value, in the signal's own unit.", required=True),
        _AS_OF,
    ), vintage="as_of_s"),
    KindSpec(Kind.FLOWS, "Trips: people going from district to district in an hour.",
             ("origin_id", "destination_id", "hour_s"), "hour_s", (
        _id("origin_id", "District they left.", "origin"),
        _id("destination_id", "District they reached.", "destination"),
        _HOUR, _number("persons", "", 0, 1e9, "People.", required=True),
    )),
    KindSpec(Kind.COUNTS, "People present in a cell or district in an hour.", ("cell_id", "hour_s"), "hour_s", (
        _id("cell_id", "The source's own cell code; made from lat, lon or the district when left out.", "cell"),
        *_position(False),
        _text("district_id", "District counted as a whole; instead of lat, lon.", "district"),
        _HOUR, _number("persons", "", 0, 1e9, "All people there, not a sample of them.", required=True),
        _number("sd_persons", "", 0, 1e9, "Standard error of that number, of sampling and privacy noise together."),
    ), complete.counts),
    KindSpec(Kind.RAIN, "Rain at a gauge over an interval.", ("station_id", "time_s"), "time_s", (
        _STATION, _time("time_s", "End of the interval.", "time"), *_position(True),
        _number("interval_s", "s", 1, 86_400, "Length of the interval; needed with an amount, 600 with a rate."),
        _number("amount_mm", "mm", 0, 2_000, "Rain in the interval; this or the rate."),
        _number("rate_mm_per_h", "mm_per_h", 0, 2_000, "Mean rate over the interval; this or the amount."),
    ), complete.rain),
    KindSpec(Kind.WIND, "Wind at a station.", ("station_id", "time_s"), "time_s", (
        _STATION, _time("time_s", "End of the 10 minutes.", "time"), *_position(True),
        _number("speed_m_per_s", "m_per_s", 0, 120, "Mean of 10 minutes.", required=True, aliases=("wind_m_per_s",)),
        _number("gust_m_per_s", "m_per_s", 0, 150, "Largest gust."),
        _number("direction_deg", "deg", 0, 360, "Where it blows from, clockwise from north."),
    )),
    KindSpec(Kind.TRACKS, "One position of a storm, analysed or forecast.",
             ("storm_id", "issue_s", "time_s"), "issue_s", (
        _id("storm_id", "The storm's number.", "storm"), _text("name", "The storm's name."),
        _time("issue_s", "When the bulletin was issued.", "issue_time", "issue"),
        _time("time_s", "When the storm is there.", "time", "valid_time"), *_position(True),
        _number("central_pressure_hpa", "hpa", 800, 1_100, "Central pressure."),
        _number("max_wind_m_per_s", "m_per_s", 0, 120, "Largest wind; stored as a 10-minute mean."),
        _number("averaging_s", "s", 60, 600, "Averaging time of the largest wind: 600, or 60 (then taken x 0.93).",
                default=600.0),
        _number("radius_25_m", "m", 0, 2e6, "Radius of 25 m/s wind."),
        _number("radius_15_m", "m", 0, 2e6, "Radius of 15 m/s wind."),
        _number("radius_70_prob_m", "m", 0, 3e6, "Radius of the circle that holds the centre with 70 % probability."),
    ), complete.tracks),
    KindSpec(Kind.ALERTS, "One information block of a CAP message.",
             ("sender", "identifier", "sent_s", "info"), "sent_s", (
        _id("identifier", "CAP identifier."), _id("sender", "CAP sender."), _time("sent_s", "CAP sent.", "sent"),
        Column("info", INTEGER, "Position of the block in its message.", low=0, high=1_000, default=0),
        Column("status", CHOICE, "CAP status; only Actual is shown, Exercise when simulated.",
               choices=("Actual", "Exercise", "System", "Test", "Draft"), required=True),
        Column("message_type", CHOICE, "CAP msgType.", choices=("Alert", "Update", "Cancel", "Ack", "Error"),
               default="Alert", aliases=("msg_type", "msgtype")),
        _text("referenced", "CAP references: sender,identifier,sent of each message it replaces.", "references"),
        _text("language", "Language of the words, as ko-KR."), _text("event", "What happens."),
        _text("urgency", "CAP urgency."), _text("severity", "CAP severity."), _text("certainty", "CAP certainty."),
        _text("headline", "One line."), _text("description", "What is known."), _text("instruction", "What to do."),
        _time("from_s", "CAP onset, or effective.", "onset", "effective", "from", required=False),
        _time("until_s", "CAP expires.", "expires", "until", required=False),
        _text("area_text", "Where, in words.", "area_desc"), _text("web", "Where to read more."),
        _geometry(False, _WIDE),
    ), complete.alerts),
    KindSpec(Kind.CLOSURES, "A street or area closed for some time.", ("closure_id",), "from_s", (
        _id("closure_id", "The source's own number.", "id"),
        Column("reason", CHOICE, "Why.", choices=tuple(ClosureReason), default=ClosureReason.OTHER.value),
        _text("name", "What it is called."), _time("from_s", "Begin.", "from"),
        _time("until_s", "End; empty: until cancelled.", "until", required=False),
        Column("profiles", WORDS, "Travellers barred; empty: all.", choices=tuple(PROFILES), default=""),
        _geometry(True, _NARROW),
        Column("is_cancelled", BOOLEAN, "True takes the closure back.", default=False, aliases=("cancelled",)),
    ), complete.closures),
    KindSpec(Kind.VISITS, "A stay of one pseudonym at one place; never a name or device number.",
             ("visitor_id", "time_s"), "time_s", (
        _id("visitor_id", "Pseudonym.", "user_id", "visitor"),
        _time("time_s", "Start of the stay; or give start_day and start_min.", "time"),
        _text("place_id", "The source's own code of the place; this or lat, lon.", "location_id", "place"),
        _text("place_kind", "What the place is."), *_position(False),
        _number("duration_s", "s", 0, 1e8, "Length of the stay."),
        Column("start_day", INTEGER, "Day since the first day of the data set.", low=0, high=40_000),
        Column("start_min", INTEGER, "Minute of that day.", low=0, high=1_439),
        Column("weekday", INTEGER, "0 Monday .. 6 Sunday.", low=0, high=6),
    ), complete.visits),
    KindSpec(Kind.SHELTERS, "A shelter as it was at a time.", ("shelter_id", "time_s"), "time_s", (
        _id("shelter_id", "Its code; the same as in the area's places, or a new one.", "id"),
        _time("time_s", "When it was so.", "time"), _text("name", "Its name; needed for a new one."),
        _text("kind", "What it shelters from, or what building it is."), *_position(False),
        _number("capacity_persons", "", 0, 1e7, "Places.", aliases=("capacity",)),
        _number("occupancy_persons", "", 0, 1e7, "People in it.", aliases=("occupancy",)),
        Column("is_open", BOOLEAN, "Whether it takes people.", default=True, aliases=("open",)),
        Column("step_free", BOOLEAN, "Whether wheels get in; left out: not known.", aliases=("is_step_free",)),
        Column("pets", BOOLEAN, "Whether it takes pets; left out: not known.", aliases=("takes_pets",)),
        _time("until_s", "Until when it takes people; left out: no end.", "until", required=False),
    ), complete.shelters),
    KindSpec(Kind.ZONES, "The state of an evacuation zone set by officials.", ("zone_id", "time_s"), "time_s", (
        _id("zone_id", "Its code.", "id"), _time("time_s", "Since when.", "time"), _text("name", "Its name."),
        Column("status", CHOICE, "What people there should do.", required=True,
               choices=("normal", "advisory", "shelter_in_place", "warning", "order", "lifted")),
        _text("set_by", "Office that set it."), _geometry(False, _WIDE),
    )),
)  # fmt: skip

KINDS: Final[Mapping[Kind, KindSpec]] = {
    spec.kind: KindSpec(
        spec.kind, spec.help, spec.key, spec.time, (*spec.columns, *COMMON), spec.complete, spec.vintage
    )
    for spec in _SPECS
}
"""Every kind. Also the documentation: see `columns_as_markdown`."""


def columns_as_markdown(kind: Kind) -> str:
    """Table of a kind's columns in Markdown, as `ingest --help-columns` shows it."""
    spec = KINDS[kind]
    rows = [f"### {kind}", "", f"{spec.help} The same row again: {', '.join(spec.key)}.", ""]
    rows += ["| column | also as | type | needed | accepted | meaning |", "|---|---|---|---|---|---|"]
    for column in spec.columns:
        other = ", ".join(f"`{name}`" for name in column.factors if name != column.name)
        needed = "yes" if column.required else ""
        rows.append(f"| `{column.name}` | {other} | {column.type} | {needed} | {_accepted(column)} | {column.help} |")
    return "\n".join(rows) + "\n"


def _accepted(column: Column) -> str:
    if column.choices:
        return ", ".join(column.choices)
    if column.limits is not None:
        extent = f", {column.limits.max_extent_m / 1000:g} km" if column.limits.max_extent_m < 1e9 else ""
        return f"{column.limits.max_vertices} vertices, {column.limits.max_rings} rings{extent}"
    if column.type in {NUMBER, INTEGER}:
        return f"{column.low:g}..{column.high:g} {column.unit}".strip()
    return {TIME: "ISO 8601 with offset", DAY: "YYYY-MM-DD", BOOLEAN: "true, false"}.get(column.type, "")
