"""Safety texts that coordinators approve: the words are checked and logged; sending stays with the broadcast system."""

from enum import StrEnum
from typing import Final

from dashboard.acts.desk import Desk
from dashboard.store.acts import Act, Deed
from risk_core.errors import Fault, raise_faults

SUBJECT: Final = "message"


class MessageKind(StrEnum):
    """Kinds of Korean cell broadcast that a city sends."""

    NOTICE = "notice"
    """안전안내문자: told beforehand, nobody is ordered away."""
    EMERGENCY = "emergency"
    """긴급재난문자: danger to life, orders to leave."""


MAX_LETTERS: Final = {MessageKind.NOTICE: 157, MessageKind.EMERGENCY: 90}
"""Letters a text takes, by kind.

Ministry of the Interior and Safety, announced 2025-10-30 (trial) and 2026-02-26 (whole country from October 2026):
157 instead of 90. Texts that order people to leave stay at 90, for some 223,000 phones made before 2019 cannot take a
longer one.
"""


def check_words(words: str, kind: MessageKind) -> str:
    r"""Words of a text on one line.

    Raises
    ------
    risk_core.errors.InputError
        When there are none, or more than `MAX_LETTERS` of the kind.

    Examples
    --------
    >>> check_words("  Stay away from streams.\n Go up. ", MessageKind.NOTICE)
    'Stay away from streams. Go up.'
    """
    plain, most = " ".join(words.split()), MAX_LETTERS[kind]
    faults = []
    if not 0 < len(plain) <= most:
        faults.append(Fault("words", f"{len(plain)} letters", f"1 to {most} letters", "Shorten the text."))
    raise_faults(faults)
    return plain


def approve(desk: Desk, area_id: str, words: str, kind: MessageKind, why: str = "") -> Act:
    """Approve a text; it stands in the log with who approved it. Nothing is sent.

    Raises
    ------
    risk_core.errors.InputError
        For words that do not fit; see `check_words`, and `Desk.coordinator` for who may.
    """
    person = desk.coordinator()
    plain = check_words(words, kind)
    simulated = desk.is_simulated(area_id, person)
    after = {"words": plain, "kind": str(kind), "simulated": simulated}
    return desk.log(person, Deed(area_id, SUBJECT, f"text-{int(desk.clock())}", "approve", why, None, after))
