"""KMA: typhoon bulletins (``typ_now.php`` of the API hub), read as `dashboard.feeds.kma_typhoon` describes."""

from datetime import UTC, datetime
from typing import Final

from dashboard.feeds.kma_typhoon import parse_kma_typhoon
from dashboard.feeds.live.kma_text import BASE, TYPES, table_lines
from dashboard.feeds.live.source import Ask, Batch, Question, Reading, Source, inside
from dashboard.store.kinds import Kind
from risk_core.units import S_PER_H


def read(ask: Ask, question: Question) -> Reading:
    """Read the newest bulletin of every storm; a bulletin without a storm is a good one."""
    base = question.url or BASE
    stamp = f"{datetime.fromtimestamp(question.now_s, UTC):%Y%m%d%H%M}"
    data = ask(f"{base}/url/typ_now.php?tm={stamp}&disp=0&help=0&authKey={question.key}", TYPES)
    table_lines(data, "typ_now")
    return Reading((Batch(Kind.TRACKS, parse_kma_typhoon(data, "typ_now")),))


SOURCE: Final = Source(
    name="kma-storms",
    title="기상청 태풍정보 (KMA typhoon bulletins)",
    kinds=(Kind.TRACKS,),
    read=read,
    cadence_s=600.0,
    fresh_s=2 * S_PER_H,
    licence="공공누리 제1유형 (KOGL type 1)",
    attribution="기상청 (Korea Meteorological Administration), 기상청 API허브",
    about_url="https://apihub.kma.go.kr",
    key_setting="kma_key",
    covers=inside(110.0, 15.0, 150.0, 50.0),
)
