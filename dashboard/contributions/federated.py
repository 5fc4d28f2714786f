"""The movement model of an area that operators learn together: updates taken, kept and merged.

Places are the districts of the area, in its own order. Merged counts become the journeys from which the paths of people
nobody knows are drawn (`risk_core.movement.path_prior`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np

from dashboard.contributions.signed import open_sealed, sender_of
from dashboard.contributions.trust import LEAST_TRUST
from dashboard.store.contributions import DAY_EPSILON, Batch, Source
from dashboard.store.durable import write_bytes
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from risk_core.errors import Fault, InputError, raise_faults
from risk_core.movement.place_merge import UPDATE_DEFAULTS, PlaceUpdate, merge_updates
from risk_core.state.area import Area
from risk_core.units import S_PER_DAY

SUBJECT: Final = "movement"
MOST_DAYS: Final = 92
MOST_STEPS: Final = 20_000
KEPT_OF_ONE: Final = 12
"""Newest updates of a source that are kept and count."""
FIELDS: Final = frozenset({"from_day", "to_day", "epsilon", "n_visit", "n_step"})


@dataclass(frozen=True, slots=True)
class Merged:
    """What the operators know together: their number, the counts, and how much each was believed by source."""

    update: PlaceUpdate
    weights: Mapping[str, float]


def update_content(area: Area, update: PlaceUpdate, days: tuple[date, date], epsilon: float) -> dict[str, Any]:
    """What is signed and sent of an update; see `receive_update`."""
    ids = [one.district_id for one in area.districts]
    rows, to = np.nonzero(update.n_step)
    return {
        "movement": {
            "from_day": days[0].isoformat(),
            "to_day": days[1].isoformat(),
            "epsilon": epsilon,
            "n_visit": {ids[k]: int(n) for k, n in enumerate(update.n_visit) if n > 0},
            "n_step": [[ids[a], ids[b], int(update.n_step[a, b])] for a, b in zip(rows, to, strict=True)],
        }
    }


def receive_update(library: Library, key_id: str, sealed: Mapping[str, str], now_s: float) -> Batch:
    """Take an update of the movement model; raises as `dashboard.contributions.intake.receive`."""
    store = library.contributions
    source = store.find(sender_of(sealed), key_id)
    if source.kind is not Kind.FLOWS:
        raise InputError(Fault("kid", source.kind, "a source of flows", "Register a source of the kind flows."))
    opened = open_sealed(sealed, source.public_key, now_s)
    batch = Batch(source.source_id, opened.nonce, opened.issued_s, now_s)
    store.take(batch)
    told = opened.content.get(SUBJECT)
    if set(opened.content) != {SUBJECT} or not isinstance(told, dict) or set(told) != FIELDS:
        wanted = "{movement: {" + ", ".join(sorted(FIELDS)) + "}}"
        raise InputError(Fault(SUBJECT, "another form", wanted, "Make it: python -m dashboard contribute train."))
    area = library.area(source.area_id)
    days = _days(told, now_s)
    update = read_update(area, told)
    epsilon = told["epsilon"]
    is_number = isinstance(epsilon, int | float) and not isinstance(epsilon, bool)
    if not is_number or not 0 < epsilon <= DAY_EPSILON:
        raise InputError(Fault("epsilon", str(epsilon)[:40], f"above 0 and at most {DAY_EPSILON:g}", "Train anew."))
    store.spend(source.source_id, SUBJECT, dict.fromkeys(days, float(epsilon)))
    _keep(library, source, days, told)
    store.finish(batch, [])
    return Batch(source.source_id, opened.nonce, opened.issued_s, now_s, n_new=int((update.n_step > 0).sum()))


def read_update(area: Area, told: Mapping[str, Any]) -> PlaceUpdate:
    """Counts of an update, every one of at least ten.

    Raises
    ------
    InputError
        For districts nobody knows, counts below ten or no whole numbers, or too many.
    """
    place = {one.district_id: k for k, one in enumerate(area.districts)}
    n_visit, n_step = np.zeros(len(place)), np.zeros((len(place), len(place)))
    visits, steps = told["n_visit"], told["n_step"]
    if not isinstance(visits, dict) or not isinstance(steps, list) or len(steps) > MOST_STEPS:
        wanted = f"n_visit by district, n_step as at most {MOST_STEPS:,} [from, to, n]"
        raise InputError(Fault(SUBJECT, "another form", wanted, "Make it: python -m dashboard contribute train."))
    faults = []
    entries = [*((name, None, n) for name, n in visits.items())]
    entries += [tuple(one) if isinstance(one, list) and len(one) == 3 else ("", "", None) for one in steps]
    for position, (a, b, n) in enumerate(entries):
        is_known = isinstance(a, str) and a in place and (b is None or (isinstance(b, str) and b in place))
        is_count = isinstance(n, int) and not isinstance(n, bool) and UPDATE_DEFAULTS.least <= n <= 10**9
        if not is_known or not is_count:
            wanted = f"districts of the area and a whole number from {UPDATE_DEFAULTS.least}"
            faults.append(Fault(SUBJECT, f"entry {position + 1}", wanted, "Train on this area's districts."))
        elif b is None:
            n_visit[place[a]] = n
        else:
            n_step[place[a], place[b]] += n
    raise_faults(faults[:20])
    return PlaceUpdate(n_visit, n_step)


def merged_movement(library: Library, area: Area) -> Merged | None:
    """What the operators of an area know together; None before the first update.

    Each update weighs as its source is trusted; one that is trusted too little is left out.
    """
    updates: list[PlaceUpdate] = []
    weights: list[float] = []
    trusts: dict[str, float] = {}
    for source in library.contributions.sources(area.area_id):
        files = _files(library.settings.home, source)[-KEPT_OF_ONE:]
        if not files or source.trust < LEAST_TRUST:
            continue
        trusts[source.source_id] = source.trust
        updates += [read_update(area, json.loads(path.read_bytes())) for path in files]
        weights += [source.trust] * len(files)
    return Merged(merge_updates(updates, weights), trusts) if updates else None


def movement_stamp(library: Library, area_id: str) -> str:
    """Changes with every update taken."""
    folder = _folder(library.settings.home, area_id)
    return str(folder.stat().st_mtime_ns) if folder.is_dir() else ""


def forget_updates(library: Library, source: Source) -> None:
    """Forget every update of a source."""
    for path in _files(library.settings.home, source):
        path.unlink(missing_ok=True)


def _days(told: Mapping[str, Any], now_s: float) -> list[str]:
    try:
        first, last = date.fromisoformat(told["from_day"]), date.fromisoformat(told["to_day"])
    except (ValueError, TypeError):
        raise InputError(Fault("from_day, to_day", "no days", "days as 2026-08-05", "Train anew.")) from None
    n = (last - first).days + 1
    if not 1 <= n <= MOST_DAYS:
        raise InputError(Fault("from_day, to_day", f"{n} days", f"1 to {MOST_DAYS} days", "Train on fewer days."))
    if last > datetime.fromtimestamp(now_s + S_PER_DAY, UTC).date():
        raise InputError(Fault("to_day", last.isoformat(), "a day that has come", "Train on days that are over."))
    return [(first + timedelta(days=k)).isoformat() for k in range(n)]


def _keep(library: Library, source: Source, days: list[str], told: Mapping[str, Any]) -> None:
    folder = _folder(library.settings.home, source.area_id)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{source.source_id}-{days[-1]}-{days[0]}.json"
    part = path.with_suffix(".part")
    write_bytes(part, json.dumps(told).encode())
    part.replace(path)
    for old in _files(library.settings.home, source)[:-KEPT_OF_ONE]:
        old.unlink(missing_ok=True)


def _files(home: Path, source: Source) -> list[Path]:
    """Updates of a source, the oldest days first."""
    return sorted(_folder(home, source.area_id).glob(f"{source.source_id}-*.json"))


def _folder(home: Path, area_id: str) -> Path:
    return home / "movement" / area_id
