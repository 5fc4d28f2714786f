"""The address of a view: what can be shared of a page, read from the query of its URL."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from dashboard.i18n import known_language
from risk_core.state.level import Layer
from risk_core.state.profile import Profile

T = TypeVar("T", Layer, Profile)
LatLng = tuple[float, float]
ZOOM_RANGE: Final = (4, 18)


@dataclass(frozen=True, slots=True)
class ViewAddress:
    """What a link asks for; None where it says nothing or nothing usable.

    Attributes
    ----------
    area_id
        Area, as written.
    lang
        Language, always a known one.
    layer
        Layer of the map.
    step
        Time step, or None for now.
    zoom, centre
        Of the map.
    origin, destination
        Ends of the way, (lat, lng).
    profile
        Traveller.
    """

    area_id: str | None
    lang: str
    layer: Layer | None
    step: int | None
    zoom: int | None
    centre: LatLng | None
    origin: LatLng | None
    destination: LatLng | None
    profile: Profile | None


def read_address(query: Mapping[str, str | None]) -> ViewAddress:
    """Read the query of a URL; what cannot be read is left out, never an error.

    Examples
    --------
    >>> address = read_address({"h": "rain", "t": "3", "z": "14", "c": "35.17,129.10", "lang": "en", "to": "x"})
    >>> address.layer, address.step, address.zoom, address.centre, address.lang, address.destination
    (<Layer.RAIN: 'rain'>, 3, 14, (35.17, 129.1), 'en', None)
    """
    zoom = _whole(query.get("z"))
    return ViewAddress(
        area_id=query.get("area") or None,
        lang=known_language(query.get("lang")),
        layer=_member(Layer, query.get("h")),
        step=_whole(query.get("t")),
        zoom=None if zoom is None else min(max(zoom, ZOOM_RANGE[0]), ZOOM_RANGE[1]),
        centre=read_point(query.get("c")),
        origin=read_point(query.get("from")),
        destination=read_point(query.get("to")),
        profile=_member(Profile, query.get("profile")),
    )


def read_point(words: str | None) -> LatLng | None:
    """Read ``lat,lng``; None unless both are finite and on the earth.

    Examples
    --------
    >>> read_point("35.17,129.1"), read_point("nan,1"), read_point("91,0"), read_point(None)
    ((35.17, 129.1), None, None, None)
    """
    try:
        lat, lng = (float(part) for part in (words or "").split(","))
    except ValueError:
        return None
    on_earth = math.isfinite(lat) and math.isfinite(lng) and abs(lat) <= 90 and abs(lng) <= 180
    return (lat, lng) if on_earth else None


def page_href(path: str, area_id: str, lang: str) -> str:
    """Address of a page for an area and language.

    Examples
    --------
    >>> page_href("/ops", "coquimbo", "en")
    '/ops?area=coquimbo&lang=en'
    """
    return f"{path}?area={area_id}&lang={lang}"


def _whole(words: str | None) -> int | None:
    return int(words) if words and words.isdecimal() and len(words) < 4 else None


def _member(kind: type[T], word: str | None) -> T | None:
    return kind(word) if word in tuple(kind) else None
