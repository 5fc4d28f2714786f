"""What happens to a signed batch: checked, opened, paid for in privacy, looked at row by row, stored."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from dashboard.contributions.plausible import CHECKS, know, why_not
from dashboard.contributions.refuse import check_fields
from dashboard.contributions.signed import open_sealed, sender_of
from dashboard.contributions.trust import LEAST_TRUST
from dashboard.store.checking import Reading, check_records
from dashboard.store.contributions import DAY_EPSILON, Batch, Held, Source
from dashboard.store.kinds import KINDS, Kind
from dashboard.store.library import Library
from risk_core.errors import Fault, InputError, raise_faults
from risk_core.state.area import Area

MAX_ROWS: Final = 10_000
LEAST: Final = 10
"""Persons of the smallest count taken, after its noise."""
MOST_COUNT_DAY: Final = 4
PEOPLE: Final = (Kind.COUNTS, Kind.FLOWS)
"""Kinds that count people: these need a statement of privacy, and their days are paid for."""
PRIVACY: Final = {"epsilon": (0.0, DAY_EPSILON), "least": (LEAST, 1e6), "most_count_day": (1, MOST_COUNT_DAY)}
CONTRIBUTED: Final = tuple(CHECKS)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a batch: its counts, and the faults of the rows that were refused."""

    batch: Batch
    faults: tuple[Fault, ...]


def receive(library: Library, key_id: str, sealed: Mapping[str, str], now_s: float) -> Receipt:
    """Take a batch.

    Parameters
    ----------
    library
        Sources, areas, observations.
    key_id
        Key it was sent with; has to be that of its source.
    sealed
        JWS in flattened JSON form.
    now_s
        Unix seconds.

    Raises
    ------
    NotFoundError
        When the source is not there or belongs to another key.
    SignatureError, ReplayedError, BudgetError, InputError
        When it was not signed by its source, was taken before, reveals too much, or does not fit.
    """
    store = library.contributions
    source = store.find(sender_of(sealed), key_id)
    opened = open_sealed(sealed, source.public_key, now_s)
    batch = Batch(source.source_id, opened.nonce, opened.issued_s, now_s)
    store.take(batch)
    records = _records_of(opened.content)
    spec = KINDS[source.kind]
    check_fields(spec, records)
    area = library.area(source.area_id)
    if source.kind in PEOPLE:
        _pay(library, source, opened.content.get("privacy"), records)
    elif opened.content.get("privacy") is not None:
        raise InputError(Fault("privacy", "given", "none: these are no people", "Leave it out."))
    good, held, faults = _sort(library, area, source, records, now_s)
    report = library.observations.ingest(
        source.kind, area.area_id, good, source=source.source_id, simulated=False, received_s=now_s
    )
    n_refused = len(records) - len(good) - len(held) + report.n_refused
    done = replace(
        batch, n_new=report.n_new, n_changed=report.n_changed, n_same=report.n_same, n_refused=n_refused,
        n_held=len(held),
    )  # fmt: skip
    store.finish(done, held)
    if report.n_new or report.n_changed:
        library.mark_used(area.area_id)
    return Receipt(done, (*faults, *report.faults)[:50])


def store_released(library: Library, source: Source, held: Held, now_s: float, is_used: bool = True) -> None:
    """Store a row that was held back after all, or mark it as not to be used."""
    record = _settled(library.area(source.area_id), source, held.record)
    record |= {} if is_used else {"quality": "bad"}
    library.observations.ingest(
        source.kind, source.area_id, [record], source=source.source_id, simulated=False, received_s=now_s
    )


def _records_of(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    unknown = sorted(set(content) - {"records", "privacy"})
    records = content.get("records")
    remedy = f"Send {{records: [...], privacy: {{...}}}} with 1 to {MAX_ROWS:,} records."
    faults = [Fault(name[:40], "unknown", "records and privacy", remedy) for name in unknown[:20]]
    if not isinstance(records, list) or not 1 <= len(records) <= MAX_ROWS:
        n = len(records) if isinstance(records, list) else "none"
        faults.append(Fault("records", str(n), f"1 to {MAX_ROWS:,} records", remedy))
    elif not all(isinstance(one, dict) and 0 < len(one) <= 40 for one in records):
        faults.append(Fault("records", "another", "objects of 1 to 40 fields", remedy))
    raise_faults(faults)
    assert isinstance(records, list)
    return records


def _pay(library: Library, source: Source, privacy: Any, records: Sequence[Mapping[str, Any]]) -> None:
    """Check the statement of privacy and note what it spends on each day of the data."""
    if not isinstance(privacy, dict) or set(privacy) != set(PRIVACY):
        wanted = "an object of " + ", ".join(f"{name} {low:g}..{high:g}" for name, (low, high) in PRIVACY.items())
        raise InputError(
            Fault("privacy", "none that fits", wanted, "Count with `python -m dashboard contribute people`.")
        )
    faults = []
    for name, (low, high) in PRIVACY.items():
        value = privacy[name]
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not (low <= value <= high and value > 0):
            faults.append(Fault(f"privacy.{name}", str(value)[:40], f"{low:g}..{high:g}, above 0", "See the guide."))
    raise_faults(faults)
    checked = check_records(KINDS[source.kind], records, Reading())
    days = {datetime.fromtimestamp(float(row["hour_s"]), UTC).date().isoformat() for row in checked.rows}  # type: ignore[arg-type]
    library.contributions.spend(source.source_id, str(source.kind), dict.fromkeys(days, float(privacy["epsilon"])))


def _sort(
    library: Library, area: Area, source: Source, records: Sequence[dict[str, Any]], now_s: float
) -> tuple[list[dict[str, Any]], list[tuple[dict[str, Any], str]], list[Fault]]:
    """Good records as they are stored, those held back with the reason, and the faults of those refused."""
    spec = KINDS[source.kind]
    known = know(area, source.kind, library.observations, now_s)
    good: list[dict[str, Any]] = []
    held: list[tuple[dict[str, Any], str]] = []
    faults: list[Fault] = []
    west, south, east, north = area.grid.bounds
    for position, record in enumerate(records):
        reading = Reading((f"record {position + 1}",), None, (west, south, east, north))
        checked = check_records(spec, [record], reading)
        if checked.faults:
            faults += checked.faults
            continue
        row = checked.rows[0]
        if source.kind in PEOPLE and (persons := float(row["persons"])) < LEAST:  # type: ignore[arg-type]
            wanted = f"{LEAST} or more"
            faults.append(Fault("persons", f"{persons:g}", wanted, "Leave small counts out.", reading.places[0]))
            continue
        reason = why_not(source.kind, row, spec.time, known)
        if reason:
            held.append((record, reason))
        else:
            good.append(_settled(area, source, record))
    return good, held, faults


def _settled(area: Area, source: Source, record: Mapping[str, Any]) -> dict[str, Any]:
    """Give a record as it is stored: people in the area's own cells, and marked where its source is not trusted."""
    told = dict(record)
    if source.kind is Kind.COUNTS:
        row = check_records(KINDS[Kind.COUNTS], [record], Reading()).rows[0]
        told = {name: value for name, value in row.items() if value is not None}
        if "lat_deg" in told and area.grid.contains(told["lat_deg"], told["lon_deg"]):
            at, col = divmod(area.grid.cell_of(told["lat_deg"], told["lon_deg"]), area.grid.n_col)
            middle = {"lat_deg": float(area.grid.row_lat_deg[at]), "lon_deg": float(area.grid.col_lon_deg[col])}
            told |= {**middle, "cell_id": f"r{at}c{col}"}
    if source.trust < LEAST_TRUST:
        told["quality"] = "bad"
    return told


def wire_size(sealed: Mapping[str, str]) -> int:
    """Bytes of a batch as it is sent."""
    return len(json.dumps(dict(sealed)).encode())
