"""Command `feeds`: which sources there are, whether they answer, and reading them into the store."""

import argparse
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Final

from dashboard.feeds.catalogue import SOURCES
from dashboard.feeds.live.asker import Asker
from dashboard.feeds.live.failure import FetchError
from dashboard.feeds.live.fetch import AGENT, Fetcher
from dashboard.feeds.live.guard import Guard
from dashboard.feeds.live.loop import FeedLoop, read_feed
from dashboard.feeds.live.places import area_bounds, place_of
from dashboard.feeds.live.plan import Feed, named_hosts, plan_feeds
from dashboard.feeds.live.source import Place
from dashboard.settings import PREFIX, Settings
from dashboard.store.feed_states import read_feed_states
from dashboard.store.library import Library
from risk_core.errors import AnsimgilError

EXIT_DONE: Final = 0
EXIT_FAILED: Final = 1
ACTIONS: Final = {
    "check": "ask every feed once, storing nothing: is it configured, does it answer, is it fresh",
    "list": "show every source with its terms and what it needs",
    "once": "read every feed once into the store",
    "run": "read the feeds in their rhythm until stopped; `serve --live` does so by itself",
}


@dataclass(frozen=True, slots=True)
class Check:
    """What became of asking a feed once; an age is None where nothing was ever had."""

    area: str
    feed: str
    is_configured: bool
    is_reachable: bool | None
    is_fresh: bool | None
    n_record: int
    n_refused: int
    took_s: float
    age_s: float | None
    detail: str


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser("feeds", help="live sources: list them, check them, read them")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    for name, about in ACTIONS.items():
        one = actions.add_parser(name, help=about, description=about.capitalize() + ".")
        one.add_argument("--area", default=None, help="the area; the default area when left out")
        if name in {"check", "list"}:
            one.add_argument("--json", action="store_true", help="as JSON")
        one.set_defaults(run=run, action=name)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry out the action; 1 when a configured feed did not answer."""
    settings = settings.replace(area=args.area)
    if args.action == "list":
        return _list(args.json)
    library = Library(settings, marks_use=False)
    feeds, places = planned(library)
    if args.action == "check":
        return _check(library, feeds, places, args.json)
    if args.action == "once":
        loop = FeedLoop(library, feeds, places, asker_maker(settings, feeds), time.time)
        loop.read_all()
        loop.close()
        return _tell(library, feeds)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_feeds(library, stop, time.time)
    return EXIT_DONE


def run_feeds(library: Library, stop: threading.Event, clock: Callable[[], float]) -> None:
    """Read every planned feed until `stop` is set."""
    feeds, places = planned(library)
    FeedLoop(library, feeds, places, asker_maker(library.settings, feeds), clock).run(stop)


def planned(library: Library) -> tuple[list[Feed], dict[str, Place]]:
    """Feeds by the settings, and the areas they are read for."""
    feeds = plan_feeds(library.settings, area_bounds(library), SOURCES, os.environ)
    return feeds, {area_id: place_of(library, area_id) for area_id in {feed.area_id for feed in feeds}}


def asker_maker(settings: Settings, feeds: Sequence[Feed]) -> Callable[[Feed], Asker]:
    """What makes an asker for each feed."""
    contact = settings.feed_contact.encode("ascii", "ignore").decode().replace("\n", " ").strip()
    fetcher = Fetcher(Guard(named_hosts(settings, feeds)), f"{AGENT} {contact}".strip())
    return lambda _feed: Asker(fetcher, time.monotonic)


def check_feeds(
    library: Library, feeds: Sequence[Feed], places: Mapping[str, Place], make_asker: Callable[[Feed], Asker]
) -> list[Check]:
    """Ask each feed once, all at the same time, and store nothing."""
    with ThreadPoolExecutor(max(1, min(len(feeds), 16))) as pool:
        return list(pool.map(lambda feed: _check_one(library, feed, places[feed.area_id], make_asker(feed)), feeds))


def _check_one(library: Library, feed: Feed, place: Place, asker: Asker) -> Check:
    now_s = time.time()
    state = next((s for s in read_feed_states(library.settings.home, feed.area_id) if s.name == feed.name), None)
    age_s = None if state is None or not state.good_s <= now_s else round(now_s - state.good_s, 1)
    is_fresh = None if state is None else not state.is_stale(now_s)
    if feed.lacks:
        return Check(feed.area_id, feed.name, False, None, is_fresh, 0, 0, 0.0, age_s, feed.lacks)
    begun_s = time.monotonic()
    try:
        asker.begin()
        reading = read_feed(feed, place, asker, now_s)
    except (FetchError, AnsimgilError) as error:
        words = str(error).splitlines()[0][:200]
        took_s = round(time.monotonic() - begun_s, 2)
        return Check(feed.area_id, feed.name, True, False, is_fresh, 0, 0, took_s, age_s, words)
    n_record = sum(len(batch.part.records) for batch in reading.batches)
    n_refused = sum(batch.part.n_refused for batch in reading.batches)
    took_s = round(time.monotonic() - begun_s, 2)
    words = "with a forecast" if reading.forecast is not None else ""
    return Check(feed.area_id, feed.name, True, True, is_fresh, n_record, n_refused, took_s, age_s, words)


def _check(library: Library, feeds: Sequence[Feed], places: Mapping[str, Place], as_json: bool) -> int:
    checks = check_feeds(library, feeds, places, asker_maker(library.settings, feeds))
    if as_json:
        sys.stdout.write(json.dumps([asdict(one) for one in checks], indent=1) + "\n")
    else:
        head = ("area", "feed", "configured", "answers", "fresh", "records", "refused", "s", "age", "")
        rows = [
            (
                one.area, one.feed, _word(one.is_configured), _word(one.is_reachable), _word(one.is_fresh),
                str(one.n_record), str(one.n_refused), f"{one.took_s:g}",
                "-" if one.age_s is None else f"{one.age_s:.0f} s", one.detail,
            )
            for one in checks
        ]  # fmt: skip
        sys.stdout.write(as_table((head, *rows)))
    return EXIT_FAILED if any(one.is_reachable is False for one in checks) else EXIT_DONE


def _word(answer: bool | None) -> str:
    return "-" if answer is None else "yes" if answer else "no"


def as_table(rows: Sequence[Sequence[str]]) -> str:
    r"""Rows in columns as wide as their widest word.

    Examples
    --------
    >>> as_table([("a", "b"), ("long", "c")])
    'a     b\nlong  c\n'
    """
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = ["  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines) + "\n"


def _list(as_json: bool) -> int:
    told = [
        {
            "source": one.name, "title": one.title, "kinds": [str(kind) for kind in one.kinds],
            "needs": f"{PREFIX}{one.key_setting.upper()}" if one.key_setting else "a url" if one.needs_url else "",
            "every_s": one.cadence_s, "fresh_s": one.fresh_s, "licence": one.licence,
            "attribution": one.attribution, "about": one.about_url,
        }
        for one in SOURCES
    ]  # fmt: skip
    if as_json:
        sys.stdout.write(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
        return EXIT_DONE
    rows = [("source", "kinds", "needs", "every", "terms")]
    rows += [
        (str(one["source"]), ",".join(one["kinds"]), str(one["needs"]) or "-", f"{one['every_s'] / 60:g} min",
         str(one["licence"]))
        for one in told
    ]  # fmt: skip
    sys.stdout.write(as_table(rows))
    return EXIT_DONE


def _tell(library: Library, feeds: Sequence[Feed]) -> int:
    failed = False
    for area_id in dict.fromkeys(feed.area_id for feed in feeds):
        for state in read_feed_states(library.settings.home, area_id):
            counts = f"new {state.n_new}, changed {state.n_changed}, known {state.n_same}, refused {state.n_refused}"
            told = state.lacks or state.error or (f"{counts} ({state.note})" if state.note else counts)
            failed = failed or bool(state.error)
            sys.stdout.write(f"{area_id}  {state.name}: {told}\n")
    return EXIT_FAILED if failed else EXIT_DONE
