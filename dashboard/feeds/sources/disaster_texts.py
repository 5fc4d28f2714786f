"""Korean disaster texts (긴급재난문자): the open service DSSP-IF-00247 of the disaster-safety data platform.

JSON with a list ``body`` of texts: ``SN`` number, ``CRT_DT`` when it was sent (``2026/08/05 20:30:00``, Korean time),
``MSG_CN`` text, ``RCPTN_RGN_NM`` districts it went to, set apart by commas, ``EMRG_STEP_NM`` (안전안내, 긴급재난,
위급재난), ``DST_SE_NM`` kind. Hazard, place and time are read out of the words (`dashboard.feeds.disaster_text`); a
text on an epidemic keeps only hazard, place and time. Texts for other places are left out.

After the service's description and public code; it cannot be tried without a key.
"""

import json
from datetime import UTC, datetime
from typing import Any, Final

from dashboard.feeds.live.kma_text import KOREA, KOREA_BOX
from dashboard.feeds.live.naming import names_place
from dashboard.feeds.live.source import Ask, Batch, Place, Question, Reading, Source, inside
from dashboard.feeds.records import Part
from dashboard.feeds.text_table import text_parts
from dashboard.store.kinds import Kind
from risk_core.errors import Fault, InputError
from risk_core.units import S_PER_DAY, S_PER_H

URL: Final = "https://www.safetydata.go.kr/V2/api/DSSP-IF-00247"
TYPES: Final = ("application/json", "text/json", "text/plain")
N_ROW: Final = 300
FIELDS: Final = {"MSG_CN": "message", "CRT_DT": "time", "RCPTN_RGN_NM": "locations"}
GOOD_CODE: Final = "00"
SEVERITY: Final = {"위급재난": ("Extreme", "Immediate"), "긴급재난": ("Severe", "Immediate")}
"""CAP severity and urgency of the steps that ring; 안전안내 keeps what its words say."""


def read(ask: Ask, question: Question) -> Reading:
    """Read the texts of today and yesterday that concern the area."""
    since = datetime.fromtimestamp(question.now_s - S_PER_DAY, UTC) + KOREA
    url = (
        f"{question.url or URL}?serviceKey={question.key}&returnType=json&pageNo=1&numOfRows={N_ROW}"
        f"&crtDt={since:%Y%m%d}"
    )
    return Reading((Batch(Kind.ALERTS, parse(ask(url, TYPES), question.place)),))


def parse(body: bytes, place: Place) -> Part:
    """Alerts of an answer.

    Raises
    ------
    InputError
        When it is no list of texts; the service says so with its own code for a wrong key.
    """
    try:
        told = json.loads(body)
        head, texts = told.get("header") or {}, told.get("body")
        if str(head.get("resultCode", GOOD_CODE)) != GOOD_CODE or not isinstance(texts, list | None):
            raise ValueError(head.get("resultCode"))
    except (ValueError, TypeError, AttributeError, RecursionError):
        remedy = "Check the key, and whether the service was applied for."
        raise InputError(Fault("answer", "no texts", "a list of texts", remedy, "safetydata")) from None
    part, steps = Part(), []
    for at, text in enumerate(texts or []):
        where = f"safetydata: text {at + 1}"
        if not isinstance(text, dict):
            part.refuse(Fault("text", "not readable", "a text with fields", "Tell the sender.", where))
            continue
        if not names_place(str(text.get("RCPTN_RGN_NM", "")), place):
            continue
        record = {ours: text.get(theirs) for theirs, ours in FIELDS.items()}
        record["time"] = str(record["time"] or "").replace("/", "-")
        part.add(record, where)
        steps.append(text)
    return _with_steps(part, steps)


def _with_steps(part: Part, texts: list[dict[str, Any]]) -> Part:
    """Records of alerts, with the step of the sending where it is a ringing one, and the sender's own number."""
    by_place = dict(zip(part.places, texts, strict=True))
    (out,) = text_parts(iter([part]))
    for record, where in zip(out.records, out.places, strict=True):
        text = by_place[where]
        step = SEVERITY.get(str(text.get("EMRG_STEP_NM", "")).strip())
        if step is not None:
            record["severity"], record["urgency"] = step
        if text.get("SN") is not None:
            record["identifier"] = f"SN{text['SN']}"
        if record["sender"] == "unknown":
            record["sender"] = "행정안전부"
    return out


SOURCE: Final = Source(
    name="disaster-texts",
    title="긴급재난문자 (Korean disaster texts)",
    kinds=(Kind.ALERTS,),
    read=read,
    cadence_s=60.0,
    fresh_s=S_PER_H / 4,
    licence="공공누리 제1유형 (KOGL type 1)",
    attribution="행정안전부 재난안전데이터공유플랫폼",
    about_url="https://www.safetydata.go.kr",
    key_setting="safetydata_key",
    covers=inside(*KOREA_BOX),
)
