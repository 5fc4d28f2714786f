"""Where a place of a given name lies, from files inside installed packages only."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dashboard.areas.extracts import Extract, read_extracts
from dashboard.areas.request import Bounds
from dashboard.store.bundles import list_bundles
from risk_core.errors import Fault, InputError

MAX_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class NamedBox:
    """A place.

    Attributes
    ----------
    name_ko, name_en
        Its name for people.
    bounds
        Box round it.
    slug
        Word fit for an area's id, may be empty.
    extract
        The extract that is this place, None for a place that is no extract of its own.
    """

    name_ko: str
    name_en: str
    bounds: Bounds
    slug: str = ""
    extract: Extract | None = None

    @property
    def full_name(self) -> str:
        """Name no other place has."""
        if self.extract is not None:
            return region_of(self.extract)
        return f"{self.name_ko} ({self.name_en})"


def find_place(name: str, home: Path) -> NamedBox:
    """Box of a place by its name.

    Looked up, in this order, among the installed areas, the provinces, cities and districts of Korea (Korean or
    romanised: ``서울``, ``Seoul``, ``수원시``, ``서울 중구``), the regions of Geofabrik and the cities of BBBike.

    Raises
    ------
    InputError
        When nothing has that name, or several places do.
    """
    wanted = plain(name)
    near: set[str] = set()
    for gazetteer in (_installed(home), _korea(), _regions("geofabrik"), _regions("bbbike")):
        found: dict[str, NamedBox] = {}
        for key, box in gazetteer:
            if plain(key) == wanted:
                found.setdefault(box.full_name, box)
            near.add(key)
        if len(found) == 1:
            return next(iter(found.values()))
        if found:
            names = "; ".join(list(found)[:MAX_NAMED])
            remedy = f"Give the whole name of one: {names}."
            raise InputError(Fault("place", repr(name), f"one place, not {len(found)}", remedy))
    like = difflib.get_close_matches(name, near, n=3, cutoff=0.75)
    hint = f"Perhaps {' or '.join(like)}? Otherwise g" if like else "G"
    remedy = hint + "ive its box with --bbox WEST,SOUTH,EAST,NORTH."
    raise InputError(Fault("place", repr(name), "a place known without asking the network", remedy))


def plain(name: str) -> str:
    """Name without case, blanks and commas at its ends, and with single blanks.

    Examples
    --------
    >>> plain("  Seoul ")
    'seoul'
    """
    return " ".join(name.replace(",", " ").casefold().split())


def make_slug(name: str) -> str:
    """Word fit for an area's id from a name in Latin letters, empty when nothing is left.

    Examples
    --------
    >>> make_slug("Seongbuk-gu, Seoul"), make_slug("서울")
    ('seongbuk-gu-seoul', '')
    """
    word = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.lower())
    return "-".join(part for part in word.split("-") if part)[:41].strip("-")


def _installed(home: Path) -> Iterator[tuple[str, NamedBox]]:
    for info in list_bundles(home):
        if not info.fault:
            box = NamedBox(info.name_ko, info.name_en, info.bounds)
            yield from ((key, box) for key in (info.area_id, info.name_ko, info.name_en))


def _korea() -> Iterator[tuple[str, NamedBox]]:
    """Provinces, cities with districts as a whole, and districts, each under several names."""
    import shapely

    from dashboard.areas.embedded.korea import SIDO_NAMES, clean_names, read_boundaries
    from dashboard.areas.embedded.romanise import romanise_unit

    records, outlines = read_boundaries("sido")
    for record, (west, south, east, north) in zip(records, shapely.bounds(outlines).tolist(), strict=True):
        full = record["sido"]
        short, english = SIDO_NAMES[full]
        box = NamedBox(full, english, (west, south, east, north), make_slug(english))
        yield from ((key, box) for key in (full, short, f"{short}시", english, f"{english}-si", f"{english}-do"))
    cities: dict[str, list[Bounds]] = {}
    records, outlines = read_boundaries("sigungu")
    for record, (west, south, east, north) in zip(records, shapely.bounds(outlines).tolist(), strict=True):
        name_ko, name_en = clean_names(record["sido"], record["sigungu"])
        box = NamedBox(name_ko, name_en, (west, south, east, north), make_slug(name_en))
        short, *words = name_ko.split()
        yield from ((key, box) for key in (name_ko, name_en, name_en.split(",")[0], words[-1], " ".join(words)))
        yield f"{record['sido']} {' '.join(words)}", box
        if len(words) > 1:
            cities.setdefault(f"{short} {words[0]}", []).append(box.bounds)
    for city, boxes in cities.items():
        short, word = city.split()
        whole = (*(min(box[i] for box in boxes) for i in (0, 1)), *(max(box[i] for box in boxes) for i in (2, 3)))
        english = next(en for ko, en in SIDO_NAMES.values() if ko == short)
        name_en = romanise_unit(word)
        box = NamedBox(city, f"{name_en}, {english}", whole, make_slug(name_en))
        yield from ((key, box) for key in (city, word, name_en, name_en.removesuffix("-si"), word.removesuffix("시")))


def region_of(extract: Extract) -> str:
    """Path of an extract's region in its publisher's tree.

    Examples
    --------
    >>> region_of(Extract("Georgia", "https://download.geofabrik.de/europe/georgia-latest.osm.pbf", 1, (0, 0, 1, 1)))
    'europe/georgia'
    """
    return urlsplit(extract.url).path.strip("/").removesuffix(".osm.pbf").removesuffix("-latest")


def _regions(publisher: str) -> Iterator[tuple[str, NamedBox]]:
    for extract in read_extracts(publisher):
        box = NamedBox(extract.name, extract.name, extract.bounds, make_slug(extract.name), extract)
        yield extract.name, box
        yield region_of(extract), box
