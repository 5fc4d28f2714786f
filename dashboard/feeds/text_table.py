"""Tables of Korean disaster texts as alerts: one record a text."""

import hashlib
import math
from collections.abc import Iterator
from typing import Final

from dashboard.feeds.disaster_text import DisasterText, TextHazard, TextStep, read_disaster_text
from dashboard.feeds.records import Part, Record
from dashboard.store.refusal import RefusedError
from dashboard.store.times import read_time
from risk_core.errors import Fault
from risk_core.units import S_PER_H

MESSAGE_NAMES: Final = ("message", "msg", "내용", "메시지")
TIME_NAMES: Final = ("time_kst", "time", "sent", "create_date", "발송일시", "생성일시")
PLACE_NAMES: Final = ("locations", "location_name", "수신지역", "송출지역")
SENDER_NAMES: Final = ("sender", "발신기관", "송출기관")
KOREA_S: Final = 9 * S_PER_H

EVENT: Final = {
    TextHazard.RAIN: "호우", TextHazard.FLOOD: "침수", TextHazard.LANDSLIDE: "산사태", TextHazard.TYPHOON: "태풍",
    TextHazard.WIND: "강풍", TextHazard.SEA: "풍랑", TextHazard.SNOW: "대설", TextHazard.COLD: "한파",
    TextHazard.HEAT: "폭염", TextHazard.FOG: "안개", TextHazard.DUST: "미세먼지", TextHazard.DRYNESS: "건조",
    TextHazard.EARTHQUAKE: "지진", TextHazard.TSUNAMI: "지진해일", TextHazard.WILDFIRE: "산불", TextHazard.FIRE: "화재",
    TextHazard.EXPLOSION: "폭발", TextHazard.COLLAPSE: "붕괴", TextHazard.TRAFFIC: "교통",
    TextHazard.SUPPLY: "단수·정전", TextHazard.LIVESTOCK: "가축 전염병", TextHazard.INFECTION: "감염병",
    TextHazard.UNKNOWN: "안전 안내",
}  # fmt: skip
STEP: Final = {TextStep.ADVISORY: "주의보", TextStep.WARNING: "경보", TextStep.LIFTED: "해제", TextStep.NONE: ""}
SEVERITY: Final = {TextStep.ADVISORY: "Moderate", TextStep.WARNING: "Severe", TextStep.LIFTED: "Minor"}

SHOWN_H: Final = 6.0
"""Hours a text is shown: texts name no end. Assumption."""
STEPPED_H: Final = 12.0
"""Hours one is shown that names an official step. Assumption."""
LIFTED_H: Final = 1.0


def is_text_table(record: Record) -> bool:
    """Whether a record's columns are those of a table of disaster texts: a message, and no CAP identifier."""
    names = {name.strip().lower() for name in record}
    return bool(names & set(MESSAGE_NAMES)) and bool(names & set(TIME_NAMES)) and "identifier" not in names


def text_parts(parts: Iterator[Part]) -> Iterator[Part]:
    """Turn rows of texts into records of alerts.

    Texts on an epidemic name patients' places and hours: of those only hazard, place and time are kept.
    Rows without a message or a time are refused; times that name no offset are Korean.
    """
    for part in parts:
        out = Part(faults=part.faults, n_refused=part.n_refused, notes=part.notes)
        for record, place in zip(part.records, part.places, strict=True):
            named = {name.strip().lower(): value for name, value in record.items()}
            message = _field(named, MESSAGE_NAMES)
            sent_s = _sent_s(_field(named, TIME_NAMES))
            if not message or math.isnan(sent_s):
                wanted = "a message and a time" if not message else "a time, as 2026-08-05 20:30:00"
                out.refuse(Fault("message" if not message else "time", "missing", wanted, "Mend the row.", place))
                continue
            places = tuple(one.strip() for one in _field(named, PLACE_NAMES).split(",") if one.strip())
            sender = _field(named, SENDER_NAMES)
            out.add(_alert(message, sent_s, sender, read_disaster_text(message, sent_s, places, sender)), place)
        yield out


def _alert(message: str, sent_s: float, sender: str, read: DisasterText) -> Record:
    event = f"{EVENT[read.hazard]} {STEP[read.step]}".strip()
    begin_s = max(read.time_s, sent_s)
    hours = LIFTED_H if read.step is TextStep.LIFTED else SHOWN_H if read.step is TextStep.NONE else STEPPED_H
    is_private = read.hazard in {TextHazard.INFECTION, TextHazard.UNKNOWN}
    return {
        "identifier": hashlib.sha256(f"{sent_s:.0f}|{sender}|{message}".encode()).hexdigest()[:24],
        "sender": sender or "unknown",
        "sent_s": sent_s,
        "info": 0,
        "status": "Actual",
        "message_type": "Alert",
        "language": "ko-KR",
        "event": event,
        "severity": SEVERITY.get(read.step, "Unknown"),
        "urgency": "Past" if read.step is TextStep.LIFTED else "Unknown",
        "certainty": "Unknown",
        "headline": event if is_private else message,
        "from_s": begin_s,
        "until_s": begin_s + hours * S_PER_H,
        "area_text": ", ".join(read.places),
    }


def _field(named: Record, names: tuple[str, ...]) -> str:
    return next((str(named[name]).strip() for name in names if named.get(name) is not None), "")


def _sent_s(text: str) -> float:
    try:
        return read_time(text, KOREA_S)
    except RefusedError:
        return math.nan
