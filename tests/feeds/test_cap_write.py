"""What is written is read back the same, and what CAP cannot carry is refused."""

import json
from dataclasses import replace

import numpy as np
import pytest

from dashboard.feeds.cap import parse_cap
from dashboard.feeds.cap_write import CapDraft, CapInfo, CapReference, write_cap
from dashboard.store.checking import Reading, check_records
from dashboard.store.kinds import KINDS, Kind
from risk_core.errors import InputError
from risk_core.hazards.rain.criteria import KOREA
from risk_core.state.situation import GeometryKind, Shape

SQUARE = np.array([[37.4, 126.9], [37.6, 126.9], [37.6, 127.1], [37.4, 127.1]])
HOLE = np.array([[37.45, 126.95], [37.5, 126.95], [37.5, 127.0], [37.45, 126.95]])
FAR = SQUARE + 1.0
AREA = Shape(GeometryKind.POLYGON, (SQUARE, HOLE, FAR))
KOREAN = CapInfo(
    "ko-KR", "호우 경보", "Met", "Immediate", "Severe", "Observed", 1_780_000_000.0, 1_780_010_800.0, "서울 동작구",
    headline="시간당 72mm <이상> & 침수", instruction="지하에서 나오십시오", shapes=(AREA,),
    geocodes=(("KMA", "L1100100"),),
)  # fmt: skip
ENGLISH = replace(KOREAN, language="en-US", event="Heavy rain warning", headline="", shapes=(), area_text="Dongjak-gu")
DRAFT = CapDraft("A-1", "city@example.org", 1_780_000_000.4, (KOREAN, ENGLISH), status="Actual")


def test_a_draft_is_read_back_as_it_was() -> None:
    part = parse_cap(write_cap(DRAFT, KOREA), "out.xml")
    assert part.faults == []
    checked = check_records(KINDS[Kind.ALERTS], part.records, Reading())
    assert checked.faults == []
    korean, english = checked.rows
    assert (korean["event"], english["event"]) == ("호우 경보", "Heavy rain warning")
    assert korean["headline"] == "시간당 72mm <이상> & 침수"
    assert (korean["sent_s"], korean["from_s"], korean["until_s"]) == (1.78e9, 1.78e9, 1_780_010_800.0)
    outline = json.loads(str(korean["geometry"]))
    assert outline["type"] == "MultiPolygon" and all(len(polygon) == 1 for polygon in outline["coordinates"])
    assert english["geometry"] is None


def test_what_nobody_released_is_a_draft() -> None:
    (record,) = parse_cap(write_cap(replace(DRAFT, infos=(KOREAN,), status="Draft")), "out.xml").records
    assert record["status"] == "Draft"
    assert CapDraft("a", "b", 0.0).status == "Draft"


def test_a_cancel_names_what_it_takes_back() -> None:
    cancel = CapDraft("A-2", "city@example.org", 1.78e9, status="Actual", message_type="Cancel",
                      references=(CapReference("city@example.org", "A-1", 1.78e9),))  # fmt: skip
    (record,) = parse_cap(write_cap(cancel), "out.xml").records
    assert record["referenced"].startswith("city@example.org,A-1,")


@pytest.mark.parametrize(
    ("draft", "named"),
    [
        (replace(DRAFT, status="Live"), "status"),
        (replace(DRAFT, identifier="a b"), "identifier"),
        (replace(DRAFT, sender=""), "sender"),
        (replace(DRAFT, message_type="Update"), "references"),
        (replace(DRAFT, infos=()), "infos"),
        (replace(DRAFT, infos=(replace(KOREAN, severity="Bad"),)), "severity"),
        (replace(DRAFT, infos=(replace(KOREAN, until_s=0.0),)), "until_s"),
        (replace(DRAFT, infos=(replace(KOREAN, until_s=float("nan")),)), "until_s"),
        (replace(DRAFT, infos=(replace(KOREAN, event=" "),)), "event"),
    ],
)
def test_what_cap_cannot_carry_is_refused(draft: CapDraft, named: str) -> None:
    with pytest.raises(InputError, match=named):
        write_cap(draft)
