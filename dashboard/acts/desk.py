"""The officials' desk: carries out a deed and logs it in one transaction, so that neither stands alone."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from dashboard.keys.door import Door
from dashboard.keys.person import Person
from dashboard.store.acts import DESK, Act, Deed, record_act
from dashboard.store.keys import Role
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from risk_core.errors import NotFoundError, UnavailableError
from risk_core.state.assessment import Assessment


class Desk:
    """Where officials act.

    Parameters
    ----------
    library
        Observations, drills and the log of acts.
    door
        Who is there, and whether they may.
    clock
        Unix seconds.
    """

    def __init__(self, library: Library, door: Door, clock: Callable[[], float]) -> None:
        self.library = library
        self.door = door
        self.clock = clock

    def coordinator(self) -> Person:
        """Whoever is there, if they may coordinate; see `Door.require` for what is raised otherwise."""
        return self.door.require(Role.COORDINATE)

    def now_s(self, area_id: str) -> float:
        """Present of an area, unix seconds: the drill's while one runs, else the real one."""
        assessment = self._assessment(area_id)
        return self.clock() if assessment is None or assessment.drill is None else assessment.now_s

    def is_simulated(self, area_id: str, person: Person) -> bool:
        """Whether what a person does in an area belongs to a drill."""
        assessment = self._assessment(area_id)
        return person.is_demo or (assessment is not None and assessment.drill is not None)

    def write(
        self,
        person: Person,
        kind: Kind,
        record: Mapping[str, Any],
        deed: Deed,
        simulated: bool,
        expected: int | None,
    ) -> Act:
        """Store one observation and log the deed; the engine assesses the area at once.

        Parameters
        ----------
        person
            Who; from `coordinator`.
        kind, record
            What is stored, under the source `DESK`.
        deed
            What is logged.
        simulated
            Whether it belongs to a drill.
        expected
            Number of the last act on the subject that the person has seen; None to take any.

        Raises
        ------
        risk_core.errors.InputError
            With every fault of the record.
        dashboard.store.acts.ChangedSinceError
            When somebody else was faster.
        """
        done: list[Act] = []

        def log(connection: Connection) -> None:
            done.append(record_act(connection, deed, person.identity, self.clock(), expected))

        self.library.observations.amend(
            kind,
            deed.area_id,
            record,
            source=DESK,
            simulated=simulated,
            received_s=self.clock(),
            within=log,
        )
        self.library.mark_used(deed.area_id)
        return done[0]

    def log(self, person: Person, deed: Deed) -> Act:
        """Log a deed whose effect is kept elsewhere."""
        act = self.library.acts.record(deed, person.identity, self.clock())
        self.library.mark_used(deed.area_id)
        return act

    def _assessment(self, area_id: str) -> Assessment | None:
        try:
            return self.library.assessment(area_id)
        except (NotFoundError, UnavailableError):
            return None
