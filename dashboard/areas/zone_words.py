"""Which districts the words of an official warning name: senders often give a region's name and no outline.

A part of the words ("경기도 수원시", "Gangnam-gu, Seoul") names the districts that carry all its names; names count
with or without what kind of place they are, provinces in their long or short form. Of a forecast region that cuts
districts ("서울동남권", "강원북부산지") the province is known and where in it is not: all of it is taken, so that
nobody inside is left out, and the join says so. Waters name no district.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.areas.embedded.korea import SIDO_NAMES
from risk_core.state.area import Area, District

EVERYWHERE: Final = frozenset({"전국", "전국(제주도제외)", "nationwide"})
LEAST_STEM: Final = 2
"""Characters a name keeps without its ending: 중구 and 서구 stay whole."""
_PART: Final = re.compile(r"[;·/\n]|,(?!\s*[A-Z])|\s및\s|\sand\s")
_INSIDE: Final = re.compile(r"(?P<upper>[^,;·/()\n]+)\((?P<inside>[^)]{0,400})\)")
_WATER: Final = re.compile("(먼바다|앞바다|해상|바다)$")
_REGION: Final = re.compile("(권|산지|평지|내륙|해안|남부|북부|동부|서부|중부|중산간|추자도)$")
_ENDING: Final = re.compile("(특별자치도|특별자치시|특별시|광역시|도|시|군|구|-si|-gun|-gu|-do)$")
_SHORT: Final = {full.casefold(): short for full, (short, _) in SIDO_NAMES.items()}
_SHORT |= {english.casefold(): short for short, english in SIDO_NAMES.values()}
PROVINCES: Final = tuple(dict.fromkeys(short for short, _ in SIDO_NAMES.values()))


@dataclass(frozen=True, slots=True)
class NamedDistricts:
    """Districts that words name.

    Attributes
    ----------
    positions
        In the area's districts, ascending.
    is_wider
        Whether a region inside them was meant whose border is not known: they cover more than was warned.
    """

    positions: tuple[int, ...]
    is_wider: bool


def name_districts(words: str, area: Area) -> NamedDistricts:
    """Districts of an area that the words of a warning name.

    Parameters
    ----------
    words
        Where, as its sender says: CAP ``areaDesc``, or names of KMA regions.
    area
        Its districts and their names.
    """
    names = [_names_of(one, area) for one in area.districts]
    known = {name for one in names for name in one}
    found: set[int] = set()
    is_wider = False
    for part in _parts(words):
        positions, wider = _name_part(part, names, known)
        found |= positions
        is_wider |= wider and bool(positions)
    return NamedDistricts(tuple(sorted(found)), is_wider)


def _parts(words: str) -> Iterator[str]:
    """Parts of a list of places; ``강원(평창, 정선)`` as ``강원 평창`` and ``강원 정선``."""
    rest = words
    for match in _INSIDE.finditer(words):
        upper, inside = match.group("upper").strip(), match.group("inside")
        pieces = [] if "제외" in inside else [one.strip() for one in re.split("[,·/]", inside) if one.strip()]
        yield from (f"{upper} {piece}" for piece in pieces or [upper])
        rest = rest.replace(match.group(), ";", 1)
    yield from (one.strip() for one in _PART.split(rest) if one.strip())


def _name_part(part: str, names: Sequence[frozenset[str]], known: set[str]) -> tuple[set[int], bool]:
    """Districts of one part, and whether it meant a region inside them."""
    if part.casefold() in EVERYWHERE:
        return set(range(len(names))), False
    tokens = [one for one in re.split(r"[\s,()]+", part.casefold()) if one]
    if any(_WATER.search(token) for token in tokens):
        return set(), False
    wanted, is_wider = [], False
    for token in tokens:
        one = _known_name(token, known)
        if one is None:
            one, is_wider = _province_of(token), True
        wanted += [one] if one else []
    if not wanted:
        return set(), False
    return {k for k, own in enumerate(names) if own.issuperset(wanted)}, is_wider


def _known_name(token: str, known: set[str]) -> str | None:
    """A name as districts carry it; None where none does."""
    short = _SHORT.get(token, token)
    if short in known:
        return short
    stem = _stem(token)
    return f"~{stem}" if f"~{stem}" in known else None


def _province_of(token: str) -> str:
    """Province a forecast region begins with, or empty."""
    if not _REGION.search(token):
        return ""
    return next((one for one in PROVINCES if token.startswith(one)), "")


def _names_of(district: District, area: Area) -> frozenset[str]:
    """Every name of a district and of what it lies in, whole, and as a stem behind ``~``."""
    texts = (district.name_ko, district.name_en, district.name_local, area.name_ko, area.name_en)
    return frozenset(_forms([district.district_id, *texts]))


def _forms(texts: Iterable[str]) -> Iterator[str]:
    for one in texts:
        for token in re.split(r"[\s,()]+", one.casefold()):
            if token:
                yield _SHORT.get(token, token)
                yield f"~{_stem(token)}"


def _stem(token: str) -> str:
    """Name without what kind of place it is, where enough is left.

    Examples
    --------
    >>> _stem("수원시"), _stem("중구"), _stem("gangnam-gu")
    ('수원', '중구', 'gangnam')
    """
    stem = _ENDING.sub("", token)
    return stem if len(stem) >= LEAST_STEM else token
