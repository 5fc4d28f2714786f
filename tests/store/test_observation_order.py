"""Order of arrival, repetition, and several processes: the tables end the same."""

import itertools
import multiprocessing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.store.kinds import Kind
from dashboard.store.observations import ObservationStore

NOW_S = 1_785_888_000.0
N_PROCESS = 4
N_BATCH = 12
N_ROW = 25


def shelter(number: int, step: int, revision: int) -> dict[str, object]:
    return {"shelter_id": f"s{number}", "time": NOW_S + step, "revision": revision, "occupancy": 100 * revision + step}


def cases(number: int, step: int, revision: int) -> dict[str, object]:
    return {"district_id": f"d{number}", "day": NOW_S, "as_of": NOW_S + step, "revision": revision, "count": revision}


MAKERS = {Kind.SHELTERS: shelter, Kind.CASES: cases}
KEYS = st.tuples(st.sampled_from(list(MAKERS)), st.integers(0, 2), st.integers(0, 2), st.integers(0, 2))


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[tuple[Kind, int, int, int]], list[list[tuple[Kind, int, int, int]]]]:
    """A recorded feed, and the same shuffled, cut into batches, some of them sent twice."""
    feed = draw(st.lists(KEYS, min_size=1, max_size=12))
    shuffled = draw(st.permutations(feed + draw(st.lists(st.sampled_from(feed), max_size=6))))
    cuts = sorted(draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    batches = [list(shuffled[a:b]) for a, b in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]
    return feed, batches


def fill(store: ObservationStore, area_id: str, batches: list[list[tuple[Kind, int, int, int]]]) -> None:
    for kind in MAKERS:
        for batch in batches:
            records = [
                MAKERS[found](number, step, revision) for found, number, step, revision in batch if found is kind
            ]
            store.ingest(kind, area_id, records, source="x", simulated=False, received_s=NOW_S)


def tables(store: ObservationStore, area_id: str) -> list[list[dict[str, object]]]:
    return [[row | {"area_id": ""} for row in store.rows(kind, area_id)] for kind in MAKERS]


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> ObservationStore:
    return ObservationStore(f"sqlite:///{tmp_path_factory.mktemp('order') / 'store.sqlite'}")


NUMBERS = itertools.count()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deliveries())
def test_order_and_repetition_do_not_matter(shared_store: ObservationStore, delivery) -> None:
    store, number = shared_store, next(NUMBERS)
    feed, batches = delivery
    fill(store, f"clean-{number}", [feed])
    fill(store, f"mixed-{number}", batches)
    assert tables(store, f"mixed-{number}") == tables(store, f"clean-{number}")
    n_change = store.change_count(f"mixed-{number}")
    fill(store, f"mixed-{number}", [feed, *batches])
    assert store.change_count(f"mixed-{number}") == n_change


def write_batches(database_url: str, writer: int) -> None:
    """Own batches, and between them batches that every writer sends."""
    store = ObservationStore(database_url)
    for name in (f"w{writer}", "shared"):
        for batch in range(N_BATCH):
            place = {"station_id": f"{name}-{batch}", "lat": 37.5, "lon": 127.0, "interval_s": 60, "amount_mm": 1.0}
            records = [place | {"time": NOW_S + 60 * k} for k in range(N_ROW)]
            store.ingest(Kind.RAIN, "seoul", records, source="x", simulated=False, received_s=NOW_S)
    store.close()


@pytest.mark.slow
def test_four_processes_make_one_schema_and_lose_nothing(database_url: str) -> None:
    url = database_url
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_batches, args=(url, k)) for k in range(N_PROCESS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0] * N_PROCESS
    store = ObservationStore(url)
    assert len(store.rows(Kind.RAIN, "seoul")) == (N_PROCESS + 1) * N_BATCH * N_ROW
    assert store.change_count("seoul") == (N_PROCESS + 1) * N_BATCH
