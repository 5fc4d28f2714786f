"""The command `area`: build, fetch, list, show and remove areas."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dashboard.areas.columns import describe_columns, parse_column_map
from dashboard.settings import Settings
from dashboard.store.bundles import bundle_path, list_bundles, read_bundle_manifest, read_report, remove_bundle
from risk_core.errors import Fault, InputError, NotFoundError

if TYPE_CHECKING:
    from dashboard.areas.request import Bounds, BuiltArea

FILES: Final[Mapping[str, str]] = {
    "districts": "districts with outlines: GeoJSON, GeoPackage or GeoParquet",
    "population": "residents by position, outline or district: CSV, GeoJSON, GeoPackage or GeoParquet",
    "shelters": "shelters: CSV, GeoJSON, GeoPackage or GeoParquet",
    "places": "hospitals, schools, stations: likewise",
    "elevation": "ground heights: GeoTIFF in any coordinate system",
}
SHOWN_FAULTS: Final = 5
Run = Callable[[argparse.Namespace, Settings], int]


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser of the program."""
    area = subparsers.add_parser("area", help="build, fetch, list, show or remove areas")
    verbs = area.add_subparsers(title="verbs", metavar="VERB", required=True)
    _add_build(verbs)
    _add_fetch(verbs)
    one = verbs.add_parser("list", help="installed areas")
    one.set_defaults(run=list_areas)
    one = verbs.add_parser("show", help="what an area holds, where it comes from and what its build found wrong")
    one.add_argument("name", metavar="NAME")
    one.add_argument("--json", action="store_true", help="print the manifest")
    one.set_defaults(run=show)
    one = verbs.add_parser("remove", help="remove an installed area")
    one.add_argument("name", metavar="NAME")
    one.add_argument("--yes", action="store_true", help="do not ask")
    one.set_defaults(run=remove)


def _add_build(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    one = verbs.add_parser(
        "build",
        help="build an area from files",
        epilog=describe_columns(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    one.add_argument("name", metavar="NAME", help="its name in URLs and commands, such as my-city")
    one.add_argument("--streets", type=Path, metavar="FILE", help=".osm.pbf, .osm, .graphml, or edges .geojson / .gpkg")
    one.add_argument("--name-ko", default="", help="Korean name shown")
    one.add_argument("--name-en", default="", help="English name shown")
    _add_common(one)
    one.set_defaults(run=build)


def _add_fetch(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    one = verbs.add_parser(
        "fetch",
        help="download a city's streets from OpenStreetMap extracts and build it; leaves this machine, after asking",
    )
    one.add_argument("place", metavar="PLACE", help="name of a place, such as Seoul, 수원시 or Andorra")
    one.add_argument("--id", default="", metavar="NAME", help="name of the area; made of the place's where missing")
    one.add_argument("--yes", action="store_true", help="do not ask before downloading")
    one.add_argument("--publisher", choices=("geofabrik", "bbbike"), default="geofabrik", help="whose extracts")
    one.add_argument("--base-url", default="", metavar="URL", help="a mirror of the publisher's files")
    _add_common(one)
    one.set_defaults(run=fetch)


def _add_common(one: argparse.ArgumentParser) -> None:
    for name, about in FILES.items():
        one.add_argument(f"--{name}", type=Path, metavar="FILE", help=about)
    one.add_argument("--cell-m", type=float, default=50.0, metavar="M", help="cell size of the grid, metres")
    one.add_argument("--bbox", metavar="W,S,E,N", help="box to clip to, degrees; write --bbox=W,S,E,N")
    one.add_argument(
        "--map-column", action="append", default=[], metavar="OUR=THEIRS", help="name of a column in a file, repeatable"
    )


def parse_bbox(word: str | None) -> "Bounds | None":
    """Box of an option, None when it is not given.

    Raises
    ------
    InputError
        For anything but four numbers west < east, south < north, in degrees.

    Examples
    --------
    >>> parse_bbox("126.9,37.5,127.0,37.6")
    (126.9, 37.5, 127.0, 37.6)
    """
    if word is None:
        return None
    wanted = "WEST,SOUTH,EAST,NORTH in degrees, west < east and south < north"
    remedy = "Write for example --bbox=126.95,37.54,127.01,37.59."
    try:
        west, south, east, north = (float(part) for part in word.split(","))
    except ValueError as error:
        raise InputError(Fault("--bbox", repr(word), wanted, remedy)) from error
    if not (-180 <= west < east <= 180 and -90 < south < north < 90):
        raise InputError(Fault("--bbox", repr(word), wanted, remedy))
    return west, south, east, north


def build(args: argparse.Namespace, settings: Settings) -> int:
    """Run `area build`."""
    from dashboard.areas.build import build_area
    from dashboard.areas.request import BuildRequest

    request = BuildRequest(
        area_id=args.name,
        streets=args.streets,
        **_files(args),
        cell_m=args.cell_m,
        bounds=parse_bbox(args.bbox),
        columns=parse_column_map(args.map_column),
        name_ko=args.name_ko,
        name_en=args.name_en,
        built_at_s=time.time(),
    )
    return _finish(build_area(request, settings.home, say_step))


def _files(args: argparse.Namespace) -> dict[str, Any]:
    return {name: getattr(args, name) for name in FILES if getattr(args, name) is not None}


def fetch(args: argparse.Namespace, settings: Settings) -> int:
    """Run `area fetch`."""
    from dashboard.areas.download import Downloader
    from dashboard.areas.fetch import FetchRequest, plan_fetch, run_fetch

    request = FetchRequest(
        place=args.place,
        bounds=parse_bbox(args.bbox),
        area_id=args.id,
        publisher=args.publisher,
        base_url=args.base_url,
        cell_m=args.cell_m,
        files=_files(args),
        columns=parse_column_map(args.map_column),
        built_at_s=time.time(),
    )
    downloader = Downloader(wait=time.sleep, allow_http=bool(args.base_url))
    plan = plan_fetch(request, settings.home, downloader)
    west, south, east, north = plan.place.bounds
    sys.stderr.write(
        f"{plan.place.name_ko} ({plan.place.name_en}): west {west:.4f}, south {south:.4f}, "
        f"east {east:.4f}, north {north:.4f}\n"
        f"{plan.extract.name}: {plan.remote.n_byte / 1e6:,.1f} MB from {plan.remote.url}\n"
    )
    if not args.yes and not _is_agreed("Download it?"):
        return 1
    return _finish(run_fetch(plan, request, settings.home, downloader, say_bytes, say_step))


def say_step(name: str, share: float) -> None:
    """One line of progress on stderr."""
    sys.stderr.write(f"[{share:4.0%}] {name}\n")
    sys.stderr.flush()


def say_bytes(had: int, total: int) -> None:
    """Progress of a download on stderr: one line that is written over, or a line a tenth where nobody watches."""
    line = f"downloaded {had / 1e6:,.1f} of {total / 1e6:,.1f} MB ({had / total:.0%})"
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{line}" + ("\n" if had == total else ""))
    elif had == total:
        sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _is_agreed(question: str) -> bool:
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() in ("y", "yes", "예", "네"):
        return True
    sys.stderr.write("Nothing was done; --yes answers beforehand.\n")
    return False


def _finish(built: "BuiltArea") -> int:
    """Say what was built, and the first things found wrong."""
    area, report = built.area, built.report
    for fault in report.faults[:SHOWN_FAULTS]:
        sys.stderr.write(f"{fault}\n")
    if report.n_fault > SHOWN_FAULTS:
        more = report.n_fault - SHOWN_FAULTS
        sys.stderr.write(f"and {more:,} more: `python -m dashboard area show {area.area_id}`\n")
    n_street = 0 if area.network is None else area.network.n_street
    sys.stdout.write(
        f"{area.area_id} is ready: {n_street:,} streets, {area.population.sum(dtype=float):,.0f} people, "
        f"{len(area.districts):,} districts, {len(area.places):,} places, "
        f"{area.grid.n_row} x {area.grid.n_col} cells of {area.grid.cell_m:g} m\n"
        f"See it: python -m dashboard serve --area {area.area_id}\n"
    )
    return 0


def list_areas(args: argparse.Namespace, settings: Settings) -> int:
    """Run `area list`."""
    for info in list_bundles(settings.home):
        if info.fault:
            sys.stdout.write(f"{info.area_id:<20} unusable: {info.fault}\n")
            continue
        built = datetime.fromtimestamp(info.built_at_s, UTC).strftime("%Y-%m-%d")
        sample = " (sample)" if info.is_sample and "sample" not in info.name_en else ""
        sys.stdout.write(
            f"{info.area_id:<20} {info.n_street:>9,} streets {info.n_byte / 1e6:>8,.1f} MB  built {built}  "
            f"{info.name_ko} / {info.name_en}{sample}\n"
        )
    return 0


def show(args: argparse.Namespace, settings: Settings) -> int:
    """Run `area show`."""
    path = bundle_path(settings.home, args.name)
    manifest = read_bundle_manifest(path)
    if args.json:
        strict = json.loads(json.dumps(manifest), parse_constant=lambda _: None)
        sys.stdout.write(json.dumps(strict, ensure_ascii=False, indent=1) + "\n")
        return 0
    grid, counts = manifest["grid"], manifest["counts"]
    built = datetime.fromtimestamp(manifest["built_at_s"], UTC).strftime("%Y-%m-%d %H:%M UTC")
    lines = [
        f"{manifest['name_ko']} / {manifest['name_en']} ({manifest['scale']})",
        f"built {built}, content {manifest['content_hash'][:12]}, in {path}",
        f"grid {grid['n_row']} x {grid['n_col']} cells of {grid['cell_m']:g} m, EPSG:4326",
        f"{counts['n_street']:,} streets, {counts['n_edge']:,} directed edges, {counts['n_node']:,} junctions",
        f"{counts['n_person']:,.0f} people, {len(manifest['districts']):,} districts",
        f"{len(manifest['places']):,} places",
        *(f"source: {one['name']} {one['licence']} {one['attribution']}".rstrip() for one in manifest["sources"]),
        read_report(path).rstrip(),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def remove(args: argparse.Namespace, settings: Settings) -> int:
    """Run `area remove`."""
    if not any(info.area_id == args.name for info in list_bundles(settings.home)):
        remedy = "`python -m dashboard area list` shows them."
        raise NotFoundError(Fault("area", repr(args.name), "an installed area", remedy))
    if not args.yes and not _is_agreed(f"Remove {args.name}?"):
        return 1
    remove_bundle(settings.home, args.name)
    sys.stdout.write(f"{args.name} is removed.\n")
    return 0
