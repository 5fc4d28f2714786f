"""Columns that follow from others: filled in at the door, so that every reader finds them."""

from typing import Final

from risk_core.units import S_PER_DAY, S_PER_H, TEN_MINUTE_PER_ONE_MINUTE

DEFAULT_RAIN_INTERVAL_S: Final = 600.0
"""Interval of a rain rate that names none."""

MOST_RAIN_MM_PER_H: Final = 2_000.0
"""About the rate of the strongest minute ever measured; more is a wrong interval or unit."""

Row = dict[str, object]
Lacks = list[tuple[str, str, str]]
"""(column, wanted, remedy) of everything still wrong with a row."""


def nothing(_row: Row) -> Lacks:
    """Nothing follows."""
    return []


def rain(row: Row) -> Lacks:
    """Rate from amount and interval, or amount from the rate."""
    rate, amount = row.get("rate_mm_per_h"), row.get("amount_mm")
    if rate is None and amount is None:
        return [("amount_mm", "an amount or a rate", "Give amount_mm with interval_s, or rate_mm_per_h.")]
    interval = row.get("interval_s")
    if interval is None:
        if rate is None:
            return [("interval_s", "the interval of the amount", "Add interval_s, for example 3600 for hourly sums.")]
        interval = row["interval_s"] = DEFAULT_RAIN_INTERVAL_S
    if rate is None:
        row["rate_mm_per_h"] = amount * S_PER_H / interval  # type: ignore[operator]
    elif amount is None:
        row["amount_mm"] = rate * interval / S_PER_H  # type: ignore[operator]
    if row["rate_mm_per_h"] > MOST_RAIN_MM_PER_H:  # type: ignore[operator]
        wanted = f"at most {MOST_RAIN_MM_PER_H:g} mm/h over the interval"
        return [("amount_mm", wanted, "Check interval_s, which is in seconds, and the unit of the amount.")]
    return []


def tracks(row: Row) -> Lacks:
    """Largest wind as a 10-minute mean."""
    averaging_s = row["averaging_s"]
    if averaging_s not in (60.0, 600.0):
        return [("averaging_s", "600 or 60", "Give the largest wind as a 10-minute or a 1-minute mean.")]
    if averaging_s == 60.0:
        if row.get("max_wind_m_per_s") is not None:
            row["max_wind_m_per_s"] *= TEN_MINUTE_PER_ONE_MINUTE  # type: ignore[operator]
        row["averaging_s"] = 600.0
    return []


def counts(row: Row) -> Lacks:
    """Cell code from the position, about a metre fine, or from the district; one of the two is needed."""
    has_lat, has_lon = row.get("lat_deg") is not None, row.get("lon_deg") is not None
    if has_lat != has_lon:
        return [("lat_deg", "both coordinates or none", "Give lat and lon together.")]
    if not has_lat and not row.get("district_id"):
        return [("lat_deg", "where the people are", "Give lat and lon of the cell's middle, or district_id.")]
    if row.get("cell_id") is None:
        place = f"{row['lat_deg']:.5f},{row['lon_deg']:.5f}" if has_lat else f"district {row['district_id']}"
        row["cell_id"] = place
    return []


def surveys(row: Row) -> Lacks:
    """Check that no more were positive than tested, and that the test tells anything."""
    lacks: Lacks = []
    if row.get("n_positive") is not None and row.get("n_tested") is not None and row["n_positive"] > row["n_tested"]:  # type: ignore[operator]
        lacks.append(("n_positive", "no more than n_tested", "Give persons, not a share."))
    if row["sensitivity"] + row["specificity"] <= 1:  # type: ignore[operator]
        lacks.append(("sensitivity", "with specificity more than 1", "Correct both, or leave the round out."))
    return lacks


def visits(row: Row) -> Lacks:
    """Time from day and minute; a place is needed."""
    day, minute = row.get("start_day"), row.get("start_min")
    if row.get("time_s") is None and day is not None and minute is not None:
        row["time_s"] = day * S_PER_DAY + minute * 60.0  # type: ignore[operator]
    if not row["place_id"] and (row.get("lat_deg") is None or row.get("lon_deg") is None):
        return [("place_id", "a place code or a position", "Give place_id, or lat and lon.")]
    return []


def shelters(row: Row) -> Lacks:
    """Check that a position has both coordinates."""
    if (row.get("lat_deg") is None) != (row.get("lon_deg") is None):
        return [("lat_deg", "both coordinates or none", "Give lat and lon together.")]
    return []


def closures(row: Row) -> Lacks:
    """Check that the end lies after the beginning."""
    return _check_order(row)


def alerts(row: Row) -> Lacks:
    """Take it as valid from the moment it was sent unless it says otherwise."""
    if row.get("from_s") is None:
        row["from_s"] = row.get("sent_s")
    return _check_order(row)


def _check_order(row: Row) -> Lacks:
    begin, end = row.get("from_s"), row.get("until_s")
    if begin is not None and end is not None and end <= begin:  # type: ignore[operator]
        return [("until_s", "a time after the beginning", "Check both times and their offsets.")]
    return []
