"""Closed streets as GeoJSON: a city's own list, complete unless the file of feeds says ``complete = false``.

Properties go by the names of `ingest --help-columns closures`, others are named in the file of feeds:
``columns = { closure_id = "OBJECTID", until_s = "end" }``. Where no beginning is told the street has been closed
before. What a complete list no longer names is open again.
"""

from typing import Final

from dashboard.feeds.geojson import parse_geojson
from dashboard.feeds.live.source import Ask, Batch, Question, Reading, Source
from dashboard.feeds.live.tables import columns_of
from dashboard.store.kinds import KINDS, Kind
from risk_core.units import S_PER_H

TYPES: Final = ("application/geo+json", "application/json", "application/vnd.geo+json", "text/plain")
MOST_BYTES: Final = 20_000_000
BEFORE: Final = "2000-01-01T00:00:00Z"
BEGINS: Final = frozenset({"from_s", "from"})


def read(ask: Ask, question: Question) -> Reading:
    """Read the list."""
    ours = {theirs: name for name, theirs in columns_of(question.options).items()}
    part = parse_geojson(ask(question.url, TYPES, MOST_BYTES), KINDS[Kind.CLOSURES], ours, "closures")
    for record in part.records:
        if not any(record.get(name) for name in BEGINS):
            record["from_s"] = BEFORE
            record.pop("from", None)
    is_complete = question.options.get("complete", True) is not False
    return Reading((Batch(Kind.CLOSURES, part, is_complete=is_complete),))


SOURCE: Final = Source(
    name="closures-geojson",
    title="Closed streets as GeoJSON",
    kinds=(Kind.CLOSURES,),
    read=read,
    cadence_s=60.0,
    fresh_s=S_PER_H / 4,
    licence="as its owner says",
    attribution="the owner of the list",
    about_url="https://datatracker.ietf.org/doc/html/rfc7946",
    needs_url=True,
)
