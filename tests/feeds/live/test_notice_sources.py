"""Sources of warnings, cases, closures and shelters read the form their owners document; samples are written by us."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.feeds.live.asker import Asker
from dashboard.feeds.live.delivery import deliver
from dashboard.feeds.live.fetch import Fetcher
from dashboard.feeds.live.guard import Guard
from dashboard.feeds.live.places import place_of
from dashboard.feeds.live.source import Question
from dashboard.feeds.records import Part
from dashboard.feeds.sources import (
    cap_feed,
    cases_csv,
    closures_geojson,
    disaster_texts,
    gdacs,
    gtfs_alerts,
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
from tests.feeds.live.asking import HELSINKI, only, read, records
from tests.feeds.live.samples import NOW_S, SEOUL
from tests.feeds.live.stub import Stub

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
