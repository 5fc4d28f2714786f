"""IBTrACS: storms of all agencies that were active in the last days (the ``ACTIVE`` list, csv), keyless.

Read as `dashboard.feeds.ibtracs` describes. Analyses only, a day or more late: where an agency's own forecast is to be
had (`jma_storms`, `kma_storms`) this adds what other basins know.
"""

from typing import Final

from dashboard.feeds.ibtracs import ibtracs_parts, is_ibtracs
from dashboard.feeds.live.source import Ask, Batch, Question, Reading, Source
from dashboard.feeds.live.tables import CSV_TYPES, csv_part
from dashboard.feeds.records import Part
from dashboard.store.kinds import Kind
from risk_core.errors import Fault, InputError
from risk_core.units import S_PER_DAY, S_PER_H

URL: Final = (
    "https://www.ncei.noaa.gov/data/international-best-track-archive-for-climate-stewardship-ibtracs/"
    "v04r01/access/csv/ibtracs.ACTIVE.list.v04r01.csv"
)
FAR_M: Final = 3_000_000.0
"""Storms farther away are left out."""


def read(ask: Ask, question: Question) -> Reading:
    """Read the storms near the area."""
    part = csv_part(ask(question.url or URL, CSV_TYPES, 20_000_000), "ibtracs", ",")
    if part.records and not is_ibtracs(part.records[0]):
        raise InputError(Fault("answer", "other columns", "SID and ISO_TIME", "Check the address.", "ibtracs"))
    near = Part()
    for found in ibtracs_parts([part]):
        near.faults += found.faults
        near.n_refused += found.n_refused
        for record, place in zip(found.records, found.places, strict=True):
            try:
                is_near = question.place.is_near(float(record["lat_deg"]), float(record["lon_deg"]), FAR_M)
            except (TypeError, ValueError):
                is_near = True
            if is_near:
                near.add(record, place)
    return Reading((Batch(Kind.TRACKS, near),))


SOURCE: Final = Source(
    name="ibtracs",
    title="IBTrACS: recent storms of all agencies",
    kinds=(Kind.TRACKS,),
    read=read,
    cadence_s=6 * S_PER_H,
    fresh_s=2 * S_PER_DAY,
    licence="free with citation (NOAA NCEI)",
    attribution="IBTrACS, NOAA National Centers for Environmental Information",
    about_url="https://www.ncei.noaa.gov/products/international-best-track-archive",
)
