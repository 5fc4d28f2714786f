"""KMA: weather warnings in force (기상특보 현황, ``wrn_now_data.php`` of the API hub).

Columns, set apart by commas::

    REG_UP, REG_UP_KO, REG_ID, REG_KO, TM_FC, TM_EF, WRN, LVL, CMD, ED_TM

Zone above and zone (code and name), time of issue and of coming into force (Korean time), kind, step and command;
kind, step and command as words or as the codes below. The table is complete: what it no longer names has ended.
Outlines come from a table of zones (scheme ``KMA``, code ``REG_ID``); without one a warning counts where its zone is
named like the area or one of its districts.

After descriptions in public code; the service cannot be tried without a key.
"""

from typing import Final

from dashboard.feeds.cap_zones import ZoneTable
from dashboard.feeds.live.cap_index import utc_day
from dashboard.feeds.live.kma_text import BASE, KOREA_BOX, KOREA_S, TYPES, table_lines
from dashboard.feeds.live.nearby import keep_near
from dashboard.feeds.live.source import Ask, Batch, Question, Reading, Source, inside
from dashboard.feeds.records import Part, Record
from dashboard.feeds.sources.cap_feed import zones_of
from dashboard.store.kinds import Kind
from risk_core.errors import Fault
from risk_core.units import S_PER_H

EVENTS: Final = {
    "W": "강풍", "R": "호우", "C": "한파", "D": "건조", "O": "폭풍해일", "N": "지진해일", "V": "풍랑", "T": "태풍",
    "S": "대설", "Y": "황사", "H": "폭염", "F": "안개",
}  # fmt: skip
STEPS: Final = {
    "1": "예비특보",
    "2": "주의보",
    "3": "경보",
    "예비": "예비특보",
    "주의": "주의보",
    "주의보": "주의보",
    "경보": "경보",
}
SEVERITY: Final = {"예비특보": "Minor", "주의보": "Moderate", "경보": "Severe"}
ENDED: Final = {"3", "4", "7", "해제", "대치해제", "변경해제"}
N_COLUMN: Final = 9
"""Columns a line has at least; the tenth is empty in most."""
SCHEME: Final = "KMA"


def read(ask: Ask, question: Question) -> Reading:
    """Read the warnings in force that concern the area."""
    base = question.url or BASE
    url = f"{base}/url/wrn_now_data.php?fe=f&tm=&disp=1&help=0&authKey={question.key}"
    part = parse(ask(url, TYPES), zones_of(question), utc_day(question.now_s))
    near = keep_near(part, question.place)
    return Reading((Batch(Kind.ALERTS, near, is_complete=True, utc_offset_s=KOREA_S),))


def parse(data: bytes, zones: ZoneTable | None, day: str) -> Part:
    """Alerts of a table.

    Raises
    ------
    InputError
        When it is no table.
    """
    part = Part()
    for number, line in table_lines(data, "wrn_now_data"):
        words = [word.strip().strip('"') for word in line.rstrip("=").split(",")]
        place = f"wrn_now_data:{number}"
        if len(words) < N_COLUMN:
            wanted = f"{N_COLUMN} columns or more"
            part.refuse(Fault("line", f"{len(words)} columns", wanted, "Tell the sender.", place))
            continue
        if words[8] in ENDED:
            continue
        step = STEPS.get(words[7])
        if step is None or not words[6]:
            part.refuse(Fault("LVL", "unknown", "예비, 주의보, 경보 or 1..3", "Tell the sender.", place))
            continue
        part.add(_record(words, step, zones, day), place)
    return part


def _record(words: list[str], step: str, zones: ZoneTable | None, day: str) -> Record:
    _, above, code, name, issued, effective, kind, *_ = words
    event = f"{EVENTS.get(kind, kind)} {step}"
    where = name if not above or above in name else f"{above} {name}"
    return {
        "identifier": f"{code}-{kind}-{step}-{issued}",
        "sender": "기상청",
        "sent": issued,
        "status": "Actual",
        "message_type": "Alert",
        "language": "ko-KR",
        "event": event,
        "urgency": "Future" if step == "예비특보" else "Expected",
        "severity": SEVERITY[step],
        "certainty": "Likely",
        "headline": f"{name} {event}",
        "from_s": effective or issued,
        "area_text": where,
        "geometry": None if zones is None else zones.outline((SCHEME, code), day),
    }


SOURCE: Final = Source(
    name="kma-warnings",
    title="기상청 기상특보 (KMA warnings)",
    kinds=(Kind.ALERTS,),
    read=read,
    cadence_s=120.0,
    fresh_s=S_PER_H / 4,
    licence="공공누리 제1유형 (KOGL type 1)",
    attribution="기상청 (Korea Meteorological Administration), 기상청 API허브",
    about_url="https://apihub.kma.go.kr",
    key_setting="kma_key",
    covers=inside(*KOREA_BOX),
)
