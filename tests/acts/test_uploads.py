"""A file is looked at, taken in by one confirmation, and taken back; what others changed since stays."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.acts import uploads
from dashboard.acts.desk import Desk
from dashboard.acts.undo import undo
from dashboard.acts.uploads import Upload
from dashboard.keys.person import RoleError, SignInError
from dashboard.store.intake import read_intakes
from dashboard.store.keys import Role
from dashboard.store.kinds import Kind
from risk_core.errors import InputError
from tests.feeds.workbooks import DAY, workbook

HEAD = "district_id,day,count\n"
Acting = Callable[..., Any]


def cases(rows: str, name: str = "cases.csv", encoding: str = "utf-8", **more: Any) -> Upload:
    return Upload(Kind.CASES, name, (HEAD + rows).encode(encoding), "kdca", **more)


def counts(desk: Desk) -> dict[tuple[str, float], float]:
    rows = desk.library.observations.rows(Kind.CASES, "tiny")
    return {(row["district_id"], row["as_of_s"]): row["count"] for row in rows if row["source"] == "kdca"}


def test_a_preview_tells_columns_and_refused_rows_and_stores_nothing(desk: Desk, acting: Acting) -> None:
    with acting():
        found = uploads.preview(desk, "tiny", cases("west,2026-08-05,3\neast,yesterday,4\neast,2026-08-05,x\n"))
    assert [(one.theirs, one.column.name, one.factor) for one in found.columns] == [
        ("district_id", "district_id", 1.0), ("day", "day_s", 1.0), ("count", "count", 1.0),
    ]  # fmt: skip
    assert found.n_fit == 1 and found.summary.n_refused == 2
    places = [fault.place for group in found.summary.faults.values() for fault in group]
    assert places == ["cases.csv:3", "cases.csv:4"]
    assert counts(desk) == {} and read_intakes(desk.library.settings.home, "tiny") == []


def test_units_and_odd_names_are_recognised(desk: Desk, acting: Acting) -> None:
    data = b"stn,time,lat,lon,rate_inch_per_h\ng1,2026-08-05T10:00,-29.95,-71.3,0.5\n"
    odd = "구,날짜,확진\nwest,2026-08-05,3\n".encode("cp949")
    mapped = ("district_id=구", "day_s=날짜", "count=확진")
    with acting():
        rain = uploads.preview(desk, "tiny", Upload(Kind.RAIN, "r.csv", data, "hall", utc_offset_s=32_400.0))
        none = uploads.preview(desk, "tiny", Upload(Kind.CASES, "c.csv", odd, "hall"))
        some = uploads.preview(desk, "tiny", Upload(Kind.CASES, "c.csv", odd, "hall", mapped))
    assert {one.theirs: one.factor for one in rain.columns}["rate_inch_per_h"] == pytest.approx(25.4)
    assert rain.sample[0]["rate_mm_per_h"] == pytest.approx(12.7)
    assert none.names == ("구", "날짜", "확진") and none.columns == () and none.n_fit == 0
    assert [one.theirs for one in some.columns] == ["구", "날짜", "확진"] and some.n_fit == 1


def test_a_file_is_taken_in_logged_and_taken_back(desk: Desk, acting: Acting, clock: Any) -> None:
    with acting(Role.HEALTH):
        first = uploads.take(desk, "tiny", cases("west,2026-08-05,3\n"), "monday's")
        standing = counts(desk)
        clock.now_s += 3600
        second = uploads.take(desk, "tiny", cases("west,2026-08-05,4\neast,2026-08-05,1\neast,2026-08-05,x\n"))
        told = second.after or {}
        assert (told["n_new"], told["n_changed"], told["n_refused"]) == (1, 1, 1)
        assert sorted(counts(desk).values()) == [1.0, 4.0]
        undone = undo(desk, second.act_id)
        assert counts(desk) == standing and undone.undoes == second.act_id
        again = undo(desk, undone.act_id)
        assert sorted(counts(desk).values()) == [1.0, 4.0] and again.undoes == undone.act_id
    assert first.why == "monday's" and desk.library.acts.verify()
    kept = read_intakes(desk.library.settings.home, "tiny")
    assert [(one.file, one.n_new, one.n_refused) for one in kept] == [("cases.csv", 1, 1), ("cases.csv", 1, 0)]


def test_rows_changed_since_are_left(desk: Desk, acting: Acting) -> None:
    head = "station_id,time,lat,lon,rate_mm_per_h\n"
    row = "g{k},2026-08-05T00:00Z,-29.95,-71.3,{rate}\n"
    both = head + row.format(k=1, rate=5) + row.format(k=2, rate=6)
    with acting():
        act = uploads.take(desk, "tiny", Upload(Kind.RAIN, "r.csv", both.encode(), "hall"))
        uploads.take(desk, "tiny", Upload(Kind.RAIN, "r.csv", (head + row.format(k=1, rate=9)).encode(), "hall"))
        done = undo(desk, act.act_id)
    left = [row for row in desk.library.observations.rows(Kind.RAIN, "tiny") if row["source"] == "hall"]
    assert [(row["station_id"], row["rate_mm_per_h"]) for row in left] == [("g1", 9.0)]
    assert (done.after or {})["n_left"] == 1


def test_a_workbook_goes_through_the_same_door(desk: Desk, acting: Acting) -> None:
    data = workbook([["district_id", "day", "count"], ["west", (46239, DAY), 3], ["east", "soon", 3]])
    with acting():
        act = uploads.take(desk, "tiny", Upload(Kind.CASES, "C:\\files\\cases.xlsx", data, "kdca"))
    assert (act.after or {})["name"] == "C:\\files\\cases.xlsx"
    assert list(counts(desk).values()) == [3.0]
    (kept,) = read_intakes(desk.library.settings.home, "tiny")
    assert kept.file == "cases.xlsx" and kept.refusals[0].places == ("cases.xlsx: row 3",)


def test_who_may_bring_what(desk: Desk, acting: Acting, tmp_path: Path) -> None:
    rain = Upload(Kind.RAIN, "r.csv", b"station_id\n", "hall")
    with acting(Role.HEALTH), pytest.raises(RoleError):
        uploads.preview(desk, "tiny", rain)
    with acting(None), pytest.raises(SignInError):
        uploads.take(desk, "tiny", cases("west,2026-08-05,3\n"))
    with acting(), pytest.raises(InputError):
        uploads.preview(desk, "tiny", Upload(Kind.VISITS, "v.csv", b"a\n1\n", "hall"))
    with acting(), pytest.raises(InputError, match="at most"):
        uploads.take(desk, "tiny", cases("1" * uploads.MAX_BYTES))
    with acting(), pytest.raises(InputError, match="at least one row"):
        uploads.take(desk, "tiny", cases("west,never,3\n"))
    assert counts(desk) == {}
