"""Places of an area by their own names: Korean, Latin, initial consonants. No outside geocoder is asked."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dashboard.views.format import district_name
from risk_core.state.area import Area

MAX_QUERY: Final = 80
"""Letters of a question that are looked at."""

LatLng = tuple[float, float]


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place that goes by the name asked for: what it is called, and where it is (degrees)."""

    name: str
    at: LatLng


def search_places(area: Area, question: str, lang: str, n: int) -> list[FoundPlace]:
    """Find places by name, the closest names first.

    Parameters
    ----------
    area
        Its districts, places and streets are looked at, in this order.
    question
        What was typed: a part of a name in any script, without regard to case, accents and spaces, or the
        initial consonants of a Korean name.
    lang
        Of the reader.
    n
        Places at most.
    """
    wanted = plain(question[:MAX_QUERY])
    if not wanted:
        return []
    found = [
        (rank, order, position)
        for position, (words, order) in enumerate(_words(area))
        if (rank := min(_rank(word, wanted) for word in words)) < NO_MATCH
    ]
    named: dict[str, FoundPlace] = {}
    for _, _, position in sorted(found):
        place = _place(area, position, lang)
        named.setdefault(place.name, place)
        if len(named) == n:
            break
    return list(named.values())


NO_MATCH: Final = 3


def _rank(word: str, wanted: str) -> int:
    """0 the name itself, 1 its beginning, 2 a part of it, otherwise `NO_MATCH`."""
    if word == wanted:
        return 0
    if word.startswith(wanted):
        return 1
    return 2 if wanted in word else NO_MATCH


@lru_cache(maxsize=8)
def _words(area: Area) -> tuple[tuple[tuple[str, ...], int], ...]:
    """Words each district, place and street is found by, with the rank of its sort; kept while the area is mapped."""
    rows = [((one.name_ko, one.name_en, one.name_local), 0) for one in area.districts]
    rows += [((one.name,), 1) for one in area.places]
    rows += [((name,), 2) for name in _streets(area)]
    return tuple((_keys(names), order) for names, order in rows)


def _streets(area: Area) -> tuple[str, ...]:
    return () if area.network is None else area.network.names


def _keys(names: tuple[str, ...]) -> tuple[str, ...]:
    keys = dict.fromkeys(plain(name) for name in names if name)
    keys |= dict.fromkeys(initial_consonants(name) for name in names if name)
    return tuple(keys) or ("",)


def _place(area: Area, position: int, lang: str) -> FoundPlace:
    n_district, n_place = len(area.districts), len(area.places)
    if position < n_district:
        district = area.districts[position]
        return FoundPlace(district_name(area, position, lang), (district.lat_deg, district.lon_deg))
    if position < n_district + n_place:
        place = area.places[position - n_district]
        return FoundPlace(place.name, (place.lat_deg, place.lon_deg))
    return _street(area, position - n_district - n_place)


def _street(area: Area, name: int) -> FoundPlace:
    """Middle piece of the streets that carry a name."""
    network = area.network
    assert network is not None
    pieces = (network.street_name == name).nonzero()[0]
    first = network.street_first_point[pieces[len(pieces) // 2]] if len(pieces) else 0
    at = float(network.point_lat_deg[first]), float(network.point_lon_deg[first])
    return FoundPlace(network.names[name], at)


def plain(words: str) -> str:
    """Small letters and digits without accents; Korean letters typed alone become initial consonants.

    Examples
    --------
    >>> plain("Jung-gu, Séoul"), plain("서울 중구")
    ('jungguseoul', '서울중구')
    """
    apart = unicodedata.normalize("NFKD", words.casefold())
    bare = "".join(letter for letter in apart if unicodedata.category(letter) != "Mn")
    return "".join(letter for letter in unicodedata.normalize("NFC", bare) if letter.isalnum())


def initial_consonants(words: str) -> str:
    """Initial consonant of each Korean syllable, other letters as `plain` has them.

    Examples
    --------
    >>> initial_consonants("부산 해운대구") == plain("ㅂㅅㅎㅇㄷㄱ"), initial_consonants("Jeju")
    (True, 'jeju')
    """
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in plain(words))
