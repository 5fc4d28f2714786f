"""Command `ingest`: observations from a file into the store."""

import argparse
import math
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dashboard.settings import Settings
from dashboard.store.intake import Intake, note_intake, refusals_of
from dashboard.store.kinds import KINDS, Kind, columns_as_markdown
from dashboard.store.refusal import RefusedError
from dashboard.store.times import read_utc_offset
from risk_core.errors import Fault, InputError, NotFoundError

EXIT_DONE: Final = 0
EXIT_NOTHING: Final = 2
SHOWN_REASONS: Final = 20
"""Different reasons shown."""

SHOWN_PLACES: Final = 3
"""Records shown of each reason; the others are counted."""

AHEAD_S: Final = 86_400.0
"""A day is refused that begins later than this after the receipt: east of here it may have begun."""


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


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser("ingest", help="take observations from a file into the store")
    parser.add_argument("kind", nargs="?", metavar="KIND", help="one of " + ", ".join(Kind))
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help=".csv, .csv.gz, .parquet, .geojson, .xml")
    parser.add_argument("--area", default=None, help="the area; the default area when left out")
    parser.add_argument("--source", default="file", help="who observed it; the same row of another source is another")
    parser.add_argument("--simulated", action="store_true", help="mark as drill data (연습)")
    parser.add_argument("--map-column", action="append", default=[], metavar="OUR=THEIRS", help="name of an odd column")
    parser.add_argument("--utc-offset", default=None, metavar="+09:00", help="offset of times that name none")
    zones = "alerts: GeoJSON table of zones, for areas named by code"
    parser.add_argument("--zones", type=Path, default=None, metavar="FILE", help=zones)
    parser.add_argument("--help-columns", nargs="?", const="all", default=None, metavar="KIND", help="show the columns")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Ingest one file, or show the columns of a kind; 2 when no record was accepted."""
    if args.help_columns is not None:
        kinds = tuple(Kind) if args.help_columns == "all" else (_kind(args.help_columns),)
        sys.stdout.write("\n".join(map(columns_as_markdown, kinds)))
        return EXIT_DONE
    if args.kind is None or args.file is None:
        remedy = "Write `ingest KIND FILE`, or see `ingest --help-columns KIND`."
        raise InputError(Fault("KIND FILE", "missing", "a kind and a file", remedy))
    summary = ingest_file(args, settings, time.time())
    sys.stdout.write(summary.as_text())
    return EXIT_DONE if summary.n_accepted else EXIT_NOTHING


def ingest_file(args: argparse.Namespace, settings: Settings, received_s: float) -> Summary:
    """Read a file part by part into the store of the settings.

    Raises
    ------
    InputError
        When an option or the file does not fit.
    NotFoundError
        When the area is not installed.
    """
    from dashboard.feeds.cap_zones import read_zones
    from dashboard.feeds.files import read_parts
    from dashboard.store.checking import Reading
    from dashboard.store.library import Library
    from dashboard.store.observations import ObservationStore

    kind = _kind(args.kind)
    area_id = args.area or settings.area
    bounds = _bounds_of(settings, area_id)
    districts = frozenset(one.district_id for one in Library(settings, marks_use=False).area(area_id).districts) or None
    is_dated = bool(KINDS[kind].vintage) and not args.simulated
    latest_s = received_s + AHEAD_S if is_dated else math.inf
    utc_offset_s = _utc_offset_s(args.utc_offset)
    zones = None if args.zones is None else read_zones(args.zones)
    store = ObservationStore(settings.database_url)
    summary = Summary()
    for part in read_parts(args.file, KINDS[kind], args.map_column, zones):
        reading = Reading(part.places, utc_offset_s, bounds, latest_s, districts)
        report = store.ingest(
            kind,
            area_id,
            part.records,
            source=args.source,
            simulated=args.simulated,
            received_s=received_s,
            reading=reading,
        )
        summary.n_new += report.n_new
        summary.n_changed += report.n_changed
        summary.n_same += report.n_same
        summary.n_refused += report.n_refused + part.n_refused
        summary.add_faults((*part.faults, *report.faults))
        summary.ignored |= dict.fromkeys(report.ignored)
        summary.notes += part.notes
    store.close()
    note_intake(settings.home, area_id, _intake(args, kind, summary, received_s))
    return summary


def _intake(args: argparse.Namespace, kind: Kind, summary: Summary, received_s: float) -> Intake:
    """What is remembered of the file."""
    return Intake(
        received_s=received_s,
        kind=str(kind),
        source=args.source,
        file=args.file.name,
        simulated=args.simulated,
        n_new=summary.n_new,
        n_changed=summary.n_changed,
        n_same=summary.n_same,
        n_refused=summary.n_refused,
        refusals=refusals_of(tuple(group) for group in summary.faults.values()),
    )


def _kind(word: str) -> Kind:
    try:
        return Kind(word.lower())
    except ValueError:
        raise InputError(Fault("KIND", repr(word), "one of " + ", ".join(Kind), "Choose one of these.")) from None


def _bounds_of(settings: Settings, area_id: str) -> tuple[float, float, float, float]:
    """Box of an installed area, by which swapped coordinates are found."""
    from dashboard.store.bundles import list_bundles

    installed = {info.area_id: info for info in list_bundles(settings.home)}
    if area_id not in installed:
        wanted = "one of " + ", ".join(installed) if installed else "an installed area"
        raise NotFoundError(Fault("--area", repr(area_id), wanted, "See `python -m dashboard area list`."))
    return installed[area_id].bounds


def _utc_offset_s(word: str | None) -> float | None:
    try:
        return None if word is None else read_utc_offset(word)
    except RefusedError as refused:
        raise InputError(Fault("--utc-offset", repr(word), refused.wanted, refused.remedy)) from None
