"""Carries what a feed brought through the store's door, and ends what a complete list no longer names."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from dashboard.feeds.live.source import Batch, Place, Reading
from dashboard.feeds.records import Record
from dashboard.store.checking import Reading as Door
from dashboard.store.forecasts import write_forecast
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from dashboard.store.observations import ObservationStore
from risk_core.errors import Fault
from risk_core.units import S_PER_DAY

AHEAD_S: Final = 600.0
"""How far the clocks of others may be ahead of ours."""
DAY_AHEAD_S: Final = 14 * 3600.0
"""How far calendar days are ahead of UTC at most (UTC+14)."""
PLANNED: Final = (Kind.CLOSURES,)
"""Kinds that tell of the future by their nature."""
DAILY: Final = (Kind.CASES, Kind.DEATHS, Kind.SIGNALS, Kind.SURVEYS)
LOOK_BACK_S: Final = 60 * S_PER_DAY
"""Alerts looked through for what a list no longer names."""
_CLOSURE_FIELDS: Final = ("closure_id", "reason", "name", "from_s", "until_s", "profiles", "geometry")


@dataclass(slots=True)
class Delivery:
    """What came of one round."""

    n_new: int = 0
    n_changed: int = 0
    n_same: int = 0
    n_refused: int = 0
    faults: list[Fault] = field(default_factory=list)

    def why(self) -> str:
        """Name the first reason of a refusal, without a value."""
        return f"{self.faults[0].argument}: {self.faults[0].wanted}" if self.faults else ""


def deliver(library: Library, source: str, place: Place, reading: Reading, received_s: float) -> Delivery:
    """Store what a feed brought.

    Rows the store knows change nothing, late ones fill their place, and those dated ahead of the present are refused:
    stored now, they would come true when their time comes.

    Parameters
    ----------
    library
        Where it goes.
    source
        Name of the feed.
    place
        The area.
    reading
        What came.
    received_s
        When, unix seconds.
    """
    done = Delivery()
    store = library.observations
    for batch in reading.batches:
        records, places = list(batch.part.records), list(batch.part.places)
        if batch.is_complete:
            ended = ended_records(store, batch, source, place.area_id, received_s)
            records += ended
            places += ["no longer named"] * len(ended)
        done.n_refused += batch.part.n_refused
        done.faults += batch.part.faults
        if not records:
            continue
        report = store.ingest(
            batch.kind,
            place.area_id,
            records,
            source=source,
            simulated=False,
            received_s=received_s,
            reading=Door(places, batch.utc_offset_s, place.bounds, _latest_s(batch.kind, received_s)),
        )
        done.n_new += report.n_new
        done.n_changed += report.n_changed
        done.n_same += report.n_same
        done.n_refused += report.n_refused
        done.faults += report.faults
    if reading.forecast is not None:
        write_forecast(library.settings.home, place.area_id, reading.forecast)
        done.n_new += 1
    return done


def _latest_s(kind: Kind, received_s: float) -> float:
    if kind in PLANNED:
        return float("inf")
    return received_s + (DAY_AHEAD_S if kind in DAILY else AHEAD_S)


def ended_records(store: ObservationStore, batch: Batch, source: str, area_id: str, now_s: float) -> list[Record]:
    """Records that end what the store still holds in force and a complete list no longer names."""
    if batch.kind is Kind.CLOSURES:
        named = {str(record.get("closure_id", record.get("id", ""))) for record in batch.part.records}
        known = _own(store.closures_from(area_id, now_s), source)
        return [
            {name: row[name] for name in _CLOSURE_FIELDS} | {"is_cancelled": True}
            for row in known
            if row["closure_id"] not in named
        ]
    if batch.kind is Kind.ALERTS:
        told = {(str(record.get("sender")), str(record.get("identifier"))) for record in batch.part.records}
        known = _own(store.rows(Kind.ALERTS, area_id, now_s - LOOK_BACK_S, now_s), source)
        return [
            row | {"message_type": "Cancel"}
            for row in known
            if (row["sender"], row["identifier"]) not in told
            and row["message_type"] != "Cancel"
            and (row["until_s"] is None or row["until_s"] > now_s)
        ]
    return []


def _own(rows: Iterable[Record], source: str) -> list[Record]:
    dropped = {"area_id", "source", "simulated", "received_s"}
    return [
        {name: value for name, value in row.items() if name not in dropped}
        for row in rows
        if row["source"] == source and not row["simulated"]
    ]
