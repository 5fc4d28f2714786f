"""Cases are read from the store again when they can be others, and only then."""

import numpy as np
import pytest

from dashboard.store.case_memo import CaseMemo, read_cases
from dashboard.store.kinds import Kind
from dashboard.store.observations import ObservationStore
from risk_core.state.area import Area
from risk_core.state.situation import DistrictCases
from risk_core.units import S_PER_DAY

MIDNIGHT_S = 1_785_888_000.0


class CountingStore(ObservationStore):
    """Counts how often rows of cases were read."""

    n_read = 0

    def rows(self, kind, area_id, since_s=None, now_s=None):  # type: ignore[no-untyped-def]
        self.n_read += kind == Kind.CASES
        return super().rows(kind, area_id, since_s, now_s)


@pytest.fixture
def store(database_url: str) -> CountingStore:
    return CountingStore(database_url)


def put(store: ObservationStore, count: float, day: int = -2, as_of_s: float | None = None, **fields: object) -> None:
    record = {
        "district_id": "west",
        "day_s": MIDNIGHT_S + day * S_PER_DAY,
        "as_of_s": MIDNIGHT_S + (day + 1) * S_PER_DAY if as_of_s is None else as_of_s,
        "count": count,
    }
    report = store.ingest(Kind.CASES, "tiny", [record | fields], source="x", simulated=False, received_s=MIDNIGHT_S)
    assert report.n_accepted == 1, report.faults


def same(left: DistrictCases | None, right: DistrictCases | None) -> bool:
    if left is None or right is None:
        return left is right
    return np.array_equal(left.day_s, right.day_s) and np.array_equal(left.count, right.count, equal_nan=True)


def test_unchanged_cases_are_not_read_again(store: CountingStore, area: Area) -> None:
    put(store, 5)
    memo = CaseMemo()
    first = memo.read(store, area, MIDNIGHT_S + 10)
    assert first is not None and first.count[-1, 0] == 5
    for later_s in (10, 11, 3600, 86_399):
        assert memo.read(store, area, MIDNIGHT_S + later_s) is first
    assert store.n_read == 1


def test_nothing_known_is_remembered_too(store: CountingStore, area: Area) -> None:
    memo = CaseMemo()
    assert memo.read(store, area, MIDNIGHT_S) is None and memo.read(store, area, MIDNIGHT_S + 60) is None
    assert store.n_read == 1


def test_other_kinds_and_areas_and_what_is_known_already_change_nothing(store: CountingStore, area: Area) -> None:
    put(store, 5)
    memo = CaseMemo()
    first = memo.read(store, area, MIDNIGHT_S + 10)
    put(store, 5)
    gauge = {"station_id": "a", "time": MIDNIGHT_S, "lat": -29.95, "lon": -71.3, "rate_mm_per_h": 3.0}
    store.ingest(Kind.RAIN, "tiny", [gauge], source="x", simulated=False, received_s=MIDNIGHT_S)
    other = {"district_id": "west", "day_s": MIDNIGHT_S - S_PER_DAY, "count": 9}
    store.ingest(Kind.CASES, "other", [other], source="x", simulated=False, received_s=MIDNIGHT_S)
    assert memo.read(store, area, MIDNIGHT_S + 20) is first


def test_a_new_row_a_changed_one_a_bad_one_and_a_removed_one_are_seen(store: CountingStore, area: Area) -> None:
    put(store, 5)
    memo, now_s = CaseMemo(), MIDNIGHT_S + 10
    assert memo.read(store, area, now_s).count[-1, 0] == 5  # type: ignore[union-attr]
    put(store, 6, day=-1)
    assert memo.read(store, area, now_s).count[-1, 0] == 6  # type: ignore[union-attr]
    put(store, 8, day=-1, revision=1)
    assert memo.read(store, area, now_s).count[-1, 0] == 8  # type: ignore[union-attr]
    put(store, 8, day=-1, revision=2, quality="bad")
    assert memo.read(store, area, now_s).count[-1, 0] == 5  # type: ignore[union-attr]
    row = {"district_id": "west", "day_s": MIDNIGHT_S - S_PER_DAY, "as_of_s": MIDNIGHT_S, "count": 70}
    store.ingest(Kind.CASES, "tiny", [row], source="drill", simulated=True, received_s=MIDNIGHT_S)
    assert memo.read(store, area, now_s).count[-1, 0] == 70  # type: ignore[union-attr]
    store.purge_simulated("tiny")
    assert memo.read(store, area, now_s).count[-1, 0] == 5  # type: ignore[union-attr]


def test_midnight_and_a_clock_set_back_are_seen(store: CountingStore, area: Area) -> None:
    for day in range(-48, 0):
        put(store, 100 + day, day=day)
    memo = CaseMemo()
    today = memo.read(store, area, MIDNIGHT_S + 86_399)
    tomorrow = memo.read(store, area, MIDNIGHT_S + 86_400)
    assert tomorrow is not today and today is not None and tomorrow is not None
    assert len(today.day_s) - len(tomorrow.day_s) == 1, "the oldest day left the window"
    back = memo.read(store, area, MIDNIGHT_S - S_PER_DAY + 5)
    assert back is not None and back.day_s[-1] == MIDNIGHT_S - 2 * S_PER_DAY


def test_a_count_that_holds_from_noon_on_is_seen_at_noon(store: CountingStore, area: Area) -> None:
    put(store, 5, day=-1)
    put(store, 7, day=-1, as_of_s=MIDNIGHT_S + 43_200)
    memo = CaseMemo()
    first = memo.read(store, area, MIDNIGHT_S + 10)
    assert first is not None and first.count[-1, 0] == 5
    assert memo.read(store, area, MIDNIGHT_S + 43_199) is first
    noon = memo.read(store, area, MIDNIGHT_S + 43_200)
    assert noon is not None and noon.count[-1, 0] == 7


def test_memo_tells_what_reading_anew_tells(store: CountingStore, area: Area) -> None:
    rng = np.random.default_rng(3)
    memo, now_s = CaseMemo(), MIDNIGHT_S - 3 * S_PER_DAY
    for _ in range(150):
        if rng.random() < 0.3:
            as_of_s = now_s + rng.uniform(-2, 1) * S_PER_DAY
            put(store, float(rng.integers(50)), day=int(rng.integers(-20, 1)), as_of_s=float(as_of_s))
        now_s += float(rng.choice([-600.0, 60.0, 3600.0, 20_000.0]))
        assert same(memo.read(store, area, now_s), read_cases(store, area, now_s)[0])
