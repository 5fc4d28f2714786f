"""The drill of each area: which run, where in its story, waiting or playing."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from dashboard.store.schema import DRILLS, open_database, writing
from risk_core.state.situation import DrillPhase

ARMED_CAPTION = "armed"
"""Caption of a drill that waits for its first visitor."""


@dataclass(frozen=True, slots=True)
class DrillRun:
    """One run of a drill.

    Attributes
    ----------
    area_id
        The area it plays in.
    run_id
        ``<seed>-<run number>``; changes with each replay.
    seed
        Of the simulator.
    speed
        Drill seconds per real second.
    phase
        Armed, playing or done.
    started_s
        Real unix seconds at which it was armed, then at which it began to play; while it is held, real seconds that
        it has played.
    story_s
        Length of the story, drill seconds.
    caption_code
        What is happening now; the text is ``drill.caption.<code>``.
    elapsed_s
        Drill seconds since the story began.
    """

    area_id: str
    run_id: str
    seed: int
    speed: float
    phase: DrillPhase
    started_s: float
    story_s: float
    caption_code: str
    elapsed_s: float


class DrillStore:
    """One drill an area, in the database of the observations; engine and web processes talk through it.

    Examples
    --------
    >>> import tempfile
    >>> drills = DrillStore(f"sqlite:///{tempfile.mkdtemp()}/store.sqlite")
    >>> drills.arm("coquimbo", seed=7, speed=60.0, now_s=1.8e9).phase.value
    'armed'
    >>> drills.visit("coquimbo", now_s=1.8e9 + 5).phase.value
    'playing'
    """

    def __init__(self, database_url: str) -> None:
        self._engine = open_database(database_url)

    def current(self, area_id: str) -> DrillRun | None:
        """Return the area's drill, or None where none was armed or it was stopped."""
        with self._engine.connect() as connection:
            found = _find(connection, area_id)
        return _run_of(found) if found is not None and found["is_active"] else None

    def arm(self, area_id: str, seed: int, speed: float, now_s: float, story_s: float = 0.0) -> DrillRun:
        """Make a new run wait for its first visitor, whatever ran before."""
        with writing(self._engine) as connection:
            found = _find(connection, area_id)
            number = found["run_number"] + 1 if found is not None else 1
            run = DrillRun(
                area_id, f"{seed}-{number}", seed, speed, DrillPhase.ARMED, now_s, story_s, ARMED_CAPTION, 0.0
            )
            _save(connection, run, number)
        return run

    def visit(self, area_id: str, now_s: float) -> DrillRun | None:
        """Tell that somebody came: an armed drill begins to play, one that is done plays again; others go on."""
        run = self.current(area_id)
        if run is None or run.phase is DrillPhase.PLAYING:
            return run
        return self._play(area_id, now_s, frozenset({DrillPhase.ARMED, DrillPhase.DONE}))

    def replay(self, area_id: str, now_s: float) -> DrillRun | None:
        """Play the story again from its beginning, under a new run id; None where there is no drill."""
        return self._play(area_id, now_s, frozenset(DrillPhase), is_new_run=True)

    def progress(self, area_id: str, run_id: str, phase: DrillPhase, caption_code: str, elapsed_s: float) -> bool:
        """Tell where a run stands; False (and nothing written) when that run is no longer the current one."""
        values = {"phase": str(phase), "caption_code": caption_code, "elapsed_s": float(elapsed_s)}
        current = (DRILLS.c.area_id == area_id, DRILLS.c.run_id == run_id, DRILLS.c.is_active.is_(True))
        current = (*current, DRILLS.c.phase != str(DrillPhase.HELD))
        with writing(self._engine) as connection:
            return connection.execute(update(DRILLS).where(*current).values(values)).rowcount == 1

    def hold(self, area_id: str, now_s: float) -> DrillRun | None:
        """Let a drill that plays stand still; others, and none, stay as they are."""

        def held(run: DrillRun) -> DrillRun:
            if run.phase is not DrillPhase.PLAYING:
                return run
            return replace(run, phase=DrillPhase.HELD, started_s=now_s - run.started_s)

        return self._change(area_id, held)

    def go_on(self, area_id: str, now_s: float, speed: float | None = None) -> DrillRun | None:
        """Let a drill that is held play on; at another speed, also one that plays or waits, from where it stands."""

        def going(run: DrillRun) -> DrillRun:
            faster = speed if speed is not None else run.speed
            if run.phase not in (DrillPhase.HELD, DrillPhase.PLAYING):
                return replace(run, speed=faster)
            played_s = run.started_s if run.phase is DrillPhase.HELD else now_s - run.started_s
            started_s = now_s - played_s * run.speed / faster
            return replace(run, phase=DrillPhase.PLAYING, started_s=started_s, speed=faster)

        return self._change(area_id, going)

    def stop(self, area_id: str) -> None:
        """End the area's drill; nothing happens where there is none."""
        with writing(self._engine) as connection:
            connection.execute(update(DRILLS).where(DRILLS.c.area_id == area_id).values(is_active=False))

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _change(self, area_id: str, change: Callable[[DrillRun], DrillRun]) -> DrillRun | None:
        with writing(self._engine) as connection:
            found = _find(connection, area_id)
            if found is None or not found["is_active"]:
                return None
            run = change(_run_of(found))
            _save(connection, run, found["run_number"])
        return run

    def _play(
        self, area_id: str, now_s: float, phases: frozenset[DrillPhase], is_new_run: bool = False
    ) -> DrillRun | None:
        """Begin to play if the drill is in one of the phases; the first of several visitors wins."""
        with writing(self._engine) as connection:
            found = _find(connection, area_id)
            if found is None or not found["is_active"]:
                return None
            run, number = _run_of(found), found["run_number"]
            if run.phase not in phases:
                return run
            if is_new_run or run.phase is DrillPhase.DONE:
                number += 1
            run = replace(run, run_id=f"{run.seed}-{number}", phase=DrillPhase.PLAYING, started_s=now_s, elapsed_s=0.0)
            _save(connection, run, number)
        return run


def _find(connection: Connection, area_id: str) -> dict[str, Any] | None:
    found = connection.execute(select(DRILLS).where(DRILLS.c.area_id == area_id)).mappings().first()
    return dict(found) if found is not None else None


def _run_of(found: dict[str, Any]) -> DrillRun:
    fields = {name: found[name] for name in DrillRun.__dataclass_fields__}
    return DrillRun(**fields | {"phase": DrillPhase(found["phase"])})


def _save(connection: Connection, run: DrillRun, number: int) -> None:
    fields = {name: getattr(run, name) for name in DrillRun.__dataclass_fields__}
    connection.execute(delete(DRILLS).where(DRILLS.c.area_id == run.area_id))
    connection.execute(
        insert(DRILLS).values(fields | {"phase": str(run.phase), "run_number": number, "is_active": True})
    )
