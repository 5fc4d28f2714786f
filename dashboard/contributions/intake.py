"""What happens to a signed batch: checked, opened, paid for in privacy, looked at row by row, stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from dashboard.contributions.plausible import CHECKS, Known, why_not
from dashboard.contributions.refuse import check_fields
from dashboard.contributions.signed import open_sealed, sender_of
from dashboard.contributions.trust import LEAST_TRUST
from dashboard.store.blocks import Row
from dashboard.store.checking import Checked, Reading, check_records
from dashboard.store.contributions import DAY_EPSILON, Batch, Held, Source
from dashboard.store.kinds import KINDS, Kind
from dashboard.store.library import Library
from risk_core.errors import Fault, InputError, raise_faults
from risk_core.state.area import Area

MAX_ROWS: Final = 10_000
LEAST: Final = 10
"""Persons of the smallest count taken, after its noise."""
MOST_COUNT_DAY: Final = 4
MOST_FAULTS: Final = 50
"""Faults told of a batch; the others are counted."""
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
    checked = check_records(spec, records, Reading(bounds=area.grid.bounds))
    if source.kind in PEOPLE:
        _pay(library, source, opened.content.get("privacy"), checked)
    elif opened.content.get("privacy") is not None:
        raise InputError(Fault("privacy", "given", "none: these are no people", "Leave it out."))
    good, held, faults = _sort(library, area, source, checked, now_s)
    n_new, n_changed = library.observations.store(
        source.kind, area.area_id, good, source=source.source_id, simulated=False, received_s=now_s
    )
    n_refused, n_same = len(records) - len(good) - len(held), len(good) - n_new - n_changed
    done = replace(batch, n_new=n_new, n_changed=n_changed, n_same=n_same, n_refused=n_refused, n_held=len(held))
    store.finish(done, [(records[position], reason) for position, reason in held])
    if n_new or n_changed:
        library.mark_used(area.area_id)
    return Receipt(done, tuple(faults[:MOST_FAULTS]))


def store_released(library: Library, source: Source, held: Held, now_s: float, is_used: bool = True) -> None:
    """Store a row that was held back after all, or mark it as not to be used."""
    checked = check_records(KINDS[source.kind], [held.record], Reading())
    rows = list(map(_settler(library.area(source.area_id), source), checked.rows))
    rows = rows if is_used else [row | {"quality": "bad"} for row in rows]
    library.observations.store(
        source.kind, source.area_id, rows, source=source.source_id, simulated=False, received_s=now_s
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


def _pay(library: Library, source: Source, privacy: Any, checked: Checked) -> None:
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
    days = {datetime.fromtimestamp(float(row["hour_s"]), UTC).date().isoformat() for row in checked.rows}  # type: ignore[arg-type]
    library.contributions.spend(source.source_id, str(source.kind), dict.fromkeys(days, float(privacy["epsilon"])))


def _sort(
    library: Library, area: Area, source: Source, checked: Checked, now_s: float
) -> tuple[list[Row], list[tuple[int, str]], list[Fault]]:
    """Good rows as they are stored, positions of records held back with the reason, and faults of those refused."""
    time, is_people = KINDS[source.kind].time, source.kind in PEOPLE
    known, settle = Known(area, source.kind, library.observations, now_s), _settler(area, source)
    good: list[Row] = []
    held: list[tuple[int, str]] = []
    faults = list(checked.faults)
    for position, row in zip(checked.positions, checked.rows, strict=True):
        if is_people and (persons := float(row["persons"])) < LEAST:  # type: ignore[arg-type]
            wanted, place = f"{LEAST} or more", f"record {position + 1}"
            faults.append(Fault("persons", f"{persons:g}", wanted, "Leave small counts out.", place))
        elif reason := why_not(source.kind, row, time, known):
            held.append((position, reason))
        else:
            good.append(settle(row))
    return good, held, faults


def _settler(area: Area, source: Source) -> Callable[[Row], Row]:
    """Give a row as it is stored: people in the area's own cells, and marked where its source is not trusted."""
    grid, is_counts, is_trusted = area.grid, source.kind is Kind.COUNTS, source.trust >= LEAST_TRUST
    lat_deg, lon_deg = grid.row_lat_deg.tolist(), grid.col_lon_deg.tolist()

    def settle(row: Row) -> Row:
        told: Row = row if is_trusted else row | {"quality": "bad"}
        cell = grid.cell_of(row["lat_deg"], row["lon_deg"]) if is_counts and row["lat_deg"] is not None else -1  # type: ignore[arg-type]
        if cell < 0:
            return told
        at, col = divmod(cell, grid.n_col)
        return told | {"lat_deg": lat_deg[at], "lon_deg": lon_deg[col], "cell_id": f"r{at}c{col}"}

    return settle
