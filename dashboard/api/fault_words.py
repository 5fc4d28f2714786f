"""What is wrong with a request in the words of its reader, every bound named; places in them only coarsely."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from dashboard.i18n import has_text, text
from risk_core.errors import Fault

MAX_FAULTS: Final = 20
MAX_VALUE_LENGTH: Final = 80


class FaultBody(BaseModel):
    """One thing wrong with a request."""

    argument: str
    value: str
    wanted: str
    remedy: str


@dataclass(frozen=True, slots=True)
class ToldFault(Fault):
    """A fault that is in the reader's language already.

    Attributes
    ----------
    is_too_much
        Whether a bound was passed upwards, whatever the language says.
    """

    is_too_much: bool = False


def is_too_much(fault: Fault) -> bool:
    """Whether more was asked for than may be."""
    return fault.is_too_much if isinstance(fault, ToldFault) else "at most" in fault.wanted or "pairs" in fault.wanted


def fault_body(fault: Fault, code: str, lang: str) -> FaultBody:
    """Say a fault in a language; where there are no words for it, in its own English ones."""
    argument = fault.argument.rpartition(".")[2]
    wanted, remedy = fault.wanted, fault.remedy
    value = fault.value[1:-1] if re.fullmatch(r"'[^']*'", fault.value) else fault.value
    is_told = lang == "en" or isinstance(fault, ToldFault)
    if not is_told:
        bound = bound_words(fault.wanted, lang)
        topics = (code, argument, "bound") if bound else (*TOPICS_OF_WANTED.get(fault.wanted, ()), code, argument)
        topic = next((one for one in topics if has_text(f"fault.{one}.wanted", lang)), "")
        if topic:
            wanted, remedy = text(f"fault.{topic}.wanted", lang), text(f"fault.{topic}.remedy", lang)
        wanted = bound or wanted
    return FaultBody(argument=fault.argument, value=coarse(value), wanted=wanted, remedy=coarse(remedy))


TOPICS_OF_WANTED: Final[Mapping[str, tuple[str, ...]]] = {
    "a time with its offset from UTC": ("offset",),
    "seconds from now, or an RFC 3339 time with its offset": ("arrive_by",),
}
"""Topics of what the door itself wants, whatever the argument."""
BOUNDS: Final = (
    (re.compile(r"at most (?P<n>[\d,]+)(?: (?P<unit>.+))?"), "most"),
    (re.compile(r"(?P<low>\d+) to (?P<n>[\d,]+) (?P<unit>pairs|records|days|letters)"), "from_to"),
    (re.compile(r"a whole number (?P<low>\d+)\.\.(?P<n>\d+)"), "whole"),
    (
        re.compile(r"seconds from now (?P<low>[\d.-]+?)\.\.(?P<n>[\d.]+), or a time (?P<from_>\S+?)\.\.(?P<until>\S+)"),
        "moment",
    ),
)
"""Bounds as the core tells them, and the topic of their words under ``fault``."""


def bound_words(wanted: str, lang: str) -> str:
    """Name a bound of the core's in another language, its numbers kept; empty where none of a known form is told.

    Examples
    --------
    >>> bound_words("at most 100000 cells", "ko"), bound_words("a point", "ko")
    ('최대 100000칸', '')
    """
    for form, topic in BOUNDS:
        if match := form.fullmatch(wanted):
            parts = {name: value for name, value in match.groupdict().items() if value is not None}
            key = f"fault.{topic}.{parts.pop('unit', 'entries').replace(' ', '_')}"
            return text(key, lang, **parts) if has_text(key, lang) else ""
    return ""


def faults_of_validation(error: ValidationError, lang: str) -> list[ToldFault]:
    """Every field at fault, with what it should be."""
    found = error.errors(include_url=False)
    inner = {one["loc"][:n] for one in found for n in range(len(one["loc"]))}
    # Of a list whose entries are at fault pydantic says as well that it is too short.
    told = [one for one in found if one["type"] != "too_short" or one["loc"] not in inner]
    return [_told(one, lang) for one in told[:MAX_FAULTS]]


def value_text(value: Any) -> str:
    """Short text of a value from outside; what is inside a container is not shown."""
    match value:
        case str():
            shown = value
        case bool():
            shown = str(value).lower()
        case None:
            shown = "null"
        case dict():
            shown = "{…}"
        case list() | tuple():
            shown = "[…]"
        case _:
            shown = repr(value)
    return shown if len(shown) <= MAX_VALUE_LENGTH else shown[:MAX_VALUE_LENGTH] + "…"


def _told(one: Mapping[str, Any], lang: str) -> ToldFault:
    words = [str(part)[:MAX_VALUE_LENGTH] for part in one["loc"]]
    argument = ".".join(words) or "body"
    named = next((part for part in reversed(one["loc"]) if isinstance(part, str)), "body")
    value = text("fault.nothing", lang) if one["type"] == "missing" else value_text(one["input"])
    topic = named if has_text(f"fault.{named}.wanted", lang) and one["type"] != "extra_forbidden" else "unknown"
    topic = TIME if one["type"] == TIME else topic
    bound, remedy = limit_words(one, lang), text(f"fault.{topic}.remedy", lang)
    wanted = bound or text(f"fault.{topic}.wanted", lang)
    if topic == "unknown":
        if bound:
            remedy = text("fault.limit.remedy", lang)
        elif kind := KINDS_OF_VALUE.get(one["type"], ""):
            wanted, remedy = text(f"fault.value.{kind}", lang), text("fault.value.remedy", lang)
    told = argument, value, wanted, remedy
    return ToldFault(*told, is_too_much=one["type"] in TOO_MUCH)


KINDS_OF_VALUE: Final[Mapping[str, str]] = {
    "list_type": "list",
    "tuple_type": "list",
    "string_type": "letters",
    "int_type": "whole",
    "int_parsing": "whole",
    "int_from_float": "whole",
    "float_type": "number",
    "float_parsing": "number",
    "bool_type": "yes_no",
    "bool_parsing": "yes_no",
    "model_type": "object",
    "model_attributes_type": "object",
    "dict_type": "object",
}
"""Kinds of pydantic's errors that are about the kind of a value, and what is wanted then."""
TIME: Final = "act_time"
"""Kind of error of a time that officials give, and the topic of its words."""
LIMITS: Final[Mapping[str, tuple[str, str]]] = {
    "too_long": ("most_entries", "max_length"),
    "too_short": ("least_entries", "min_length"),
    "string_too_long": ("most_letters", "max_length"),
    "string_too_short": ("least_letters", "min_length"),
    "greater_than": ("above", "gt"),
    "greater_than_equal": ("least", "ge"),
    "less_than": ("below", "lt"),
    "less_than_equal": ("most", "le"),
    "literal_error": ("one_of", "expected"),
    "enum": ("one_of", "expected"),
}
"""Words of a bound that was passed, and where pydantic tells the bound, by kind of its error."""
TOO_MUCH: Final = ("too_long", "string_too_long", "less_than", "less_than_equal")
"""Kinds of error where it was passed upwards."""


def limit_words(one: Mapping[str, Any], lang: str) -> str:
    """Name the bound that a value has passed; empty where it is about something else."""
    words, name = LIMITS.get(one["type"], ("", ""))
    bound = one.get("ctx", {}).get(name) if words else None
    if bound is None:
        return ""
    told = f"{bound:,}" if isinstance(bound, int) else f"{bound:g}" if isinstance(bound, float) else str(bound)
    return text(f"fault.limit.{words}", lang, n=told)


_FINE: Final = re.compile(r"(-?\d+\.\d{2})\d+")


def coarse(words: str) -> str:
    """Words without the fine digits of numbers: a refusal repeats no place more closely than a kilometre.

    Examples
    --------
    >>> coarse("37.566291,126.977969"), coarse("0.5 and 12")
    ('37.56…,126.97…', '0.5 and 12')
    """
    return _FINE.sub(r"\1…", words)
