"""Safety texts that coordinators approve: the words are checked and logged; sending stays with the broadcast system."""

from typing import Final

from dashboard.acts.desk import Desk
from dashboard.store.acts import Act, Deed
from risk_core.errors import Fault, raise_faults

SUBJECT: Final = "message"
MAX_LETTERS: Final = 90
"""Letters a Korean cell broadcast about leaving takes.

Orders to leave keep 90 letters because phones from before 2019 cannot take more; other texts may have 157 in trial
districts since 2025-10-31 and in the whole country as planned from October 2026 (Ministry of the Interior and Safety,
reported by Financial News of 2025-10-30 and Asia Economy of 2026-02-26). The shorter length reaches every phone.
"""


def check_words(words: str) -> str:
    r"""Words of a text on one line.

    Raises
    ------
    risk_core.errors.InputError
        When there are none, or more than `MAX_LETTERS` letters.

    Examples
    --------
    >>> check_words("  Stay away from streams.\\n Go up. ")
    'Stay away from streams. Go up.'
    """
    plain = " ".join(words.split())
    faults = []
    if not 0 < len(plain) <= MAX_LETTERS:
        faults.append(Fault("words", f"{len(plain)} letters", f"1 to {MAX_LETTERS} letters", "Shorten the text."))
    raise_faults(faults)
    return plain


def approve(desk: Desk, area_id: str, words: str, why: str = "") -> Act:
    """Approve a text; it stands in the log with who approved it. Nothing is sent.

    Raises
    ------
    risk_core.errors.InputError
        For words that do not fit; see `check_words`, and `Desk.coordinator` for who may.
    """
    person = desk.coordinator()
    plain = check_words(words)
    simulated = desk.is_simulated(area_id, person)
    after = {"words": plain, "simulated": simulated}
    return desk.log(person, Deed(area_id, SUBJECT, f"text-{int(desk.clock())}", "approve", why, None, after))
