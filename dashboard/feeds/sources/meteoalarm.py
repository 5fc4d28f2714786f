"""MeteoAlarm: official warnings of European weather services, an Atom index a country.

Entries carry ``cap:`` fields and link to the CAP document. Areas come with outlines or only with an EMMA_ID; the latter
need a table of zones (``zones`` in the file of feeds), or their words have to name the area.
"""

from typing import Final

from dashboard.feeds.live.cap_index import read_index
from dashboard.feeds.live.nearby import keep_near
from dashboard.feeds.live.source import Ask, Batch, Bounds, Question, Reading, Source
from dashboard.feeds.records import Part
from dashboard.feeds.sources.cap_feed import zones_of
from dashboard.store.kinds import Kind
from risk_core.units import S_PER_H

URL: Final = "https://feeds.meteoalarm.org/feeds/meteoalarm-legacy-atom-{country}"
COUNTRIES: Final[dict[str, Bounds]] = {
    "austria": (9.5, 46.3, 17.2, 49.1), "belgium": (2.5, 49.4, 6.5, 51.6), "bulgaria": (22.3, 41.2, 28.7, 44.3),
    "croatia": (13.4, 42.3, 19.5, 46.6), "cyprus": (32.2, 34.5, 34.7, 35.8), "czechia": (12.0, 48.5, 18.9, 51.1),
    "denmark": (8.0, 54.5, 15.2, 57.8), "estonia": (21.7, 57.5, 28.3, 59.7), "finland": (19.0, 59.7, 31.6, 70.1),
    "france": (-5.2, 41.3, 9.6, 51.1), "germany": (5.8, 47.2, 15.1, 55.1), "greece": (19.3, 34.8, 28.3, 41.8),
    "hungary": (16.1, 45.7, 22.9, 48.6), "iceland": (-24.6, 63.3, -13.4, 66.6), "ireland": (-10.5, 51.4, -5.9, 55.4),
    "italy": (6.6, 36.6, 18.6, 47.1), "latvia": (20.9, 55.6, 28.3, 58.1), "lithuania": (20.9, 53.8, 26.9, 56.5),
    "luxembourg": (5.7, 49.4, 6.6, 50.2), "malta": (14.1, 35.7, 14.7, 36.1), "netherlands": (3.3, 50.7, 7.3, 53.6),
    "norway": (4.5, 57.9, 31.2, 71.3), "poland": (14.1, 49.0, 24.2, 54.9), "portugal": (-9.6, 36.9, -6.1, 42.2),
    "romania": (20.2, 43.6, 29.8, 48.3), "serbia": (18.8, 42.2, 23.1, 46.2), "slovakia": (16.8, 47.7, 22.6, 49.7),
    "slovenia": (13.3, 45.4, 16.7, 46.9), "spain": (-9.4, 35.9, 4.4, 43.9), "sweden": (10.9, 55.3, 24.2, 69.1),
    "switzerland": (5.9, 45.8, 10.6, 47.9), "united-kingdom": (-8.7, 49.8, 1.8, 60.9),
}  # fmt: skip
"""Rough boxes (west, south, east, north); where several hold the area each country is asked and outlines decide."""


def countries_at(bounds: Bounds) -> list[str]:
    """Countries whose box holds the middle of the area.

    Examples
    --------
    The box of Norway holds Helsinki, too; the outlines of its warnings do not.

    >>> countries_at((24.8, 60.1, 25.1, 60.3))
    ['finland', 'norway']
    """
    lon, lat = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    return [name for name, (w, s, e, n) in COUNTRIES.items() if w <= lon <= e and s <= lat <= n]


def read(ask: Ask, question: Question) -> Reading:
    """Read the warnings of the area's country."""
    zones, whole = zones_of(question), Part()
    addresses = [question.url] if question.url else [URL.format(country=c) for c in countries_at(question.place.bounds)]
    for url in addresses:
        part = keep_near(read_index(ask, url, question.now_s, zones), question.place)
        whole.records += part.records
        whole.places += part.places
        whole.faults += part.faults
        whole.n_refused += part.n_refused
        whole.notes += part.notes
    return Reading((Batch(Kind.ALERTS, whole),))


SOURCE: Final = Source(
    name="meteoalarm",
    title="MeteoAlarm: warnings of European weather services",
    kinds=(Kind.ALERTS,),
    read=read,
    cadence_s=300.0,
    fresh_s=S_PER_H,
    licence="CC BY 4.0; the delay must be told",
    attribution="EUMETNET – MeteoAlarm",
    about_url="https://feeds.meteoalarm.org",
    covers=lambda bounds: bool(countries_at(bounds)),
)
