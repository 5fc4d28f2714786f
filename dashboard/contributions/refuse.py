"""What no contribution may hold: fields nobody knows, and words that may name a device or a person."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dashboard.store.kinds import KindSpec
from risk_core.errors import Fault, raise_faults

MAX_WORD: Final = 80
DEVICE_WORDS: Final = (
    ("a UUID", re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)),
    ("a MAC address", re.compile(r"([0-9a-f]{2}[:-]){5}[0-9a-f]{2}", re.IGNORECASE)),
    ("a number of 14 digits or more", re.compile(r"\D*\d{14,}\D*")),
    ("a telephone number", re.compile(r"\+?\d{2,4}[- ]\d{3,4}[- ]\d{4}")),
    ("an e-mail address", re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")),
    ("a hash", re.compile(r"[0-9a-f]{32,}", re.IGNORECASE)),
)
"""Forms of words that name a phone, its owner, or stand for them."""
ANY_DEVICE: Final = re.compile("|".join(f"(?:{form.pattern})" for _, form in DEVICE_WORDS), re.IGNORECASE)
OUTLINES: Final = ("geometry", "wkt", "geojson", "geom")


def check_fields(spec: KindSpec, records: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a whole batch that holds anything beyond the columns of its kind, or what looks like an identifier.

    Raises
    ------
    InputError
        Naming the fields and what their words look like, never the words themselves.
    """
    known = {name for column in spec.columns for name in (column.name, *column.factors)}
    unknown = sorted({name for record in records for name in record} - known)
    remedy = "Leave it out: only sums over many people are taken, never devices, persons or their ids."
    wanted = "columns of " + spec.kind + ": " + ", ".join(column.name for column in spec.columns)
    faults = [Fault(str(name)[:40], "not a column", wanted, remedy) for name in unknown[:20]]
    seen: dict[tuple[str, str], Fault] = {}
    for position, record in enumerate(records):
        for name, value in record.items():
            told = None if name in OUTLINES else looks_like(value)
            if told is not None and (name, told) not in seen:
                seen[name, told] = Fault(
                    name, told, "a word for a place or a station", remedy, f"record {position + 1}"
                )
    raise_faults([*faults, *list(seen.values())[:20]])


def looks_like(value: Any) -> str | None:
    """What a value looks like that no contribution may hold; None for all others.

    Examples
    --------
    >>> looks_like("3f2504e0-4f89-41d3-9a0c-0305e82c3301"), looks_like("490154203237518"), looks_like("11140550")
    ('a UUID', 'a number of 14 digits or more', None)
    >>> looks_like("r12c40"), looks_like("2026-08-05T10:00:00+09:00"), looks_like(["a"])
    (None, None, 'a list or an object')
    """
    if isinstance(value, list | dict):
        return "a list or an object"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**13:
        return "a number of 14 digits or more"
    if not isinstance(value, str):
        return None
    if len(value) > MAX_WORD:
        return f"longer than {MAX_WORD} characters"
    word = value.strip()
    if ANY_DEVICE.fullmatch(word) is None:
        return None
    return next(name for name, form in DEVICE_WORDS if form.fullmatch(word))
