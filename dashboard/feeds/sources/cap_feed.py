"""Any index of CAP messages whose address the operator gives, Atom or RSS.

A table of zones (``zones = "zones.geojson"`` in the file of feeds) gives outlines to areas named by code.
"""

from pathlib import Path
from typing import Final

from dashboard.feeds.cap_zones import ZoneTable, read_zones
from dashboard.feeds.live.cap_index import read_index
from dashboard.feeds.live.nearby import keep_near
from dashboard.feeds.live.source import Ask, Batch, Question, Reading, Source
from dashboard.store.kinds import Kind
from risk_core.units import S_PER_H


def zones_of(question: Question) -> ZoneTable | None:
    """Zone table the operator named, or None."""
    told = question.options.get("zones")
    return None if not told else read_zones(Path(str(told)), question.place.outlines)


def read(ask: Ask, question: Question) -> Reading:
    """Read the messages of the index that concern the area."""
    part = read_index(ask, question.url, question.now_s, zones_of(question))
    keep_all = bool(question.options.get("keep_unplaced", False))
    return Reading((Batch(Kind.ALERTS, keep_near(part, question.place, keep_all)),))


SOURCE: Final = Source(
    name="cap-feed",
    title="CAP messages of an Atom or RSS index",
    kinds=(Kind.ALERTS,),
    read=read,
    cadence_s=120.0,
    fresh_s=S_PER_H / 2,
    licence="as its owner says",
    attribution="the owner of the feed",
    about_url="https://docs.oasis-open.org/emergency/cap/v1.2/CAP-v1.2-os.html",
    needs_url=True,
)
