"""Sources of rain, wind and storms read the form their owners document; samples are written by us."""

import json
from pathlib import Path

import pytest

from dashboard.feeds.catalogue import SOURCES
from dashboard.feeds.records import Part
from dashboard.feeds.sources import (
    ibtracs_now,
    jma_storms,
    kma_aws,
    kma_storms,
    kma_warnings,
)
from risk_core.errors import InputError
from tests.feeds.live import stub as plays
from tests.feeds.live.asking import only, read, records
from tests.feeds.live.samples import NOW_S
from tests.feeds.live.stub import Stub


def test_sources_have_names_terms_and_limits_of_their_own() -> None:
    names = [one.name for one in SOURCES]
    assert len(names) == len(set(names)) >= 15
    for one in SOURCES:
        assert one.title and one.licence and one.attribution and one.about_url.startswith("https://")
        assert 30 <= one.cadence_s < one.fresh_s
        assert not (one.key_setting and one.needs_url)


def test_keyless_sources_fit_their_places() -> None:
    def at(lon: float, lat: float) -> set[str]:
        box = (lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1)
        return {one.name for one in SOURCES if one.covers(box) and not one.key_setting and not one.needs_url}

    assert at(127.0, 37.5) == {"open-meteo", "jma-storms", "ibtracs", "gdacs"}
    assert at(-95.4, 29.8) == {"open-meteo", "ibtracs", "gdacs", "nws"}
    assert at(24.9, 60.2) == {"open-meteo", "ibtracs", "gdacs", "meteoalarm"}


# --- KMA

STATIONS = """#START7777
# STN_ID LON LAT STN_SP HT HT_WD LAU_ID STN_AD STN_KO
  400 127.0820 37.4982 11 59.5 10.0 108 108 강남
  401 127.0085 37.4889 11 35.5 10.0 108 108 서초
  184 126.5297 33.5141 11 20.8 12.0 184 184 제주
#7777END
""".encode("cp949")


def minutes(stamp: str, *rows: str) -> bytes:
    head = "# YYMMDDHHMI STN WD1 WS1 WDS WSS WD10 WS10 TA RE RN-15m RN-60m RN-12H RN-DAY HM PA PS TD\n"
    return ("#START7777\n" + head + "".join(f"{stamp} {row}\n" for row in rows) + "#7777END\n").encode("cp949")


def test_kma_minutes_become_ten_minutes_of_rain_and_wind(stub: Stub) -> None:
    asked: list[str] = []

    def play(handler: plays.Handler) -> None:
        asked.append(handler.path)
        if "202606210840" in handler.path:
            plays.body(
                minutes("202606210840", "400 200 3.0 210 6.0 205 3.2 24.1 0 0.5 1.0 9.0 12.5 80 1000 1005 20"),
                "text/plain",
            )(handler)
        else:
            plays.body(
                minutes(
                    "202606210850",
                    "400 200 3.0 210 7.5 206 3.4 24.0 10 2.0 3.0 9.0 14.0 85 1000 1005 20",
                    "401 200 3.0 210 -99.9 206 -99.9 24.0 10 4.5 5.0 9.0 -99.9 85 1000 1005 20",
                    "184 200 3.0 210 9.0 206 5.0 24.0 10 2.0 3.0 9.0 14.0 85 1000 1005 20",
                    "402 short",
                ),
                "text/plain",
            )(handler)

    stub.plays["/url/stn_inf.php"] = plays.body(STATIONS, "text/plain")
    stub.plays["/cgi-bin/url/nph-aws2_min"] = play
    rain, wind = read(kma_aws.SOURCE, stub, now_s=NOW_S - 400.0).batches
    assert [(r["station_id"], r["amount_mm"], r["interval_s"]) for r in rain.part.records] == [
        ("400", 1.5, 600.0), ("401", 4.5, 900.0),
    ]  # fmt: skip
    (only_wind,) = wind.part.records
    assert (only_wind["speed_m_per_s"], only_wind["gust_m_per_s"], only_wind["direction_deg"]) == (3.4, 7.5, 206.0)
    assert rain.utc_offset_s == 9 * 3600.0 and only_wind["time"] == "202606210850"
    assert all("authKey=KEY" in path for path in asked) and len(asked) == 2


@pytest.mark.parametrize(
    "data",
    [b'{"result":{"status":401,"message":"no key"}}', b"<html>", b"", STATIONS[:-12], b"#START7777\n#7777END\n"],
)
def test_kma_answers_without_a_whole_table_are_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        kma_aws.parse_stations(data)


WARNINGS = """#START7777
# REG_UP, REG_UP_KO, REG_ID, REG_KO, TM_FC, TM_EF, WRN, LVL, CMD, ED_TM
L1100000, 서울특별시, L1100100, 서울동남권, 202606210700, 202606210800, 호우, 주의보, 발표, ,=
L1100000, 서울특별시, L1100200, 서울동북권, 202606210700, 202606210800, W, 3, 1, ,=
L1020000, 강원도, L1020110, 강릉평지, 202606210700, 202606210800, 호우, 경보, 발표, ,=
L1100000, 서울특별시, L1100300, 서울서남권, 202606210700, 202606210800, 호우, 주의보, 해제, ,=
L1100000, 서울특별시, L1100400, 서울서북권, 202606210700, 202606210800, 호우, 9, 발표, ,=
short,=
#7777END
""".encode("cp949")


def test_kma_warnings_in_force_name_zone_step_and_times(stub: Stub) -> None:
    stub.plays["/url/wrn_now_data.php"] = plays.body(WARNINGS, "text/plain")
    batch = only(read(kma_warnings.SOURCE, stub))
    told = [(r["event"], r["severity"], r["area_text"]) for r in batch.part.records]
    assert told == [
        ("호우 주의보", "Moderate", "서울특별시 서울동남권"),
        ("강풍 경보", "Severe", "서울특별시 서울동북권"),
    ]
    assert batch.is_complete and batch.part.n_refused == 2 and batch.utc_offset_s == 9 * 3600.0


def test_kma_zones_place_a_warning(stub: Stub, tmp_path: Path) -> None:
    ring = [[127.0, 37.4], [127.2, 37.4], [127.2, 37.6], [127.0, 37.6], [127.0, 37.4]]
    far = [[x + 1.5, y] for x, y in ring]
    features = [
        {"type": "Feature", "properties": {"scheme": "KMA", "code": code, "valid_from": "2025-01-01"},
         "geometry": {"type": "Polygon", "coordinates": [line]}}
        for code, line in (("L1100100", ring), ("L1100200", far))
    ]  # fmt: skip
    zones = tmp_path / "zones.geojson"
    zones.write_text(json.dumps({"type": "FeatureCollection", "version": "1", "features": features}))
    stub.plays["/url/wrn_now_data.php"] = plays.body(WARNINGS, "text/plain")
    found = records(read(kma_warnings.SOURCE, stub, zones=str(zones)))
    assert [r["area_text"] for r in found] == ["서울특별시 서울동남권"] and "Polygon" in str(found[0]["geometry"])


def test_kma_storms_need_a_whole_bulletin(stub: Stub) -> None:
    stub.plays["/url/typ_now.php"] = plays.body(b"#START7777\n# no storm\n#7777END\n", "text/plain")
    assert records(read(kma_storms.SOURCE, stub)) == []
    stub.plays["/url/typ_now.php"] = plays.body(b"#START7777\n# no storm\n", "text/plain")
    with pytest.raises(InputError):
        read(kma_storms.SOURCE, stub)


# --- storms

TARGETS = [
    {"tropicalCyclone": "TC2605", "typhoonNumber": "2605", "category": "TY", "issue": "2026-06-21T09:45:00+09:00"}
]
SPEC = [
    {"part": "title", "issue": {"UTC": "2026-06-21T00:45:00Z"}, "typhoonNumber": "2605",
     "name": {"jp": "テスト", "en": "Testing"}},
    {"part": {"en": "Analysis"}, "advancedHours": 0, "position": {"deg": [24.5, 128.0]}, "pressure": "955",
     "maximumWind": {"sustained": {"m/s": "40", "kt": "80"}, "gust": {"m/s": "60"}},
     "galeWarning": [{"area": "東", "range": {"km": 390}}, {"area": "西", "range": {"km": 330}}],
     "stormWarning": [{"area": "全域", "range": {"km": 110}}], "validtime": {"UTC": "2026-06-21T00:00:00Z"}},
    {"part": {"en": "Forecast"}, "advancedHours": 24, "position": {"deg": [28.1, 127.0]}, "pressure": "960",
     "maximumWind": {"sustained": {"kt": "75"}}, "probabilityCircleRadius": {"km": 85},
     "stormWarning": [{"area": "全域", "range": {"km": 220}}], "validtime": {"UTC": "2026-06-22T00:00:00Z"}},
]  # fmt: skip


def test_jma_positions_keep_wind_radii_and_circle(stub: Stub) -> None:
    stub.plays["/targetTc.json"] = plays.body(json.dumps(TARGETS).encode())
    stub.plays["/TC2605/specifications.json"] = plays.body(json.dumps(SPEC).encode())
    now, later = records(read(jma_storms.SOURCE, stub))
    assert (now["name"], now["issue"], now["time"]) == ("TESTING", "2026-06-21T00:00:00Z", "2026-06-21T00:00:00Z")
    assert (now["radius_15_m"], now["radius_25_m"], now["max_wind_m_per_s"]) == (360_000.0, 110_000.0, 40.0)
    assert (later["radius_25_m"], later["radius_70_prob_m"]) == (None, 85_000.0), "an area of warning is no radius"
    assert later["max_wind_m_per_s"] == pytest.approx(75 * 0.514444, rel=1e-5)


@pytest.mark.parametrize("broken", [[], [SPEC[0]], [SPEC[0], {**SPEC[1], "position": {}}, SPEC[2]], {"a": 1}])
def test_of_a_damaged_storm_nothing_is_taken(broken: object) -> None:
    part = Part()
    jma_storms.add_storm(part, "TC2605", json.dumps(broken).encode())
    assert (part.records, part.n_refused) == ([], 1)


def test_no_storm_and_odd_ids_ask_for_nothing(stub: Stub) -> None:
    stub.plays["/targetTc.json"] = plays.body(json.dumps([{"tropicalCyclone": "../../secret"}]).encode())
    assert records(read(jma_storms.SOURCE, stub)) == []
    assert len(stub.asked) == 1


IBTRACS = (
    b"SID,SEASON,NAME,ISO_TIME,LAT,LON,TRACK_TYPE,WMO_WIND,WMO_PRES,WMO_AGENCY,TOKYO_WIND,TOKYO_PRES,USA_WIND,USA_PRES\n"
    b" ,Year, , ,degrees_north,degrees_east, ,kts,mb, ,kts,mb,kts,mb\n"
    b"2026170N15130,2026,TESTING,2026-06-20 18:00:00,24.5,128.0,PROVISIONAL,80,955,tokyo,80,955,95,950\n"
    b"2026170N15230,2026,AFAR,2026-06-20 18:00:00,14.5,-128.0,PROVISIONAL,80,955,hurdat_epa, , ,95,950\n"
)


def test_ibtracs_keeps_storms_of_the_neighbourhood(stub: Stub) -> None:
    stub.plays["/list.csv"] = plays.body(IBTRACS, "text/csv")
    assert [r["storm_id"] for r in records(read(ibtracs_now.SOURCE, stub, "/list.csv"))] == ["2026170N15130"]
