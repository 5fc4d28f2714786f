"""Answers to a person's own questions, on the newest snapshot or on one named by its version.

Nothing a person asks is kept: no point goes into a cache, a key or a log. Kept are only what belongs to a
snapshot: streets priced for a profile, and pictures of a field.
"""

import time
from collections.abc import Callable
from typing import Final

import numpy as np
from flask_caching import Cache
from numpy.typing import NDArray

from dashboard.answers.infection import InfectionAnswers, InfectionQuestion, LocalHour
from dashboard.answers.keyed_cache import KeyedCache
from dashboard.answers.many import MatrixQuestion, NearestQuestion, ReachQuestion
from dashboard.answers.path import PathAnswers, PathQuestion
from dashboard.answers.questions import (
    RouteQuestion,
    answer_alternatives,
    answer_choices,
    answer_route,
    check_order,
    check_step,
    check_streets,
    keep_out,
)
from dashboard.answers.winds import WindAnswers
from dashboard.store.library import Library
from risk_core.assess import ASSESS_DEFAULTS, AssessOptions, assess_point, with_criteria
from risk_core.errors import Fault, NotFoundError
from risk_core.hazards.criteria import day_of
from risk_core.hazards.epidemic.here import InfectionAdvice
from risk_core.movement.path_answer import PathAnswer
from risk_core.routes.infection import WaysInfection
from risk_core.routes.matrix import find_lengths_m, find_matrix
from risk_core.routes.nearest import find_nearest
from risk_core.routes.pareto import danger_weights
from risk_core.routes.price import Priced, price_at
from risk_core.routes.reach import find_reach
from risk_core.routes.weights import Weights, free_weights
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment, PointRisk
from risk_core.state.many import MatrixAnswer, NearestAnswer, ReachAnswer
from risk_core.state.profile import Profile
from risk_core.state.route import ChoicesAnswer, RouteAnswer

PRICED_KEPT: Final = 24
FREE_KEPT: Final = 24
IMAGES_KEPT: Final = 512

ImageKey = tuple[str | int, ...]


class Answers:
    """The one door for pages, API and command line.

    Parameters
    ----------
    library
        Areas and snapshots.
    cache
        Shared by the web processes, for pictures of fields only; None to keep them in this process alone.
    """

    def __init__(self, library: Library, cache: Cache | None = None) -> None:
        self.library = library
        self.cache = cache
        self.infection = InfectionAnswers(library)
        self.paths = PathAnswers(library, self.infection)
        self.winds = WindAnswers()
        self._priced: KeyedCache[Priced] = KeyedCache(PRICED_KEPT)
        self._danger: KeyedCache[Weights] = KeyedCache(PRICED_KEPT)
        self._free: KeyedCache[Weights] = KeyedCache(FREE_KEPT)
        self._images: KeyedCache[bytes] = KeyedCache(IMAGES_KEPT)
        self._options: dict[str, AssessOptions] = {}
        self._asked_s: dict[str, float] = {}
        self._priced_s: dict[tuple[str, Profile], float] = {}

    def area(self, area_id: str) -> Area:
        """Area of that name.

        Raises
        ------
        risk_core.errors.NotFoundError
            For an area that is not installed.
        """
        return self.library.area(area_id)

    def assessment(self, area_id: str, version: str | None = None) -> Assessment:
        """Newest snapshot of an area, or the one of that version while it is still kept.

        Raises
        ------
        risk_core.errors.NotFoundError
            For an area that is not installed, or a version that is gone.
        risk_core.errors.UnavailableError
            Before the first snapshot.
        """
        if version is None:
            assessment = self.library.assessment(area_id)
            self._asked_s[area_id] = time.monotonic()
            return assessment
        area, assessment = self.library.area(area_id), self.library.snapshots.at(area_id, version)
        self._asked_s[area_id] = time.monotonic()
        if assessment.area_hash != area.content_hash:
            remedy = "Ask for the current one; the area was rebuilt since."
            raise NotFoundError(Fault("version", version, "a version of the area as it is now", remedy))
        return assessment

    def risk_at(
        self, area_id: str, lat_deg: float, lon_deg: float, step: int | None = None, version: str | None = None
    ) -> PointRisk:
        """Whether a point is at risk, at one time slice (None: now).

        Raises
        ------
        risk_core.errors.InputError
            For a point that is not in the area or a step that does not exist; see also `assessment`.
        """
        return self.risk_on(self.area(area_id), self.assessment(area_id, version), lat_deg, lon_deg, step)

    def risk_on(
        self, area: Area, assessment: Assessment, lat_deg: float, lon_deg: float, step: int | None = None
    ) -> PointRisk:
        """Whether a point is at risk, on an assessment that is at hand; see `risk_at`."""
        options = self.options_at(assessment.now_s)
        return assess_point(area, assessment, lat_deg, lon_deg, check_step(assessment, step), options)

    def options_at(self, time_s: float) -> AssessOptions:
        """Settings with the criteria in force at a time, as the engine uses them."""
        day = day_of(time_s)
        held = self._options.get(day)
        if held is None:
            held = with_criteria(ASSESS_DEFAULTS, self.library.criteria, day)
            self._options = {day: held}
        return held

    def routes_between(self, question: RouteQuestion, version: str | None = None) -> RouteAnswer:
        """Every route a question asks for; see `answer_route` for what it raises."""
        assessment = self.assessment(question.area_id, version)
        area = self.area(question.area_id)
        priced = self.priced(question.area_id, question.profile, question.step, assessment.version)
        return answer_route(area, assessment, question, priced)

    def choices_between(self, question: RouteQuestion, slack: float = 0.0, version: str | None = None) -> ChoicesAnswer:
        """The trade-off of time against danger; see `answer_choices`."""
        assessment = self.assessment(question.area_id, version)
        asked = question.area_id, question.profile, question.step, assessment.version
        priced, danger = self.priced(*asked), self._danger_only(*asked)
        return answer_choices(self.area(question.area_id), assessment, question, priced, danger, slack)

    def alternatives(self, question: RouteQuestion, n: int = 3, version: str | None = None) -> RouteAnswer:
        """The best way of the question's first kind and others on other streets; see `answer_alternatives`."""
        assessment = self.assessment(question.area_id, version)
        priced = self.priced(question.area_id, question.profile, question.step, assessment.version)
        return answer_alternatives(self.area(question.area_id), assessment, question, n, priced)

    def matrix(self, question: MatrixQuestion, version: str | None = None) -> MatrixAnswer:
        """Travel times between many places; see `risk_core.routes.matrix.find_matrix` for what it raises."""
        area, assessment, step, priced = self._asked_on(question, version)
        ends = question.origins, question.destinations
        return find_matrix(area, assessment, *ends, question.profile, question.kind, step, priced)

    def matrix_lengths(self, question: MatrixQuestion, answer: MatrixAnswer) -> NDArray[np.float64]:
        """Metres of the ways behind an answer to a question; see `risk_core.routes.matrix.find_lengths_m`."""
        area, _, _, priced = self._asked_on(question, answer.on.version)
        return find_lengths_m(area, answer, priced)

    def reach(self, question: ReachQuestion, version: str | None = None) -> ReachAnswer:
        """What can be reached from a point; see `risk_core.routes.reach.find_reach` for what it raises."""
        area, assessment, step, priced = self._asked_on(question, version)
        asked = question.area_id, question.profile, step, assessment.version
        danger = self._danger_only(*asked) if question.by_danger else None
        return find_reach(area, assessment, question.origin, question.profile, step, priced, danger)

    def nearest_shelters(self, question: NearestQuestion, version: str | None = None) -> NearestAnswer:
        """Shelters with room, nearest by the way; see `risk_core.routes.nearest.find_nearest` for what it raises."""
        area, assessment, step, priced = self._asked_on(question, version)
        asked = question.profile, question.kind, question.n
        return find_nearest(area, assessment, question.origin, *asked, step, priced)

    def infection_advice(
        self, question: InfectionQuestion, local_h: LocalHour, version: str | None = None
    ) -> InfectionAdvice:
        """Chances of a contact and of infection during a stay, what each lever changes, and the official step.

        Parameters
        ----------
        question
            Where, and which stay.
        local_h
            Local time of the day of the area, hours, of unix seconds.
        version
            The snapshot; the newest where None.

        Raises
        ------
        risk_core.errors.InputError
            For a place, stay or step that does not fit; see also `assessment`.
        risk_core.hazards.epidemic.exposure.InfectionUnknownError
            Where nothing is known of the disease.
        """
        assessment = self.assessment(question.area_id, version)
        step = check_step(assessment, question.step)
        return self.infection.advise(self.area(question.area_id), assessment, question, step, local_h)

    def infection_along(self, answer: RouteAnswer, local_h: LocalHour) -> WaysInfection | None:
        """Chance of infection along the ways of an answer, and the verdict on the safest as a detour.

        None for travellers in a vehicle and where nothing is known of the disease; raises as `assessment`.
        """
        assessment = self.assessment(answer.area_id, answer.version)
        return self.infection.along(self.area(answer.area_id), assessment, answer, local_h)

    def path_ahead(self, question: PathQuestion, local_h: LocalHour, version: str | None = None) -> PathAnswer:
        """Where somebody is heading, what waits there, and the way round; nothing of the question is kept.

        Parameters
        ----------
        question
            Who asks, and where he was.
        local_h
            Local time of the day of the area, hours, of unix seconds.
        version
            The snapshot; the newest where None.

        Raises
        ------
        risk_core.errors.InputError
            For an area without streets, and minutes out of range; see also `assessment`.
        """
        assessment = self.assessment(question.area_id, version)
        check_streets(self.area(question.area_id))
        priced = self.priced(question.area_id, question.profile, None, assessment.version)
        return self.paths.ahead(assessment, priced, question, local_h)

    def _asked_on(
        self, question: MatrixQuestion | ReachQuestion | NearestQuestion, version: str | None
    ) -> tuple[Area, Assessment, int, Priced]:
        """Area, snapshot, slice and priced streets of a question."""
        assessment = self.assessment(question.area_id, version)
        area = self.area(question.area_id)
        priced = self.priced(question.area_id, question.profile, question.step, assessment.version)
        if not isinstance(question, NearestQuestion) and question.avoid:
            check_order(area, question.avoid)
            priced = keep_out(check_streets(area), priced, question.avoid)
        return area, assessment, check_step(assessment, question.step), priced

    def _danger_only(self, area_id: str, profile: Profile, step: int | None, version: str) -> Weights:
        """The hierarchy customised to danger alone, kept as `priced` is."""
        area, priced = self.area(area_id), self.priced(area_id, profile, step, version)
        key = (area_id, version, profile.value, check_step(self.assessment(area_id, version), step))
        return self._danger.get_or_make(key, lambda: danger_weights(check_streets(area), priced.costs))

    def priced(self, area_id: str, profile: Profile, step: int | None = None, version: str | None = None) -> Priced:
        """Price the streets for one traveller at one time slice, kept by area, version, profile and step.

        Raises
        ------
        risk_core.errors.InputError
            For an area without streets or a step that does not exist; see also `assessment`.
        """
        area, assessment = self.area(area_id), self.assessment(area_id, version)
        self._priced_s[area_id, profile] = time.monotonic()
        return self._priced_on(area, assessment, profile, step)

    def asked_within(self, within_s: float) -> tuple[str, ...]:
        """Areas whose snapshot somebody asked about in the last seconds."""
        since_s = time.monotonic() - within_s
        return tuple(area_id for area_id, at_s in tuple(self._asked_s.items()) if at_s >= since_s)

    def get_ready(self, area_id: str, within_s: float) -> None:
        """Make what questions on the newest snapshot share; this is no question itself.

        Parameters
        ----------
        area_id
            The area.
        within_s
            Streets are priced for walkers, and for other travellers who asked in so many seconds.

        Raises
        ------
        risk_core.errors.NotFoundError, risk_core.errors.UnavailableError
            As `assessment`.
        """
        area, assessment = self.area(area_id), self.library.assessment(area_id)
        if area.network is not None:
            since_s = time.monotonic() - within_s
            asked = {who for (name, who), at_s in tuple(self._priced_s.items()) if name == area_id and at_s >= since_s}
            for profile in (Profile.WALK, *sorted(asked - {Profile.WALK})):
                self._priced_on(area, assessment, profile, None)
        self.infection.get_ready(area, assessment)

    def _priced_on(self, area: Area, assessment: Assessment, profile: Profile, step: int | None) -> Priced:
        network, slice_ = check_streets(area), check_step(assessment, step)
        whenever = (area.content_hash, profile.value)
        free = self._free.get_or_make(whenever, lambda: free_weights(network, profile))
        key = (area.area_id, assessment.version, profile.value, slice_)
        return self._priced.get_or_make(key, lambda: price_at(network, assessment, profile, slice_, free))

    def image(self, key: ImageKey, make: Callable[[], bytes]) -> bytes:
        """Give a picture of a field, made once a process and, with a shared cache, once a machine.

        Parameters
        ----------
        key
            Scalars only: area, version, layer, step and what else names the picture.
        make
            Draws it.
        """
        return self._images.get_or_make(key, lambda: self._shared(key, make))

    def _shared(self, key: ImageKey, make: Callable[[], bytes]) -> bytes:
        if self.cache is None:
            return make()
        name = "image/" + "/".join(str(part) for part in key)
        found = self.cache.get(name)
        if isinstance(found, bytes):
            return found
        made = make()
        self.cache.set(name, made)
        return made
