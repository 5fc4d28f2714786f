"""One family of errors: each fault names the argument, its value, what is wanted and the remedy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input.

    Attributes
    ----------
    argument
        Name of the argument, option, column or field at fault.
    value
        What was found there, as text.
    wanted
        What is accepted.
    remedy
        What the reader can do about it.
    place
        Where it was found: file and record, or empty.
    """

    argument: str
    value: str
    wanted: str
    remedy: str
    place: str = ""

    def __str__(self) -> str:
        """One sentence, in the order place, argument, value, wanted, remedy."""
        place = f"{self.place}: " if self.place else ""
        return f"{place}{self.argument} is {self.value}; wanted {self.wanted}. {self.remedy}"


class AnsimgilError(Exception):
    """Base of every error a person may see; `code` picks its text in each language."""

    code: ClassVar[str] = "error"

    def __init__(self, *faults: Fault) -> None:
        self.faults: tuple[Fault, ...] = faults
        super().__init__("\n".join(str(fault) for fault in faults))


class InputError(AnsimgilError):
    """An input does not fit; all its faults at once."""

    code = "input"


class OutsideAreaError(InputError):
    """A point lies outside the area."""

    code = "outside_area"


class SwappedCoordinatesError(InputError):
    """A point lies outside the area, but with latitude and longitude swapped it lies inside."""

    code = "swapped_coordinates"


class UnreachableError(AnsimgilError):
    """No open way leads from the origin to the destination."""

    code = "unreachable"


class NotFoundError(AnsimgilError):
    """The thing asked for by name does not exist."""

    code = "not_found"


class UnavailableError(AnsimgilError):
    """The thing exists but cannot be served now, for example before the first snapshot."""

    code = "unavailable"


def raise_faults(faults: Sequence[Fault]) -> None:
    """Raise one `InputError` that carries every fault, or return when there is none.

    Examples
    --------
    >>> raise_faults([])
    """
    if faults:
        raise InputError(*faults)
