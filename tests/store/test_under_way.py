"""Work that a page waits for."""

import os
import time
from pathlib import Path

import pytest

from dashboard.store.jobs import DismissedError
from dashboard.store.under_way import KEPT_S, UnderWay

TOKEN = "0123456789abcdef"
NOW_S = time.time()


def test_another_process_reads_how_far_it_is(tmp_path: Path) -> None:
    UnderWay(tmp_path).tell(TOKEN, "ways", 0.15)
    assert UnderWay(tmp_path).read(TOKEN) == ("ways", 0.15)
    UnderWay(tmp_path).end(TOKEN, NOW_S)
    assert UnderWay(tmp_path).read(TOKEN) is None


def test_work_that_is_stopped_ends_at_its_next_step_and_leaves_nothing(tmp_path: Path) -> None:
    work = UnderWay(tmp_path)
    work.tell(TOKEN, "shelters", 0.05)
    UnderWay(tmp_path).stop(TOKEN)
    with pytest.raises(DismissedError):
        work.tell(TOKEN, "ways", 0.15)
    work.end(TOKEN, NOW_S)
    assert list((tmp_path / "under_way").iterdir()) == []


def test_stopping_what_is_not_under_way_does_nothing(tmp_path: Path) -> None:
    work = UnderWay(tmp_path)
    work.stop(TOKEN)
    work.tell(TOKEN, "ways", 0.5)
    assert work.read(TOKEN) == ("ways", 0.5)


@pytest.mark.parametrize("token", ["", "../../etc/passwd", "ABCDEF0123456789", "0" * 41, None, 7])
def test_words_that_are_no_token_touch_no_file(tmp_path: Path, token: object) -> None:
    work = UnderWay(tmp_path)
    work.tell(token, "ways", 0.5)  # type: ignore[arg-type]
    work.stop(token)  # type: ignore[arg-type]
    work.end(token, NOW_S)  # type: ignore[arg-type]
    assert work.read(token) is None and list(tmp_path.iterdir()) == []  # type: ignore[arg-type]


def test_what_is_left_of_work_that_never_ended_is_forgotten(tmp_path: Path) -> None:
    work, left = UnderWay(tmp_path), "f" * 16
    work.tell(left, "ways", 0.5)
    path = tmp_path / "under_way" / f"{left}.json"
    os.utime(path, (NOW_S - KEPT_S - 9,) * 2)
    work.tell(TOKEN, "ways", 0.5)
    work.end(TOKEN, NOW_S)
    assert work.read(left) is None
