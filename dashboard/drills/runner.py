"""Plays an area's drill: brings the store to the drill's time, no more and no less."""

from dashboard.drills.city import city_story
from dashboard.drills.country import CountryStory
from dashboard.drills.story import Batch, Story
from dashboard.store.drills import DrillRun
from dashboard.store.library import Library
from risk_core.state.area import Area
from risk_core.state.situation import DrillPhase, DrillStatus

SOURCE = "drill"
ARMED_LASTS_S = 1800.0
"""An armed drill is set anew after this long, so that its beginning never looks old."""


def make_story(area: Area, seed: int) -> Story:
    """The story that fits the area: a cloudburst where there are streets, a typhoon where there are none."""
    return CountryStory(seed) if area.network is None else city_story(area, seed)


class DrillRunner:
    """The drill of one area. `tick` is called by the refresh loop, which alone knows the clock.

    The story is set so that it ends at the real present: while it plays, the drill's clock runs `speed` times
    as fast as the real one and catches up with it; afterwards both go on together.

    Parameters
    ----------
    library
        Areas and stores.
    area_id
        The area to play in.
    now_s
        Unix seconds; a drill is armed where none is known.
    """

    def __init__(self, library: Library, area_id: str, now_s: float) -> None:
        self._library = library
        self._area_id = area_id
        self._story: Story | None = None
        self._run: DrillRun | None = None
        self._epoch_s = 0.0
        self._elapsed_s = 0.0
        if library.drills.current(area_id) is None:
            settings = library.settings
            library.drills.arm(area_id, settings.drill_seed, settings.drill_speed, now_s)

    def tick(self, now_s: float) -> None:
        """Write what has become known since the last call."""
        run = self._library.drills.current(self._area_id)
        if run is None:
            self._stop()
            return
        is_armed = run.phase == DrillPhase.ARMED
        known = self._run
        is_new = known is None or (run.run_id, is_armed) != (known.run_id, known.phase == DrillPhase.ARMED)
        is_stale = is_armed and now_s - self._epoch_s > ARMED_LASTS_S
        if is_new or is_stale:
            self._begin(run, now_s)
        elif run.phase == DrillPhase.HELD:
            self._run = run
        elif not is_armed:
            self._advance(run, now_s)

    def clock(self, now_s: float) -> float:
        """The area's present: the drill's time at its last step while a drill runs, else `now_s`."""
        if self._run is None or self._story is None:
            return now_s
        return self._epoch_s + self._elapsed_s

    def status(self) -> DrillStatus | None:
        """What the page tells of the drill, or None while none runs."""
        if self._run is None or self._story is None:
            return None
        caption = self._story.caption(self._elapsed_s)
        speed = self._run.speed * self._story.pace
        elapsed_s = min(self._elapsed_s, self._story.story_s)
        phase = DrillPhase(self._run.phase)
        return DrillStatus(self._run.run_id, self._run.seed, speed, phase, caption, elapsed_s, self._story.story_s)

    def _stop(self) -> None:
        if self._run is not None:
            self._library.observations.purge_simulated(self._area_id)
        self._run = self._story = None

    def _begin(self, run: DrillRun, now_s: float) -> None:
        """Set the stage anew: nothing simulated is left of an earlier run, and of this one what coordinators did."""
        if self._story is None or self._run is None or run.seed != self._run.seed:
            self._story = make_story(self._library.area(self._area_id), run.seed)
        is_other_run = self._run is not None and self._run.run_id != run.run_id
        self._library.observations.purge_simulated(self._area_id, None if is_other_run else SOURCE)
        self._run = run
        self._elapsed_s = 0.0
        self._epoch_s = self._epoch_of(run, now_s)
        self._write(self._story.before(self._epoch_s), now_s)
        if run.phase != DrillPhase.ARMED:
            self._advance(run, now_s)

    def _epoch_of(self, run: DrillRun, now_s: float) -> float:
        assert self._story is not None
        if run.phase == DrillPhase.ARMED:
            epoch_s = now_s
        else:
            begun_s = _begun_s(run, now_s)
            epoch_s = begun_s + self._story.story_s / (run.speed * self._story.pace) - self._story.story_s
        return epoch_s // 60.0 * 60.0

    def _advance(self, run: DrillRun, now_s: float) -> None:
        assert self._story is not None
        story = self._story
        speed = run.speed * story.pace
        playing_s = (now_s - _begun_s(run, now_s)) * speed
        elapsed_s = playing_s if playing_s < story.story_s else now_s - self._epoch_s
        elapsed_s = elapsed_s // story.step_s * story.step_s
        if elapsed_s <= self._elapsed_s:
            return
        self._write(story.between(self._epoch_s, self._elapsed_s, elapsed_s), now_s)
        self._elapsed_s = max(elapsed_s, self._elapsed_s)
        phase = DrillPhase.DONE if playing_s >= story.story_s else DrillPhase.PLAYING
        caption = story.caption(self._elapsed_s)
        self._library.drills.progress(self._area_id, run.run_id, phase, caption, self._elapsed_s)
        self._run = self._library.drills.current(self._area_id) or run

    def _write(self, batches: list[Batch], now_s: float) -> None:
        for batch in batches:
            self._library.observations.ingest(
                batch.kind, self._area_id, batch.records, source=SOURCE, simulated=True, received_s=now_s
            )


def _begun_s(run: DrillRun, now_s: float) -> float:
    """When a run began to play, unix seconds; one that is held, as if it played from now on."""
    return now_s - run.started_s if run.phase == DrillPhase.HELD else run.started_s
