"""The loop from observations to snapshots, and the only room that reads the clock.

Ten times a second: let the drills write what is due, see which areas changed, assess those, write their snapshots.
An area nobody looks at is assessed once a minute; an area that fails keeps its former snapshot, and one that takes long
or never ends holds up no other.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

from dashboard.closing import Closing
from dashboard.contributions.trust import case_trust, people_trust
from dashboard.engine import LocalEngine
from dashboard.learn.apply import LearntModels
from dashboard.observe.measures import REFRESHES, STAGE_SECONDS
from dashboard.observe.stages import Stages
from dashboard.relay import open_link
from dashboard.store.flood_memo import FloodMemo
from dashboard.store.forecasts import forecast_mark, read_forecast
from dashboard.store.library import Library
from dashboard.store.situations import SituationMemo, build_situation
from dashboard.store.storm_memo import StormMemo
from risk_core.state.area import Scale
from risk_core.state.assessment import Assessment
from risk_core.state.situation import DistrictCases, DrillStatus
from risk_core.state.surveillance import Outbreak
from risk_core.units import S_PER_DAY, S_PER_H

if TYPE_CHECKING:
    from risk_core.hazards.epidemic.options import InfectionOptions

log = logging.getLogger(__name__)

POLL_S: Final = 0.1
"""Pause between two passes."""
TIME_PASSES_S: Final = 60.0
"""An assessment older than this is renewed even when nothing new came in."""
USED_WITHIN_S: Final = 120.0
"""An area counts as used this long after somebody looked at it."""
RETRY_S: Final = 5.0
"""Pause after a failure."""
MAX_PAUSE_S: Final = 0.5
"""An area rests half as long as its assessment took, at most this long: others want the processor too."""
HANGS_S: Final = 60.0
"""An assessment that lasts longer is a fault: the engine no longer tells that it is well."""
IDLE_TICK_S: Final = 1.0
"""Pause between two ticks of a drill nobody looks at, and between two looks for one."""

LEAD_S: Final[Mapping[Scale, tuple[int, ...]]] = {
    Scale.CITY: tuple(range(-3600, 3601, 600)),
    Scale.COUNTRY: tuple(range(-6 * int(S_PER_H), 48 * int(S_PER_H) + 1, 3 * int(S_PER_H))),
}
"""Time slices of an area's fields, seconds from now."""


class Producer(Protocol):
    """Something that writes observations of one area by itself, on its own clock: a drill."""

    def tick(self, now_s: float) -> None:
        """Write what is due."""
        ...

    def clock(self, now_s: float) -> float:
        """Give the area's own "now", unix seconds."""
        ...

    def status(self) -> DrillStatus | None:
        """Tell where it stands."""
        ...


class Learner(Protocol):
    """Something that learns from what came, beside the loop and never in its way."""

    def look(self, now_s: float) -> None:
        """Look after what runs, or start what is due; returns at once."""
        ...

    def close(self) -> None:
        """End what runs."""
        ...


Produce = Callable[[Library, str, float], Producer | None]
_State = tuple[str, int, tuple[str, str, str] | None, str, int]


class OutbreakMemo:
    """Follows the outbreak of one area: computed anew for other cases, another day or other settings only.

    Cases are the same when they are the same object, as `CaseMemo` gives them; within a day `assess_outbreak` gives
    the same of the same cases. Midnight itself counts as a day of its own, since what is too old changes just after.
    """

    def __init__(self) -> None:
        self._cases: DistrictCases | None = None
        self._key: tuple[int, int, InfectionOptions] | None = None
        self._outbreak: Outbreak | None = None

    def __call__(self, cases: DistrictCases | None, now_s: float, options: "InfectionOptions") -> Outbreak | None:
        """Give the course of the outbreak; see `risk_core.hazards.epidemic.outbreak.assess_outbreak`."""
        from risk_core.hazards.epidemic.outbreak import assess_outbreak

        day = now_s / S_PER_DAY
        key = math.floor(day), math.ceil(day), options
        if cases is not self._cases or key != self._key:
            self._outbreak = assess_outbreak(cases, now_s, options)
            self._cases, self._key = cases, key
        return self._outbreak


@dataclass(slots=True, eq=False)
class _Watch:
    """What the loop remembers of one area; times are unix seconds of the loop's clock."""

    area_id: str
    producer: Producer | None = None
    build: str = ""
    next_tick_s: float = -math.inf
    begun_s: float = -math.inf
    free_s: float = -math.inf
    state: _State | None = None
    work: Future[bool] | None = None
    seen: SituationMemo = field(default_factory=SituationMemo)
    outbreak: OutbreakMemo = field(default_factory=OutbreakMemo)
    storms: StormMemo = field(default_factory=StormMemo)
    water: FloodMemo = field(default_factory=FloodMemo)

    def is_under_way(self) -> bool:
        """Whether it is being assessed; its drill rests meanwhile, so that one moment is assessed."""
        return self.work is not None and not self.work.done()


class Refresher:
    """Keeps a fresh snapshot of every installed area.

    Parameters
    ----------
    library
        Where everything lies; its looks must not count as use.
    produce
        Makes an area's producer, or None where it has none.
    clock
        Unix seconds.
    engine
        Assesses several areas at once.
    learner
        Learns once a day; None where nothing is to be learnt.
    """

    def __init__(
        self,
        library: Library,
        produce: Produce,
        clock: Callable[[], float] = time.time,
        engine: LocalEngine | None = None,
        learner: Learner | None = None,
    ) -> None:
        self._library = library
        self._produce = produce
        self._clock = clock
        self._engine = engine if engine is not None else LocalEngine(1)
        self._learner = learner
        self._learnt = LearntModels(library)
        self._closing = Closing(library, clock, open_link(library.settings.redis_url))
        self._watches: dict[str, _Watch] = {}

    def run(self, stop: threading.Event) -> None:
        """Pass after pass until `stop` is set; closures do not wait for a pass to end."""
        threading.Thread(target=self._closing.run, args=(stop,), name="closing", daemon=True).start()
        while not stop.is_set():
            try:
                self._begin()
            except Exception:
                log.exception("a pass of the refresh loop failed; the next one tries again")
                stop.wait(RETRY_S)
            stop.wait(POLL_S)
        if self._learner is not None:
            self._learner.close()

    def step(self) -> tuple[str, ...]:
        """Make one pass and wait for what it began.

        Returns
        -------
        tuple of str
            Areas that got a new snapshot.
        """
        return tuple(watch.area_id for watch in self._begin() if watch.work is not None and watch.work.result())

    def _begin(self) -> list[_Watch]:
        """Begin to assess what is due; what is under way is left alone."""
        now_s = self._clock()
        names = self._library.area_ids()
        self._watches = {name: self._watches.get(name) or _Watch(name) for name in names}
        under_way = [watch for watch in self._watches.values() if watch.is_under_way()]
        if all(now_s - watch.begun_s < HANGS_S for watch in under_way):
            self._library.mark_engine()
        free = [watch for watch in self._watches.values() if watch not in under_way]
        used = {name for name in names if now_s - self._library.used_s(name) < USED_WITHIN_S}
        for watch in free:
            self._tick(watch, now_s, watch.area_id in used)
        due = [watch for watch in free if self._is_due(watch, now_s, watch.area_id in used)]
        chosen = [watch for watch in due if watch.area_id in used]
        if all(watch.area_id in used for watch in under_way):
            chosen += sorted((one for one in due if one.area_id not in used), key=lambda one: one.begun_s)[:1]
        for watch in chosen:
            watch.begun_s = now_s
            watch.work = self._engine.submit(self._refresh, watch)
        self._learn(now_s)
        return chosen

    def _learn(self, now_s: float) -> None:
        """Let the learner look; whatever goes wrong there leaves the loop alone."""
        if self._learner is None:
            return
        try:
            self._learner.look(now_s)
        except Exception:
            log.exception("learning could not be looked after; what was in use stays")

    def _tick(self, watch: _Watch, now_s: float, is_used: bool) -> None:
        """Let the area's producer write what is due; without one, look now and then whether there is one by now."""
        is_resting = 0 < watch.next_tick_s - now_s <= RETRY_S
        if is_resting and not (is_used and watch.producer is not None):
            return
        watch.next_tick_s = now_s + IDLE_TICK_S
        try:
            build = self._library.area(watch.area_id).content_hash
            if watch.producer is None or watch.build != build:
                watch.producer = self._produce(self._library, watch.area_id, now_s)
                watch.build = build
            if watch.producer is not None:
                watch.producer.tick(now_s)
        except Exception:
            log.exception("%s: the drill failed; it is taken up again in a moment", watch.area_id)
            watch.producer, watch.next_tick_s = None, now_s + RETRY_S

    def _is_due(self, watch: _Watch, now_s: float, is_used: bool) -> bool:
        """Whether time passed, or something changed under somebody's eyes."""
        if watch.begun_s <= now_s < watch.free_s:
            return False
        if not 0 <= now_s - watch.begun_s < TIME_PASSES_S:
            return True
        try:
            return is_used and self._state_of(watch) != watch.state
        except Exception:
            log.exception("%s: cannot tell whether it changed", watch.area_id)
            return True

    def _state_of(self, watch: _Watch) -> _State:
        """Everything whose change calls for a new assessment."""
        status = watch.producer.status() if watch.producer is not None else None
        drill = None if status is None else (status.run_id, str(status.phase), status.caption_code)
        count = self._library.observations.change_count(watch.area_id)
        learnt = self._library.book(watch.area_id).identity
        mark = forecast_mark(self._library.settings.home, watch.area_id)
        return self._library.area(watch.area_id).content_hash, count, drill, learnt, mark

    def _refresh(self, watch: _Watch) -> bool:
        """Assess one area and write its snapshot; a failure is logged and leaves the former one."""
        watch.begun_s = self._clock()
        try:
            stages = Stages()
            with stages.measure("look"):
                watch.state = self._state_of(watch)
            written = self._assess(watch, stages)
        except Exception:
            REFRESHES.labels(watch.area_id, "failed").inc()
            log.exception("%s: no new snapshot; the former one stays served", watch.area_id)
            watch.state, watch.free_s = None, self._clock() + RETRY_S
            return False
        took_s = self._clock() - watch.begun_s
        watch.free_s = self._clock() + min(max(took_s, 0.0) / 2, MAX_PAUSE_S)
        _tell_stages(watch.area_id, written.version, stages)
        return True

    def _assess(self, watch: _Watch, stages: Stages) -> Assessment:
        from risk_core.assess import assess, with_criteria
        from risk_core.hazards.criteria import day_of
        from risk_core.hazards.epidemic.presence import gather_people
        from risk_core.hazards.flood.outlook import flood_outlook
        from risk_core.hazards.typhoon.outlook import look_ahead

        area = self._library.area(watch.area_id)
        now_s, drill = watch.begun_s, None
        if watch.producer is not None:
            now_s, drill = watch.producer.clock(watch.begun_s), watch.producer.status()
        learnt = self._learnt.of(watch.area_id, drill is not None)
        n_change = self._closing.count(watch.area_id)
        store, leads = self._library.observations, LEAD_S[area.scale]
        with stages.measure("situation"):
            forecast = read_forecast(self._library.settings.home, watch.area_id, now_s)
            weights = learnt.weights or case_trust(self._library, watch.area_id)
            watch.seen.people.trust = people_trust(self._library, watch.area_id)
            situation = build_situation(store, area, now_s, leads, drill, watch.seen, weights, forecast)
            found = self._library.ascertainment(area, now_s, drill is not None)
            options = replace(learnt.options, infection=replace(learnt.options.infection, ascertainment=found))
        look = stages.timed("storms", watch.storms.over(look_ahead))
        flow = stages.timed("water", watch.water.over(flood_outlook))
        follow = stages.timed("outbreak", watch.outbreak)
        gather = stages.timed("people", watch.seen.people.over(gather_people))
        options = with_criteria(options, self._library.criteria, day_of(now_s))
        with stages.measure("fields"):
            told = assess(area, situation, options, follow, look, flow, gather)
        with stages.measure("write"):
            return self._closing.write(self._learnt.finish(told, area, situation, learnt), n_change)


def _tell_stages(area_id: str, version: str, stages: Stages) -> None:
    """Count an assessment and the seconds of its stages."""
    REFRESHES.labels(area_id, "written").inc()
    for stage, took_s in stages.seconds.items():
        STAGE_SECONDS.labels(area_id, stage).observe(took_s)
    stage_ms = {stage: round(1000 * took_s, 1) for stage, took_s in stages.seconds.items()}
    facts = {"area": area_id, "version": version, "stage_ms": stage_ms}
    log.debug("%s: snapshot %s in %.3f s", area_id, version, sum(stages.seconds.values()), extra=facts)


def produce_drill(library: Library, area_id: str, now_s: float) -> Producer | None:
    """Give a sample area its drill, and another area one that somebody started there.

    With drills switched off, what a former drill left behind is removed.
    """
    run = library.drills.current(area_id)
    if not library.settings.drill:
        if run is not None:
            library.drills.stop(area_id)
            library.observations.purge_simulated(area_id)
        return None
    if run is None and not library.area(area_id).is_sample:
        return None
    from dashboard.drills.runner import DrillRunner

    return DrillRunner(library, area_id, now_s)
