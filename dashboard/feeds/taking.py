"""The one door of files: what the command `ingest` and the page of sources take in goes through here."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dashboard.feeds.files import read_parts
from dashboard.store.checking import Reading, Row, check_records, layout_of
from dashboard.store.columns import Column
from dashboard.store.intake import Intake, note_intake, refusals_of
from dashboard.store.journal import Journal
from dashboard.store.kinds import KINDS, Kind, KindSpec
from risk_core.errors import Fault
from risk_core.state.area import Area

if TYPE_CHECKING:
    from dashboard.feeds.cap_zones import ZoneTable
    from dashboard.feeds.records import Part
    from dashboard.store.observations import ObservationStore

SHOWN_REASONS: Final = 20
"""Different reasons shown."""

SHOWN_PLACES: Final = 3
"""Records shown of each reason; the others are counted."""

N_SAMPLE: Final = 5
"""Rows a preview shows as they were understood."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class FileIntake:
    """A file to take in.

    Attributes
    ----------
    kind, area_id
        What its records are, and where.
    path
        The file; the end of its name tells its form.
    source
        Who observed it.
    simulated
        Whether it belongs to a drill.
    column_map
        ``OUR=THEIRS`` each.
    utc_offset_s
        Offset of times that name none; None refuses them.
    bounds
        Box of the area, by which swapped coordinates are found.
    zones
        Outlines of areas that alerts name by code.
    districts
        Codes of the area's districts, others are refused; None takes any.
    latest_s
        Records whose time lies later are refused, unix seconds.
    """

    kind: Kind
    area_id: str
    path: Path
    source: str
    simulated: bool = False
    column_map: tuple[str, ...] = ()
    utc_offset_s: float | None = None
    bounds: Box | None = None
    zones: "ZoneTable | None" = None
    districts: frozenset[str] | None = None
    latest_s: float = math.inf


@dataclass(slots=True)
class Summary:
    """What came of a file."""

    n_new: int = 0
    n_changed: int = 0
    n_same: int = 0
    n_refused: int = 0
    faults: dict[tuple[str, str, str], list[Fault]] = field(default_factory=dict)
    ignored: dict[str, None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def n_accepted(self) -> int:
        """Rows that fit."""
        return self.n_new + self.n_changed + self.n_same

    def add_faults(self, faults: Iterable[Fault]) -> None:
        """Group faults of the same column and reason; only the first few of each are kept."""
        for fault in faults:
            group = self.faults.setdefault((fault.argument, fault.wanted, fault.remedy), [])
            if len(group) < SHOWN_PLACES:
                group.append(fault)

    def as_text(self) -> str:
        """Return the counts, then why records were refused, then what was not used."""
        lines = [
            f"new {self.n_new}, changed {self.n_changed}, already known {self.n_same}, refused {self.n_refused}",
            *self.notes,
        ]
        shown = [fault for group in list(self.faults.values())[:SHOWN_REASONS] for fault in group]
        lines += [str(fault) for fault in shown]
        n_more = self.n_refused - len({fault.place for fault in shown})
        lines += [f"... and {n_more} more records refused"] if n_more > 0 else []
        if self.ignored:
            lines.append("columns not used: " + ", ".join(self.ignored))
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """A column of a file: its name there, the column it fills, and the factor to that column's unit."""

    theirs: str
    column: Column
    factor: float


@dataclass(slots=True)
class Preview:
    """What would come of a file, with nothing stored.

    Attributes
    ----------
    columns
        Columns recognised, in the order of the file.
    names
        Every column of the file, as it is named there.
    sample
        The first rows as they were understood.
    n_fit
        Rows that fit.
    summary
        What was refused, and columns not used.
    """

    columns: tuple[ColumnRead, ...] = ()
    names: tuple[str, ...] = ()
    sample: list[Row] = field(default_factory=list)
    n_fit: int = 0
    summary: Summary = field(default_factory=Summary)


def preview_file(intake: FileIntake) -> Preview:
    """Read and check a whole file as `take_file` does, and store nothing.

    Raises
    ------
    InputError
        When the file does not fit at all.
    """
    spec, preview = KINDS[intake.kind], Preview()
    for part in _parts(intake):
        checked = check_records(spec, part.records, _reading(intake, part))
        if not preview.names and part.records:
            _look_at_columns(preview, spec, intake, tuple(part.records[0]))
        preview.sample += checked.rows[: N_SAMPLE - len(preview.sample)]
        preview.n_fit += len(checked.rows)
        preview.summary.n_refused += checked.n_refused + part.n_refused
        preview.summary.add_faults((*part.faults, *checked.faults))
        preview.summary.ignored |= dict.fromkeys(checked.ignored)
        preview.summary.notes += part.notes
    return preview


def take_file(
    store: "ObservationStore", home: Path, intake: FileIntake, received_s: float, journal: Journal | None = None
) -> Summary:
    """Read a file part by part into the store, and remember what came of it.

    Parameters
    ----------
    store
        Where the rows go.
    home
        Folder of the record of files.
    intake
        The file.
    received_s
        When it came in, unix seconds.
    journal
        Notes what changed, so that it can be taken back; None to note nothing.

    Raises
    ------
    InputError
        When the file does not fit.
    """
    summary = Summary()
    for part in _parts(intake):
        report = store.ingest(
            intake.kind,
            intake.area_id,
            part.records,
            source=intake.source,
            simulated=intake.simulated,
            received_s=received_s,
            reading=_reading(intake, part),
            journal=journal,
        )
        summary.n_new += report.n_new
        summary.n_changed += report.n_changed
        summary.n_same += report.n_same
        summary.n_refused += report.n_refused + part.n_refused
        summary.add_faults((*part.faults, *report.faults))
        summary.ignored |= dict.fromkeys(report.ignored)
        summary.notes += part.notes
    note_intake(home, intake.area_id, _remembered(intake, summary, received_s))
    return summary


def _look_at_columns(preview: Preview, spec: KindSpec, intake: FileIntake, names: tuple[str, ...]) -> None:
    """Note which columns of a file fill which of ours; those that were mapped under the file's own name."""
    theirs = {ours.strip(): name.strip() for ours, _, name in (one.partition("=") for one in intake.column_map)}
    layout, _ = layout_of(spec, names)
    place = {name: k for k, name in enumerate(names)}
    found = sorted(layout, key=lambda one: place[one[0]])
    preview.columns = tuple(ColumnRead(theirs.get(name, name), column, factor) for name, column, factor in found)
    preview.names = tuple(theirs.get(name, name).removesuffix(" (unmapped)") for name in names)


def _parts(intake: FileIntake) -> "Iterator[Part]":
    return read_parts(intake.path, KINDS[intake.kind], intake.column_map, intake.zones)


def codes_of(area: Area) -> frozenset[str] | None:
    """Codes of an area's districts; None where it has none."""
    return frozenset(district.district_id for district in area.districts) or None


def _reading(intake: FileIntake, part: "Part") -> Reading:
    places: Sequence[str] = part.places
    return Reading(places, intake.utc_offset_s, intake.bounds, intake.latest_s, intake.districts)


def _remembered(intake: FileIntake, summary: Summary, received_s: float) -> Intake:
    """What is remembered of the file."""
    return Intake(
        received_s=received_s,
        kind=str(intake.kind),
        source=intake.source,
        file=intake.path.name,
        simulated=intake.simulated,
        n_new=summary.n_new,
        n_changed=summary.n_changed,
        n_same=summary.n_same,
        n_refused=summary.n_refused,
        refusals=refusals_of(tuple(group) for group in summary.faults.values()),
    )
