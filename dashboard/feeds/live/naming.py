"""Whether words name an area: warnings and texts often carry no outline, only the names of districts."""

import re
from collections.abc import Iterable
from typing import Final

from dashboard.feeds.live.source import Place

_KIND: Final = re.compile("(특별자치도|특별자치시|특별시|광역시|도|시|군|구|읍|면|동)$")
LEAST_STEM: Final = 2
"""Characters a stem keeps: 중구 and 서구 stay whole, or every place would be meant."""


def names_place(words: str, place: Place) -> bool:
    """Whether words name the area or one of its districts.

    Examples
    --------
    >>> seoul = Place("seoul", (126.8, 37.4, 127.2, 37.7), ("서울", "강남구"))
    >>> names_place("서울특별시 강남구", seoul), names_place("강원특별자치도 강릉시", seoul)
    (True, False)
    """
    return any(stem in words for stem in stems(place.names))


def stems(names: Iterable[str]) -> set[str]:
    """Names without what kind of place they are, where enough is left.

    Examples
    --------
    >>> sorted(stems(["강릉시", "중구", "서울"]))
    ['강릉', '서울', '중구']
    """
    found = set()
    for name in names:
        stem = _KIND.sub("", name)
        found.add(stem if len(stem) >= LEAST_STEM else name)
    return {one for one in found if len(one) >= LEAST_STEM}
