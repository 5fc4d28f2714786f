"""KMA: ten-minute rain and wind of the automatic stations (방재기상관측 AWS, and the ASOS stations among them).

Two tables of the API hub. Stations (``stn_inf.php?inf=AWS``): number, longitude, latitude, .... Minutes
(``nph-aws2_min``), columns::

    YYMMDDHHMI STN WD1 WS1 WDS WSS WD10 WS10 TA RE RN-15m RN-60m RN-12H RN-DAY HM PA PS TD

Times are Korean. Wind is the 10-minute mean (``WS10``, ``WD10``) and the largest instantaneous one (``WSS``), m/s.
Rain of ten minutes is the rise of the day's sum (``RN-DAY``) since the table ten minutes before; where that is missing
the sum of 15 minutes is taken. The day's sum begins anew at 00:00 Korean time: a fall of the sum is that beginning.

After descriptions in public code and the hub's own column names; the service cannot be tried without a key.
"""

from typing import Final

from dashboard.feeds.live.kma_text import BASE, KOREA_BOX, KOREA_S, TYPES, korean_stamp, number_or_none, table_lines
from dashboard.feeds.live.source import Ask, Batch, Place, Question, Reading, Source, inside
from dashboard.feeds.records import Part
from dashboard.store.kinds import Kind
from risk_core.errors import Fault, InputError
from risk_core.units import S_PER_DAY, S_PER_H

COLUMNS: Final = (
    "time", "stn", "wd1", "ws1", "wds", "wss", "wd10", "ws10", "ta", "re", "rn_15m", "rn_60m", "rn_12h", "rn_day",
    "hm", "pa", "ps", "td",
)  # fmt: skip
STEP_S: Final = 600.0
DELAY_S: Final = 180.0
"""A minute's table is whole after so long; assumption."""
MARGIN_M: Final = 40_000.0
"""Stations so far outside the area are read too: rain comes from there."""

Row = dict[str, str]
Stations = dict[str, tuple[float, float]]
"""Latitude and longitude by number."""


def read(ask: Ask, question: Question) -> Reading:
    """Read the newest ten minutes."""
    base = question.url or BASE
    end_s = (question.now_s - DELAY_S) // STEP_S * STEP_S
    stations = parse_stations(
        ask(f"{base}/url/stn_inf.php?inf=AWS&stn=0&help=0&authKey={question.key}", TYPES, keep_s=S_PER_DAY)
    )
    tables = [
        parse_minutes(ask(_address(base, time_s, question.key), TYPES, keep_s=S_PER_H))
        for time_s in (end_s - STEP_S, end_s)
    ]
    return to_reading(stations, tables[0], tables[1], question.place)


def _address(base: str, time_s: float, key: str) -> str:
    stamp = korean_stamp(time_s)
    return f"{base}/cgi-bin/url/nph-aws2_min?tm1={stamp}&tm2={stamp}&stn=0&disp=0&help=0&authKey={key}"


def parse_stations(data: bytes) -> Stations:
    """Positions of the stations.

    Raises
    ------
    InputError
        When it is no table of stations.
    """
    found: Stations = {}
    for _, line in table_lines(data, "stn_inf"):
        words = line.replace(",", " ").split()
        values = [number_or_none(word) for word in words[1:3]]
        if len(values) == 2 and values[0] is not None and values[1] is not None:
            found[words[0]] = (values[1], values[0])
    if not found:
        raise InputError(Fault("answer", "no station", "a table of stations", "Check the key.", "stn_inf"))
    return found


def parse_minutes(data: bytes) -> dict[str, Row]:
    """Rows of one minute by station; lines of another length are left out.

    Raises
    ------
    InputError
        When it is no table of minutes.
    """
    rows: dict[str, Row] = {}
    for _, line in table_lines(data, "nph-aws2_min"):
        words = line.rstrip("=").replace(",", " ").split()
        if len(words) == len(COLUMNS) and words[0].isdigit() and len(words[0]) == 12:
            rows[words[1]] = dict(zip(COLUMNS, words, strict=True))
    return rows


def to_reading(stations: Stations, before: dict[str, Row], now: dict[str, Row], place: Place) -> Reading:
    """Rain and wind of the stations near the area."""
    rain, wind = Part(), Part()
    for number, row in now.items():
        position = stations.get(number)
        if position is None or not place.is_near(*position, MARGIN_M):
            continue
        station = {"station_id": number, "time": row["time"], "lat_deg": position[0], "lon_deg": position[1]}
        where = f"station {number}"
        amount, interval_s = ten_minutes_mm(before.get(number), row)
        if amount is not None:
            rain.add({**station, "amount_mm": amount, "interval_s": interval_s}, where)
        speed = number_or_none(row["ws10"])
        if speed is not None:
            told = {"gust_m_per_s": number_or_none(row["wss"]), "direction_deg": number_or_none(row["wd10"])}
            wind.add({**station, "speed_m_per_s": speed, **told}, where)
    return Reading((Batch(Kind.RAIN, rain, utc_offset_s=KOREA_S), Batch(Kind.WIND, wind, utc_offset_s=KOREA_S)))


def ten_minutes_mm(before: Row | None, now: Row) -> tuple[float | None, float]:
    """Rain and its interval in seconds.

    Examples
    --------
    >>> ten_minutes_mm({"rn_day": "12.5"}, {"rn_day": "14.0", "rn_15m": "2.0"})
    (1.5, 600.0)
    >>> ten_minutes_mm({"rn_day": "80.0"}, {"rn_day": "0.5", "rn_15m": "3.0"})
    (0.5, 600.0)
    >>> ten_minutes_mm(None, {"rn_day": "14.0", "rn_15m": "2.0"})
    (2.0, 900.0)
    """
    day = number_or_none(now["rn_day"])
    former = None if before is None else number_or_none(before["rn_day"])
    if day is None or former is None:
        return number_or_none(now["rn_15m"]), 900.0
    return (round(day - former, 2) if day >= former else day), STEP_S


SOURCE: Final = Source(
    name="kma-aws",
    title="기상청 AWS·ASOS 10분 관측 (KMA stations)",
    kinds=(Kind.RAIN, Kind.WIND),
    read=read,
    cadence_s=600.0,
    fresh_s=S_PER_H / 2,
    licence="공공누리 제1유형 (KOGL type 1)",
    attribution="기상청 (Korea Meteorological Administration), 기상청 API허브",
    about_url="https://apihub.kma.go.kr",
    key_setting="kma_key",
    covers=inside(*KOREA_BOX),
)
