"""Each source reads the form its owner documents, and refuses what is not whole; samples are written by us."""

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.feeds.catalogue import SOURCES
from dashboard.feeds.live.asker import Asker
from dashboard.feeds.live.delivery import deliver
from dashboard.feeds.live.fetch import Fetcher
from dashboard.feeds.live.guard import Guard
from dashboard.feeds.live.places import place_of
from dashboard.feeds.live.source import Batch, Place, Question, Reading, Source
from dashboard.feeds.records import Part
from dashboard.feeds.sources import (
    cap_feed,
    cases_csv,
    closures_geojson,
    disaster_texts,
    gdacs,
    gtfs_alerts,
    ibtracs_now,
    jma_storms,
    kma_aws,
    kma_storms,
    kma_warnings,
    meteoalarm,
    nws,
    shelter_status,
)
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from dashboard.store.situations import alerts_in_force, closures_ahead
from risk_core.errors import InputError
from tests.answers.small_world import make_library
from tests.feeds.live import stub as plays
from tests.feeds.live.samples import NOW_S, SEOUL
from tests.feeds.live.stub import Stub

HELSINKI = Place("helsinki", (24.8, 60.1, 25.1, 60.3), ("Helsinki",), {"helsinki": "091"})


@pytest.fixture
def stub() -> Iterator[Stub]:
    with plays.running() as one:
        yield one


def read(
    source: Source, stub: Stub, path: str = "", place: Place = SEOUL, now_s: float = NOW_S, **options: object
) -> Reading:
    asker = Asker(Fetcher(Guard(["127.0.0.1"])), lambda: 0.0, 5.0, 5.0)
    asker.begin()
    return source.read(asker, Question(place, now_s, "KEY", stub.url(path), options))


def only(reading: Reading) -> Batch:
    (batch,) = reading.batches
    return batch


def records(reading: Reading) -> list[dict[str, object]]:
    return only(reading).part.records


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


# --- CAP

SEOUL_POLYGON = "37.4,126.9 37.4,127.1 37.6,127.1 37.6,126.9 37.4,126.9"
HELSINKI_POLYGON = "60.1,24.8 60.1,25.1 60.3,25.1 60.3,24.8 60.1,24.8"


def cap(identifier: str, polygon: str, sent: str = "2026-06-20T23:00:00+00:00") -> bytes:
    area = f"<polygon>{polygon}</polygon>" if polygon else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{identifier}</identifier><sender>s@example.org</sender>
<sent>{sent}</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope><info><language>en-GB</language>
<category>Met</category><event>Yellow wind warning</event><urgency>Immediate</urgency><severity>Moderate</severity>
<certainty>Likely</certainty><expires>2026-06-22T00:00:00+00:00</expires><headline>Wind</headline>
<area><areaDesc>Somewhere</areaDesc>{area}</area></info></alert>""".encode()


def atom(*entries: tuple[str, str]) -> bytes:
    items = "".join(
        f"""<entry><id>{href}</id><title>Wind</title><cap:expires>{expires}</cap:expires>
        <link type="application/cap+xml" href="{href}"/></entry>"""
        for href, expires in entries
    )
    return f"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2">
<id>x</id><title>t</title><updated>2026-06-21T00:00:00Z</updated>{items}</feed>""".encode()


TOMORROW, YESTERDAY = "2026-06-22T00:00:00+00:00", "2026-06-20T00:00:00+00:00"


def test_an_atom_index_is_followed_to_what_is_near_and_not_over(stub: Stub) -> None:
    stub.plays["/atom"] = plays.body(
        atom(("/near", TOMORROW), ("/far", TOMORROW), ("/over", YESTERDAY), ("https://elsewhere.example/x", TOMORROW)),
        "application/atom+xml",
    )
    stub.plays["/near"] = plays.body(cap("near", HELSINKI_POLYGON), "application/cap+xml")
    stub.plays["/far"] = plays.body(cap("far", SEOUL_POLYGON), "application/cap+xml")
    found = records(read(meteoalarm.SOURCE, stub, "/atom", HELSINKI))
    assert [r["identifier"] for r in found] == ["near"]
    assert [path for path, _ in stub.asked] == ["/atom", "/near", "/far"]


def test_a_message_had_before_is_not_asked_for_again(stub: Stub) -> None:
    stub.plays["/atom"] = plays.body(atom(("/near", TOMORROW)), "application/atom+xml")
    stub.plays["/near"] = plays.body(cap("near", SEOUL_POLYGON), "application/cap+xml")
    asker = Asker(Fetcher(Guard(["127.0.0.1"])), lambda: 0.0, 5.0, 5.0)
    for _ in range(3):
        asker.begin()
        assert len(records(cap_feed.SOURCE.read(asker, Question(SEOUL, NOW_S, url=stub.url("/atom"))))) == 1
    assert (stub.n_asked("/atom"), stub.n_asked("/near")) == (3, 1)


def test_gdacs_items_far_away_are_not_followed(stub: Stub) -> None:
    def item(path: str, box: str) -> str:
        return f"<item><gdacs:bbox>{box}</gdacs:bbox><gdacs:cap>{stub.url(path)}</gdacs:cap></item>"

    rss = (
        '<rss version="2.0" xmlns:gdacs="http://www.gdacs.org"><channel>'
        + item("/seoul", "120 130 30 40") + item("/chile", "-75 -65 -35 -25") + "</channel></rss>"
    )  # fmt: skip
    stub.plays["/rss"] = plays.body(rss.encode(), "application/xml")
    stub.plays["/seoul"] = plays.body(cap("TC1", SEOUL_POLYGON), "application/xml")
    assert [r["identifier"] for r in records(read(gdacs.SOURCE, stub, "/rss"))] == ["TC1"]
    assert stub.n_asked("/chile") == 0


@pytest.mark.parametrize(
    "data", [b"<html><body/></html>", b"<feed", cap("single", SEOUL_POLYGON), b'<!DOCTYPE a [<!ENTITY b "c">]><feed/>']
)
def test_what_is_no_index_is_refused(stub: Stub, data: bytes) -> None:
    stub.plays["/atom"] = plays.body(data, "application/atom+xml")
    with pytest.raises(InputError):
        read(cap_feed.SOURCE, stub, "/atom")


def nws_answer(*identifiers: str) -> bytes:
    features = [
        {"id": f"https://api.weather.gov/alerts/{one}", "type": "Feature", "geometry": None, "properties": {
            "id": one, "areaDesc": "Harris, TX", "sent": "2026-06-20T18:00:00-05:00", "ends": None,
            "effective": "2026-06-20T18:00:00-05:00", "onset": "2026-06-20T18:00:00-05:00",
            "expires": "2026-06-22T18:00:00-05:00", "status": "Actual", "messageType": "Update", "severity": "Severe",
            "certainty": "Likely", "urgency": "Expected", "event": "Flood Warning",
            "sender": "w-nws.webmaster@noaa.gov",
            "headline": "Flood Warning", "description": "Rain.", "instruction": "Turn around.",
            "references": [{"identifier": "old", "sender": "w-nws.webmaster@noaa.gov",
                            "sent": "2026-06-20T12:00:00-05:00"}]}}
        for one in identifiers
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_nws_alerts_keep_their_chain_and_times(stub: Stub) -> None:
    stub.plays["/alerts"] = plays.body(nws_answer("urn:1"), "application/geo+json")
    batch = only(read(nws.SOURCE, stub, "/alerts"))
    (record,) = batch.part.records
    assert record["referenced"] == "w-nws.webmaster@noaa.gov,old,2026-06-20T12:00:00-05:00"
    assert (record["until_s"], record["area_text"], batch.is_complete) == (
        "2026-06-22T18:00:00-05:00",
        "Harris, TX",
        True,
    )
    for bad in (b"[]", b'{"title":"Not Found"}', b"{"):
        with pytest.raises(InputError):
            nws.parse(bad)


# --- Korean disaster texts


def texts(*rows: dict[str, object], code: str = "00") -> bytes:
    return json.dumps({"header": {"resultMsg": "NORMAL SERVICE", "resultCode": code}, "body": list(rows)}).encode()


def text(number: int, words: str, places: str, step: str = "안전안내") -> dict[str, object]:
    return {
        "SN": number,
        "CRT_DT": "2026/06/21 08:30:00",
        "MSG_CN": words,
        "RCPTN_RGN_NM": places,
        "EMRG_STEP_NM": step,
    }


def test_disaster_texts_tell_hazard_place_and_step(stub: Stub) -> None:
    stub.plays["/texts"] = plays.body(
        texts(
            text(1, "호우경보 발효, 하천변 출입 금지", "서울특별시 강남구 ,서울특별시 종로구", "긴급재난"),
            text(2, "산불 발생, 대피 바랍니다", "강원특별자치도 강릉시"),
            text(3, "확진자 3명 발생, 20시 식당 방문자 연락 바람", "서울특별시"),
        )
    )
    first, second = records(read(disaster_texts.SOURCE, stub, "/texts"))
    assert (first["event"], first["severity"], first["urgency"]) == ("호우 경보", "Severe", "Immediate")
    assert (first["identifier"], first["area_text"]) == ("SN1", "서울특별시 강남구, 서울특별시 종로구")
    assert "식당" not in str(second), "places of patients are not kept"
    for bad in (texts(code="30"), b"<xml/>", b"null", b'{"body": 3}'):
        with pytest.raises(InputError):
            disaster_texts.parse(bad, SEOUL)
    assert disaster_texts.parse(texts(), SEOUL).records == []


# --- cases


def test_cases_are_found_by_the_names_of_columns_and_districts(stub: Stub) -> None:
    table = (
        '시도,시군구,기준일,확진자\n서울,강남구,2026-06-19,"1,234"\n서울,종로구,2026-06-19,\n부산,중구,2026-06-19,5\n'
    )
    stub.plays["/kdca"] = plays.body(table.encode("cp949"), "text/csv")
    assert records(read(cases_csv.SOURCE, stub, "/kdca")) == [
        {"district_id": "11680", "day_s": NOW_S - 2 * 86_400, "count": "1234"}
    ]


def test_totals_become_daily_rises_and_corrections_stay_negative(stub: Stub) -> None:
    rows = [("2026-06-16", 100), ("2026-06-17", 130), ("2026-06-18", 125), ("2026-06-19", 140)]
    table = "location,date,total_cases\n" + "".join(f"Gangnam-gu,{day},{n}\n" for day, n in reversed(rows))
    stub.plays["/owid"] = plays.body(table.encode(), "text/csv")
    assert [r["count"] for r in records(read(cases_csv.SOURCE, stub, "/owid"))] == [30.0, -5.0, 15.0]


def test_odd_columns_are_named_by_the_operator(stub: Stub) -> None:
    stub.plays["/odd"] = plays.body(b"gu,ymd,n,known\n11680,20260619,7,2026-06-20T00:00:00Z\n", "text/csv")
    with pytest.raises(InputError, match="place, day, new or total"):
        read(cases_csv.SOURCE, stub, "/odd")
    columns = {"place": "gu", "day": "ymd", "new": "n", "as_of": "known"}
    (record,) = records(read(cases_csv.SOURCE, stub, "/odd", columns=columns))
    assert (record["district_id"], record["count"], record["as_of_s"]) == ("11680", "7", "2026-06-20T00:00:00Z")


def test_a_table_about_other_places_is_said_to_be_so(stub: Stub) -> None:
    stub.plays["/other"] = plays.body(b"location,date,new_cases\nFrance,2026-06-19,5\n", "text/csv")
    with pytest.raises(InputError, match="1 of other places"):
        read(cases_csv.SOURCE, stub, "/other")


# --- transport, closures, shelters


def gtfs(*identifiers: str, differential: bool = False) -> bytes:
    from google.transit import gtfs_realtime_pb2 as proto

    message = proto.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = int(NOW_S)
    message.header.incrementality = int(differential)
    for one in identifiers:
        entity = message.entity.add()
        entity.id = one
        entity.alert.effect = proto.Alert.DETOUR
        entity.alert.severity_level = proto.Alert.WARNING
        period = entity.alert.active_period.add()
        period.start, period.end = int(NOW_S) - 600, int(NOW_S) + 7200
        informed = entity.alert.informed_entity.add()
        informed.route_id = "42"
        translation = entity.alert.header_text.translation.add()
        translation.text, translation.language = "Bus 42 goes round the flood", "en"
    return message.SerializeToString()


def test_gtfs_alerts_keep_words_times_and_routes() -> None:
    batch = only(gtfs_alerts.parse(gtfs("a")))
    (record,) = batch.part.records
    assert (record["event"], record["severity"], record["area_text"]) == ("Detour", "Moderate", "route 42")
    assert (record["from_s"], record["until_s"], batch.is_complete) == (NOW_S - 600, NOW_S + 7200, True)
    for bad in (b"", b"\xff\xff", gtfs("a")[:-7], gtfs("a", differential=True), b"<html/>", b"\x0a" * 5000):
        with pytest.raises(InputError):
            gtfs_alerts.parse(bad)


def closures(*identifiers: str) -> bytes:
    features = [
        {"type": "Feature", "properties": {"OBJECTID": one, "name": "Row 0", "reason": "works"},
         "geometry": {"type": "Point", "coordinates": [-71.299, -29.949]}}
        for one in identifiers
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return make_library(tmp_path)


def test_what_a_complete_list_no_longer_names_has_ended_and_may_return(stub: Stub, library: Library) -> None:
    place, store = place_of(library, "tiny"), library.observations
    for at, names in enumerate((("1", "2"), ("2",), ("1", "2"), ())):
        now_s = NOW_S + 60.0 * at
        stub.plays["/list"] = plays.body(closures(*names), "application/geo+json")
        reading = read(closures_geojson.SOURCE, stub, "/list", place, now_s, columns={"closure_id": "OBJECTID"})
        done = deliver(library, "city", place, reading, now_s)
        in_force = closures_ahead(store.closures_from("tiny", now_s), now_s)
        assert tuple(one.closure_id for one in in_force) == names
        assert done.n_refused == 0
        again = deliver(library, "city", place, reading, now_s + 1.0)
        assert (again.n_new, again.n_changed) == (0, 0), "the same list changes nothing"


def test_a_failing_feed_opens_no_street(stub: Stub, library: Library) -> None:
    place = place_of(library, "tiny")
    stub.plays["/list"] = plays.body(closures("1"), "application/geo+json")
    reading = read(closures_geojson.SOURCE, stub, "/list", place, columns={"closure_id": "OBJECTID"})
    deliver(library, "city", place, reading, NOW_S)
    stub.plays["/list"] = plays.body(b'{"type":"FeatureCollection"}', "application/geo+json")
    with pytest.raises(InputError):
        read(closures_geojson.SOURCE, stub, "/list", place, columns={"closure_id": "OBJECTID"})
    later_s = NOW_S + 86_400.0
    assert closures_ahead(library.observations.closures_from("tiny", later_s), later_s)


def test_alerts_no_longer_named_end(library: Library) -> None:
    place, store = place_of(library, "tiny"), library.observations
    for at, names in enumerate((("urn:1", "urn:2"), ("urn:2",), ("urn:1",))):
        now_s = NOW_S + 60.0 * at
        deliver(library, "nws", place, nws.parse(nws_answer(*names)), now_s)
        shown = alerts_in_force(store.rows(Kind.ALERTS, "tiny"), now_s)
        assert {one.alert_id for one in shown} == set(names)


def test_lists_of_others_and_of_the_desk_are_left_alone(stub: Stub, library: Library) -> None:
    place = place_of(library, "tiny")
    stub.plays["/list"] = plays.body(closures("1"), "application/geo+json")
    reading = read(closures_geojson.SOURCE, stub, "/list", place, columns={"closure_id": "OBJECTID"})
    deliver(library, "other", place, reading, NOW_S)
    empty = replace(reading, batches=(replace(reading.batches[0], part=Part()),))
    deliver(library, "city", place, empty, NOW_S + 1)
    assert len(closures_ahead(library.observations.closures_from("tiny", NOW_S + 2), NOW_S + 2)) == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"shelter_id,name,full,capacity\ns1,School,120,300\n", "text/csv"),
        (json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature",
            "properties": {"shelter_id": "s1", "full": 120, "capacity": 300},
            "geometry": {"type": "Point", "coordinates": [-71.299, -29.949]}}]}).encode(), "application/geo+json"),
    ],
)  # fmt: skip
def test_shelters_are_of_now_unless_they_say_when(stub: Stub, library: Library, body: bytes, kind: str) -> None:
    place = place_of(library, "tiny")
    stub.plays["/shelters"] = plays.body(body, kind)
    reading = read(shelter_status.SOURCE, stub, "/shelters", place, columns={"occupancy_persons": "full"})
    deliver(library, "shelters", place, reading, NOW_S)
    (row,) = library.observations.rows(Kind.SHELTERS, "tiny")
    assert (row["occupancy_persons"], row["capacity_persons"], row["time_s"]) == (120.0, 300.0, NOW_S // 60 * 60)
    assert math.isfinite(row["time_s"])
