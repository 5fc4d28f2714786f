"""The book of what was learnt: whole or not used, and its record not lost."""

import dataclasses
import json
import logging

import numpy as np
import pytest

from dashboard.store.models import (
    Cause,
    Decision,
    HorizonRecord,
    ModelBook,
    SourceRecord,
    Subject,
    Verdict,
    book_path,
    read_book,
    write_book,
)
from dashboard.store.weekly_models import WEEKLY_FILES
from risk_core.errors import InputError

SOURCES = (SourceRecord("kdca", 120, 0.5, 0.7, 0.02, 33), SourceRecord("city", 90, 0.5, 0.3, None, 33))
DECISION = Decision(
    1.8e9,
    Subject.TREND,
    Verdict.ACCEPTED,
    Cause.WITHIN_LIMIT,
    sources=SOURCES,
    settings_before=(("damping", 0.85),),
    settings_after=(("damping", 0.9),),
    score_before=0.81,
    score_after=0.8,
    horizons=(HorizonRecord(1, 0.7, 0.69),),
    n_origin=8,
)
BOOK = ModelBook("tiny", "3", "abc", (("damping", 0.9),), "", (("kdca", 0.7), ("city", 0.3))).noting(DECISION)


def test_what_is_written_is_read_again(tmp_path):
    write_book(tmp_path, BOOK)
    found = read_book(tmp_path, "tiny")
    assert dataclasses.replace(found, decisions=()) == dataclasses.replace(BOOK, decisions=())
    (one,) = found.decisions
    assert one.record_id == BOOK.decisions[0].record_id == one.with_id().record_id
    assert (one.sources, one.horizons, one.verdict) == (SOURCES, DECISION.horizons, Verdict.ACCEPTED)
    assert np.isnan(one.first_day_s)
    assert [path.name for path in book_path(tmp_path, "tiny").parent.iterdir()] == ["tiny.json"]


def test_nothing_was_learnt_where_there_is_no_book(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        assert read_book(tmp_path, "tiny") == ModelBook("tiny")
    assert caplog.text == "" and ModelBook("tiny").identity == ""


def edited(data):
    return data.replace(b"0.9", b"0.1", 1)


def other_schema(data):
    return json.dumps(json.loads(data) | {"schema": 99}).encode()


def not_ours(data):
    return json.dumps({"schema": 1, "sha256": "", "body": 7}).encode()


@pytest.mark.parametrize(
    "spoil",
    [edited, other_schema, not_ours, lambda data: data[: len(data) // 2], lambda data: b"", lambda data: b"\xff\x00",
     lambda data: b"[]", lambda data: b"null"],
)  # fmt: skip
def test_a_file_that_is_not_whole_is_told_of_not_used_and_kept_aside(tmp_path, caplog, spoil):
    write_book(tmp_path, BOOK)
    path = book_path(tmp_path, "tiny")
    spoilt = spoil(path.read_bytes())
    path.write_bytes(spoilt)
    with caplog.at_level(logging.WARNING):
        assert read_book(tmp_path, "tiny") == ModelBook("tiny")
    assert "defaults hold" in caplog.text
    write_book(tmp_path, BOOK)
    assert path.with_suffix(".unreadable").read_bytes() == spoilt
    assert read_book(tmp_path, "tiny").trend_id == "abc"


def test_the_book_of_another_area_is_not_used(tmp_path, caplog):
    write_book(tmp_path, BOOK)
    book_path(tmp_path, "tiny").rename(book_path(tmp_path, "other"))
    assert read_book(tmp_path, "other") == ModelBook("other")
    assert "belongs to the area tiny" in caplog.text


def test_no_name_leads_out_of_the_folder(tmp_path):
    with pytest.raises(InputError):
        read_book(tmp_path, "../tiny")


def test_what_a_killed_writer_left_is_not_read(tmp_path):
    write_book(tmp_path, BOOK)
    for name in (".tmp-tiny.json", ".tmp-tiny.weekly-0.npz", "tiny.weekly-1.npz", "tiny-2.weekly-1.npz"):
        (tmp_path / "models" / name).write_bytes(b"half")
    assert read_book(tmp_path, "tiny").trend_id == "abc"
    write_book(tmp_path, BOOK)
    WEEKLY_FILES.keep(tmp_path, "tiny", "")
    left = sorted(path.name for path in (tmp_path / "models").iterdir())
    assert left == ["tiny-2.weekly-1.npz", "tiny.json"], "another area's files are left alone"


def test_identity_follows_everything_in_use():
    names = {BOOK.identity}
    changes = ({"trend_id": "d"}, {"weekly_id": "w"}, {"weights": ()})
    names |= {dataclasses.replace(BOOK, **one).identity for one in changes}
    assert len(names) == 4 and dataclasses.replace(BOOK, decisions=()).identity == BOOK.identity


def test_every_decision_stays_but_a_history_too_short_is_noted_once():
    short = dataclasses.replace(DECISION, verdict=Verdict.TOO_SHORT)
    book = ModelBook("tiny").noting(DECISION).noting(short).noting(short).noting(DECISION).noting(short)
    assert [one.verdict for one in book.decisions] == [
        Verdict.ACCEPTED, Verdict.TOO_SHORT, Verdict.ACCEPTED, Verdict.TOO_SHORT,
    ]  # fmt: skip
    assert book.newest(Subject.WEEKLY) is None
