"""Korean disaster texts. The texts here are written by us in the senders' manner."""

from datetime import datetime
from pathlib import Path

import pytest

from dashboard.feeds.disaster_text import TextHazard, TextStep, places_in, read_disaster_text
from dashboard.feeds.files import read_parts
from dashboard.store.checking import Reading, check_records
from dashboard.store.kinds import KINDS, Kind
from risk_core.hazards.criteria import KOREA

SENT = datetime(2026, 8, 8, 20, 40, tzinfo=KOREA)


def read(message: str, *places: str, sender: str = ""):
    return read_disaster_text(message, SENT.timestamp(), places, sender)


def hours_after(message: str) -> float:
    return (read(message).time_s - SENT.timestamp()) / 3600


@pytest.mark.parametrize(
    ("message", "hazard", "step"),
    [
        ("오늘 20시30분 서울(동남권) 호우경보, 하천변 산책로 출입금지, 산사태 위험지역 대피", "rain", "warning"),
        ("[기상청] 20:35 서울 동작구 신대방동 인근에 시간당 72mm 이상 강한 비, 침수 우려", "flood", "none"),
        ("현재 도림천 범람. 인근 주민은 즉시 대피소로 대피 바랍니다", "flood", "none"),
        ("집중호우로 궁평지하차도 침수, 차량은 우회 바랍니다", "flood", "none"),
        ("태풍 접근 중, 오늘 22시 제주 태풍주의보 발효", "typhoon", "advisory"),
        ("오늘 21시 부산 강풍경보, 간판 고정 등 시설물 피해에 유의", "wind", "warning"),
        ("오늘 18시 남해동부먼바다 풍랑주의보", "sea", "advisory"),
        ("오늘 19시 경기(용인) 호우주의보 해제", "rain", "lifted"),
        ("오늘 16시 대설경보, 화재예방 등 주의", "snow", "warning"),
        ("오늘 14:41 경북 경주시 남쪽 9km 지역 규모4.0 지진발생", "earthquake", "none"),
        ("동해안 지진해일 우려, 높은 곳으로 대피", "tsunami", "none"),
        ("오늘 13시경 중구 건물 화재 발생, 안전사고 발생에 유의", "fire", "none"),
        ("산불 발생, 입산을 자제 바랍니다", "wildfire", "none"),
        ("서대문구 도로 지반침하로 교통 통제 중", "collapse", "none"),
        ("코로나19 확진자 3명 발생, 동선은 홈페이지 참조", "infection", "none"),
        ("폭염경보 발효 중, 한낮 야외활동 자제", "heat", "warning"),
        ("홈페이지 접속이 원활하지 않을 수 있습니다", "unknown", "none"),
        ("", "unknown", "none"),
    ],
)
def test_hazard_and_step(message: str, hazard: str, step: str) -> None:
    found = read(message)
    assert (found.hazard, found.step) == (TextHazard(hazard), TextStep(step))


@pytest.mark.parametrize(
    ("message", "hours"),
    [
        ("오늘 20시30분 호우경보", -10 / 60),
        ("금일 21:00 호우주의보", 20 / 60),
        ("내일(9일) 06시 강풍주의보", 9 + 20 / 60),
        ("8월9일 00:32 지진발생", 3 + 52 / 60),
        ("8.9. 10시부터 통제", 13 + 20 / 60),
        ("9일 10시부터 단수", 13 + 20 / 60),
        ("2026-08-08 19시 08분경 화재 발생", -92 / 60),
        ("오늘 24시까지 통제", 3 + 20 / 60),
        ("오늘 오전 침수", -20 - 40 / 60),
        ("현재 침수 중", 0.0),
        ("오늘 오후 9시부터 통제", 20 / 60),
        ("내일 오전 6시 강풍주의보", 9 + 20 / 60),
        ("내일 새벽 2시 호우", 5 + 20 / 60),
        ("저녁 8시 침수 발생", -40 / 60),
        ("밤 12시까지 통제", 3 + 20 / 60),
        ("오늘 오전 12시 침수", -20 - 40 / 60),
    ],
)
def test_the_first_time_named(message: str, hours: float) -> None:
    assert hours_after(message) == pytest.approx(hours, abs=1e-6)
    assert read(message).is_time_named


@pytest.mark.parametrize(
    ("sent", "message", "meant"),
    [
        ((2026, 12, 31, 20), "1월 1일 06시 한파주의보", (2027, 1, 1, 6)),
        ((2027, 1, 1, 1), "12월 31일 22시 한파경보", (2026, 12, 31, 22)),
        ((2026, 8, 1, 1), "31일 22시 호우경보 발효", (2026, 7, 31, 22)),
        ((2026, 7, 31, 20), "1일 06시 호우경보", (2026, 8, 1, 6)),
        ((2026, 12, 31, 20), "1일 06시 호우경보", (2027, 1, 1, 6)),
        ((2026, 3, 1, 1), "31일 22시 확진자 발생", (2026, 3, 31, 22)),
        ((2028, 2, 28, 20), "29일 06시 대설경보", (2028, 2, 29, 6)),
        ((2028, 3, 1, 8), "2월 29일 22시 침수", (2028, 2, 29, 22)),
        ((2026, 8, 20, 8), "3일 22시 확진자 발생", (2026, 8, 3, 22)),
    ],
)
def test_days_without_a_month_or_a_year_are_those_near_the_sending(sent, message, meant) -> None:
    found = read_disaster_text(message, datetime(*sent, tzinfo=KOREA).timestamp())
    assert datetime.fromtimestamp(found.time_s, KOREA) == datetime(*meant, tzinfo=KOREA)


@pytest.mark.parametrize(
    "message", ["침수 주의", "99시 99분 침수", "13월 45일 침수", "문의 750-1234", "2019년 1월 3일 침수"]
)
def test_no_time_is_that_of_sending(message: str) -> None:
    assert hours_after(message) == 0.0 and not read(message).is_time_named


def test_places_come_from_the_list_then_the_words_then_the_sender() -> None:
    assert read("동작구 침수", "서울특별시 관악구").places == ("서울특별시 관악구",)
    assert read("서울 동작구 신대방동 일대 침수").places == ("서울", "동작구", "신대방동")
    assert read("강원(양구, 평창·화천) 한파경보").places == ("강원 양구", "강원 평창", "강원 화천")
    assert read("침수 우려", sender="안동시청").places == ("안동시",)
    assert read("침수 우려").places == ()
    assert places_in("즉시 이동하고 택시 이용 시 다시 확인") == ()


TABLE = """time_kst,locations,sender,message
2026-08-08 20:40:00,"서울특별시 동작구,서울특별시 관악구",기상청, 오늘 20시30분 서울 호우경보. 하천 접근 금지
2026-08-08 20:41:00,서울특별시 동작구,동작구청, 확진자가 20:00~21:00 가나식당 방문
,서울특별시 동작구,동작구청,시간 없는 문자
2026-08-08 20:43:00,서울특별시 동작구,동작구청,
"""


def test_a_table_of_texts_becomes_alerts_and_keeps_no_patient_s_way(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text(TABLE, "utf-8")
    (part,) = read_parts(path, KINDS[Kind.ALERTS], [])
    assert part.n_refused == 2 and [fault.place for fault in part.faults] == ["texts.csv:4", "texts.csv:5"]
    rain, visit = part.records
    assert (rain["event"], rain["severity"], rain["area_text"]) == (
        "호우 경보",
        "Severe",
        "서울특별시 동작구, 서울특별시 관악구",
    )
    assert rain["sent_s"] == SENT.timestamp() and rain["until_s"] == SENT.timestamp() + 12 * 3600
    assert visit["event"] == "감염병" and "가나식당" not in str(visit)
    checked = check_records(KINDS[Kind.ALERTS], part.records, Reading(places=part.places))
    assert checked.faults == [] and len(checked.rows) == 2


@pytest.mark.shared
def test_real_texts_of_a_winter(shared_data: Path) -> None:
    """3,433 texts, nearly all on the epidemic; hazards read by eye are counted by `hazard`."""
    path = shared_data / "alerts" / "kr_disaster_sms_2019_12_2020_03.csv.gz"
    parts = list(read_parts(path, KINDS[Kind.ALERTS], []))
    records = [record for part in parts for record in part.records]
    assert len(records) == 3433 and sum(part.n_refused for part in parts) == 0
    known = [record for record in records if record["event"] != "안전 안내"]
    assert len(known) / len(records) > 0.97
    assert all(record["area_text"] for record in records)
    stepped = [record for record in records if record["severity"] in {"Moderate", "Severe"}]
    assert 15 <= len(stepped) <= 60
    for part in parts:
        checked = check_records(KINDS[Kind.ALERTS], part.records, Reading(places=part.places))
        assert checked.faults == []
