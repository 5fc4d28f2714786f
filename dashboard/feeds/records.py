"""Records as they come out of a file, and the names their columns go by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboard.store.kinds import KindSpec
from risk_core.errors import Fault, InputError, raise_faults

Record = dict[str, Any]


@dataclass(slots=True)
class Part:
    """Some records of a file.

    Attributes
    ----------
    records
        Fields by column name.
    places
        Where each stands, for example ``rain.csv:12``.
    faults
        What could not be made a record at all.
    n_refused
        How many records those were; a fault beside a record that was kept does not count.
    notes
        Defects that were read past, one line each.
    """

    records: list[Record] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    n_refused: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, record: Record, place: str) -> None:
        """Take one record."""
        self.records.append(record)
        self.places.append(place)

    def refuse(self, fault: Fault) -> None:
        """Leave one record out."""
        self.faults.append(fault)
        self.n_refused += 1


def read_column_map(spec: KindSpec, options: Sequence[str]) -> dict[str, str]:
    """Names of a file's columns, and what we call them, from options such as ``lat_deg=Y``.

    Parameters
    ----------
    spec
        The kind; ours may be any name its columns go by, so that ``speed_kt=WSPD`` also tells the unit.
    options
        ``OUR=THEIRS`` each.

    Returns
    -------
    dict
        Ours by theirs.

    Raises
    ------
    InputError
        For options without ``=`` and for names no column goes by; all at once.

    Examples
    --------
    >>> from dashboard.store.kinds import KINDS, Kind
    >>> read_column_map(KINDS[Kind.WIND], ["speed_kt=WSPD"])
    {'WSPD': 'speed_kt'}
    """
    known = {name for column in spec.columns for name in column.factors}
    found: dict[str, str] = {}
    faults = []
    for option in options:
        ours, sign, theirs = (part.strip() for part in option.partition("="))
        if not (sign and ours and theirs):
            faults.append(Fault("--map-column", repr(option), "OUR=THEIRS", "Write for example lat_deg=Y."))
        elif ours.lower() not in known:
            wanted = "one of " + ", ".join(column.name for column in spec.columns)
            faults.append(Fault("--map-column", repr(ours), wanted, f"See `ingest --help-columns {spec.kind}`."))
        else:
            found[theirs] = ours.lower()
    raise_faults(faults)
    return found


def rename_columns(names: Sequence[str], ours: Mapping[str, str], place: str) -> list[str]:
    """Names of a file's columns after the map; an unmapped column that bears a mapped name is set aside.

    Raises
    ------
    InputError
        When the map names columns the file has not, or the file has one name twice.
    """
    stripped = [name.strip() for name in names]
    faults = [
        Fault("--map-column", repr(theirs), "one of " + ", ".join(stripped[:50]), "Name a column of the file.", place)
        for theirs in ours
        if theirs not in stripped
    ]
    twice = sorted({name for name in stripped if name and stripped.count(name) > 1})
    faults += [Fault("column", repr(name), "each name once", "Rename one of them.", place) for name in twice]
    if faults:
        raise InputError(*faults)
    taken = set(ours.values())
    return [ours.get(name) or (f"{name} (unmapped)" if name.lower() in taken else name) for name in stripped]
