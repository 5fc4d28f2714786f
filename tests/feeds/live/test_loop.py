"""The loop against the stub server: whatever one feed does, the others go on, and the store equals a clean replay."""

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dashboard.feeds.live.asker import Asker
from dashboard.feeds.live.fetch import Fetcher
from dashboard.feeds.live.guard import Guard
from dashboard.feeds.live.loop import FeedLoop
from dashboard.feeds.live.pace import BREAKER_AT, MOST_PAUSE_S
from dashboard.feeds.live.places import place_of
from dashboard.feeds.live.plan import Feed
from dashboard.feeds.live.source import Ask, Batch, Place, Question, Reading, Source
from dashboard.feeds.records import Part
from dashboard.store.feed_states import read_feed_states
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from dashboard.store.schema import TABLES
from tests.answers.small_world import make_library
from tests.feeds.live import stub as plays
from tests.feeds.live.stub import Stub

START_S = 1_782_000_000.0
Row = dict[str, Any]


def read_gauges(ask: Ask, question: Question) -> Reading:
    """A source for tests: rows of rain as JSON."""
    part = Part()
    for at, row in enumerate(json.loads(ask(question.url, ("application/json",), 100_000))["rows"]):
        part.add(row, f"row {at + 1}")
    return Reading((Batch(Kind.RAIN, part),))


GAUGES = Source("gauges", "Gauges", (Kind.RAIN,), read_gauges, 60.0, 180.0, "test", "test", "", needs_url=True)


def gauge(station: str, minute: int, mm: float, **more: Any) -> Row:
    place = {"lat_deg": -29.949, "lon_deg": -71.299, "interval_s": 600.0}
    return {"station_id": station, "time_s": START_S + 60.0 * minute, "amount_mm": mm, **place, **more}


def answer(*rows: Row) -> bytes:
    return json.dumps({"rows": rows}).encode()


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now_s = START_S

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return make_library(tmp_path)


def make_loop(library: Library, clock: Clock, stub: Stub, *names: str) -> FeedLoop:
    place = place_of(library, "tiny")
    feeds = [Feed(GAUGES, name, "tiny", stub.url(f"/{name}"), "", 60.0) for name in names]
    fetcher = Fetcher(Guard(["127.0.0.1"]))
    return FeedLoop(library, feeds, {"tiny": place}, lambda _: Asker(fetcher, clock, 1.0, 1.0), clock)


def table(library: Library, kind: Kind = Kind.RAIN, source: str | None = None) -> list[Row]:
    """Rows as they are kept, but for when they came."""
    rows = library.observations.rows(kind, "tiny")
    kept = [{name: value for name, value in row.items() if name != "received_s"} for row in rows]
    return [row for row in kept if source in (None, row["source"])]


ROUNDS = [[gauge("A", 0, 1.0)], [gauge("A", 1, 2.0), gauge("B", 1, 3.0)], [gauge("A", 2, 4.0)]]


def clean_replay(tmp_path: Path) -> list[Row]:
    """What the store holds when every record comes once, in order, in good time."""
    library = make_library(tmp_path / "clean")
    for at, rows in enumerate(ROUNDS):
        library.observations.ingest(
            Kind.RAIN, "tiny", rows, source="bad", simulated=False, received_s=START_S + 60.0 * at + 1
        )
    return table(library)


ALL = [row for rows in ROUNDS for row in rows]
TROUBLE = {
    "down": [plays.status(503), plays.body(answer(*ALL))],
    "slow": [plays.dripping(answer(*ALL)), plays.body(answer(*ALL))],
    "truncated": [plays.truncated(answer(*ALL)), plays.body(answer(*ALL))],
    "wrong_type": [plays.body(b"<html/>", "text/html"), plays.body(answer(*ALL))],
    "malformed": [plays.body(answer(*ALL)[:-3]), plays.body(answer(*ALL))],
    "late": [plays.body(answer(*ROUNDS[2])), plays.body(answer(*ROUNDS[1])), plays.body(answer(*ROUNDS[0]))],
    "duplicate": [plays.body(answer(*ALL, *ALL)), plays.body(answer(*ALL))],
    "out_of_order": [plays.body(answer(*reversed(ALL)))],
    "future": [plays.body(answer(gauge("A", 60, 50.0))), plays.body(answer(*ALL))],
    "redirect_loop": [plays.redirect("/bad"), plays.body(answer(*ALL))],
    "endless": [plays.endless(), plays.body(answer(*ALL))],
    "bad_row": [plays.body(answer(*ALL, gauge("C", 1, -5.0), {"station_id": "D"}))],
}


@pytest.mark.parametrize("name", TROUBLE)
def test_the_state_equals_the_clean_replay_and_the_others_go_on(
    name: str, library: Library, clock: Clock, stub: Stub, tmp_path: Path
) -> None:
    stub.plays["/bad"] = plays.in_turn(*TROUBLE[name])
    stub.plays["/good"] = plays.body(answer(gauge("G", 0, 1.0)))
    clock.now_s += 180.0
    loop = make_loop(library, clock, stub, "bad", "good")
    for _ in range(4):
        loop.step()
        clock.now_s += 70.0
    assert table(library, source="bad") == clean_replay(tmp_path)
    assert len(table(library, source="good")) == 1
    assert stub.n_asked("/good") == 4
    good = next(one for one in loop.states("tiny") if one.name == "good")
    assert (good.n_fail, good.error) == (0, "")


def test_the_last_good_value_stays_and_is_marked_stale(library: Library, clock: Clock, stub: Stub) -> None:
    stub.plays["/one"] = plays.in_turn(plays.body(answer(gauge("A", 0, 7.0))), plays.status(500))
    loop = make_loop(library, clock, stub, "one")
    loop.step()
    (state,) = loop.states("tiny")
    assert not state.is_stale(clock.now_s) and state.age_s(clock.now_s) == 0.0
    clock.now_s += 600.0
    loop.step()
    (state,) = read_feed_states(library.settings.home, "tiny")
    assert state.is_stale(clock.now_s) and state.error == "status: answered 500"
    assert [row["amount_mm"] for row in table(library)] == [7.0]


def test_the_breaker_opens_pauses_grow_and_a_success_closes_it(library: Library, clock: Clock, stub: Stub) -> None:
    stub.plays["/one"] = plays.status(500)
    loop = make_loop(library, clock, stub, "one")
    pauses = []
    for n_fail in range(1, 14):
        loop.step()
        (state,) = loop.states("tiny")
        assert (state.n_fail, state.is_open) == (n_fail, n_fail >= BREAKER_AT)
        pauses.append(state.next_s - clock.now_s)
        loop.step()
        assert stub.n_asked("/one") == n_fail, "nobody is asked before the pause is over"
        clock.now_s = state.next_s
    assert all(later > 0.9 * earlier for earlier, later in zip(pauses[:7], pauses[2:9], strict=True))
    assert max(pauses) <= MOST_PAUSE_S and pauses[-1] >= MOST_PAUSE_S / 2
    stub.plays["/one"] = plays.body(answer(gauge("A", 0, 1.0)))
    loop.step()
    (state,) = loop.states("tiny")
    assert (state.n_fail, state.is_open, state.error) == (0, False, "")


def test_a_server_that_asks_for_a_pause_gets_it(library: Library, clock: Clock, stub: Stub) -> None:
    stub.plays["/one"] = plays.status(429, Retry_After="900")
    loop = make_loop(library, clock, stub, "one")
    loop.step()
    (state,) = loop.states("tiny")
    assert state.next_s - clock.now_s == 900.0


def test_pauses_are_the_same_for_the_same_feed_and_differ_between_feeds(
    library: Library, clock: Clock, stub: Stub, tmp_path: Path
) -> None:
    stub.plays["/a"] = stub.plays["/b"] = plays.status(500)
    first = make_loop(library, clock, stub, "a", "b")
    first.step()
    again = make_loop(make_library(tmp_path / "again"), clock, stub, "a", "b")
    again.step()
    pauses = [state.next_s for state in first.states("tiny")]
    assert pauses == [state.next_s for state in again.states("tiny")]
    assert len(set(pauses)) == 2


def test_a_new_process_remembers_failures_and_pauses(library: Library, clock: Clock, stub: Stub) -> None:
    stub.plays["/one"] = plays.status(500)
    loop = make_loop(library, clock, stub, "one")
    loop.step()
    loop = make_loop(library, clock, stub, "one")
    loop.step()
    assert stub.n_asked("/one") == 1
    assert loop.states("tiny")[0].n_fail == 1


def test_a_feed_that_lacks_something_is_shown_and_never_asked(library: Library, clock: Clock, stub: Stub) -> None:
    place = place_of(library, "tiny")
    feed = Feed(GAUGES, "keyed", "tiny", stub.url("/keyed"), lacks="set ANSIMGIL_KMA_KEY")
    loop = FeedLoop(library, [feed], {"tiny": place}, lambda _: Asker(Fetcher(Guard()), clock), clock)
    loop.step()
    (state,) = read_feed_states(library.settings.home, "tiny")
    assert state.lacks and not stub.asked and math.isnan(state.asked_s) and state.is_stale(clock.now_s)


def test_a_reader_with_a_fault_of_its_own_stops_nothing(library: Library, clock: Clock, stub: Stub) -> None:
    def broken(_ask: Ask, _question: Question) -> Reading:
        raise ZeroDivisionError

    feeds = [
        Feed(dataclasses.replace(GAUGES, read=broken), "broken", "tiny"),
        Feed(GAUGES, "good", "tiny", stub.url("/good"), "", 60.0),
    ]
    stub.plays["/good"] = plays.body(answer(gauge("G", 0, 1.0)))
    fetcher = Fetcher(Guard(["127.0.0.1"]))
    loop = FeedLoop(library, feeds, {"tiny": place_of(library, "tiny")}, lambda _: Asker(fetcher, clock), clock)
    loop.step()
    broken_state, good_state = loop.states("tiny")
    assert broken_state.error == "malformed: ZeroDivisionError" and good_state.n_new == 1


def test_refused_records_are_counted_with_a_reason_but_no_value(library: Library, clock: Clock, stub: Stub) -> None:
    stub.plays["/one"] = plays.body(answer(gauge("A", 0, 1.0), gauge("B", 0, -77.5)))
    loop = make_loop(library, clock, stub, "one")
    loop.step()
    (state,) = loop.states("tiny")
    assert (state.n_new, state.n_refused) == (1, 1)
    assert state.note.startswith("amount_mm: ") and "77.5" not in state.note


# --- the clock


@pytest.mark.parametrize("jump_s", [3600.0, -3600.0, -86_400.0, 1.0, -1.0])
def test_a_clock_that_jumps_neither_silences_a_feed_nor_makes_ages_negative(
    jump_s: float, library: Library, clock: Clock, stub: Stub
) -> None:
    stub.plays["/one"] = plays.body(answer(gauge("A", 0, 1.0)))
    loop = make_loop(library, clock, stub, "one")
    loop.step()
    clock.now_s += jump_s
    (state,) = loop.states("tiny")
    assert state.age_s(clock.now_s) >= 0.0
    asked = stub.n_asked("/one")
    for _ in range(70):
        loop.step()
        clock.now_s += 1.0
    assert stub.n_asked("/one") > asked
    (state,) = loop.states("tiny")
    assert not state.is_stale(clock.now_s)


@pytest.mark.parametrize("now_s", [1_709_164_799.0, 1_709_251_199.0, 1_735_689_599.0, 1_483_228_799.0, 951_868_800.0])
def test_a_day_edge_a_leap_day_and_a_leap_second_lose_nothing(now_s: float, library: Library, clock: Clock) -> None:
    """2024-02-28 and 29 23:59:59, new year, the leap second of 2016, and 2000-03-01, all UTC."""
    for offset in (-2, -1, 0, 1, 2):
        row = gauge("A", 0, 1.0) | {"time_s": now_s + offset}
        report = library.observations.ingest(
            Kind.RAIN, "tiny", [row], source="edge", simulated=False, received_s=now_s + 3
        )
        assert report.n_new == 1
    assert len(table(library)) == 5


def test_times_of_every_zone_name_the_same_moment(library: Library) -> None:
    words = (
        "2026-06-21T09:00:00+09:00",
        "2026-06-21T00:00:00Z",
        "2026-06-20T14:00:00-10:00",
        "2026-06-21T14:00:00+14:00",
    )
    for word in words:
        row = {name: value for name, value in gauge("A", 0, 1.0).items() if name != "time_s"} | {"time": word}
        library.observations.ingest(Kind.RAIN, "tiny", [row], source="z", simulated=False, received_s=START_S + 1)
    assert len(table(library)) == 1


def test_nothing_dated_ahead_comes_true_later(library: Library, clock: Clock, stub: Stub) -> None:
    stub.plays["/one"] = plays.body(answer(gauge("A", 11, 99.0), gauge("A", 9, 1.0), gauge("A", 0, 2.0)))
    loop = make_loop(library, clock, stub, "one")
    loop.step()
    assert sorted(row["amount_mm"] for row in table(library)) == [1.0, 2.0]
    assert loop.states("tiny")[0].n_refused == 1
    with library.observations._engine.connect() as connection:
        assert not connection.execute(select(TABLES[Kind.RAIN]).where(TABLES[Kind.RAIN].c.amount_mm == 99.0)).all()


def test_places_know_their_districts(library: Library) -> None:
    place: Place = place_of(library, "tiny")
    district = library.area("tiny").districts[0]
    assert place.district_ids[district.district_id.casefold()] == district.district_id
