"""The one door to everything kept: what web workers, the engine process and commands see."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from dashboard.settings import Settings
from dashboard.store.bundles import POINTER, bundle_path, list_bundles, read_bundle
from dashboard.store.durable import Stamp, stamp_of
from dashboard.store.models import ModelBook, book_path, read_book
from dashboard.store.plans import PlanStore
from dashboard.store.snapshots import SnapshotReader
from dashboard.store.under_way import UnderWay
from risk_core.errors import Fault, UnavailableError
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment

if TYPE_CHECKING:
    from dashboard.store.acts import ActStore
    from dashboard.store.archive import Archive
    from dashboard.store.contributions import ContributionStore
    from dashboard.store.drills import DrillStore
    from dashboard.store.evidence import EvidenceMemo
    from dashboard.store.jobs import JobStore
    from dashboard.store.kept_answers import KeptAnswers
    from dashboard.store.keys import KeyStore
    from dashboard.store.observations import ObservationStore
    from dashboard.store.webhooks import WebhookStore
    from risk_core.hazards.criteria import Criteria
    from risk_core.hazards.epidemic.ascertainment import Ascertainment

ENGINE: Final = "engine.pulse"
"""File that the engine touches while it works."""
MARK_EVERY_S: Final = 5.0
"""A process marks an area as used at most this often."""


class _Held(NamedTuple):
    """An area that is mapped, and the file that changes when it is rebuilt."""

    pointer: str
    stamp: Stamp
    area: Area


class Library:
    """Areas, snapshots, observations and drills under one home folder; safe to share between threads.

    Nothing is opened before it is asked for.

    Parameters
    ----------
    settings
        Where everything lies.
    marks_use
        Whether asking for a snapshot marks its area as used, which tells the engine to keep it fresh.
    monotonic_s
        Seconds that never go back, to space the marks.
    """

    def __init__(
        self, settings: Settings, marks_use: bool = True, monotonic_s: Callable[[], float] = time.monotonic
    ) -> None:
        self.settings = settings
        self.snapshots = SnapshotReader(settings.home, self.mark_used if marks_use else None)
        self._plans = PlanStore(settings.home)
        self._under_way = UnderWay(settings.home)
        self._monotonic_s = monotonic_s
        self._lock = threading.RLock()
        self._areas: dict[str, _Held] = {}
        self._names: tuple[tuple[tuple[str, Stamp], ...], tuple[str, ...]] = ((), ())
        self._marked_s: dict[str, float] = {}
        self._books: dict[str, tuple[Stamp | None, ModelBook]] = {}
        self._observations: ObservationStore | None = None
        self._evidence: EvidenceMemo | None = None
        self._drills: DrillStore | None = None
        self._keys: KeyStore | None = None
        self._acts: ActStore | None = None
        self._kept_answers: KeptAnswers | None = None
        self._webhooks: WebhookStore | None = None
        self._jobs: JobStore | None = None
        self._contributions: ContributionStore | None = None
        self._criteria: Criteria | None = None
        self._archive: Archive | None = None

    @property
    def archive(self) -> "Archive":
        """Old observations by day; it remembers which files were proven."""
        from dashboard.store.archive import Archive

        with self._lock:
            if self._archive is None:
                self._archive = Archive(self.settings.home)
            return self._archive

    @property
    def criteria(self) -> "Criteria":
        """Figures hazards are judged by.

        Raises
        ------
        risk_core.errors.InputError
            When the operator's own file is at fault.
        """
        from dashboard.store.criteria import criteria_of

        with self._lock:
            if self._criteria is None:
                self._criteria = criteria_of(self.settings)
            return self._criteria

    def area_ids(self) -> tuple[str, ...]:
        """Names of the installed areas that can be used, the default one first, then by name."""
        stamps = _stamps(self.settings.home / "areas")
        with self._lock:
            if self._names[0] != stamps:
                names = sorted(info.area_id for info in list_bundles(self.settings.home) if not info.fault)
                names.sort(key=lambda name: name != self.settings.area)
                self._names = (stamps, tuple(names))
            return self._names[1]

    def area(self, area_id: str) -> Area:
        """One installed area, mapped once and again after it was rebuilt.

        Raises
        ------
        risk_core.errors.NotFoundError
            When no such area is installed.
        risk_core.errors.UnavailableError
            When it was built by another version of the program.
        """
        held = self._areas.get(area_id)
        if held is not None and held.stamp == stamp_of(held.pointer):
            return held.area
        path = bundle_path(self.settings.home, area_id)
        with self._lock:
            held, stamp = self._areas.get(area_id), stamp_of(path / POINTER)
            if held is not None and held.stamp == stamp:
                return held.area
            area = read_bundle(path)
            if stamp is not None:
                self._areas[area_id] = _Held(str(path / POINTER), stamp, area)
            return area

    def assessment(self, area_id: str) -> Assessment:
        """Newest assessment of an installed area.

        Raises
        ------
        risk_core.errors.NotFoundError
            When no such area is installed.
        risk_core.errors.UnavailableError
            Before its first snapshot, also the first after it was rebuilt.
        """
        area = self.area(area_id)
        assessment = self.snapshots.current(area_id)
        if assessment.area_hash != area.content_hash:
            remedy = "Wait a moment; the engine assesses the rebuilt area next."
            raise UnavailableError(Fault("area", area_id, "an area with a snapshot of its present build", remedy))
        return assessment

    @property
    def plans(self) -> PlanStore:
        """Evacuation plans."""
        return self._plans

    @property
    def under_way(self) -> UnderWay:
        """Work that pages wait for."""
        return self._under_way

    def book(self, area_id: str) -> ModelBook:
        """What was learnt of an area, read again when its file changes; empty where nothing was or can be read."""
        stamp = stamp_of(book_path(self.settings.home, area_id))
        with self._lock:
            held = self._books.get(area_id)
            if held is None or held[0] != stamp:
                held = self._books[area_id] = stamp, read_book(self.settings.home, area_id)
            return held[1]

    @property
    def observations(self) -> "ObservationStore":
        """The observations, opened at first use."""
        from dashboard.store.observations import ObservationStore

        with self._lock:
            if self._observations is None:
                self._observations = ObservationStore(self.settings.database_url)
            return self._observations

    def ascertainment(self, area: Area, now_s: float, is_drill: bool) -> "Ascertainment":
        """Infections behind one reported case as known at a moment; the default in a drill: its cases are invented."""
        from dashboard.store.evidence import EvidenceMemo
        from risk_core.hazards.epidemic.ascertainment import ASCERTAINMENT_DEFAULT

        if is_drill:
            return ASCERTAINMENT_DEFAULT
        with self._lock:
            evidence = self._evidence = self._evidence or EvidenceMemo()
        return evidence.read(self.observations, area, now_s)

    @property
    def drills(self) -> "DrillStore":
        """Where each area's drill stands, opened at first use."""
        from dashboard.store.drills import DrillStore

        with self._lock:
            if self._drills is None:
                self._drills = DrillStore(self.settings.database_url)
            return self._drills

    @property
    def keys(self) -> "KeyStore":
        """Keys of officials and developers, opened at first use."""
        from dashboard.store.keys import KeyStore

        with self._lock:
            if self._keys is None:
                self._keys = KeyStore(self.settings.database_url)
            return self._keys

    @property
    def acts(self) -> "ActStore":
        """The log of what officials did, opened at first use."""
        from dashboard.store.acts import ActStore

        with self._lock:
            if self._acts is None:
                self._acts = ActStore(self.settings.database_url)
            return self._acts

    @property
    def kept_answers(self) -> "KeptAnswers":
        """Answers kept for requests that are sent again, opened at first use."""
        from dashboard.store.kept_answers import KeptAnswers

        with self._lock:
            if self._kept_answers is None:
                self._kept_answers = KeptAnswers(self.settings.database_url)
            return self._kept_answers

    @property
    def webhooks(self) -> "WebhookStore":
        """Who wants to be told of what, opened at first use."""
        from dashboard.store.webhooks import WebhookStore

        with self._lock:
            if self._webhooks is None:
                self._webhooks = WebhookStore(self.settings.database_url)
            return self._webhooks

    @property
    def jobs(self) -> "JobStore":
        """Long work asked for, opened at first use."""
        from dashboard.store.jobs import JobStore

        with self._lock:
            if self._jobs is None:
                self._jobs = JobStore(self.settings.database_url)
            return self._jobs

    @property
    def contributions(self) -> "ContributionStore":
        """Operators' sources, opened at first use."""
        from dashboard.store.contributions import ContributionStore

        with self._lock:
            if self._contributions is None:
                self._contributions = ContributionStore(self.settings.database_url)
            return self._contributions

    def mark_used(self, area_id: str) -> None:
        """Tell the engine that somebody looks at an area."""
        now_s = self._monotonic_s()
        if now_s - self._marked_s.get(area_id, -MARK_EVERY_S) < MARK_EVERY_S or area_id not in self.area_ids():
            return
        self._marked_s[area_id] = now_s
        path = self._mark_path(area_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    def mark_engine(self) -> None:
        """Tell the web processes that the engine is at work."""
        now_s = self._monotonic_s()
        if now_s - self._marked_s.get(ENGINE, -MARK_EVERY_S) < MARK_EVERY_S:
            return
        self._marked_s[ENGINE] = now_s
        path = self.settings.home / ENGINE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    def engine_s(self) -> float:
        """When the engine was last at work, unix seconds; minus infinity for never."""
        stamp = stamp_of(self.settings.home / ENGINE)
        return -float("inf") if stamp is None else stamp[1] / 1e9

    def used_s(self, area_id: str) -> float:
        """When somebody last looked at an area, unix seconds; minus infinity for never."""
        try:
            return self._mark_path(area_id).stat().st_mtime
        except FileNotFoundError:
            return -float("inf")

    def _mark_path(self, area_id: str) -> Path:
        return self.settings.home / "used" / area_id


def _stamps(folder: Path) -> tuple[tuple[str, Stamp], ...]:
    """What changes when an area is installed, rebuilt or removed."""
    names = sorted(os.listdir(folder)) if folder.is_dir() else ()
    found = ((name, stamp_of(folder / name / POINTER)) for name in names)
    return tuple((name, stamp) for name, stamp in found if stamp is not None)
