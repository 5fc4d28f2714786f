"""Command `contribute`: what an operator runs on its own machine, beside its own data; only sums leave it."""

import argparse
import json
import os
import secrets
import sys
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from dashboard.settings import Settings
from risk_core.errors import Fault, InputError
from risk_core.units import S_PER_H

KEY_HELP: Final = "file with the API key (scope contribute)"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser("contribute", help="give sums over many people away, signed; persons never leave")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    key = actions.add_parser("key", help="make a signing key; the public half is printed")
    key.add_argument("--out", type=Path, required=True, help="file for the private half, readable by its owner only")
    source = actions.add_parser("register", help="register a source at a server; its id is printed")
    for name in ("kind", "owner", "licence"):
        source.add_argument(f"--{name}", required=True)
    source.add_argument("--fresh-s", type=float, default=86_400.0, help="seconds after which a batch is due")
    people = actions.add_parser("people", help="count visits by cell and hour: bounded, noised, small ones silent")
    train = actions.add_parser("train", help="train the movement model on visits: clipped, noised counts only")
    for one in (people, train):
        one.add_argument("visits", type=Path, help="the operator's own visits: user_id, time, lat, lon")
        one.add_argument("--epsilon", type=float, default=1.0, help="privacy spent on each day (default: 1)")
        one.add_argument("--out", type=Path, required=True, help="file to be sent")
    send = actions.add_parser("send", help="sign a file and send it")
    send.add_argument("file", type=Path, help="what `people` or `train` wrote, or records of any kind as csv or json")
    send.add_argument("--source", required=True, help="id of the source")
    for one in (source, send):
        one.add_argument("--server", required=True, help="address, as https://ansimgil.example.org")
        one.add_argument("--key", type=Path, required=True, help=KEY_HELP)
        one.add_argument("--signing-key", type=Path, required=True, help="what `contribute key` wrote")
    for one in (source, people, train):
        one.add_argument("--area", required=True, help="name of the area")
    for name, one in actions.choices.items():
        one.set_defaults(run=run, action=name)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry out the action."""
    actions = {"key": _make_key, "register": _register, "people": _people, "train": _train, "send": _send}
    sys.stdout.write(actions[args.action](args, settings) + "\n")
    return 0


def _make_key(args: argparse.Namespace, _settings: Settings) -> str:
    from dashboard.contributions.signed import make_key

    private, public = make_key()
    try:
        descriptor = os.open(args.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise InputError(Fault("--out", str(args.out), f"a new file ({error.strerror})", "Name another.")) from error
    with os.fdopen(descriptor, "w") as file:
        file.write(private)
    return public


def _register(args: argparse.Namespace, _settings: Settings) -> str:
    public = {name: value for name, value in _read_json(args.signing_key).items() if name != "d"}
    offer = {"kind": args.kind, "owner": args.owner, "licence": args.licence, "fresh_s": args.fresh_s}
    told = _connection(args).post("contributions/sources", {**offer, "area": args.area, "public_key": public})
    return str(told["source_id"])


def _people(args: argparse.Namespace, settings: Settings) -> str:
    """Count by cell and hour; every cell and hour of the days gets its noise, seen or not."""
    import numpy as np

    from dashboard.store.library import Library
    from risk_core.privacy.count_people import CountOptions, safe_counts
    from risk_core.privacy.noise import noise_sd

    area = Library(settings, marks_use=False).area(args.area)
    person, time_s, cell = _visits(args.visits, area.grid.cells_of)
    hour = np.floor(time_s / S_PER_H).astype(np.int64)
    first, last = int(hour.min() // 24 * 24), int(hour.max() // 24 * 24 + 24)
    options = CountOptions(epsilon=args.epsilon)
    n_hour = last - first
    found = safe_counts(
        person, hour // 24, (hour - first) * area.grid.n_cell + cell, n_hour * area.grid.n_cell, secrets.randbelow,
        options,
    )  # fmt: skip
    records = []
    for position, persons in zip(found.row.tolist(), found.persons.tolist(), strict=True):
        row, col = divmod(position % area.grid.n_cell, area.grid.n_col)
        begin = datetime.fromtimestamp((first + position // area.grid.n_cell) * S_PER_H, UTC)
        lat, lon = float(area.grid.row_lat_deg[row]), float(area.grid.col_lon_deg[col])
        sd = round(noise_sd(options.epsilon, options.most_count_day), 2)
        records.append({"lat": lat, "lon": lon, "hour": begin.isoformat(), "persons": persons, "sd_persons": sd})
    privacy = {"epsilon": options.epsilon, "least": options.least, "most_count_day": options.most_count_day}
    _write_json(args.out, {"records": records, "privacy": privacy})
    return f"{len(records)} counts of {found.least} persons or more; {found.n_cut} presences of busy days were cut"


def _train(args: argparse.Namespace, settings: Settings) -> str:
    import numpy as np

    from dashboard.contributions.federated import update_content
    from dashboard.store.library import Library
    from risk_core.movement.place_merge import UpdateOptions, count_update
    from risk_core.movement.place_record import PlaceVisits

    area = Library(settings, marks_use=False).area(args.area)
    person, time_s, cell = _visits(args.visits, area.grid.cells_of)
    place = area.district.ravel()[cell].astype(np.int64)
    order = np.lexsort((time_s, person))
    order = order[place[order] >= 0]
    visits = PlaceVisits(person[order], place[order], time_s[order])
    update = count_update(visits, len(area.districts), secrets.randbelow, UpdateOptions(epsilon=args.epsilon))
    days = _day(float(time_s.min())), _day(float(time_s.max()))
    _write_json(args.out, update_content(area, update, days, args.epsilon))
    return (
        f"{int((update.n_visit > 0).sum())} districts and {int((update.n_step > 0).sum())} steps between them are told"
    )


def _send(args: argparse.Namespace, _settings: Settings) -> str:
    from dashboard.contributions.signed import seal

    content = _content(args.file)
    sealed = seal(args.source, args.signing_key.read_text("utf-8"), content, time.time())
    path = "contributions/movement" if "movement" in content else "contributions"
    return json.dumps(_connection(args).post(path, sealed), ensure_ascii=False)


def _content(path: Path) -> Mapping[str, Any]:
    if path.suffix == ".csv":
        import pandas as pd

        rows = pd.read_csv(path, dtype=str, keep_default_na=False).to_dict("records")
        return {"records": [{name: value for name, value in row.items() if value != ""} for row in rows]}
    content = _read_json(path)
    return {"records": content} if isinstance(content, list) else content


def _visits(path: Path, cells_of: Any) -> tuple[Any, Any, Any]:
    """Numbers of persons, unix seconds and cells of visits; those outside the area are left out."""
    import numpy as np

    from dashboard.feeds.files import read_parts
    from dashboard.store.checking import Reading, check_records
    from dashboard.store.kinds import KINDS, Kind

    spec = KINDS[Kind.VISITS]
    rows = [row for part in read_parts(path, spec, ()) for row in check_records(spec, _records(part), Reading()).rows]
    rows = [row for row in rows if row["lat_deg"] is not None]
    lat, lon = (np.array([float(row[name]) for row in rows]) for name in ("lat_deg", "lon_deg"))  # type: ignore[arg-type]
    cell = np.asarray(cells_of(lat, lon), np.int64) if rows else np.empty(0, np.int64)
    inside = cell >= 0
    if not inside.any():
        wanted = "visits with user_id, time, lat and lon in the area"
        raise InputError(Fault("visits", str(path), wanted, "See `ingest --help-columns visits`."))
    _, person = np.unique([str(row["visitor_id"]) for row in rows], return_inverse=True)
    time_s = np.array([float(row["time_s"]) for row in rows])  # type: ignore[arg-type]
    return person[inside].astype(np.int64), time_s[inside], cell[inside]


def _records(part: Any) -> Iterable[Any]:
    return list(part.records)


def _connection(args: argparse.Namespace) -> Any:
    from dashboard.client.connection import Connection

    return Connection(args.server, args.key.read_text("utf-8").strip(), "en")


def _day(time_s: float) -> date:
    return datetime.fromtimestamp(time_s, UTC).date()


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(Fault("file", str(path), "a JSON file", "Check the path.")) from error


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
