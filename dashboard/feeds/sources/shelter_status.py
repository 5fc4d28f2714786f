"""How full shelters are: a table (CSV) or points (GeoJSON), one row a shelter.

Columns go by the names of `ingest --help-columns shelters`, others are named in the file of feeds. Rows without a time
are of now, to the minute.
"""

from typing import Final

from dashboard.feeds.geojson import parse_geojson
from dashboard.feeds.live.source import Ask, Batch, Question, Reading, Source
from dashboard.feeds.live.tables import CSV_TYPES, columns_of, csv_part, renamed
from dashboard.store.kinds import KINDS, Kind
from risk_core.units import S_PER_H

TYPES: Final = (*CSV_TYPES, "application/geo+json", "application/json")
MOST_BYTES: Final = 10_000_000
TIMES: Final = frozenset({"time_s", "time"})


def read(ask: Ask, question: Question) -> Reading:
    """Read the shelters."""
    body, columns = ask(question.url, TYPES, MOST_BYTES), columns_of(question.options)
    if body.lstrip()[:1] == b"{":
        ours = {theirs: name for name, theirs in columns.items()}
        part = parse_geojson(body, KINDS[Kind.SHELTERS], ours, "shelters")
    else:
        part = renamed(csv_part(body, "shelters"), columns)
    for record in part.records:
        if not any(record.get(name) for name in TIMES):
            record["time_s"] = question.now_s // 60.0 * 60.0
            record.pop("time", None)
    return Reading((Batch(Kind.SHELTERS, part),))


SOURCE: Final = Source(
    name="shelter-status",
    title="How full shelters are",
    kinds=(Kind.SHELTERS,),
    read=read,
    cadence_s=120.0,
    fresh_s=S_PER_H,
    licence="as its owner says",
    attribution="the owner of the table",
    about_url="https://datatracker.ietf.org/doc/html/rfc4180",
    needs_url=True,
)
