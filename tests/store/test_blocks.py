"""Records read in blocks against the same records read one by one."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.store.blocks import BLOCK
from dashboard.store.checking import Reading, check_records
from dashboard.store.kinds import KINDS, Kind
from dashboard.store.schema import ROW_CHECKS
from tests.store.samples import GOOD

ODD = st.sampled_from(
    [None, "", "NA", math.nan, math.inf, True, False, -1, 0, 7, 1e9, 10**400, "12", " x ", "가", "a\x00b", "\ud800",
     "2026-08-05", "2026-08-05T09:00:00+09:00", [1.0], {"a": 1}, 1_785_888_000, 1_785_888_000_000]
)  # fmt: skip


def told(kind: Kind, records: list[dict[str, object]], reading: Reading) -> tuple[object, ...]:
    checked = check_records(KINDS[kind], records, reading)
    return [repr(row) for row in checked.rows], checked.positions, checked.faults, checked.n_refused


@settings(max_examples=300, deadline=None, derandomize=True)
@given(data=st.data(), kind=st.sampled_from(list(Kind)), n=st.integers(1, 6))
def test_a_block_is_read_as_its_records_are(data: st.DataObject, kind: Kind, n: int) -> None:
    reading = Reading(bounds=(126.0, 37.0, 128.0, 38.0))
    records = []
    for _ in range(n):
        record = dict(GOOD[kind])
        for name in data.draw(st.lists(st.sampled_from(sorted(record)), max_size=2)):
            record[name] = data.draw(ODD)
        records.append(record)
    singles = [
        told(kind, [record], Reading((f"record {k + 1}",), None, reading.bounds)) for k, record in enumerate(records)
    ]
    rows, positions, faults, n_refused = told(kind, records, reading)
    assert rows == [row for one in singles for row in one[0]]
    assert positions == [k for k, one in enumerate(singles) if one[0]]
    assert faults == [fault for one in singles for fault in one[2]]
    assert n_refused == sum(one[3] for one in singles)


@pytest.mark.parametrize("n_bad", [0, 1])
def test_a_bad_record_spoils_no_other(n_bad: int) -> None:
    good = [{**GOOD[Kind.RAIN], "station_id": f"s{k}"} for k in range(2 * BLOCK + 3)]
    records = good + [{**GOOD[Kind.RAIN], "time_s": "soon"}] * n_bad
    checked = check_records(KINDS[Kind.RAIN], records, Reading())
    assert [row["station_id"] for row in checked.rows] == [one["station_id"] for one in good]
    assert (checked.n_refused, len(checked.faults)) == (n_bad, n_bad)


def test_checksums_of_many_rows_are_those_of_each() -> None:
    rows = [
        check_records(KINDS[Kind.RAIN], [{**GOOD[Kind.RAIN], "time_s": 1.7e9 + k}], Reading()).rows[0] for k in range(5)
    ]
    checks = ROW_CHECKS[Kind.RAIN]
    assert checks.of(rows) == [checks.of([row])[0] for row in rows] and len(set(checks.of(rows))) == 5
    stored = checks.add(rows)
    stored[2]["amount_mm"] = 99.0
    assert checks.sound(stored) == [rows[k] for k in (0, 1, 3, 4)]
