"""Command `ingest`: observations from a file into the store."""

import argparse
import math
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dashboard.settings import Settings
from dashboard.store.kinds import KINDS, Kind, columns_as_markdown
from dashboard.store.refusal import RefusedError
from dashboard.store.times import read_utc_offset
from risk_core.errors import Fault, InputError, NotFoundError

if TYPE_CHECKING:
    from dashboard.feeds.taking import Summary

EXIT_DONE: Final = 0
EXIT_NOTHING: Final = 2
AHEAD_S: Final = 86_400.0
"""A day is refused that begins later than this after the receipt: east of here it may have begun."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser("ingest", help="take observations from a file into the store")
    parser.add_argument("kind", nargs="?", metavar="KIND", help="one of " + ", ".join(Kind))
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help=".csv, .csv.gz, .xlsx, .parquet, .geojson, .xml"
    )
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


def ingest_file(args: argparse.Namespace, settings: Settings, received_s: float) -> "Summary":
    """Read a file part by part into the store of the settings.

    Raises
    ------
    InputError
        When an option or the file does not fit.
    NotFoundError
        When the area is not installed.
    """
    from dashboard.feeds.cap_zones import read_zones
    from dashboard.feeds.taking import FileIntake, codes_of, take_file
    from dashboard.store.bundles import district_outlines
    from dashboard.store.library import Library
    from dashboard.store.observations import ObservationStore

    kind, area_id = _kind(args.kind), args.area or settings.area
    intake = FileIntake(
        kind=kind,
        area_id=area_id,
        path=args.file,
        source=args.source,
        simulated=args.simulated,
        column_map=tuple(args.map_column),
        utc_offset_s=_utc_offset_s(args.utc_offset),
        bounds=_bounds_of(settings, area_id),
        zones=None if args.zones is None else read_zones(args.zones, district_outlines(settings.home, area_id)),
        districts=codes_of(Library(settings, marks_use=False).area(area_id)),
        latest_s=math.inf if args.simulated or not KINDS[kind].vintage else received_s + AHEAD_S,
    )
    store = ObservationStore(settings.database_url)
    summary = take_file(store, settings.home, intake, received_s)
    store.close()
    return summary


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
