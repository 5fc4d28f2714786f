import multiprocessing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.keys.quota import PERIOD_S, Quota, next_allowance


def test_a_burst_then_a_steady_rate(tmp_path: Path) -> None:
    quota = Quota(tmp_path / "quota", b"salt")
    first = [quota.take("a", 60, 1, 1000.0) for _ in range(61)]
    assert [one.is_allowed for one in first] == [True] * 60 + [False]
    assert [one.remaining for one in first[:3]] == [59, 58, 57]
    assert first[-1].retry_s == pytest.approx(1.0) and first[-1].remaining == 0
    assert quota.take("a", 60, 1, 1001.0).is_allowed and not quota.take("a", 60, 1, 1001.0).is_allowed
    assert quota.take("b", 60, 1, 1001.0).remaining == 59, "others have their own"


def test_dear_questions_count_as_several_and_a_refusal_costs_nothing(tmp_path: Path) -> None:
    quota = Quota(tmp_path / "quota", b"salt")
    assert [quota.take("a", 10, 5, 0.0).is_allowed for _ in range(3)] == [True, True, False]
    assert quota.take("a", 10, 1, 6.0).is_allowed


def test_names_are_not_in_the_file(tmp_path: Path) -> None:
    quota = Quota(tmp_path / "quota", b"salt")
    quota.take("203.0.113.9", 60, 1, 1000.0)
    assert b"203.0.113.9" not in (tmp_path / "quota").read_bytes()
    assert (tmp_path / "quota").stat().st_mode & 0o077 == 0


def _take_many(path: str, n: int, told: "multiprocessing.Queue[int]") -> None:
    quota = Quota(Path(path), b"salt")
    told.put(sum(quota.take("a", 40, 1, 1000.0).is_allowed for _ in range(n)))


def test_two_processes_share_one_allowance(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    workers = [context.Process(target=_take_many, args=(str(tmp_path / "quota"), 40, told)) for _ in range(2)]
    for one in workers:
        one.start()
    passed = [told.get(timeout=60) for _ in workers]
    for one in workers:
        one.join(60)
    assert sum(passed) == 40


def test_a_clock_that_goes_back_locks_nobody_out(tmp_path: Path) -> None:
    quota = Quota(tmp_path / "quota", b"salt")
    for _ in range(60):
        quota.take("a", 60, 1, 1_000_000.0)
    later = quota.take("a", 60, 1, 1000.0)
    assert later.retry_s <= PERIOD_S and quota.take("a", 60, 1, 1000.0 + PERIOD_S + later.retry_s).is_allowed


@given(
    per_min=st.integers(1, 1000),
    asked=st.lists(st.tuples(st.floats(0, 30), st.integers(1, 5)), max_size=60),
)
def test_no_window_passes_more_than_twice_the_allowance(per_min: int, asked: list[tuple[float, int]]) -> None:
    """Of any minute at most the burst and what came back within it pass; never more is left than there is."""
    whole_s, now_s, passed = 0.0, 1000.0, []
    for pause_s, cost in asked:
        now_s += pause_s
        whole_s, left = next_allowance(whole_s, now_s, per_min, cost)
        assert 0 <= left.remaining <= per_min and left.is_allowed is (left.retry_s == 0)
        if left.is_allowed:
            passed.append((now_s, cost))
    for begin_s, _ in passed:
        window = sum(cost for time_s, cost in passed if begin_s <= time_s < begin_s + PERIOD_S)
        assert window <= 2 * per_min
