"""IBTrACS: the best tracks of all agencies in one csv (K. R. Knapp et al. 2010, Bull. Amer. Meteor. Soc. 91, 363-376).

Read are the columns of version 4 (`SID`, `ISO_TIME`, `LAT`, `LON`, `TOKYO_WIND`, ...; the second row holds units) and
extracts with `sid`, `time_utc`, `lat`, `lon`, `wmo_wind_kt`, `wmo_pres_hpa`. Wind and pressure of a row come from one
agency, the first of: Tokyo (10-minute wind), the US agencies (1-minute), the WMO agency of the basin. At this door:
knots and nautical miles become SI, 1-minute winds are marked for the conversion by 0.93, spur tracks are left out,
longitudes beyond 180 become western ones. Winds of New Delhi (3-minute) are not used: no factor is at hand.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from dashboard.feeds.best_track import radii_25_15_m, wrapped_deg
from dashboard.feeds.records import Part, Record
from dashboard.store.columns import is_missing
from risk_core.errors import Fault
from risk_core.units import M_PER_NAUTICAL_MILE

TEN_MINUTE_AGENCIES: Final = ("", "tokyo", "bom", "nadi", "wellington", "reunion")
ONE_MINUTE_AGENCIES: Final = ("hurdat", "atcf", "cphc", "usa")
WIND_OF: Final = (("tokyo_wind", "tokyo_pres", 600.0), ("usa_wind", "usa_pres", 60.0))


def is_ibtracs(names: Iterable[str]) -> bool:
    """Whether a file with these columns is IBTrACS or an extract of it."""
    lowered = {name.strip().lower() for name in names}
    return "sid" in lowered and bool(lowered & {"iso_time", "time_utc"})


def ibtracs_parts(parts: Iterable[Part]) -> Iterator[Part]:
    """Records of kind `tracks` from parts of the csv."""
    for part in parts:
        out = Part(faults=part.faults, n_refused=part.n_refused, notes=part.notes)
        for record, place in zip(part.records, part.places, strict=True):
            row = {name.strip().lower(): value for name, value in record.items()}
            if is_missing(row["sid"]) or str(row.get("track_type", "")).strip().lower().startswith("spur"):
                continue
            found = _record(row, place)
            if isinstance(found, Fault):
                out.refuse(found)
            else:
                out.add(found, place)
        yield out


def _record(row: Mapping[str, object], place: str) -> Record | Fault:
    when = str(row.get("iso_time", row.get("time_utc", ""))).strip()
    wind, hpa, averaging_s = _strength(row)
    try:
        lon_deg = wrapped_deg(float(str(row["lon"])))
        r50, r30 = (_radius_m(row, knots) for knots in (50, 30))
    except (KeyError, ValueError):
        return Fault("lon", str(row.get("lon")), "degrees east", "Mend the row.", place)
    radius_25_m, radius_15_m = radii_25_15_m(r50, r30)
    moment = when if when.endswith("Z") or "+" in when else f"{when}Z"
    return {
        "storm_id": row["sid"],
        "name": row.get("name", ""),
        "issue_s": moment,
        "time_s": moment,
        "lat_deg": row.get("lat"),
        "lon_deg": lon_deg,
        "central_pressure_hpa": hpa,
        "max_wind_kt": wind,
        "averaging_s": averaging_s,
        "radius_25_m": radius_25_m,
        "radius_15_m": radius_15_m,
    }


def _strength(row: Mapping[str, object]) -> tuple[object, object, float]:
    """Wind in knots, pressure in hPa and averaging time of the first agency that tells either."""
    for wind, pressure, averaging_s in WIND_OF:
        if not (is_missing(row.get(wind)) and is_missing(row.get(pressure))):
            return _known(row.get(wind)), _known(row.get(pressure)), averaging_s
    wind, hpa = _first(row, "wmo_wind", "wmo_wind_kt"), _first(row, "wmo_pres", "wmo_pres_hpa")
    agency = str(row.get("wmo_agency", "")).strip().lower()
    if agency.startswith(ONE_MINUTE_AGENCIES):
        return wind, hpa, 60.0
    return (wind if agency in TEN_MINUTE_AGENCIES else None), hpa, 600.0


def _known(value: object) -> object:
    return None if is_missing(value) else value


def _first(row: Mapping[str, object], *names: str) -> object:
    return next((row[name] for name in names if not is_missing(row.get(name))), None)


def _radius_m(row: Mapping[str, object], knots: int) -> float | None:
    """Mean of longest and shortest radius of Tokyo."""
    found = [_known(row.get(f"tokyo_r{knots}_{end}")) for end in ("long", "short")]
    known = [float(str(one)) for one in found if one is not None]
    mean = sum(known) / len(known) if known else 0.0
    return mean * M_PER_NAUTICAL_MILE if mean > 0 else None
