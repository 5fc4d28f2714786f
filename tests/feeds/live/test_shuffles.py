"""Any order and any repetition of a recorded feed leaves the same tables (metamorphic, 500 shuffles)."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.store.kinds import Kind
from dashboard.store.observations import ObservationStore

T = 1_782_000_000.0
SQUARE = "POLYGON((127 37.5,127.01 37.5,127.01 37.51,127 37.5))"
Delivery = tuple[Kind, dict[str, Any]]


def recorded() -> list[Delivery]:
    """What a day of feeds brought: repeats, corrections with their revision, vintages, cancellations."""
    at = {"lat_deg": 37.5, "lon_deg": 127.0}
    rain = [
        {"station_id": one, "time_s": T + 600.0 * k, "interval_s": 600.0, "amount_mm": k + 0.5, **at}
        for one in ("A", "B")
        for k in range(3)
    ]
    fixed = [rain[0] | {"amount_mm": 9.0, "revision": 1}, rain[0] | {"amount_mm": 8.0, "revision": 2}]
    wind = [{"station_id": "A", "time_s": T, "speed_m_per_s": 4.0, **at}]
    cases = [
        {"district_id": "11", "day": "2026-06-19", "count": count, "as_of_s": T + 86_400.0 * k}
        for k, count in enumerate((10, 14, 13))
    ]
    tracks = [
        {"storm_id": "2605", "issue_s": T + 21_600.0 * i, "time_s": T + 21_600.0 * (i + k), "lat_deg": 20.0 + k,
         "lon_deg": 128.0, "max_wind_m_per_s": 40.0 - i}
        for i in range(2)
        for k in range(2)
    ]  # fmt: skip
    alert = {"identifier": "a1", "sender": "kma", "sent_s": T, "status": "Actual", "event": "호우 주의보"}
    alerts = [alert, alert | {"identifier": "a2", "sent_s": T + 600, "message_type": "Update",
                              "referenced": f"kma,a1,{T}"}]  # fmt: skip
    closure = {"closure_id": "c1", "from_s": T, "geometry": SQUARE}
    closures = [
        closure,
        closure | {"revision": 1, "until_s": T + 7200},
        closure | {"revision": 2, "is_cancelled": True},
    ]
    shelters = [{"shelter_id": "s1", "time_s": T + 60.0 * k, "occupancy_persons": 10.0 * k, **at} for k in range(3)]
    groups = (
        (Kind.RAIN, rain + fixed), (Kind.WIND, wind), (Kind.CASES, cases), (Kind.TRACKS, tracks),
        (Kind.ALERTS, alerts), (Kind.CLOSURES, closures), (Kind.SHELTERS, shelters),
    )  # fmt: skip
    return [(kind, row) for kind, rows in groups for row in rows]


RECORDED = recorded()
KINDS = tuple(dict.fromkeys(kind for kind, _ in RECORDED))
NUMBERS = itertools.count()


def tables(store: ObservationStore, area_id: str) -> dict[Kind, list[dict[str, Any]]]:
    """Every row but for the area and when it came."""
    dropped = {"received_s", "area_id"}
    return {
        kind: [{name: one for name, one in row.items() if name not in dropped} for row in store.rows(kind, area_id)]
        for kind in KINDS
    }


def replay(store: ObservationStore, deliveries: list[Delivery], n_batch: int) -> dict[Kind, list[dict[str, Any]]]:
    """Store deliveries in batches of an area of their own; each batch came a second after the one before."""
    area_id = f"shuffle-{next(NUMBERS)}"
    size = -(-len(deliveries) // n_batch)
    for at in range(0, len(deliveries), size):
        batch = deliveries[at : at + size]
        for kind in dict.fromkeys(kind for kind, _ in batch):
            rows = [row for other, row in batch if other is kind]
            report = store.ingest(kind, area_id, rows, source="feed", simulated=False, received_s=T + 86_400.0 * 3 + at)
            assert report.n_refused == 0, report.faults
    return tables(store, area_id)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObservationStore]:
    one = ObservationStore(f"sqlite:///{tmp_path_factory.mktemp('home')}/store.sqlite")
    yield one
    one.close()


@pytest.fixture(scope="module")
def clean(store: ObservationStore) -> dict[Kind, list[dict[str, Any]]]:
    """Tables after every delivery came once, in order."""
    return replay(store, RECORDED, 1)


def test_the_clean_replay_holds_what_was_recorded(clean: dict[Kind, list[dict[str, Any]]]) -> None:
    assert [len(clean[kind]) for kind in KINDS] == [6, 1, 3, 4, 2, 1, 3]
    assert clean[Kind.RAIN][0]["amount_mm"] == 8.0 and clean[Kind.CLOSURES][0]["is_cancelled"] is True


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    order=st.permutations(range(len(RECORDED))),
    again=st.lists(st.integers(0, len(RECORDED) - 1), max_size=12),
    n_batch=st.integers(1, 6),
)
def test_any_order_and_any_repetition_leave_the_same(
    store: ObservationStore, clean: dict[Kind, list[dict[str, Any]]], order: list[int], again: list[int], n_batch: int
) -> None:
    deliveries = [RECORDED[at] for at in (*order, *again)]
    assert replay(store, deliveries, n_batch) == clean
