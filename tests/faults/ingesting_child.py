"""A process that ingests batches without end and prints the number of each one acknowledged; meant to be killed."""

import sys

from dashboard.store.observations import ObservationStore

N_ROW = 40
NOW_S = 1_785_888_000.0


def batch(number: int) -> list[dict[str, object]]:
    """Rows of one station; its name tells the batch."""
    place = {"station_id": f"batch-{number}", "lat": 37.5, "lon": 127.0, "interval_s": 60, "amount_mm": 1.0}
    return [place | {"time": NOW_S + 60 * k} for k in range(N_ROW)]


def main(database_url: str, number: int) -> None:
    store = ObservationStore(database_url)
    while True:
        store.ingest("rain", "seoul", batch(number), source="x", simulated=False, received_s=NOW_S)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        number += 1


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
