"""GDACS: world-wide alerts of floods, cyclones and others, an RSS index of CAP documents.

Items whose box (``gdacs:bbox``) lies far from the area are not followed: boxes are wide, outlines decide.
"""

from typing import TYPE_CHECKING, Final

from dashboard.feeds.live.cap_index import box_of, read_index
from dashboard.feeds.live.nearby import keep_near
from dashboard.feeds.live.source import Ask, Batch, Question, Reading, Source
from dashboard.store.kinds import Kind
from risk_core.units import S_PER_H

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

URL: Final = "https://www.gdacs.org/xml/rss.xml"
FAR_M: Final = 100_000.0


def read(ask: Ask, question: Question) -> Reading:
    """Read the alerts that concern the area."""
    a_west, a_south, a_east, a_north = question.place.padded(FAR_M)

    def is_wanted(item: "Element") -> bool:
        box = box_of(item)
        if box is None:
            return True
        west, south, east, north = box
        return west <= a_east and east >= a_west and south <= a_north and north >= a_south

    part = read_index(ask, question.url or URL, question.now_s, is_wanted=is_wanted)
    return Reading((Batch(Kind.ALERTS, keep_near(part, question.place)),))


SOURCE: Final = Source(
    name="gdacs",
    title="GDACS: world-wide disaster alerts",
    kinds=(Kind.ALERTS,),
    read=read,
    cadence_s=600.0,
    fresh_s=2 * S_PER_H,
    licence="free with attribution; see the site's disclaimer",
    attribution="Global Disaster Alert and Coordination System, GDACS",
    about_url="https://www.gdacs.org/feed_reference.aspx",
)
