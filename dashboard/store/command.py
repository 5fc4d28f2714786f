"""The `store` command: look the store over, copy it, bring it back, move old observations to files."""

import argparse
import csv
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from dashboard.settings import Settings
from dashboard.store.kinds import Kind


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser("store", help="check, back up and restore what is kept between starts")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = commands.add_parser("check", help="look over database, log of acts, archive, areas and snapshots")
    check.set_defaults(run=run_check)
    backup = commands.add_parser("backup", help="copy everything that cannot be computed again, while it runs")
    backup.add_argument("folder", type=Path, help="a new folder")
    backup.set_defaults(run=run_backup)
    restore = commands.add_parser("restore", help="put a backup in place of what is there (stop the server first)")
    restore.add_argument("folder", type=Path, help="a folder that `store backup` made")
    restore.set_defaults(run=run_restore)
    archive = commands.add_parser("archive", help="move old rain and wind to files now; the engine does it every hour")
    archive.add_argument("--keep-days", type=int, help="days that stay in the database")
    archive.set_defaults(run=run_archive)
    history = commands.add_parser("history", help="observations of an area from database and archive, as CSV")
    history.add_argument("kind", type=Kind, choices=list(Kind))
    history.add_argument("--area", help="name of the area")
    history.add_argument("--since", default="1900-01-01", help="first moment, as 2026-08-05T10:00+09:00")
    history.add_argument("--until", default="2199-12-31", help="last moment")
    history.set_defaults(run=run_history)


def run_check(args: argparse.Namespace, settings: Settings) -> int:
    """Tell what is wrong, one line each; status 1 if anything is."""
    faults = list(store_faults(settings))
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.write("the store is sound\n" if not faults else f"{len(faults)} faults\n")
    return int(bool(faults))


def store_faults(settings: Settings) -> Iterator[str]:
    """Everything wrong with database, log of acts, archive, areas and snapshots of a home."""
    from sqlalchemy.engine import make_url

    from dashboard.store.archive import Archive
    from dashboard.store.backup import sqlite_file
    from dashboard.store.soundness import database_faults

    is_sqlite = make_url(settings.database_url).get_backend_name() == "sqlite"
    damaged = []
    if is_sqlite and sqlite_file(settings.database_url).is_file():
        damaged = [f"database: {one}" for one in database_faults(sqlite_file(settings.database_url), is_quick=False)]
        yield from damaged
    if not damaged and (not is_sqlite or sqlite_file(settings.database_url).is_file()):
        yield from _row_faults(settings)
    yield from Archive(settings.home).faults()
    yield from _area_faults(settings.home)


def _row_faults(settings: Settings) -> Iterator[str]:
    from sqlalchemy import select

    from dashboard.store.acts import ActStore
    from dashboard.store.observations import ObservationStore
    from dashboard.store.schema import ROW_CHECKS, TABLES

    store = ObservationStore(settings.database_url)
    with store.engine.connect() as connection:
        for kind, table in TABLES.items():
            rows = [dict(row) for row in connection.execute(select(table)).mappings()]
            n_bad = len(rows) - len(ROW_CHECKS[kind].sound(rows))
            if n_bad:
                yield f"{kind}: {n_bad} rows are not what was stored"
    store.close()
    acts = ActStore(settings.database_url)
    if not acts.verify():
        yield "acts: the chain does not hold; an act was altered or removed"
    acts.close()


def _area_faults(home: Path) -> Iterator[str]:
    from dashboard.store.bundle_files import area_arrays, hash_arrays
    from dashboard.store.bundles import bundle_path, list_bundles, read_bundle
    from dashboard.store.snapshots import POINTER, is_whole, snapshot_folder
    from risk_core.errors import AnsimgilError

    for info in list_bundles(home):
        if info.fault:
            yield f"area {info.area_id}: {info.fault}"
            continue
        try:
            area = read_bundle(bundle_path(home, info.area_id))
            if hash_arrays(area_arrays(area)) != info.content_hash:
                yield f"area {info.area_id}: its content is not what was built; build it again"
        except (AnsimgilError, OSError, ValueError, TypeError, KeyError) as error:
            yield f"area {info.area_id}: {error}"
        folder = snapshot_folder(home, info.area_id)
        if (folder / POINTER).is_file():
            version = (folder / POINTER).read_text(encoding="ascii", errors="replace").strip()
            if not is_whole(folder / version):
                yield f"snapshot {info.area_id}/{version}: not whole; the engine writes a new one"


def run_backup(args: argparse.Namespace, settings: Settings) -> int:
    """Copy everything."""
    from dashboard.store.backup import back_up

    told = back_up(settings.home, settings.database_url, args.folder.absolute(), time.time())
    sys.stdout.write(f"{len(told['files'])} files in {args.folder}\n")
    return 0


def run_restore(args: argparse.Namespace, settings: Settings) -> int:
    """Put a backup back."""
    from dashboard.store.backup import restore

    aside = restore(args.folder.absolute(), settings.home, settings.database_url, time.time())
    sys.stdout.write(f"restored; what was there lies in {aside}\n")
    return 0


def run_archive(args: argparse.Namespace, settings: Settings) -> int:
    """Move old observations."""
    from dashboard.store.archive import Archive
    from dashboard.store.observations import ObservationStore
    from dashboard.store.retention import archive_old

    settings = settings.replace(keep_days=args.keep_days)
    store = ObservationStore(settings.database_url)
    n_moved = archive_old(store, Archive(settings.home), settings.keep_days, time.time())
    store.close()
    sys.stdout.write(f"{n_moved} rows moved\n")
    return 0


def run_history(args: argparse.Namespace, settings: Settings) -> int:
    """Write rows as CSV."""
    from dashboard.store.archive import Archive
    from dashboard.store.observations import ObservationStore
    from dashboard.store.retention import history
    from dashboard.store.times import read_time

    store = ObservationStore(settings.database_url)
    since_s, until_s = (read_time(word, 0.0) for word in (args.since, args.until))
    rows = history(store, Archive(settings.home), args.kind, args.area or settings.area, since_s, until_s)
    store.close()
    if rows:
        writer = csv.DictWriter(sys.stdout, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return 0
