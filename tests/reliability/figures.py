"""What a row of the table hands back, and how it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Plan:
    """How a row is measured: where it may write, its seed, and whether in the short form of the tests."""

    folder: Path
    seed: int = 20_220_808
    is_short: bool = True

    def pick(self, short, long):
        """Give one of two sizes."""
        return short if self.is_short else long


@dataclass
class Figures:
    """What came out.

    Attributes
    ----------
    values
        Figures by name; the unit is the ending.
    failed
        What must never happen and did, in words; holds in the short form too.
    missed
        Targets of time and rate that were not reached; they depend on the machine and on who else uses it.
    """

    values: Mapping[str, object]
    failed: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
