"""What a build kept, what it found wrong and where."""

import logging
from dataclasses import dataclass, field
from typing import Final

from risk_core.errors import Fault, InputError

LISTED_FAULTS: Final = 10_000
"""Faults a report keeps one by one; further ones are only counted, so that a broken country file stays readable."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class BuildReport:
    """Collects faults while sources are read. The only record of a build that grows.

    Attributes
    ----------
    faults
        Bad records, in the order met, at most `LISTED_FAULTS`.
    n_fault
        All bad records, listed or not.
    n_kept
        Good records by kind: ``streets``, ``districts``, ``shelters`` and so on.
    notes
        Sentences about the build that are no faults, for example an assumed coordinate system.

    Examples
    --------
    >>> report = BuildReport()
    >>> report.bad("shelters.csv, line 3", "capacity", "'many'", "a positive number of persons", "Kept, size unknown.")
    >>> report.kept("shelters", 12)
    >>> print(report.as_text())
    kept: 12 shelters
    found wrong: 1
      shelters.csv, line 3: capacity is 'many'; wanted a positive number of persons. Kept, size unknown.
    """

    faults: list[Fault] = field(default_factory=list)
    n_fault: int = 0
    n_kept: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def bad(self, place: str, argument: str, value: str, wanted: str, remedy: str) -> None:
        """Note one bad record: where it is, which field, what stands there, what is wanted, what to do."""
        self.n_fault += 1
        fault = Fault(argument, value, wanted, remedy, place)
        log.debug("%s", fault)
        if len(self.faults) < LISTED_FAULTS:
            self.faults.append(fault)

    def kept(self, kind: str, count: int) -> None:
        """Add to the number of good records of a kind."""
        self.n_kept[kind] = self.n_kept.get(kind, 0) + count

    def note(self, sentence: str) -> None:
        """Add a sentence about the build, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def refuse(self, place: str, argument: str, value: str, wanted: str, remedy: str) -> InputError:
        """Error for a source of which nothing can be used: this fault first, then what was found before it.

        Only faults of the same file follow, so that the message stays about one thing.
        """
        self.bad(place, argument, value, wanted, remedy)
        file = place.split(",", maxsplit=1)[0]
        earlier = [fault for fault in self.faults[:-1] if fault.place.split(",", maxsplit=1)[0] == file]
        return InputError(Fault(argument, value, wanted, remedy, place), *earlier[:20])

    def as_text(self) -> str:
        """Write the report as a person reads it."""
        kept = ", ".join(f"{count:,} {kind}" for kind, count in self.n_kept.items()) or "nothing"
        lines = [f"kept: {kept}"]
        lines += [f"note: {note}" for note in self.notes]
        lines.append(f"found wrong: {self.n_fault}")
        lines += [f"  {fault}" for fault in self.faults]
        if self.n_fault > len(self.faults):
            lines.append(f"  and {self.n_fault - len(self.faults):,} more of the same file or kind")
        return "\n".join(lines)
