"""A process that ingests batches without end and tells the number of each one acknowledged; meant to be killed."""

from multiprocessing.connection import Connection

from dashboard.store.observations import ObservationStore

N_ROW = 40
NOW_S = 1_785_888_000.0


def batch(number: int) -> list[dict[str, object]]:
    """Rows of one station; its name tells the batch."""
    place = {"station_id": f"batch-{number}", "lat": 37.5, "lon": 127.0, "interval_s": 60, "amount_mm": 1.0}
    return [place | {"time": NOW_S + 60 * k} for k in range(N_ROW)]


def ingest_forever(database_url: str, number: int, acknowledge: Connection) -> None:
    """Ingest batch after batch, beginning with `number`."""
    store = ObservationStore(database_url)
    while True:
        store.ingest("rain", "seoul", batch(number), source="x", simulated=False, received_s=NOW_S)
        acknowledge.send(number)
        number += 1
