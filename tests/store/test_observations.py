"""The store of observations: idempotent, ordered by revision, whole."""

import pytest
from sqlalchemy import text

from dashboard.store.checking import Reading
from dashboard.store.kinds import Kind
from dashboard.store.observations import MAX_FAULTS, ObservationStore
from dashboard.store.schema import writing
from risk_core.errors import InputError

NOW_S = 1_785_888_000.0


@pytest.fixture
def store(database_url: str) -> ObservationStore:
    return ObservationStore(database_url)


def gauge(station: object = "108", minute: int = 0, amount: object = 1.0, **fields: object) -> dict[str, object]:
    return {"station_id": station, "time_s": NOW_S + 60 * minute, "lat": 37.5, "lon": 127.0, "interval_s": 600,
            "amount_mm": amount} | fields  # fmt: skip


def take(
    store: ObservationStore,
    *records: dict[str, object],
    kind: Kind = Kind.RAIN,
    area_id: str = "seoul",
    source: str = "kma",
    simulated: bool = False,
    received_s: float = NOW_S,
) -> tuple[int, int, int, int]:
    report = store.ingest(kind, area_id, records, source=source, simulated=simulated, received_s=received_s)
    assert report.n_accepted == report.n_new + report.n_changed + report.n_same
    return report.n_new, report.n_changed, report.n_same, report.n_refused


def test_a_batch_sent_again_changes_nothing(store: ObservationStore) -> None:
    batch = [gauge(minute=minute) for minute in range(0, 60, 10)]
    assert take(store, *batch) == (6, 0, 0, 0)
    before = store.rows(Kind.RAIN, "seoul")
    assert take(store, *batch, received_s=NOW_S + 99) == (0, 0, 6, 0)
    assert store.rows(Kind.RAIN, "seoul") == before
    assert store.change_count("seoul") == 1


def test_change_count_is_one_a_batch_and_area(store: ObservationStore) -> None:
    assert store.change_count("seoul") == 0
    take(store, gauge())
    take(store, gauge(minute=10), gauge(minute=20))
    take(store, gauge(), area_id="busan")
    take(store, gauge(amount="bad"))
    assert (store.change_count("seoul"), store.change_count("busan")) == (2, 1)


def test_change_count_of_a_kind_follows_that_kind_alone(store: ObservationStore) -> None:
    take(store, gauge())
    take(store, gauge(minute=10), simulated=True)
    case = {"district_id": "11", "day": "2026-08-05", "count": 3}
    store.ingest(Kind.CASES, "seoul", [case], source="kdca", simulated=False, received_s=NOW_S)
    store.purge_simulated("seoul")
    counts = [store.change_count("seoul", kind) for kind in (Kind.RAIN, Kind.CASES, Kind.WIND)]
    assert counts == [3, 1, 0] and store.change_count("seoul") == 4
    assert store.change_count("busan", Kind.RAIN) == 0


def test_change_count_is_one_indexed_read(store: ObservationStore) -> None:
    if store._engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by the number of rows; an empty table is read whole")
    with store._engine.connect() as connection:
        plan = connection.execute(text("EXPLAIN QUERY PLAN SELECT change_count FROM area_changes WHERE area_id = 'x'"))
        assert all("SEARCH" in row[-1] and "PRIMARY KEY" in row[-1] for row in plan)
        of_kind = "SELECT change_count FROM kind_changes WHERE area_id = 'x' AND kind = 'cases'"
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {of_kind}"))
        assert all("SEARCH" in row[-1] and "PRIMARY KEY" in row[-1] for row in plan)


def test_a_newer_revision_replaces_and_an_older_never(store: ObservationStore) -> None:
    take(store, gauge(amount=1.0, revision=2))
    assert take(store, gauge(amount=9.0, revision=1), received_s=NOW_S + 60) == (0, 0, 1, 0)
    assert take(store, gauge(amount=2.0, revision=3), received_s=NOW_S - 60) == (0, 1, 0, 0)
    (row,) = store.rows(Kind.RAIN, "seoul")
    assert (row["amount_mm"], row["revision"], row["rate_mm_per_h"]) == (2.0, 3, 12.0)


def test_of_equal_revisions_the_last_received_stays(store: ObservationStore) -> None:
    take(store, gauge(amount=1.0))
    assert take(store, gauge(amount=2.0), received_s=NOW_S + 1) == (0, 1, 0, 0)
    assert take(store, gauge(amount=1.0)) == (0, 0, 1, 0)
    assert store.rows(Kind.RAIN, "seoul")[0]["amount_mm"] == 2.0


def test_the_same_row_twice_in_a_batch_is_stored_once(store: ObservationStore) -> None:
    batch = [gauge(amount=1.0), gauge(amount=2.0), gauge(amount=7.0, revision=1), gauge(amount=3.0)]
    assert take(store, *batch) == (1, 0, 3, 0)
    assert take(store, *batch) == (0, 0, 4, 0)
    assert store.rows(Kind.RAIN, "seoul")[0]["amount_mm"] == 7.0


def test_good_records_are_kept_and_bad_ones_listed(store: ObservationStore) -> None:
    records = [gauge(), gauge(minute=10, amount=-9), gauge(minute=20)]
    report = store.ingest(Kind.RAIN, "seoul", records, source="kma", simulated=False, received_s=NOW_S,
                          reading=Reading(places=["a:2", "a:3", "a:4"]))  # fmt: skip
    assert (report.n_new, report.n_refused) == (2, 1)
    assert str(report.faults[0]).startswith("a:3: amount_mm is -9; wanted 0 to 2000 mm.")
    many = [gauge(amount="x")] * (MAX_FAULTS + 5)
    report = store.ingest(Kind.RAIN, "seoul", many, source="kma", simulated=False, received_s=NOW_S)
    assert (report.n_refused, len(report.faults)) == (MAX_FAULTS + 5, MAX_FAULTS)


def test_sources_and_drills_live_side_by_side(store: ObservationStore) -> None:
    take(store, gauge(amount=1.0))
    take(store, gauge(amount=2.0), simulated=True)
    take(store, gauge(amount=3.0), source="city")
    found = {(row["source"], row["simulated"]): row["amount_mm"] for row in store.rows(Kind.RAIN, "seoul")}
    assert found == {("kma", False): 1.0, ("kma", True): 2.0, ("city", False): 3.0}


def test_purging_a_drill_leaves_what_is_real(store: ObservationStore) -> None:
    take(store, gauge())
    take(store, gauge(), gauge(minute=10), simulated=True)
    take(store, gauge(), simulated=True, area_id="busan")
    assert store.purge_simulated("seoul") == 2
    assert [row["simulated"] for row in store.rows(Kind.RAIN, "seoul")] == [False]
    assert len(store.rows(Kind.RAIN, "busan")) == 1
    assert store.change_count("seoul") == 3
    assert store.purge_simulated("seoul") == 0
    assert store.change_count("seoul") == 3


FAIL_ABOVE_5_MM = {
    "sqlite": (
        "CREATE TRIGGER t BEFORE INSERT ON rain WHEN NEW.amount_mm > 5 BEGIN SELECT RAISE(FAIL, 'disk full'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk full'; END $$",
        "CREATE TRIGGER t BEFORE INSERT ON rain FOR EACH ROW WHEN (NEW.amount_mm > 5) EXECUTE FUNCTION f()",
    ),
}


def test_an_error_in_the_middle_undoes_the_batch(store: ObservationStore) -> None:
    with writing(store._engine) as connection:
        for statement in FAIL_ABOVE_5_MM[store._engine.dialect.name]:
            connection.execute(text(statement))
    with pytest.raises(Exception, match="disk full"):
        take(store, gauge(), gauge(minute=10, amount=6.0))
    assert store.rows(Kind.RAIN, "seoul") == []
    assert store.change_count("seoul") == 0
    assert take(store, gauge()) == (1, 0, 0, 0)


def test_rows_lie_between_the_times_asked_for(store: ObservationStore) -> None:
    take(store, *(gauge(minute=minute) for minute in (20, 0, 10)))
    assert [row["time_s"] - NOW_S for row in store.rows(Kind.RAIN, "seoul")] == [0, 600, 1200]
    assert [row["time_s"] - NOW_S for row in store.rows(Kind.RAIN, "seoul", NOW_S + 600)] == [600, 1200]
    assert [row["time_s"] - NOW_S for row in store.rows("rain", "seoul", now_s=NOW_S + 600)] == [0, 600]
    assert store.rows(Kind.WIND, "seoul") == []


def test_every_vintage_of_a_count_is_kept(store: ObservationStore) -> None:
    day = {"district_id": "11", "day": "2026-08-04"}
    hour = 3600.0
    assert take(store, day | {"count": 5}, kind=Kind.CASES, received_s=NOW_S) == (1, 0, 0, 0)
    assert take(store, day | {"count": 5}, kind=Kind.CASES, received_s=NOW_S + hour) == (0, 0, 1, 0)
    assert take(store, day | {"count": 8}, kind=Kind.CASES, received_s=NOW_S + 2 * hour) == (1, 0, 0, 0)
    assert take(store, day | {"count": 8}, kind=Kind.CASES, received_s=NOW_S + 3 * hour) == (0, 0, 1, 0)
    assert take(store, day | {"count": 5}, kind=Kind.CASES, received_s=NOW_S) == (0, 0, 1, 0)
    found = [(row["as_of_s"] - NOW_S, row["count"]) for row in store.rows(Kind.CASES, "seoul")]
    assert found == [(0, 5), (2 * hour, 8)]
    known = [day | {"count": 4, "as_of": NOW_S - hour}, day | {"count": 8, "as_of": NOW_S + 9 * hour}]
    assert take(store, *known, kind=Kind.CASES, received_s=NOW_S + 10 * hour) == (2, 0, 0, 0)


def test_a_simulated_day_is_known_when_it_ends(store: ObservationStore) -> None:
    take(store, {"district_id": "11", "day": "2026-08-04", "count": 5}, kind=Kind.CASES, simulated=True)
    (row,) = store.rows(Kind.CASES, "seoul")
    assert row["as_of_s"] == row["day_s"] + 86_400


def test_a_closure_is_taken_back_by_its_number(store: ObservationStore) -> None:
    closure = {"closure_id": "c1", "from": NOW_S, "geometry": "POINT (127 37.5)"}
    take(store, closure, kind=Kind.CLOSURES)
    assert [row["closure_id"] for row in store.closures_from("seoul", NOW_S)] == ["c1"]
    take(store, closure | {"cancelled": True, "revision": 1}, kind=Kind.CLOSURES)
    take(store, closure | {"closure_id": "c2", "until": NOW_S + 10}, kind=Kind.CLOSURES)
    assert [row["closure_id"] for row in store.closures_from("seoul", NOW_S + 9)] == ["c2"]
    assert store.closures_from("seoul", NOW_S + 10) == []


def test_newest_row_of_each_shelter(store: ObservationStore) -> None:
    rows = [{"shelter_id": name, "time": NOW_S + at, "occupancy": at} for name in "ab" for at in (0, 60, 120)]
    take(store, *rows, kind=Kind.SHELTERS)
    found = store.newest_rows(Kind.SHELTERS, "seoul", NOW_S + 119)
    assert [(row["shelter_id"], row["occupancy_persons"]) for row in found] == [("a", 60), ("b", 60)]


def test_freshness_of_each_source(store: ObservationStore) -> None:
    take(store, gauge(), gauge(minute=10), gauge(minute=20))
    take(store, gauge(), simulated=True)
    found = store.count_sources("seoul", NOW_S + 600)
    assert [(row["kind"], row["source"], row["simulated"], row["newest_s"] - NOW_S, row["n"]) for row in found] == [
        ("rain", "kma", False, 600, 2),
        ("rain", "kma", True, 0, 1),
    ]


@pytest.mark.parametrize(
    ("changed", "argument"),
    [({"area_id": "Seoul!"}, "area_id"), ({"area_id": "../x"}, "area_id"), ({"source": " "}, "source"),
     ({"received_s": float("nan")}, "received_s"), ({"kind": "fog"}, "kind")],
)  # fmt: skip
def test_a_batch_without_a_proper_origin_is_refused(
    store: ObservationStore, changed: dict[str, object], argument: str
) -> None:
    given = {"kind": "rain", "area_id": "seoul", "records": [gauge()], "source": "kma", "simulated": False,
             "received_s": NOW_S} | changed  # fmt: skip
    with pytest.raises(InputError) as raised:
        store.ingest(**given)
    assert [fault.argument for fault in raised.value.faults] == [argument]
    assert store.rows(Kind.RAIN, "seoul") == []


def test_korean_names_and_quotes_survive(store: ObservationStore) -> None:
    name = '을지로\'; DROP TABLE rain; -- "지하차도"'
    take(store, gauge(station=name), source=name)
    (row,) = store.rows(Kind.RAIN, "seoul")
    assert (row["station_id"], row["source"]) == (name, name)
