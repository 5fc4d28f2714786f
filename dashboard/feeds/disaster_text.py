"""Korean disaster texts (안전안내문자 and the like): hazard, step, place and time out of free words.

The texts have no fixed form. A hazard counts by its official step first ("대설경보"), then by what happened ("산불
발생"), then by its bare word; advice at the end of a text ("화재예방 등 주의") names hazards that are not meant and is
left out. Times without a day are of the day of sending, Korean time.
"""

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final

from risk_core.hazards.criteria import KOREA


class TextHazard(StrEnum):
    """What a text is about."""

    RAIN = "rain"
    FLOOD = "flood"
    LANDSLIDE = "landslide"
    TYPHOON = "typhoon"
    WIND = "wind"
    SEA = "sea"
    SNOW = "snow"
    COLD = "cold"
    HEAT = "heat"
    FOG = "fog"
    DUST = "dust"
    DRYNESS = "dryness"
    EARTHQUAKE = "earthquake"
    TSUNAMI = "tsunami"
    WILDFIRE = "wildfire"
    FIRE = "fire"
    EXPLOSION = "explosion"
    COLLAPSE = "collapse"
    TRAFFIC = "traffic"
    SUPPLY = "supply"
    LIVESTOCK = "livestock"
    INFECTION = "infection"
    UNKNOWN = "unknown"


class TextStep(StrEnum):
    """Official step a text names; NONE where it names none."""

    ADVISORY = "advisory"
    WARNING = "warning"
    LIFTED = "lifted"
    NONE = "none"


WORDS: Final[tuple[tuple[TextHazard, str], ...]] = (
    (TextHazard.TSUNAMI, "지진해일|쓰나미"),
    (TextHazard.EARTHQUAKE, "지진|여진"),
    (TextHazard.LANDSLIDE, "산사태|토사|낙석"),
    (TextHazard.TYPHOON, "태풍"),
    (TextHazard.FLOOD, "홍수|침수|범람|수위|하천|지하차도|제방"),
    (TextHazard.RAIN, "호우|폭우|집중호우|강우|소나기|많은 비"),
    (TextHazard.SEA, "풍랑|너울|해일|파도"),
    (TextHazard.WIND, "강풍|돌풍|강한 바람|바람이|바람에"),
    (TextHazard.SNOW, "대설|폭설|눈길|적설|강설|빙판|결빙|제설"),
    (TextHazard.COLD, "한파|동파|저온"),
    (TextHazard.HEAT, "폭염|열대야|온열"),
    (TextHazard.FOG, "안개"),
    (TextHazard.DUST, "미세먼지|황사|비상저감"),
    (TextHazard.WILDFIRE, "산불"),
    (TextHazard.EXPLOSION, "폭발|가스누출|가스 누출"),
    (TextHazard.COLLAPSE, "붕괴|싱크홀|지반침하"),
    (TextHazard.FIRE, "(?<!삼성)화재"),
    (TextHazard.DRYNESS, "건조"),
    (TextHazard.LIVESTOCK, "돼지열병|구제역|조류인플루엔자|멧돼지|살처분"),
    (TextHazard.SUPPLY, "단수|정전|누수|수돗물|단전"),
    (TextHazard.TRAFFIC, "교통|도로|차량|터널|통행|우회|열차|지하철|버스"),
)
"""Words of each hazard, the more telling ones first."""

INFECTION: Final = re.compile(
    "코로나|확진|감염|방역|역학|격리|선별|접촉자|신천지|마스크|발열|호흡기|의심증상|손씻기|손 씻기|동선|이동경로|"
    "우한|폐렴|보건소|1339|검체|음성판정|양성|환자|증상자|증상 ?발현|확산|사회적 ?거리|다중이용|종교|예배|집회|모임|"
    "휴관|"
    "휴원|휴업|폐쇄|소독|체온|자택|완치|퇴원|백신|약국|의원|진료|다녀가신|다녀오신|방문하신|방문자|이용객|탑승자|"
    "개인위생|어린이집|복지시설|도서관|도보|자차|자가용|귀가|노래방|편의점|우체국|개학|타지역|[0-9]세|능동감시|매표|"
    "판매개시"
)
"""Words of texts on an epidemic, its rules and the places patients were at."""

_STEPPED: Final = re.compile(
    "(호우|태풍|강풍|풍랑|대설|한파|폭염|건조|황사|홍수|산사태|지진해일|폭풍해일|해일|안개|미세먼지)"
    r"\s*(예비)?(주의보|경보|특보|위기경보)"
)
_LIFTED: Final = re.compile("해제")
_ADVICE: Final = re.compile(
    "(화재|산불|동파|붕괴|낙석|빙판|결빙|교통사고|안전사고|감염)\\s*(예방|방지|위험|우려|주의|조심|대비|발생에)"
)
_HAPPENED: Final = re.compile("발생|진화|붕괴|폭발")

_CLOCK: Final = r"(?:(\d{1,2})\s*시\s*(?:(\d{1,2})\s*분?)?|(\d{1,2}):(\d{2}))"
_DAY: Final = r"(오늘|금일|현재|어제|작일|내일|명일|모레)"
_DATE: Final = (
    r"(?:(?:(?:20)?(\d{2})[.\-년]\s*)?(\d{1,2})\s*(?:월\s*|[./]\s*)(\d{1,2})\s*(?:일|\.)?|(?<!\d)(\d{1,2})일)"
)
_BETWEEN: Final = r"(?:\(\d{1,2}일\))?[\s(),월화수목금토일.오전후새벽낮저녁밤~\-]{0,8}"
"""What may stand between a day and its hour: the day again in brackets, weekday, part of the day."""
_AFTERNOON: Final = re.compile("오후|저녁|밤")
NOON_H: Final = 12
_WHEN: Final = re.compile(rf"(?:{_DAY}|{_DATE})?{_BETWEEN}{_CLOCK}|{_DAY}|{_DATE}")
_CLOCKS: Final = re.compile(_CLOCK)
MANY_CLOCKS: Final = 3
"""A text of so many times of day tells the way of a patient, unless something happened."""
MOST_DAYS: Final = 60
"""A time farther than this from the sending is no time of the event."""
SAME_MONTH_DAYS: Final = 20
"""A day without a month is of the month of sending unless that lies farther off: "31일", written on the 1st."""
_SHIFT_DAY: Final = {"어제": -1, "작일": -1, "내일": 1, "명일": 1, "모레": 2}

_PROVINCE: Final = (
    "서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주|충청북|충청남|전라북|전라남|"
    "경상북|경상남"
)
_PLACE: Final = re.compile(
    rf"(?<![가-힣0-9])(?:(?P<province>{_PROVINCE})(?:특별자치도|특별자치시|특별시|광역시|도|시)?"
    rf"(?:\((?P<inside>[^)]{{1,80}})\)|(?=[\s,·]|지역|$))|"
    r"(?P<name>[가-힣]{1,4}(?:특별자치도|특별시|광역시|시|군|구|읍|면)(?=[\s(),.·]|의|은|는|에|관내|전|청|$)|"
    r"[가-힣]{2,4}\d?(?:동|리)(?=[\s(),.]|에)|[가-힣]{2,8}(?:앞바다|먼바다)(?=[\s(),.]|$)))"
)
_NOT_PLACES: Final = re.compile(
    "임시|일시|필요시|발생시|즉시|다시|방문시|외출시|증상시|이동|활동|행동|자동|운동|공동|아동|노동|작동|감동|우리|"
    "관리|처리|격리|분리|거리|우리시|우리군|우리구|출입구|택시|동시|접속시|주변정리|외부활동|야외활동|실시|적시|표시|"
    "게시|다중이용시|최면|방면|전면|이면|하면|있으면|되면"
)


@dataclass(frozen=True, slots=True)
class DisasterText:
    """What a text says.

    Attributes
    ----------
    hazard
        What it is about; UNKNOWN where no word tells.
    step
        Official step it names.
    places
        Where, as the sender's list of districts says, else as the words do; empty where neither does.
    time_s
        First moment it names, unix seconds; that of sending where it names none.
    is_time_named
        Whether the text names it.
    """

    hazard: TextHazard
    step: TextStep
    places: tuple[str, ...]
    time_s: float
    is_time_named: bool


def read_disaster_text(message: str, sent_s: float, places: Sequence[str] = (), sender: str = "") -> DisasterText:
    """Read hazard, step, place and time of a text.

    Parameters
    ----------
    message
        The text.
    sent_s
        When it was sent, unix seconds.
    places
        Districts it was sent to, where the source lists them.
    sender
        Office that sent it; its district stands where neither list nor text names one.

    Examples
    --------
    >>> found = read_disaster_text("오늘 20시30분 강원(동해평지) 대설경보, 화재예방 등 주의", 1581161574.0)
    >>> found.hazard.value, found.step.value, found.places
    ('snow', 'warning', ('강원 동해평지',))
    """
    time_s = _named_time_s(message, sent_s)
    hazard = _hazard(message)
    return DisasterText(
        hazard=hazard,
        step=_step(message),
        places=tuple(places) or places_in(message) or places_in(_district_of(sender)),
        time_s=sent_s if time_s is None else time_s,
        is_time_named=time_s is not None,
    )


def places_in(words: str) -> tuple[str, ...]:
    """Provinces, cities, districts and towns named in words, in their order.

    Examples
    --------
    >>> places_in("부산 연제구 연산동 일대 침수")
    ('부산', '연제구', '연산동')
    """
    found: list[str] = []
    for match in _PLACE.finditer(words):
        province, inside, name = match.group("province", "inside", "name")
        parts = [one.strip() for one in re.split("[,·.]", inside or "") if one.strip()]
        found += [f"{province} {part}" for part in parts] or [province or name]
    return tuple(dict.fromkeys(one for one in found if not _NOT_PLACES.fullmatch(one)))


def _district_of(sender: str) -> str:
    """Name of an office's district: 안동시 of 안동시청, 서구 of 서구청."""
    name = sender.strip()
    return name[:-1] if name.endswith("청") else name


def _step(message: str) -> TextStep:
    stepped = _STEPPED.search(message)
    if stepped is None:
        return TextStep.NONE
    if _LIFTED.search(message, stepped.end(), stepped.end() + 8):
        return TextStep.LIFTED
    return TextStep.ADVISORY if stepped.group(3) == "주의보" else TextStep.WARNING


def _hazard(message: str) -> TextHazard:
    stepped = _STEPPED.search(message)
    if stepped is not None:
        return _first(stepped.group(1)) or TextHazard.UNKNOWN
    meant = _ADVICE.sub(" ", message)
    happened = _HAPPENED.search(meant)
    if happened is not None and (told := _first(meant[max(0, happened.start() - 12) : happened.end()])):
        return told
    if INFECTION.search(meant) or len(_CLOCKS.findall(meant)) >= MANY_CLOCKS:
        return TextHazard.INFECTION
    return _first(meant) or TextHazard.UNKNOWN


def _first(words: str) -> TextHazard | None:
    return next((hazard for hazard, pattern in WORDS if re.search(pattern, words)), None)


def _named_time_s(message: str, sent_s: float) -> float | None:
    """First time that can be, unix seconds."""
    sent = datetime.fromtimestamp(sent_s, UTC).astimezone(KOREA)
    for found in _WHEN.finditer(message):
        moment = _moment(found, sent)
        if moment is not None:
            return moment.timestamp()
    return None


def _moment(found: "re.Match[str]", sent: datetime) -> datetime | None:
    day_word, year, month, day, day_only, hour, minute, clock_h, clock_m, word_only, *date_only = found.groups()
    word = day_word or word_only
    year, month, day, day_only = (a or b for a, b in zip((year, month, day, day_only), date_only, strict=True))
    if word == "현재" and hour is None and clock_h is None:
        return sent
    try:
        at = sent.date() + timedelta(days=_SHIFT_DAY.get(word or "", 0))
        if month is not None:
            years = [2000 + int(year)] if year else [at.year - 1, at.year, at.year + 1]
            at = _nearest([(one, int(month), int(day)) for one in years], sent.date())
        elif day_only is not None:
            at = _day_of_month(int(day_only), sent.date())
        hours, minutes = _hour_of_day(int(hour or clock_h or 0), found.group()), int(minute or clock_m or 0)
        if hours == 24:
            at, hours = at + timedelta(days=1), 0
        moment = datetime(at.year, at.month, at.day, hours, minutes, tzinfo=KOREA)
    except ValueError:
        return None
    return moment if abs((moment - sent).days) <= MOST_DAYS else None


def _hour_of_day(hour: int, words: str) -> int:
    """Hour 0..24 of one that may be told of half a day: 오후 3시 is 15, 밤 12시 the end of the day.

    Examples
    --------
    >>> _hour_of_day(3, "오늘 오후 3시"), _hour_of_day(12, "오전 12시"), _hour_of_day(12, "밤 12시")
    (15, 0, 24)
    """
    if hour == NOON_H and "밤" in words:
        return 24
    if hour == NOON_H and "오전" in words:
        return 0
    return hour + NOON_H if 0 < hour < NOON_H and _AFTERNOON.search(words) else hour


def _day_of_month(day: int, sent: date) -> date:
    """A day without a month, of the month of sending or, where that lies far off, of the one beside it."""
    this, before, after = sent.replace(day=1), sent.replace(day=1) - timedelta(days=1), sent.replace(day=28)
    after += timedelta(days=4)
    found = _nearest([(one.year, one.month, day) for one in (before, this, after)], sent)
    try:
        own = this.replace(day=day)
    except ValueError:
        return found
    return own if abs((own - sent).days) <= SAME_MONTH_DAYS else found


def _nearest(days: Sequence[tuple[int, int, int]], to: date) -> date:
    """The day nearest to another among (year, month, day), those that no calendar has left out.

    Raises
    ------
    ValueError
        When no calendar has any of them.
    """
    found = []
    for one in days:
        with contextlib.suppress(ValueError):
            found.append(date(*one))
    return min(found, key=lambda one: abs((one - to).days))
